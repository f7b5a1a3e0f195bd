//! `Retry-After` as vendors send it: seconds, an HTTP date, and now and then nonsense (RFC 9110 §10.2.3).

use std::time::{Duration, SystemTime};

use signalbox_model::time::Timestamp;

/// The longest wait that is believed: a vendor that asks for more is asked again after this.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);

/// The shortest wait: a vendor that refuses a request and names no wait at all, or a moment that has
/// passed, is not asked in a loop.
pub const RETRY_AFTER_MIN: Duration = Duration::from_secs(1);

/// Reads the value of a `Retry-After` header: from [`RETRY_AFTER_MIN`], which a date in the past is cut to,
/// up to [`RETRY_AFTER_MAX`]. A fraction of a second, which no specification knows, counts as a whole one.
/// What cannot be read is `None`, a negative number too.
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let wait = seconds(value).or_else(|| until(value, now))?;
    Some(wait.clamp(RETRY_AFTER_MIN, RETRY_AFTER_MAX))
}

/// More digits than a number has are a long wait all the same.
fn seconds(value: &str) -> Option<Duration> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let begun = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    Some(Duration::from_secs(whole.parse().unwrap_or(u64::MAX).saturating_add(begun)))
}

fn until(date: &str, now: Timestamp) -> Option<Duration> {
    let date = httpdate::parse_http_date(date).ok()?;
    let millis = date.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis();
    let wait = i64::try_from(millis).ok()?.saturating_sub(now.as_millis());
    Some(Duration::from_millis(wait.max(0).unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the example date of RFC 9110.
    const NOW: Timestamp = Timestamp::from_millis(784_111_777_000);

    fn wait(value: &str) -> Option<u64> {
        retry_after(value, NOW).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_of_all_three_forms_are_read() {
        for (value, seconds) in [
            ("7", 7),
            (" 0007\t", 7),
            ("Sun, 06 Nov 1994 08:50:07 GMT", 30),
            ("Sunday, 06-Nov-94 08:50:07 GMT", 30),
            ("Sun Nov  6 08:50:07 1994", 30),
        ] {
            assert_eq!(wait(value), Some(seconds), "{value}");
        }
    }

    #[test]
    fn a_fraction_counts_as_a_whole_second() {
        assert_eq!([wait("1.5"), wait("2.000"), wait("0.1"), wait("3.")], [2, 2, 1, 3].map(Some));
    }

    #[test]
    fn no_wait_and_a_date_in_the_past_are_a_second_and_a_huge_wait_is_an_hour() {
        for value in ["0", "0.0", "Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"]
        {
            assert_eq!(wait(value), Some(1), "{value}");
        }
        let digits = "9".repeat(30);
        for value in ["3601", "86400", digits.as_str(), "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(wait(value), Some(3600), "{value}");
        }
    }

    #[test]
    fn nonsense_is_not_a_wait() {
        for value in ["-5", "+5", "soon", "", ".", ".5", "1e3", "1,5", "0x10", "5 s", "1.-5", "٣"]
        {
            assert_eq!(wait(value), None, "{value}");
        }
    }
}
