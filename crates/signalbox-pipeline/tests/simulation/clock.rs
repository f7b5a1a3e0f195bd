//! Time that goes on over the lives of a hub, each of which has a runtime with a paused clock of its own.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use signalbox_model::Clock;
use signalbox_model::time::Timestamp;
use signalbox_store::journal;

/// The beginning of 2026, where every sequence starts.
const START_MS: i64 = 1_767_225_600_000;

/// How long the machine is off between two lives.
const REBOOT: Duration = Duration::from_secs(1);

/// The clock on the wall. It reads the runtime's time, so it is read inside a runtime only.
#[derive(Clone)]
pub(crate) struct WallClock {
    time: Arc<Mutex<Time>>,
    origin: std::time::Instant,
}

struct Time {
    before: Duration,
    since: Option<tokio::time::Instant>,
}

impl WallClock {
    pub(crate) fn new() -> Self {
        let time = Time { before: Duration::ZERO, since: None };
        Self { time: Arc::new(Mutex::new(time)), origin: std::time::Instant::now() }
    }

    /// Goes on with the time of the runtime that this is called in.
    pub(crate) fn begin_life(&self) {
        self.time.lock().since = Some(tokio::time::Instant::now());
    }

    /// Stands still, a moment later, until the next life begins.
    pub(crate) fn end_life(&self) {
        let elapsed = self.elapsed();
        *self.time.lock() = Time { before: elapsed + REBOOT, since: None };
    }

    /// Since the sequence began.
    pub(crate) fn elapsed(&self) -> Duration {
        let time = self.time.lock();
        time.before + time.since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(START_MS).saturating_add(self.elapsed())
    }
}

impl journal::Clock for WallClock {
    fn now_ms(&self) -> i64 {
        self.now().as_millis()
    }

    fn instant(&self) -> std::time::Instant {
        self.origin + self.elapsed()
    }
}
