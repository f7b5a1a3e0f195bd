//! What left lately over a connection that tells nothing, kept to be sent again when it is lost.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use signalbox_model::time::Timestamp;

/// The latest messages, up to a number of bytes.
#[derive(Debug)]
pub(super) struct Window {
    bytes_max: usize,
    kept: Messages,
    owed: Messages,
}

#[derive(Debug, Default)]
struct Messages {
    all: VecDeque<(Timestamp, Bytes)>,
    bytes: usize,
}

impl Window {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, kept: Messages::default(), owed: Messages::default() }
    }

    /// Keeps a message that left at `time`.
    pub(super) fn keep(&mut self, time: Timestamp, message: Bytes) {
        self.kept.push(time, message);
        self.kept.cut(self.bytes_max);
    }

    /// The connection is lost: what is kept and not too old is owed, behind what was owed before. Being
    /// owed it grows no older, so that a long outage costs nothing.
    pub(super) fn lose(&mut self, now: Timestamp) {
        for (time, message) in std::mem::take(&mut self.kept).all {
            if now.since(time) <= AGE_MAX {
                self.owed.push(time, message);
            }
        }
        self.owed.cut(self.bytes_max);
    }

    /// Returns the messages that are owed, oldest first, and how many.
    pub(super) fn owed(&self) -> (Vec<u8>, usize) {
        let messages = &self.owed.all;
        let mut bytes = Vec::with_capacity(self.owed.bytes);
        messages.iter().for_each(|(_, message)| bytes.extend_from_slice(message));
        (bytes, messages.len())
    }

    /// What was owed has left again.
    pub(super) fn paid(&mut self) {
        for (time, message) in std::mem::take(&mut self.owed).all {
            self.keep(time, message);
        }
    }
}

impl Messages {
    fn push(&mut self, time: Timestamp, message: Bytes) {
        self.bytes += message.len();
        self.all.push_back((time, message));
    }

    /// Forgets the oldest until the rest is small enough.
    fn cut(&mut self, bytes_max: usize) {
        while self.bytes > bytes_max {
            let Some((_, message)) = self.all.pop_front() else { return };
            self.bytes -= message.len();
        }
    }
}

/// What left longer ago than this has arrived, or the connection would have been found lost: so a
/// receiver that closes idle connections does not get the same again and again.
const AGE_MAX: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Timestamp = Timestamp::from_millis(0);

    fn owed(window: &Window) -> String {
        String::from_utf8(window.owed().0).unwrap()
    }

    fn with(messages: &[&'static str]) -> Window {
        let mut window = Window::new(6);
        for message in messages {
            window.keep(T0, Bytes::from_static(message.as_bytes()));
        }
        window
    }

    #[test]
    fn the_latest_bytes_are_owed_after_a_loss_in_their_order() {
        let mut window = with(&["ab", "cd", "ef", "gh"]);

        assert_eq!(owed(&window), "");
        window.lose(T0);

        assert_eq!(owed(&window), "cdefgh");
    }

    #[test]
    fn what_left_long_ago_is_not_owed_but_what_is_owed_grows_no_older() {
        let mut window = with(&["ab"]);
        let later = T0.saturating_add(AGE_MAX);
        let much_later = later.saturating_add(AGE_MAX);

        window.lose(later);
        window.lose(much_later);
        assert_eq!(owed(&window), "ab");

        window.paid();
        window.lose(much_later);
        assert_eq!(owed(&window), "");
    }

    #[test]
    fn a_window_of_nothing_keeps_nothing() {
        let mut window = Window::new(0);
        window.keep(T0, Bytes::from_static(b"ab"));

        window.lose(T0);

        assert_eq!(window.owed(), (Vec::new(), 0));
    }
}
