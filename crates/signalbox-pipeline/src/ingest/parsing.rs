//! How much of what a source sends cannot be read in its format: counted, and an alarm above a share.
//!
//! Such frames are kept as events of class Base Event and go their way; the alarm is for whoever
//! changed the sender.

use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use signalbox_model::IntegrationName;
use signalbox_model::time::Timestamp;

/// The share is looked at over this time.
const WINDOW: Duration = Duration::from_secs(300);

/// Fewer raw events than this in a window say nothing.
const EVENTS_MIN: u64 = 20;

/// The parse errors of one source.
pub struct Parsing {
    integration: IntegrationName,
    alarm_percent: u8,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    received: u64,
    errors: u64,
    window: Window,
    is_alarmed: bool,
}

/// What came since the window began.
#[derive(Default)]
struct Window {
    began: Option<Timestamp>,
    received: u64,
    errors: u64,
}

impl Window {
    fn is_over(&self, now: Timestamp) -> bool {
        self.began.is_none_or(|began| now.since(began) >= WINDOW)
    }

    fn is_above(&self, percent: u8) -> bool {
        self.received >= EVENTS_MIN && self.errors * 100 > self.received * u64::from(percent)
    }

    /// Returns whether it shows that the source can be read: a handful with errors in it does not.
    fn is_good(&self, percent: u8) -> bool {
        self.errors == 0 || self.received >= EVENTS_MIN && !self.is_above(percent)
    }
}

/// The parse errors of one source, as shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ParsingView {
    /// Raw events since the start of the hub.
    pub received: u64,
    /// Those whose format could not be read.
    pub errors: u64,
    /// Of a hundred that came lately, in a window of five minutes, how many could not be read.
    pub error_percent: u64,
    /// Whether the share of them is above the alarm's threshold.
    pub is_alarmed: bool,
}

impl ParsingView {
    /// Returns whether enough came since the start of the hub to say that the source can be read.
    pub fn is_known_good(&self) -> bool {
        let is_enough = self.errors == 0 || self.received >= EVENTS_MIN;
        self.received > 0 && is_enough && !self.is_alarmed
    }
}

impl Parsing {
    /// A tenth of what comes: far above what real devices garble, far below a changed format.
    pub const ALARM_PERCENT_DEFAULT: u8 = 10;

    /// Begins to count; the alarm is raised above this share.
    pub fn new(integration: IntegrationName, alarm_percent: u8) -> Self {
        Self { integration, alarm_percent, state: Mutex::default() }
    }

    /// Counts a batch.
    pub fn count(&self, received: u64, errors: u64, now: Timestamp) {
        let mut state = self.state.lock();
        state.received += received;
        state.errors += errors;
        if state.window.is_over(now) {
            if state.is_alarmed && state.window.is_good(self.alarm_percent) {
                state.is_alarmed = false;
                tracing::info!(integration = %self.integration,
                    "What `{}` sends can be read again", self.integration);
            }
            state.window = Window { began: Some(now), ..Window::default() };
        }
        state.window.received += received;
        state.window.errors += errors;
        if !state.is_alarmed && state.window.is_above(self.alarm_percent) {
            state.is_alarmed = true;
            tracing::error!(integration = %self.integration,
                received = state.window.received, parse_errors = state.window.errors,
                "More than {} % of what `{}` sends cannot be read; `unmapped.parse_error` of its events \
                 says where and why", self.alarm_percent, self.integration);
        }
    }

    /// Returns what was counted.
    pub fn view(&self) -> ParsingView {
        let state = self.state.lock();
        let (received, errors) = (state.received, state.errors);
        let in_window = (state.window.errors * 100).checked_div(state.window.received);
        let error_percent = in_window.unwrap_or_default();
        ParsingView { received, errors, error_percent, is_alarmed: state.is_alarmed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000_000 + seconds * 1000)
    }

    fn parsing() -> Parsing {
        Parsing::new(IntegrationName::new("syslog"), 10)
    }

    #[test]
    fn the_alarm_is_raised_above_the_share_and_not_by_a_handful() {
        let parsing = parsing();
        parsing.count(19, 19, at(0));
        assert!(!parsing.view().is_alarmed);

        parsing.count(171, 0, at(1));
        assert!(!parsing.view().is_alarmed);
        parsing.count(1, 1, at(2));

        let expected =
            ParsingView { received: 191, errors: 20, error_percent: 10, is_alarmed: true };
        assert_eq!(parsing.view(), expected);
    }

    #[test]
    fn the_alarm_ends_with_the_first_window_that_can_be_read() {
        let parsing = parsing();
        parsing.count(100, 100, at(0));

        parsing.count(100, 0, at(300));
        assert!(parsing.view().is_alarmed);
        parsing.count(100, 0, at(600));

        assert!(!parsing.view().is_alarmed);
    }
}
