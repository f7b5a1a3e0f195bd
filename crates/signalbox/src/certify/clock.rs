//! The machine's clock, moved on by hand: a minute's wait takes no minute.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, SystemClock};

/// A clock that can be moved on.
#[derive(Default)]
pub(super) struct MovableClock {
    moved_by_millis: AtomicI64,
}

impl MovableClock {
    pub(super) fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.moved_by_millis.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        let moved = self.moved_by_millis.load(Ordering::SeqCst);
        Timestamp::from_millis(SystemClock.now().as_millis().saturating_add(moved))
    }
}
