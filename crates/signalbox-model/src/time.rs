//! A point in time, as OCSF counts it: milliseconds since 1970-01-01 UTC.
//!
//! Sources write time in every way there is, and seconds where milliseconds belong is the most
//! common real fault of OCSF producers. So numbers are read by their magnitude and text by its
//! shape, in one place. A text without an offset is taken as UTC: nothing here knows a time zone,
//! and nothing here knows what time it is now (that is [`Clock`](crate::Clock)).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Milliseconds since 1970-01-01 UTC. Written as RFC 3339 by `Display`, as the number by serde.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Returns the time `millis` milliseconds after 1970-01-01 UTC.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since 1970-01-01 UTC.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns the time `duration` later, at the end of time at the latest.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }

    /// Returns how long after `earlier` this is, zero where it is before.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or_default())
    }

    /// Reads a number whose unit nobody told: up to 11 digits are seconds, up to 14 milliseconds,
    /// up to 17 microseconds, more nanoseconds. That is right for 1973 (milliseconds) to 5138.
    pub const fn from_number(number: i64) -> Self {
        Self(match number.unsigned_abs() {
            0..SECONDS_END => number * 1_000,
            SECONDS_END..MILLIS_END => number,
            MILLIS_END..MICROS_END => number.div_euclid(1_000),
            _ => number.div_euclid(1_000_000),
        })
    }

    /// Reads a time: RFC 3339, ISO 8601 without an offset (taken as UTC), `yyyy-MM-dd HH:mm:ss`,
    /// a date alone, or a number as [`from_number`](Self::from_number) takes it; seconds may have
    /// a fraction.
    ///
    /// # Errors
    /// When the text is none of these.
    pub fn parse(text: &str) -> Result<Self, InvalidTime> {
        let text = text.trim();
        if let Ok(number) = text.parse::<i64>() {
            return Ok(Self::from_number(number));
        }
        if let Ok(time) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(time.as_millisecond()));
        }
        if let Some(time) = fractional_seconds(text) {
            return Ok(time);
        }
        let civil = text.parse::<jiff::civil::DateTime>().map_err(|_| InvalidTime)?;
        let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| InvalidTime)?;
        Ok(Self(zoned.timestamp().as_millisecond()))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        Self::parse(text)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(time) => write!(formatter, "{time:.3}"),
            // Beyond the year 9999 there is no RFC 3339.
            Err(_) => write!(formatter, "{} ms", self.0),
        }
    }
}

/// A text that is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "not a time; write RFC 3339 such as `2026-03-01T12:00:00Z`, or a number of seconds or \
     milliseconds since 1970"
)]
pub struct InvalidTime;

/// `1772366400.123`, as Splunk's collector and many scripts write it.
fn fractional_seconds(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.split_once('.')?;
    let seconds = seconds.parse::<u32>().ok()?;
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis = fraction.bytes().chain(*b"000").take(3);
    let millis = millis.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some(Timestamp(i64::from(seconds) * 1_000 + millis))
}

const SECONDS_END: u64 = 100_000_000_000;
const MILLIS_END: u64 = 100_000_000_000_000;
const MICROS_END: u64 = 100_000_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_000);

    #[test]
    fn one_moment_is_read_from_every_usual_form() {
        for text in [
            "2026-03-01T12:00:00Z",
            "2026-03-01T12:00:00.000Z",
            "2026-03-01T12:00:00.0000001Z",
            "2026-03-01T13:00:00+01:00",
            "2026-03-01T07:00:00.000-0500",
            "2026-03-01T12:00:00",
            "2026-03-01 12:00:00",
            "1772366400",
            "1772366400.0",
            "1772366400000",
            "1772366400000000",
            "1772366400000000000",
            " 2026-03-01T12:00:00Z ",
        ] {
            assert_eq!(Timestamp::parse(text), Ok(NOON), "{text}");
        }
    }

    #[test]
    fn a_date_alone_is_its_midnight() {
        assert_eq!(
            Timestamp::parse("2026-03-01"),
            Ok(Timestamp::from_millis(NOON.as_millis() - 12 * 3_600_000))
        );
    }

    #[test]
    fn a_fraction_of_a_second_is_kept_to_the_millisecond() {
        let expected = Timestamp::from_millis(NOON.as_millis() + 120);

        assert_eq!(Timestamp::parse("1772366400.12"), Ok(expected));
        assert_eq!(Timestamp::parse("1772366400.1209"), Ok(expected));
        assert_eq!(Timestamp::parse("2026-03-01T12:00:00.1209Z"), Ok(expected));
    }

    #[test]
    fn text_that_is_no_time_is_refused() {
        for text in ["", "yesterday", "12:00", "2026-13-01", "1772366400.", "1.2.3"] {
            assert_eq!(Timestamp::parse(text), Err(InvalidTime), "{text}");
        }
    }

    #[test]
    fn it_reads_as_rfc_3339_and_serializes_as_a_number() {
        assert_eq!(NOON.to_string(), "2026-03-01T12:00:00.000Z");
        assert_eq!(serde_json::to_string(&NOON).unwrap(), "1772366400000");
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "9223372036854775807 ms");
    }
}
