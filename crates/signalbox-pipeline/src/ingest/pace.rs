//! The pace of a source: how long it is usually silent, so that an unusual silence can be told.
//!
//! Either the operator says how long, or it is learnt: twice the longest pause between two batches of the
//! last eight days, an hour at least, after a whole week and a hundred pauses. A pause longer than the
//! longest of `n` before it has a chance of 1 in `n + 1`, whatever their distribution (Gumbel and von
//! Schelling, "The Distribution of the Number of Exceedances", 1950), so a hundred make it rare, and twice
//! as long rarer; a week has the nights and the weekend in it, which are not like the other pauses; what is
//! shorter than an hour is a reboot or a rotation.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;

/// What is known of a source's pace.
#[derive(Debug, Default)]
pub struct Pace {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Silence counts from here on: the source could not be heard before.
    heard_from: Option<Timestamp>,
    last_event_at: Option<Timestamp>,
    learnt: Learnt,
}

/// What a source's pauses taught; kept over a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learnt {
    since: Option<Timestamp>,
    days: VecDeque<Day>,
}

/// The pauses that ended on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Day {
    number: i64,
    pauses: u64,
    longest_ms: i64,
}

/// How silent a source is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SilenceView {
    /// When events last came, since the start of the hub.
    pub last_event_at: Option<Timestamp>,
    /// How long it has been silent while it could be heard.
    pub seconds: u64,
    /// How long it may be; missing while nothing is configured and too little was learnt.
    pub limit_seconds: Option<u64>,
    /// Whether that was learnt, not configured.
    pub is_learnt: bool,
}

/// Less is learnt from less than a whole week.
const LEARN: Duration = Duration::from_secs(7 * 24 * 3600);

/// Nor from fewer pauses than this.
const PAUSES_MIN: u64 = 100;

/// A week, and the day on which it began.
const DAYS_MAX: usize = 8;

/// A learnt limit is this many times the longest pause.
const FACTOR: u64 = 2;

/// And never shorter than this.
const LIMIT_MIN: Duration = Duration::from_secs(3600);

const DAY_MS: i64 = 24 * 3600 * 1000;

impl Pace {
    /// Begins with what an earlier run learnt.
    pub fn new(learnt: Learnt) -> Self {
        Self { state: Mutex::new(State { learnt, ..State::default() }) }
    }

    /// Returns what was learnt so far.
    pub fn learnt(&self) -> Learnt {
        self.state.lock().learnt.clone()
    }

    /// Events came.
    pub fn came(&self, now: Timestamp) {
        let mut state = self.state.lock();
        let last = state.last_event_at.replace(now);
        state.learnt.since.get_or_insert(now);
        // A pause during which nobody listened tells nothing of the source.
        if let Some(last) = last.filter(|last| state.heard_from.is_none_or(|from| from <= *last)) {
            state.learnt.add(now, now.as_millis().saturating_sub(last.as_millis()));
        }
    }

    /// The source cannot be heard now: it is disabled or down, or intake is stopped.
    pub fn is_not_heard(&self, now: Timestamp) {
        self.state.lock().heard_from = Some(now);
    }

    /// Returns how silent it is; `configured` is how long the operator lets it be.
    pub fn view(&self, configured: Option<Duration>, now: Timestamp) -> SilenceView {
        let mut state = self.state.lock();
        let heard_from = *state.heard_from.get_or_insert(now);
        let since = state.last_event_at.map_or(heard_from, |last| last.max(heard_from));
        let limit = configured.or_else(|| state.learnt.limit(now));
        SilenceView {
            last_event_at: state.last_event_at,
            seconds: now.since(since).as_secs(),
            limit_seconds: limit.map(|limit| limit.as_secs()),
            is_learnt: configured.is_none() && limit.is_some(),
        }
    }
}

impl SilenceView {
    /// Returns whether it is silent for longer than it may.
    pub fn is_too_long(&self) -> bool {
        self.limit_seconds.is_some_and(|limit| self.seconds >= limit.max(1))
    }

    /// Returns whether it is known not to be too silent: events came lately, or nothing limits it.
    pub fn is_well(&self, now: Timestamp) -> bool {
        let is_recent =
            |limit| self.last_event_at.is_some_and(|at| now.since(at).as_secs() < limit);
        self.limit_seconds.is_none_or(is_recent)
    }
}

impl Learnt {
    fn add(&mut self, now: Timestamp, pause_ms: i64) {
        let number = now.as_millis().div_euclid(DAY_MS);
        if self.days.back().is_none_or(|day| day.number != number) {
            self.days.push_back(Day { number, pauses: 0, longest_ms: 0 });
            let oldest = number - DAYS_MAX as i64;
            self.days.retain(|day| day.number > oldest);
        }
        if let Some(day) = self.days.back_mut() {
            day.pauses += 1;
            day.longest_ms = day.longest_ms.max(pause_ms);
        }
    }

    fn limit(&self, now: Timestamp) -> Option<Duration> {
        let is_long_enough = self.since.is_some_and(|since| now.since(since) >= LEARN);
        let pauses: u64 = self.days.iter().map(|day| day.pauses).sum();
        if !is_long_enough || pauses < PAUSES_MIN {
            return None;
        }
        let longest = self.days.iter().map(|day| day.longest_ms).max()?;
        let longest = u64::try_from(longest).unwrap_or_default();
        Some(Duration::from_millis(longest.saturating_mul(FACTOR)).max(LIMIT_MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_767_225_600_000 + seconds * 1000)
    }

    /// A source that sends every half hour from 8 to 18 o'clock, for so many days.
    fn office(days: i64) -> Pace {
        let pace = Pace::default();
        // It is looked at from the start on.
        pace.view(None, at(0));
        for day in 0..days {
            for half_hour in 16..=36 {
                pace.came(at(day * 24 * HOUR + half_hour * HOUR / 2));
            }
        }
        pace
    }

    #[test]
    fn a_configured_limit_counts_from_the_start_and_from_the_last_event() {
        let (pace, limit) = (Pace::default(), Some(Duration::from_secs(600)));

        let started = pace.view(limit, at(0));
        let silent = pace.view(limit, at(600));
        pace.came(at(700));
        let heard = pace.view(limit, at(1299));

        assert_eq!(
            (started.seconds, started.is_too_long(), started.is_well(at(0))),
            (0, false, false)
        );
        assert!(silent.is_too_long());
        assert_eq!(
            (heard.seconds, heard.is_too_long(), heard.is_well(at(1299))),
            (599, false, true)
        );
    }

    #[test]
    fn time_in_which_a_source_cannot_be_heard_is_no_silence() {
        let (pace, limit) = (Pace::default(), Some(Duration::from_secs(600)));
        pace.came(at(0));

        pace.is_not_heard(at(5000));

        assert_eq!(pace.view(limit, at(5100)).seconds, 100);
        pace.came(at(5200));
        assert_eq!(pace.learnt().days, []);
    }

    #[test]
    fn nothing_is_learnt_from_less_than_a_week() {
        let six = office(6);

        assert_eq!(six.view(None, at(6 * 24 * HOUR)).limit_seconds, None);
    }

    #[test]
    fn a_week_teaches_that_nights_are_silent_and_twice_a_night_is_not_usual() {
        let pace = office(8);
        let closing = 7 * 24 * HOUR + 18 * HOUR;

        let night = pace.view(None, at(closing + 14 * HOUR));
        let too_long = pace.view(None, at(closing + 28 * HOUR));

        assert_eq!((night.limit_seconds, night.is_learnt), (Some(28 * 3600), true));
        assert_eq!((night.is_too_long(), too_long.is_too_long()), (false, true));
    }

    #[test]
    fn a_busy_source_may_be_silent_for_an_hour() {
        let pace = Pace::default();
        for minute in 0..=7 * 24 * 60 {
            pace.came(at(minute * 60));
        }

        let view = pace.view(None, at(7 * 24 * HOUR));

        assert_eq!(view.limit_seconds, Some(3600));
    }

    #[test]
    fn what_was_learnt_outlives_a_restart_and_is_forgotten_after_eight_days() {
        let stored = serde_json::to_string(&office(8).learnt()).unwrap();

        let pace = Pace::new(serde_json::from_str(&stored).unwrap());
        let restored = pace.view(None, at(8 * 24 * HOUR)).limit_seconds;
        for minute in 0..200 {
            pace.came(at(16 * 24 * HOUR + minute * 60));
        }

        assert_eq!(restored, Some(28 * 3600));
        assert_eq!(pace.view(None, at(16 * 24 * HOUR)).limit_seconds, Some(3600));
    }
}
