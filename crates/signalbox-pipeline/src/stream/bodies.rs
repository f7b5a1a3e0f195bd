//! The memory that a stream encodes chunks into, used again once nobody has anything of what is in it.
//!
//! A chunk of a thousand events takes more than a megabyte. To ask for so much anew for each, and to have it grow while it
//! is filled, was half of all page faults of a hub under load.

use std::collections::VecDeque;

use bytes::Bytes;

/// What a stream has encoded lately.
#[derive(Default)]
pub(super) struct Bodies {
    lent: VecDeque<Bytes>,
    /// How many bytes of events became how many encoded ones, the last time.
    last: Option<(usize, usize)>,
}

/// As many chunks as are read at once, near the head.
const LENT_MAX: usize = 2;

impl Bodies {
    /// Returns empty memory for so many bytes of events, once they are encoded.
    pub(super) fn take(&mut self, event_bytes: usize) -> Vec<u8> {
        let bytes = self.expected(event_bytes);
        let free = self.lent.iter().position(Bytes::is_unique);
        let free = free.and_then(|index| self.lent.remove(index)?.try_into_mut().ok());
        match free {
            Some(mut body) if body.capacity() >= bytes => {
                body.clear();
                Vec::from(body)
            }
            _ => Vec::with_capacity(bytes),
        }
    }

    /// Notes what so many bytes of events became, to take its memory back later.
    pub(super) fn lend(&mut self, event_bytes: usize, body: &Bytes) {
        self.last = Some((event_bytes, body.len()));
        if self.lent.len() == LENT_MAX {
            self.lent.pop_front();
        }
        self.lent.push_back(body.clone());
    }

    /// Lets go of the memory.
    pub(super) fn clear(&mut self) {
        self.lent.clear();
    }

    /// As much as the last time, of that many events, and a sixteenth more.
    fn expected(&self, event_bytes: usize) -> usize {
        let encoded = match self.last {
            Some((events, encoded)) if events > 0 => {
                event_bytes.saturating_mul(encoded).div_ceil(events)
            }
            _ => event_bytes,
        };
        encoded.saturating_add(encoded / 16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_again_once_nobody_has_anything_of_it() {
        let mut bodies = Bodies::default();
        let mut body = bodies.take(1000);
        let place = body.as_ptr();
        body.resize(1000, 7);
        let body = Bytes::from(body);
        bodies.lend(1000, &body);
        let part = body.slice(10..20);
        drop(body);

        let other = bodies.take(1000);
        drop(part);
        let again = bodies.take(1000);

        assert_ne!(other.as_ptr(), place);
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
    }

    #[test]
    fn there_is_room_for_what_events_became_the_last_time() {
        let mut bodies = Bodies::default();

        bodies.lend(1000, &Bytes::from(vec![7; 3000]));

        assert!(bodies.take(2000).capacity() >= 6000);
    }

    #[test]
    fn memory_that_is_too_small_or_let_go_of_is_not_used_again() {
        let mut bodies = Bodies::default();
        let small = Bytes::from(vec![7; 1000]);
        let place = small.as_ptr();
        bodies.lend(1000, &small);
        drop(small);

        let larger = bodies.take(100_000);
        bodies.clear();

        assert_ne!(larger.as_ptr(), place);
        assert!(bodies.lent.is_empty());
    }
}
