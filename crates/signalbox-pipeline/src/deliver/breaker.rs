//! The breaker: when more than half of the calls of the last minute failed, nobody calls for half a
//! minute, then one probe does.

use std::collections::VecDeque;
use std::time::Duration;

use signalbox_model::time::Timestamp;

/// Failures are counted over this time.
const WINDOW: Duration = Duration::from_secs(60);

/// Fewer calls than this say nothing.
const CALLS_MIN: usize = 5;

/// How long an open breaker lets nobody through.
const OPEN: Duration = Duration::from_secs(30);

/// How many calls are remembered, whatever the pace.
const CALLS_MAX: usize = 1024;

/// What the breaker lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BreakerState {
    /// Everything.
    #[default]
    Closed,
    /// Nothing until then.
    Open {
        /// When a probe may go.
        until: Timestamp,
    },
    /// One call, whose outcome decides.
    HalfOpen,
}

impl BreakerState {
    /// Returns the state as shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open { .. } => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// The breaker of one integration.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: BreakerState,
    calls: VecDeque<(Timestamp, bool)>,
}

impl Breaker {
    /// Returns the state at `now`: an open breaker becomes half-open by time alone.
    pub(super) fn state(&mut self, now: Timestamp) -> BreakerState {
        if matches!(self.state, BreakerState::Open { until } if until <= now) {
            self.state = BreakerState::HalfOpen;
        }
        self.state
    }

    /// Says that the one probe goes: no other one does for a while.
    pub(super) fn begin_probe(&mut self, now: Timestamp) {
        if self.state == BreakerState::HalfOpen {
            self.trip(now);
        }
    }

    /// The vendor answered, if only to refuse: it is not down.
    pub(super) fn answered(&mut self) {
        if self.state != BreakerState::Closed {
            self.calls.clear();
            self.state = BreakerState::Closed;
        }
    }

    /// Counts a call that went well.
    pub(super) fn succeeded(&mut self, now: Timestamp) {
        if self.state != BreakerState::Closed {
            self.calls.clear();
            self.state = BreakerState::Closed;
        }
        self.count(now, true);
    }

    /// Counts a call that failed as an outage fails.
    pub(super) fn failed(&mut self, now: Timestamp) {
        self.count(now, false);
        let failures = self.calls.iter().filter(|(_, is_good)| !is_good).count();
        let is_outage = self.calls.len() >= CALLS_MIN && failures * 2 > self.calls.len();
        if is_outage || self.state(now) == BreakerState::HalfOpen {
            self.trip(now);
        }
    }

    /// Opens at once.
    pub(super) fn trip(&mut self, now: Timestamp) {
        self.state = BreakerState::Open { until: now.saturating_add(OPEN) };
    }

    fn count(&mut self, now: Timestamp, is_good: bool) {
        let oldest = now.as_millis() - WINDOW.as_millis() as i64;
        while self.calls.front().is_some_and(|(at, _)| at.as_millis() <= oldest) {
            self.calls.pop_front();
        }
        if self.calls.len() == CALLS_MAX {
            self.calls.pop_front();
        }
        self.calls.push_back((now, is_good));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000_000 + seconds * 1000)
    }

    #[test]
    fn it_opens_above_half_of_at_least_five_calls_and_not_before() {
        let mut breaker = Breaker::default();
        breaker.succeeded(at(0));
        breaker.succeeded(at(1));
        breaker.failed(at(2));
        breaker.failed(at(3));
        assert_eq!(breaker.state(at(3)), BreakerState::Closed);

        breaker.failed(at(4));

        assert_eq!(breaker.state(at(4)), BreakerState::Open { until: at(34) });
    }

    #[test]
    fn exactly_half_of_the_calls_is_not_enough() {
        let mut breaker = Breaker::default();
        for second in 0..10 {
            if second % 2 == 0 {
                breaker.succeeded(at(second))
            } else {
                breaker.failed(at(second))
            }
            assert_eq!(breaker.state(at(second)), BreakerState::Closed);
        }

        breaker.failed(at(10));

        assert_eq!(breaker.state(at(10)), BreakerState::Open { until: at(40) });
    }

    #[test]
    fn a_probe_that_is_never_heard_of_is_followed_by_another_half_a_minute_later() {
        let mut breaker = Breaker::default();
        breaker.trip(at(0));
        assert_eq!(breaker.state(at(30)), BreakerState::HalfOpen);

        breaker.begin_probe(at(30));

        assert_eq!(breaker.state(at(59)), BreakerState::Open { until: at(60) });
        assert_eq!(breaker.state(at(60)), BreakerState::HalfOpen);
    }

    #[test]
    fn an_answer_of_any_kind_to_a_probe_closes_it() {
        let mut breaker = Breaker::default();
        breaker.trip(at(0));
        breaker.state(at(30));

        breaker.answered();

        assert_eq!(breaker.state(at(30)), BreakerState::Closed);
    }

    #[test]
    fn half_a_minute_later_one_probe_decides() {
        let mut breaker = Breaker::default();
        breaker.trip(at(0));
        assert_eq!(breaker.state(at(29)), BreakerState::Open { until: at(30) });
        assert_eq!(breaker.state(at(30)), BreakerState::HalfOpen);

        breaker.failed(at(31));
        assert_eq!(breaker.state(at(31)), BreakerState::Open { until: at(61) });

        assert_eq!(breaker.state(at(61)), BreakerState::HalfOpen);
        breaker.succeeded(at(62));
        assert_eq!(breaker.state(at(62)), BreakerState::Closed);
    }

    #[test]
    fn a_failure_counts_for_a_minute_to_the_second() {
        for (fifth, is_open) in [(59, true), (60, false)] {
            let mut breaker = Breaker::default();
            for second in [0, 1, 2, 3, fifth] {
                breaker.failed(at(second));
            }
            assert_eq!(breaker.state(at(fifth)) != BreakerState::Closed, is_open, "{fifth}");
        }
    }

    #[test]
    fn failures_older_than_a_minute_do_not_count() {
        let mut breaker = Breaker::default();
        for second in 0..4 {
            breaker.failed(at(second));
        }

        breaker.failed(at(64));

        assert_eq!(breaker.state(at(64)), BreakerState::Closed);
    }
}
