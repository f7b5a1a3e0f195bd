//! How far the alerts of one kind are read.
//!
//! A window of time is read page by page, by tokens. Three things can go wrong in the middle of one: a
//! token is not taken any more (a new login, a restart a day later), alerts leave the window and shift
//! what follows by as many places, and a page is empty before its time. Each begins the window again:
//! from the last alert that is surely read where pages are ordered by the window's own time, otherwise
//! from its beginning. What comes twice is dropped by the states that are known.
//!
//! The cursor never gets ahead of the product's own time: what a fast clock asks of the future is not
//! read when it is past.
//!
//! The whole has to fit into a checkpoint, next to a token that may take three quarters of it. So the
//! known states are bounded: the oldest are forgotten first, and come again as duplicates by event id.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use signalbox_model::time::Timestamp;
use signalbox_sdk::role::Checkpoint;

use super::keeper::if_readable;
use super::known::Known;
use crate::prisma_cloud::wire::{AlertPage, AlertTime, PageToken};

/// How far one source has read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// Everything before is read. It is all that another version has to understand: without the rest
    /// some comes twice and nothing is lost.
    pub(super) cursor: Timestamp,
    /// The window that is being read.
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) window: Option<Window>,
    /// States that were handed on.
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) known: Known,
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
    /// The product's time when it was first asked for, where it told.
    #[serde(default)]
    pub(super) asked_at: Option<Timestamp>,
    /// How many alerts it had at the last page that said so.
    pub(super) total: Option<u64>,
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
        Self { cursor, window: None, known: Known::default() }
    }

    /// Takes out the window to go on with, or a new one up to `now`.
    pub(super) fn window(&mut self, now: Timestamp) -> Window {
        self.window.take().unwrap_or_else(|| {
            let start = earlier(self.cursor, OVERLAP);
            Window {
                start,
                end: now.max(start),
                reached: start,
                asked_at: None,
                total: None,
                read: 0,
                token: None,
                restarts: 0,
            }
        })
    }

    /// Notes a state that is handed on, by its event id and the time that windows know it by; `false`
    /// where it was already.
    pub(super) fn is_news(&mut self, event_id: &str, time: Timestamp) -> bool {
        self.known.insert(event_id, time)
    }

    /// Puts the window back, or moves the cursor past it.
    pub(super) fn put_back(&mut self, window: Window, progress: Progress) {
        match progress {
            Progress::More => self.window = Some(window),
            Progress::Done => {
                let end = self.cursor.max(window.end);
                self.cursor = window.asked_at.map_or(end, |asked_at| end.min(asked_at));
            }
            Progress::Stuck => {}
        }
        let from = self.window.as_ref().map_or(self.cursor, |window| window.start);
        self.known.forget_before(earlier(from, KNOWN_FOR));
        let token = self.window.as_ref().and_then(|window| window.token.as_ref());
        self.known.forget_beyond(KNOWN_BYTES_MAX - token.map_or(0, stored_bytes));
    }
}

impl Window {
    /// Takes note of the product's time in its first answer. What it shows happened before, whatever
    /// the time that a proxy wrote.
    pub(super) fn date(&mut self, answered_at: Timestamp, newest: Option<Timestamp>) {
        let answered_at = newest.map_or(answered_at, |newest| newest.max(answered_at));
        self.asked_at.get_or_insert(answered_at);
    }

    /// Takes note of a page, whose last alert was opened at `last`.
    pub(super) fn turn(
        &mut self,
        page: &AlertPage,
        last: Option<Timestamp>,
        by: AlertTime,
    ) -> Progress {
        let has_shifted =
            self.token.is_some() && page.total.zip(self.total).is_some_and(|(now, old)| now < old);
        let sure = self.reached;
        self.read += page.items.len() as u64;
        self.total = page.total.or(self.total);
        self.reached = last.unwrap_or(sure).max(sure);
        if has_shifted && self.begin_again(sure, by) {
            return Progress::More;
        }
        let is_complete = match self.total {
            Some(total) => self.read >= total,
            None => page.items.is_empty() || page.next.is_none(),
        };
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
        let start = self.restart(sure, by);
        self.restarts = if start > self.start { 0 } else { self.restarts.saturating_add(1) };
        let may_help = self.restarts <= RESTARTS_MAX;
        if may_help {
            self.begin_at(start);
        }
        may_help
    }

    /// Goes on without the token, from what is surely read, however often it began again.
    pub(super) fn give_up_token(&mut self, by: AlertTime) {
        self.begin_at(self.restart(self.reached, by));
    }

    /// Only what is ordered by the window's own time is read up to some time.
    fn restart(&self, sure: Timestamp, by: AlertTime) -> Timestamp {
        if by == AlertTime::Opened { sure.max(self.start) } else { self.start }
    }

    fn begin_at(&mut self, start: Timestamp) {
        *self = Self { start, reached: start, read: 0, total: None, token: None, ..self.clone() };
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

/// Three times the overlap, for the cursor may move back a little.
const KNOWN_FOR: Duration = Duration::from_secs(60 * 60);

/// Seen tokens reach 43 kB.
const TOKEN_BYTES_MAX: usize = 50 * 1024;

/// What a checkpoint holds, without the rest of the state.
const KNOWN_BYTES_MAX: usize = Checkpoint::BYTES_MAX - 1024;

const RESTARTS_MAX: u8 = 3;

#[cfg(test)]
mod tests;
