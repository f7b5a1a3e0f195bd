//! What follows a failure: the one place that decides it, as a pure function.
//!
//! An outage belongs to the integration, not to the item: an item whose attempts are used up while
//! nothing else passed either goes back to the head and the breaker opens. Only an item that fails
//! while others pass is given up.

use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{Error, ErrorKind, THROTTLE_DEFAULT};

use super::{ParkCause, RetryPreset};

/// A failed attempt and what was known when it failed.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// What went wrong.
    pub error: &'a Error,
    /// Attempts that count, before this one.
    pub attempts: u32,
    /// When the item was first tried.
    pub first_attempt_at: Timestamp,
    /// The integration's last success with any item.
    pub last_success_at: Option<Timestamp>,
    /// What `check` said, where it was asked about this failure.
    pub checked: Option<bool>,
    /// Whether the vendor refuses everything lately.
    pub is_everything_refused: bool,
    /// Whether an earlier attempt may have been executed.
    pub must_find: bool,
    /// The waits between attempts.
    pub retry: RetryPreset,
    /// How long the vendor may still execute what was given up on.
    pub settle: Duration,
    /// Jitter.
    pub random: u64,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The item is tried again.
    Again {
        /// After this long.
        after: Duration,
        /// Attempts that count from now on.
        attempts: u32,
        /// Whether a look-up comes first.
        must_find: bool,
    },
    /// `check` is asked; then it is decided again.
    Check,
    /// The integration is parked; the item returns to the queue.
    Park(ParkCause),
    /// The breaker opens; the item returns to the head with its attempts reset.
    Break {
        /// After this long at the earliest.
        after: Duration,
        /// Whether a look-up comes first.
        must_find: bool,
    },
    /// The item is given up, but kept.
    Dead,
}

/// Decides what follows a failure.
pub fn decide(failure: &Failure<'_>) -> Verdict {
    match failure.error.kind() {
        ErrorKind::Throttled { retry_after } => Verdict::Again {
            after: retry_after.unwrap_or(THROTTLE_DEFAULT),
            attempts: failure.attempts,
            must_find: failure.must_find,
        },
        // A vendor that answered may have executed the request before it failed.
        ErrorKind::Unavailable => {
            repeat(failure, None, failure.must_find || failure.error.status().is_some())
        }
        ErrorKind::OutcomeUnknown => repeat(failure, Some(failure.settle), true),
        ErrorKind::Unauthorized => match failure.checked {
            None => Verdict::Check,
            Some(false) => Verdict::Park(ParkCause::Credentials),
            Some(true) => refused(failure),
        },
        ErrorKind::Rejected => refused(failure),
        ErrorKind::Malformed | ErrorKind::Bug => Verdict::Dead,
    }
}

/// Decides what follows an attempt that was broken off because the hub stops or reads its configuration anew: it may
/// have been executed, so it rests and is looked up as after any unknown outcome, but it did not fail.
pub(super) fn decide_broken_off(attempts: u32, settle: Duration) -> Verdict {
    Verdict::Again { after: settle, attempts, must_find: true }
}

fn repeat(failure: &Failure<'_>, rest: Option<Duration>, must_find: bool) -> Verdict {
    let attempts = failure.attempts + 1;
    match failure.retry.wait(attempts, failure.random) {
        Some(wait) => Verdict::Again { after: rest.unwrap_or(wait), attempts, must_find },
        None if others_passed(failure) => Verdict::Dead,
        None => Verdict::Break { after: rest.unwrap_or_default(), must_find },
    }
}

fn refused(failure: &Failure<'_>) -> Verdict {
    if failure.is_everything_refused { Verdict::Park(ParkCause::Rejections) } else { Verdict::Dead }
}

fn others_passed(failure: &Failure<'_>) -> bool {
    failure.last_success_at.is_some_and(|at| at >= failure.first_attempt_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Timestamp = Timestamp::from_millis(0);

    fn verdict(kind: ErrorKind, change: impl FnOnce(&mut Failure<'_>)) -> Verdict {
        let error = Error::new(kind, "create incident", "no");
        let mut failure = Failure {
            error: &error,
            attempts: 0,
            first_attempt_at: T0,
            last_success_at: None,
            checked: None,
            is_everything_refused: false,
            must_find: false,
            retry: RetryPreset::Default,
            settle: Duration::from_secs(60),
            random: 0,
        };
        change(&mut failure);
        decide(&failure)
    }

    fn again(seconds: u64, attempts: u32, must_find: bool) -> Verdict {
        Verdict::Again { after: Duration::from_secs(seconds), attempts, must_find }
    }

    #[test]
    fn throttling_waits_as_told_and_costs_no_attempt() {
        let told = ErrorKind::Throttled { retry_after: Some(Duration::from_secs(7)) };
        assert_eq!(verdict(told, |f| f.attempts = 2), again(7, 2, false));

        let silent = ErrorKind::Throttled { retry_after: None };
        assert_eq!(verdict(silent, |f| f.attempts = 2), again(60, 2, false));
    }

    #[test]
    fn an_outage_opens_the_breaker_and_an_item_alone_is_given_up() {
        assert_eq!(verdict(ErrorKind::Unavailable, |_| ()), again(1, 1, false));
        assert_eq!(verdict(ErrorKind::Unavailable, |f| f.attempts = 2), again(30, 3, false));

        let outage = verdict(ErrorKind::Unavailable, |f| f.attempts = 3);
        assert_eq!(outage, Verdict::Break { after: Duration::ZERO, must_find: false });

        let alone = verdict(ErrorKind::Unavailable, |f| {
            f.attempts = 3;
            f.last_success_at = Some(T0);
        });
        assert_eq!(alone, Verdict::Dead);
    }

    #[test]
    fn an_unknown_outcome_rests_until_settled_and_then_looks_up() {
        assert_eq!(verdict(ErrorKind::OutcomeUnknown, |_| ()), again(60, 1, true));
    }

    #[test]
    fn what_was_broken_off_rests_and_looks_up_and_costs_no_attempt() {
        assert_eq!(decide_broken_off(2, Duration::from_secs(60)), again(60, 2, true));
    }

    #[test]
    fn refused_credentials_are_checked_before_anything_follows() {
        let with = |checked| verdict(ErrorKind::Unauthorized, |f| f.checked = checked);

        assert_eq!(with(None), Verdict::Check);
        assert_eq!(with(Some(false)), Verdict::Park(ParkCause::Credentials));
        assert_eq!(with(Some(true)), Verdict::Dead);
    }

    #[test]
    fn a_refused_item_is_dead_unless_everything_is_refused() {
        assert_eq!(verdict(ErrorKind::Rejected, |_| ()), Verdict::Dead);
        let everything = verdict(ErrorKind::Rejected, |f| f.is_everything_refused = true);
        assert_eq!(everything, Verdict::Park(ParkCause::Rejections));
    }

    #[test]
    fn what_cannot_be_read_is_dead() {
        assert_eq!(verdict(ErrorKind::Malformed, |_| ()), Verdict::Dead);
        assert_eq!(verdict(ErrorKind::Bug, |_| ()), Verdict::Dead);
    }
}
