//! The time of an envelope, in whichever unit its sender counts.

use std::time::Duration;

use serde_json::value::RawValue;

use signalbox_model::time::Timestamp;

use super::super::wire::Code;
use super::envelope::quoted;

/// A number, or a text that is one (Docker's log driver); `null` is absent.
pub(super) fn read(value: &RawValue) -> Result<Option<Timestamp>, Code> {
    if value.get() == "null" {
        return Ok(None);
    }
    let json = value.get();
    number(quoted(json).unwrap_or(json).trim()).map(Some).ok_or(Code::InvalidFields)
}

/// Seconds with or without decimals; 13 digits are milliseconds, 19 nanoseconds.
fn number(digits: &str) -> Option<Timestamp> {
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let is_plain = decimals.bytes().all(|byte| byte.is_ascii_digit());
    match whole.parse::<i64>() {
        Ok(seconds @ 0..SECONDS_END) if is_plain => {
            let millis = decimals.bytes().chain(*b"000").take(3);
            let millis = millis.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
            Some(Timestamp::from_millis(seconds * 1000 + millis))
        }
        Ok(number) if is_plain && number > 0 => Some(Timestamp::from_number(number)),
        _ => unusual_number(digits),
    }
}

/// A number with an exponent, or one before 1970.
fn unusual_number(digits: &str) -> Option<Timestamp> {
    let seconds = digits.parse::<f64>().ok().filter(|number| number.is_finite())?;
    let millis = Duration::try_from_secs_f64(seconds.abs()).ok()?.as_millis();
    let millis = i64::try_from(millis).ok()?;
    Some(Timestamp::from_millis(if seconds < 0.0 { -millis } else { millis }))
}

/// Numbers below are seconds: up to the year 5138.
const SECONDS_END: i64 = 100_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_by_their_digits() {
        for (text, millis) in [
            ("1772366400", Some(1_772_366_400_000)),
            ("1772366400.5", Some(1_772_366_400_500)),
            ("1772366400.123456", Some(1_772_366_400_123)),
            ("1772366400123", Some(1_772_366_400_123)),
            ("1772366400123456789", Some(1_772_366_400_123)),
            ("1.7723664e9", Some(1_772_366_400_000)),
            ("0", Some(0)),
            ("-1.5", Some(-1500)),
            ("", None),
            ("now", None),
            ("NaN", None),
            ("1e400", None),
        ] {
            assert_eq!(number(text), millis.map(Timestamp::from_millis), "{text}");
        }
    }
}
