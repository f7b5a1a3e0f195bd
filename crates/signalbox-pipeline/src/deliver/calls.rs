//! How an integration's recent calls went: for people to see, never to decide by.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Serialize;
use signalbox_model::time::Timestamp;

/// Older calls are forgotten.
const RECENT: Duration = Duration::from_secs(300);

/// The most calls that are remembered.
const CALLS_MAX: usize = 200;

/// The calls of the last five minutes, 200 of them at most.
#[derive(Debug, Default)]
pub(super) struct Calls {
    recent: VecDeque<Call>,
}

#[derive(Debug)]
struct Call {
    ended_at: Timestamp,
    took: Duration,
    is_error: bool,
}

/// The recent calls, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CallsView {
    /// How many there were in the last five minutes, up to 200.
    pub count: u64,
    /// How many of a hundred failed.
    pub error_percent: u64,
    /// What 95 of a hundred took at most, in milliseconds.
    pub p95_ms: u64,
}

impl Calls {
    pub(super) fn add(&mut self, ended_at: Timestamp, took: Duration, is_error: bool) {
        if self.recent.len() == CALLS_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(Call { ended_at, took, is_error });
    }

    pub(super) fn view(&self, now: Timestamp) -> CallsView {
        let recent: Vec<&Call> =
            self.recent.iter().filter(|call| now.since(call.ended_at) <= RECENT).collect();
        let count = recent.len() as u64;
        let errors = recent.iter().filter(|call| call.is_error).count() as u64;
        let mut took: Vec<u128> = recent.iter().map(|call| call.took.as_millis()).collect();
        took.sort_unstable();
        let p95 = (took.len() * 95).div_ceil(100).checked_sub(1).and_then(|place| took.get(place));
        CallsView {
            count,
            error_percent: (errors * 100).checked_div(count).unwrap_or_default(),
            p95_ms: p95.map_or(0, |ms| u64::try_from(*ms).unwrap_or(u64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_five_of_a_hundred_do_not_count() {
        let mut calls = Calls::default();
        for n in 1..=100 {
            calls.add(Timestamp::from_millis(0), Duration::from_millis(n), n % 10 == 0);
        }

        let view = calls.view(Timestamp::from_millis(300_000));

        assert_eq!(view, CallsView { count: 100, error_percent: 10, p95_ms: 95 });
        assert_eq!(calls.view(Timestamp::from_millis(300_001)), CallsView::default());
    }
}
