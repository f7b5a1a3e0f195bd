//! The zone of stamps that name none, which is most of them in RFC 3164.

use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use signalbox_model::time::Timestamp;
use thiserror::Error;

/// A time zone: UTC unless told otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(Kind);

/// Most zones are one offset, which costs less than to look a moment up.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Fixed(Offset),
    Named(TimeZone),
}

impl Zone {
    /// UTC, the default.
    pub const UTC: Self = Self(Kind::Fixed(Offset::UTC));

    /// Returns the moment at which clocks here show `local`; in the hour that autumn repeats, the
    /// first one. `None` beyond the years that can be written.
    pub(super) fn moment(&self, local: DateTime) -> Option<Timestamp> {
        let moment = match &self.0 {
            Kind::Fixed(offset) => offset.to_timestamp(local),
            Kind::Named(zone) => zone.to_timestamp(local),
        };
        let moment = moment.ok()?;
        Some(Timestamp::from_millis(moment.as_millisecond()))
    }

    /// Returns what clocks here show at `moment`; `None` beyond the years that can be written.
    pub(super) fn local(&self, moment: Timestamp) -> Option<DateTime> {
        let moment = jiff::Timestamp::from_millisecond(moment.as_millis()).ok()?;
        Some(match &self.0 {
            Kind::Fixed(offset) => offset.to_datetime(moment),
            Kind::Named(zone) => zone.to_datetime(moment),
        })
    }

    /// Returns the zone that is always `seconds` east of UTC.
    pub(super) fn fixed(seconds: i32) -> Option<Self> {
        Some(Self(Kind::Fixed(Offset::from_seconds(seconds).ok()?)))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl FromStr for Zone {
    type Err = InvalidZone;

    /// Reads `UTC`, an offset such as `+02:00`, or a name such as `Europe/Berlin`.
    fn from_str(text: &str) -> Result<Self, InvalidZone> {
        if text.eq_ignore_ascii_case("utc") {
            return Ok(Self::UTC);
        }
        let bytes = text.as_bytes();
        if let Some((seconds, end)) = offset(bytes)
            && end == bytes.len()
        {
            return Self::fixed(seconds).ok_or(InvalidZone);
        }
        TimeZone::get(text).map(|zone| Self(Kind::Named(zone))).map_err(|_| InvalidZone)
    }
}

/// A text that names no time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "not a time zone; write `UTC`, an offset such as `+02:00` or a name such as `Europe/Berlin`"
)]
pub struct InvalidZone;

/// Reads `Z`, `+02:00`, `+0200` or `+02` at the start: seconds east of UTC, and the length.
pub(super) fn offset(bytes: &[u8]) -> Option<(i32, usize)> {
    let sign = match bytes.first()? {
        b'Z' | b'z' => return Some((0, 1)),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = two_digits(bytes, 1)?;
    let colon = usize::from(bytes.get(3) == Some(&b':'));
    let (minutes, end) = match two_digits(bytes, 3 + colon) {
        Some(minutes) => (minutes, 5 + colon),
        None if colon == 0 => (0, 3),
        None => return None,
    };
    let is_real = hours <= 23 && minutes <= 59;
    is_real.then(|| (sign * (i32::from(hours) * 60 + i32::from(minutes)) * 60, end))
}

/// Reads an abbreviation that RFC 822 or common use ties to one offset: seconds east of UTC, and the
/// length. Others (`IST` is three zones) are left to the settings.
pub(super) fn abbreviation(bytes: &[u8]) -> Option<(i32, usize)> {
    let length = bytes.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    if !matches!(bytes.get(length), None | Some(b' ' | b':' | b'\t')) {
        return None;
    }
    let hours = match bytes.get(..length)? {
        b"UTC" | b"GMT" | b"WET" | b"Z" => 0,
        b"CET" | b"WEST" | b"BST" => 1,
        b"CEST" | b"EET" => 2,
        b"EEST" | b"MSK" => 3,
        b"JST" | b"KST" => 9,
        b"AEST" => 10,
        b"AEDT" => 11,
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"CST" | b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" => -8,
        _ => return None,
    };
    Some((hours * 3600, length))
}

/// Reads two digits at `at`.
pub(super) fn two_digits(bytes: &[u8], at: usize) -> Option<u8> {
    match bytes.get(at..at + 2)? {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_utc_an_offset_or_a_name() {
        let noon = jiff::civil::date(2026, 7, 1).at(12, 0, 0, 0);
        let hour = |zone: &str| {
            let moment = zone.parse::<Zone>().unwrap().moment(noon).unwrap();
            moment.to_string().get(11..16).unwrap().to_owned()
        };

        assert_eq!(hour("UTC"), "12:00");
        assert_eq!(hour("+05:30"), "06:30");
        assert_eq!(hour("-0800"), "20:00");
        assert_eq!(hour("Europe/Berlin"), "10:00");
        for text in ["", "Berlin/Europe", "+25:00", "+02:00x"] {
            assert_eq!(text.parse::<Zone>(), Err(InvalidZone), "{text}");
        }
    }

    #[test]
    fn an_offset_beyond_a_day_is_none() {
        assert_eq!(offset(b"-23:59 x"), Some((-86_340, 6)));
        assert_eq!(offset(b"+02 x"), Some((7_200, 3)));
        assert_eq!(offset(b"-24:00"), None);
        assert_eq!(offset(b"-07:61"), None);
        assert_eq!(offset(b"- x"), None);
    }

    #[test]
    fn an_abbreviation_of_several_zones_is_left_to_the_settings() {
        assert_eq!(abbreviation(b"CEST: x"), Some((7_200, 4)));
        assert_eq!(abbreviation(b"IST: x"), None);
        assert_eq!(abbreviation(b"UTCHOST x"), None);
        assert_eq!(abbreviation(b"UTC1 x"), None);
    }
}
