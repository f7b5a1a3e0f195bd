//! The side of an answer over HTTP that is about the peer and not about the question.

use http::HeaderMap;
use http::header::{AGE, DATE, HeaderName, RETRY_AFTER};
use signalbox_model::time::Timestamp;

/// What an answer said beside its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Its HTTP status.
    pub status: u16,
    /// How far this machine's clock is ahead of the peer's, in milliseconds; negative where it is behind,
    /// 0 where the two agree as far as can be told; `None` where the peer names no time.
    pub skew_ms: Option<i64>,
    /// Headers about limits, by name, in small letters.
    pub limits: Vec<(String, String)>,
    /// The peer's own certificate in DER, where TLS was spoken.
    pub certificate: Option<Vec<u8>>,
}

impl Answered {
    /// Reads the headers of an answer to a request that was sent at `asked` and answered at `answered`, by
    /// this machine's clock.
    pub(crate) fn read(
        status: u16,
        headers: &HeaderMap,
        (asked, answered): (Timestamp, Timestamp),
        certificate: Option<Vec<u8>>,
    ) -> Self {
        let skew_ms = time_of(headers).map(|peer| skew_ms(peer, asked, answered));
        Self { status, skew_ms, limits: limits(headers), certificate }
    }
}

/// The second in which the answer was made: `Date`, and the time it lay in a cache since (RFC 9111 §5.1).
fn time_of(headers: &HeaderMap) -> Option<Timestamp> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let date = httpdate::parse_http_date(text(DATE)?.trim()).ok()?;
    let millis = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_millis();
    let age = text(AGE).and_then(|age| age.trim().parse::<i64>().ok()).unwrap_or_default();
    let millis = i64::try_from(millis).ok()?.saturating_add(age.saturating_mul(SECOND_MS));
    Some(Timestamp::from_millis(millis))
}

/// The peer wrote the answer within the second it names, and at some moment between question and answer.
/// The smallest difference that explains both is what is certain.
fn skew_ms(peer: Timestamp, asked: Timestamp, answered: Timestamp) -> i64 {
    let least = asked.as_millis() - (peer.as_millis() + SECOND_MS);
    let most = answered.as_millis() - peer.as_millis();
    if least > 0 { least } else { most.min(0) }
}

fn limits(headers: &HeaderMap) -> Vec<(String, String)> {
    let is_limit = |name: &str| {
        name == RETRY_AFTER.as_str() || name.contains("ratelimit") || name.contains("rate-limit")
    };
    let found = headers.iter().filter(|(name, _)| is_limit(name.as_str()));
    found
        .filter_map(|(name, value)| {
            let value: String = value.to_str().ok()?.chars().take(VALUE_CHARS_MAX).collect();
            Some((name.as_str().to_owned(), value))
        })
        .take(LIMITS_MAX)
        .collect()
}

const SECOND_MS: i64 = 1000;

/// Vendors send three or four.
const LIMITS_MAX: usize = 16;

/// The longest that means something is a policy of a few parts.
const VALUE_CHARS_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the example date of RFC 9110.
    const DATE_MS: i64 = 784_111_777_000;

    #[test]
    fn a_clock_within_the_second_of_the_answer_agrees() {
        for (asked, answered) in [(0, 0), (0, 999), (-500, 20), (-9000, 9000), (900, 1400)] {
            assert_eq!(skew_of(asked, answered, None), Some(0), "{asked} {answered}");
        }
    }

    #[test]
    fn a_clock_ahead_or_behind_differs_by_what_is_certain() {
        assert_eq!(skew_of(61_000, 61_500, None), Some(60_000));
        assert_eq!(skew_of(-60_500, -60_000, None), Some(-60_000));
    }

    #[test]
    fn an_answer_out_of_a_cache_is_as_old_as_it_says() {
        assert_eq!(skew_of(3_600_000, 3_600_100, Some("3600")), Some(0));
    }

    #[test]
    fn an_answer_without_a_readable_date_says_nothing_of_the_clock() {
        let mut headers = HeaderMap::new();
        assert_eq!(read(&headers, 0, 0).skew_ms, None);

        headers.insert(DATE, "yesterday".parse().unwrap());
        assert_eq!(read(&headers, 0, 0).skew_ms, None);
    }

    #[test]
    fn headers_about_limits_are_kept_and_no_others() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-ratelimit-limit", "500"),
            ("ratelimit-policy", "100;w=60"),
            ("retry-after", "7"),
            ("set-cookie", "session=secret"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }

        let mut limits = read(&headers, 0, 0).limits;
        limits.sort();

        let expected =
            [("ratelimit-policy", "100;w=60"), ("retry-after", "7"), ("x-ratelimit-limit", "500")];
        assert_eq!(limits, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    fn skew_of(asked: i64, answered: i64, age: Option<&str>) -> Option<i64> {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
        age.into_iter().for_each(|age| drop(headers.insert(AGE, age.parse().unwrap())));
        read(&headers, asked, answered).skew_ms
    }

    fn read(headers: &HeaderMap, asked: i64, answered: i64) -> Answered {
        let at = |offset| Timestamp::from_millis(DATE_MS + offset);
        Answered::read(200, headers, (at(asked), at(answered)), None)
    }
}
