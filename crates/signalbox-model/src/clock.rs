//! Time as something that is given, so that tests can stop it.

use std::time::SystemTime;

use crate::time::Timestamp;

/// Tells the time of day. Durations are measured and awaited with the runtime's own timer.
pub trait Clock: Send + Sync {
    /// Returns now, in milliseconds since 1970-01-01 UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
