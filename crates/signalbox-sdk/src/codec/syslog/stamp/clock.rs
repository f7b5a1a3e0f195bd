//! The time of day, its fraction, and the zone behind it.

use jiff::civil::Time;

use crate::codec::syslog::fault::FaultKind;
use crate::codec::syslog::zone::{abbreviation, offset, two_digits};

/// A time of day to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clock {
    hour: i8,
    minute: i8,
    second: i8,
    millis: i32,
}

impl Clock {
    /// Reads `hh:mm:ss` with an optional fraction at `at`: the clock, the end, and what deserves a
    /// word about the fraction.
    pub(super) fn read(bytes: &[u8], at: usize) -> Option<(Self, usize, Option<FaultKind>)> {
        let hour = two_digits(bytes, at).filter(|hour| *hour <= 23)?;
        let minute = two_digits(bytes, at + 3).filter(|minute| *minute <= 59)?;
        let second = two_digits(bytes, at + 6).filter(|second| *second <= LEAP_SECOND)?;
        if bytes.get(at + 2) != Some(&b':') || bytes.get(at + 5) != Some(&b':') {
            return None;
        }
        let (millis, length, fault) = fraction(bytes.get(at + 8..).unwrap_or_default());
        let fault = if second == LEAP_SECOND { Some(FaultKind::TimestampForm) } else { fault };
        let [hour, minute, second] = [hour, minute, second].map(u8::cast_signed);
        Some((Self { hour, minute, second, millis }, at + 8 + length, fault))
    }

    pub(super) fn time(self) -> Option<Time> {
        let second = if self.is_leap() { self.second - 1 } else { self.second };
        Time::new(self.hour, self.minute, second, self.millis * 1_000_000).ok()
    }

    /// Returns what a leap second adds: the calendar used everywhere else has none.
    pub(super) fn leap_millis(self) -> i64 {
        if self.is_leap() { 1_000 } else { 0 }
    }

    fn is_leap(self) -> bool {
        self.second == LEAP_SECOND.cast_signed()
    }
}

/// Reads `.123456`, with a comma in some languages: milliseconds, length, and what is odd about it.
fn fraction(bytes: &[u8]) -> (i32, usize, Option<FaultKind>) {
    let [mark @ (b'.' | b','), digits @ ..] = bytes else { return (0, 0, None) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return (0, 0, None);
    }
    let thousandths = digits.iter().take(count).chain(b"000").take(3);
    let millis = thousandths.fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'));
    let fault = match count {
        1..=6 if *mark == b'.' => None,
        7..=9 if *mark == b'.' => Some(FaultKind::TimestampLoose),
        _ => Some(FaultKind::TimestampForm),
    };
    (millis, 1 + count, fault)
}

/// Reads the zone behind a time: glued (`+02:00`, `Z`), or after a blank (` +0200`, ` CEST`).
/// Returns seconds east of UTC, and where it ends.
pub(super) fn trailing_zone(bytes: &[u8], at: usize) -> Option<(i32, usize)> {
    let behind = bytes.get(at..)?;
    if let Some((seconds, length)) = offset(behind) {
        return Some((seconds, at + length));
    }
    let apart = behind.strip_prefix(b" ").unwrap_or(behind);
    let start = at + behind.len() - apart.len();
    // A lone `Z` or `-05` after a blank is more likely a word of the message.
    let found = abbreviation(apart)
        .filter(|(_, length)| *length > 1)
        .or_else(|| offset(apart).filter(|(_, length)| *length >= 5));
    found.map(|(seconds, length)| (seconds, start + length))
}

const LEAP_SECOND: u8 = 60;
