//! Time as the tests want it: the runtime's stopped clock.

use std::time::Duration;

use signalbox_model::Clock;
use signalbox_model::time::Timestamp;
use tokio::time::Instant;

/// The beginning of 2026, where every test starts.
const START_MS: i64 = 1_767_225_600_000;

/// A clock that goes as the runtime's paused time goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PausedClock {
    start: Instant,
}

impl PausedClock {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now() }
    }

    /// Whole seconds since the test began.
    pub(crate) fn second(&self) -> u64 {
        self.start.elapsed().as_secs()
    }

    /// Lets everything happen that is due up to the end of this second.
    pub(crate) async fn pass(&self, second: u64) {
        let end = self.start + Duration::from_secs(second) + Duration::from_millis(500);
        tokio::time::sleep_until(end).await;
    }
}

/// The time at which this second of a test begins.
pub(crate) fn second(second: u64) -> Timestamp {
    Timestamp::from_millis(START_MS).saturating_add(Duration::from_secs(second))
}

impl signalbox_store::journal::Clock for PausedClock {
    fn now_ms(&self) -> i64 {
        self.now().as_millis()
    }

    fn instant(&self) -> std::time::Instant {
        Instant::now().into_std()
    }
}

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(START_MS).saturating_add(self.start.elapsed())
    }
}
