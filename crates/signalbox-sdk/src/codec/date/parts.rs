//! The parts of a time while it is being read, and what they amount to.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use signalbox_model::time::Timestamp;

use super::{Dating, moment};

/// What has been read of a time.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) year: Option<i16>,
    pub(super) month: Option<i8>,
    pub(super) day: Option<i8>,
    pub(super) clock: Option<Clock>,
    pub(super) is_afternoon: Option<bool>,
    pub(super) zone: Option<TimeZone>,
}

/// What the clock showed.
#[derive(Clone, Copy, Default)]
pub(super) struct Clock {
    pub(super) hour: i8,
    pub(super) minute: i8,
    pub(super) second: i8,
    pub(super) millisecond: i16,
}

impl Parts {
    /// Returns the time, if month, day and clock are known.
    pub(super) fn finish(self, dating: &Dating<'_>) -> Option<Timestamp> {
        let (month, day, clock) = (self.month?, self.day?, self.clock?);
        let time = clock.time(self.is_afternoon)?;
        let zone = self.zone.unwrap_or_else(|| dating.zone.clone());
        let in_year =
            |year: i16| moment(Date::new(year, month, day).ok()?.to_datetime(time), &zone);
        if let Some(year) = self.year {
            return in_year(year);
        }
        let received = dating.received.as_millis();
        let this = jiff::Timestamp::from_millisecond(received).ok()?.to_zoned(TimeZone::UTC).year();
        // Four years each way would find the 29th of February; a log that is that old is not live.
        let near = [this - 1, this, this + 1].into_iter().filter_map(in_year);
        near.min_by_key(|time| time.as_millis().abs_diff(received))
    }
}

impl Clock {
    fn time(self, is_afternoon: Option<bool>) -> Option<Time> {
        let hour = match is_afternoon {
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(is_afternoon) => self.hour % 12 + if is_afternoon { 12 } else { 0 },
            None => self.hour,
        };
        // A leap second is the last moment of its minute: clocks of computers have none.
        let nanosecond = i32::from(self.millisecond) * 1_000_000;
        Time::new(hour, self.minute, self.second.min(59), nanosecond).ok()
    }
}

/// Reads digits as a number, all of them.
pub(super) fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// Reads the digits of a fraction of a second, to the millisecond.
pub(super) fn milliseconds(digits: &str) -> Option<i16> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let three = digits.bytes().chain(*b"00").take(3);
    Some(three.fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')))
}
