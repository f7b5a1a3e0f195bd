//! `Retry-After` as vendors send it: seconds, an HTTP date, and now and then nonsense (RFC 9110 §10.2.3).

use std::time::{Duration, SystemTime};

use signalbox_model::time::Timestamp;

/// The longest wait that is believed: a vendor that asks for more is asked again after this.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);

/// Reads the value of a `Retry-After` header. A date in the past is no wait; what cannot be read is
/// `None`; anything longer than [`RETRY_AFTER_MAX`] is cut to it.
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let millis = date.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis();
    let wait = i64::try_from(millis).ok()?.saturating_sub(now.as_millis());
    Some(Duration::from_millis(wait.max(0).unsigned_abs()).min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the example date of RFC 9110.
    const NOW: Timestamp = Timestamp::from_millis(784_111_777_000);

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(retry_after("7", NOW), Some(Duration::from_secs(7)));
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:50:07 GMT", NOW),
            Some(Duration::from_secs(30))
        );
    }

    #[test]
    fn a_date_in_the_past_is_no_wait_and_a_huge_one_is_cut() {
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", NOW), Some(Duration::ZERO));
        assert_eq!(retry_after("99999999999", NOW), Some(RETRY_AFTER_MAX));
    }

    #[test]
    fn nonsense_is_not_a_wait() {
        for value in ["-5", "soon", "", "1.5"] {
            assert_eq!(retry_after(value, NOW), None, "{value}");
        }
    }
}
