//! How far the alerts of one kind are read.
//!
//! A window of time is read page by page, by tokens. Three things can go wrong in the middle of one: a
//! token is not taken any more (a new login, a restart a day later), alerts leave the window and shift
//! what follows by as many places, and a page is empty before its time. Each begins the window again:
//! from the last alert that is surely read where pages are ordered by the window's own time, otherwise
//! from its beginning. What comes twice is dropped by the states that are known.
//!
//! The whole has to fit into a checkpoint, next to a token that may take three quarters of it. So the
//! known states are bounded: the oldest are forgotten first, and come again as duplicates by event id.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use signalbox_model::time::Timestamp;
use signalbox_sdk::role::Checkpoint;

use crate::prisma_cloud::wire::{AlertPage, AlertTime, PageToken};

/// How far one source has read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// Everything before is read.
    pub(super) cursor: Timestamp,
    /// The window that is being read.
    pub(super) window: Option<Window>,
    /// States that were handed on, by event id, and until when they were read.
    pub(super) known: BTreeMap<String, Timestamp>,
}

/// A window that is being read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Window {
    /// Where it begins.
    pub(super) start: Timestamp,
    /// Where it ends.
    pub(super) end: Timestamp,
    /// The opening time of the last alert that was read; the beginning before the first.
    pub(super) reached: Timestamp,
    /// How many alerts it had at the last page.
    pub(super) total: u64,
    /// How many were read since it began.
    pub(super) read: u64,
    /// What follows; none before the first page.
    pub(super) token: Option<PageToken>,
    /// How often it began again without getting further.
    pub(super) restarts: u8,
}

/// What a page means for the window it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// More follows.
    More,
    /// That was all.
    Done,
    /// What follows cannot be asked for: its token fits into no checkpoint, and time does not lead there.
    Stuck,
}

impl State {
    /// Starts at `from`.
    pub(super) fn beginning(from: Timestamp) -> Self {
        let cursor = from.saturating_add(OVERLAP);
        Self { cursor, window: None, known: BTreeMap::new() }
    }

    /// Takes out the window to go on with, or a new one up to `now`.
    pub(super) fn window(&mut self, now: Timestamp) -> Window {
        self.window.take().unwrap_or_else(|| {
            let start = earlier(self.cursor, OVERLAP);
            Window {
                start,
                end: now.max(start),
                reached: start,
                total: 0,
                read: 0,
                token: None,
                restarts: 0,
            }
        })
    }

    /// Notes a state that is handed on; `false` where it was already.
    pub(super) fn is_news(&mut self, event_id: &str, window: &Window) -> bool {
        self.known.insert(event_id.to_owned(), window.end).is_none()
    }

    /// Puts the window back, or moves the cursor past it.
    pub(super) fn put_back(&mut self, window: Window, progress: Progress) {
        let forgotten_before = earlier(window.end, KNOWN_FOR);
        self.known.retain(|_, seen| *seen >= forgotten_before);
        match progress {
            Progress::More => self.window = Some(window),
            Progress::Done => self.cursor = self.cursor.max(window.end),
            Progress::Stuck => {}
        }
        let token = self.window.as_ref().and_then(|window| window.token.as_ref());
        self.forget_beyond(KNOWN_BYTES_MAX - token.map_or(0, stored_bytes));
    }

    fn forget_beyond(&mut self, bytes_max: usize) {
        // Quotes, colon, comma and thirteen digits stand around each event id.
        let bytes = |event_id: &str| event_id.len() + 20;
        let mut left = self.known.keys().map(|event_id| bytes(event_id)).sum::<usize>();
        if left <= bytes_max {
            return;
        }
        let mut by_age: Vec<_> = std::mem::take(&mut self.known).into_iter().collect();
        by_age.sort_by_key(|(_, seen)| *seen);
        by_age.retain(|(event_id, _)| {
            let is_kept = left <= bytes_max;
            left -= if is_kept { 0 } else { bytes(event_id) };
            is_kept
        });
        self.known = by_age.into_iter().collect();
    }
}

impl Window {
    /// Takes note of a page, whose last alert was opened at `last`.
    pub(super) fn turn(
        &mut self,
        page: &AlertPage,
        last: Option<Timestamp>,
        by: AlertTime,
    ) -> Progress {
        let has_shifted = self.token.is_some() && page.total < self.total;
        let sure = self.reached;
        self.read += page.items.len() as u64;
        self.total = page.total;
        self.reached = last.unwrap_or(sure).max(sure);
        if has_shifted && self.begin_again(sure, by) {
            return Progress::More;
        }
        let is_complete = self.read >= page.total;
        let is_kept = |token: &PageToken| stored_bytes(token) <= TOKEN_BYTES_MAX;
        let is_lost = page.next.as_ref().is_some_and(|token| !is_kept(token));
        self.token = page.next.clone().filter(is_kept);
        match () {
            () if is_complete => Progress::Done,
            () if !page.items.is_empty() && self.token.is_some() => Progress::More,
            () if self.begin_again(self.reached, by) => Progress::More,
            () if is_lost => Progress::Stuck,
            () => Progress::Done,
        }
    }

    /// Begins again at what is surely read. Returns whether that may get further: after a few times at
    /// the same place it does not.
    pub(super) fn begin_again(&mut self, sure: Timestamp, by: AlertTime) -> bool {
        let start = if by == AlertTime::Opened { sure.max(self.start) } else { self.start };
        self.restarts = if start > self.start { 0 } else { self.restarts + 1 };
        if self.restarts > RESTARTS_MAX {
            return false;
        }
        *self = Self { start, reached: start, read: 0, total: 0, token: None, ..self.clone() };
        true
    }
}

fn earlier(time: Timestamp, by: Duration) -> Timestamp {
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(time.as_millis().saturating_sub(millis))
}

fn stored_bytes(token: &PageToken) -> usize {
    serde_json::to_vec(token).map_or(usize::MAX, |json| json.len())
}

/// Alerts become visible some minutes after the time they carry (what the vendor's own clients use).
pub(super) const OVERLAP: Duration = Duration::from_secs(20 * 60);

/// Three times the overlap.
const KNOWN_FOR: Duration = Duration::from_secs(60 * 60);

/// Seen tokens reach 43 kB.
const TOKEN_BYTES_MAX: usize = 50 * 1024;

/// What a checkpoint holds, without the rest of the state.
const KNOWN_BYTES_MAX: usize = Checkpoint::BYTES_MAX - 1024;

const RESTARTS_MAX: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_full_of_states_and_a_huge_token_still_fits() {
        let mut state = State::beginning(Timestamp::from_millis(1_772_366_400_000));
        let mut window = state.window(Timestamp::from_millis(1_772_400_000_000));
        window.token = Some(PageToken("x".repeat(43 * 1024)));
        for number in 0..5000 {
            window.end = Timestamp::from_millis(1_772_400_000_000 + number);
            assert!(state.is_news(&format!("P-{number} open 1772366400000"), &window));
        }

        state.put_back(window, Progress::More);

        assert!(Checkpoint::of(&state).is_ok());
        assert!(state.known.contains_key("P-4999 open 1772366400000"));
        assert!(!state.known.contains_key("P-0 open 1772366400000"));
    }
}
