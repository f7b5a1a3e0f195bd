//! Seconds or milliseconds since 1970, as cloud-managed switches and firewalls write.

use signalbox_model::time::Timestamp;

/// Reads ten digits with an optional fraction, or thirteen, at the start and a blank behind: the
/// moment and the length without the blank.
pub(in crate::codec::syslog) fn seconds_since_1970(bytes: &[u8]) -> Option<(Timestamp, usize)> {
    let whole = digits(bytes);
    let fraction = match bytes.get(whole) {
        Some(b'.') if whole == SECONDS_DIGITS => digits(bytes.get(whole + 1..)?),
        _ => 0,
    };
    let is_stamp = matches!(whole, SECONDS_DIGITS | MILLIS_DIGITS) && fraction <= 9;
    let length = if fraction == 0 { whole } else { whole + 1 + fraction };
    if !is_stamp || bytes.get(length) != Some(&b' ') {
        return None;
    }
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
    Some((Timestamp::parse(text).ok()?, length))
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take(MILLIS_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count()
}

const SECONDS_DIGITS: usize = 10;
const MILLIS_DIGITS: usize = 13;
