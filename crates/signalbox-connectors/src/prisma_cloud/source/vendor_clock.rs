//! The product's clock and the hub's, compared.
//!
//! What is read is bounded by the product's own time, so clocks that differ lose nothing. A slow clock
//! of the hub still delays alerts, and both make times hard to compare: a person should know.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tracing::warn;

use signalbox_model::IntegrationName;
use signalbox_model::time::Timestamp;

/// Says once when the clocks begin to differ.
#[derive(Default)]
pub(super) struct ClockWatch {
    is_off: AtomicBool,
}

impl ClockWatch {
    /// Compares what the product's clock showed with the hub's. Returns whether they differ since now.
    pub(super) fn compare(
        &self,
        integration: &IntegrationName,
        answered_at: Timestamp,
        now: Timestamp,
    ) -> bool {
        let off = answered_at.since(now).max(now.since(answered_at));
        let is_off = off > DIFFERENCE_MAX;
        let has_begun = is_off && !self.is_off.swap(is_off, Ordering::Relaxed);
        self.is_off.store(is_off, Ordering::Relaxed);
        if has_begun {
            let (minutes, side) =
                (off.as_secs() / 60, if now > answered_at { "ahead of" } else { "behind" });
            warn!(integration = %integration, minutes,
                "The clock of this machine is {minutes} minutes {side} that of Prisma Cloud; \
                 set it, or alerts come late and times do not compare");
        }
        has_begun
    }
}

/// Less is the time that an answer takes.
const DIFFERENCE_MAX: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_are_told_once_until_they_agree_again() {
        let watch = ClockWatch::default();
        let name = IntegrationName::new("prisma");
        let told: Vec<bool> = [0, 4, 6, 30, -30, 1, -6]
            .map(|minutes| Timestamp::from_millis(minutes * 60_000))
            .into_iter()
            .map(|answered_at| watch.compare(&name, answered_at, Timestamp::default()))
            .collect();

        assert_eq!(told, [false, false, true, false, false, false, true]);
    }
}
