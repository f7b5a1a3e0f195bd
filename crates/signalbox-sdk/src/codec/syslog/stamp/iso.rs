//! RFC 3339 and its relatives: `2026-03-01T12:00:00.123Z`, with a blank for the `T`, without a zone.

use super::clock::{Clock, trailing_zone};
use super::{FaultKind, Stamp};
use crate::codec::syslog::zone::two_digits;

/// Reads such a stamp at the start.
pub(in crate::codec::syslog) fn iso(bytes: &[u8]) -> Option<Stamp> {
    let year = year(bytes)?;
    let month = two_digits(bytes, 5)?.cast_signed();
    let day = two_digits(bytes, 8)?.cast_signed();
    let [b'-', _, _, b'-', _, _, separator @ (b'T' | b't' | b' ')] = bytes.get(4..11)? else {
        return None;
    };
    let (clock, end, mut fault) = Clock::read(bytes, 11)?;
    let zone = trailing_zone(bytes, end);
    let mut length = zone.map_or(end, |(_, end)| end);
    match (separator, zone.and_then(|_| bytes.get(end))) {
        (b' ', _) | (_, Some(b' ' | b'A'..=b'Y')) => fault = Some(FaultKind::TimestampForm),
        (_, None) => fault = Some(FaultKind::ZoneMissing),
        (b't', _) | (_, Some(b'z')) => fault = fault.or(Some(FaultKind::TimestampLoose)),
        // Offset and `Z` both, as some appliances write.
        (_, Some(b'+' | b'-')) if bytes.get(length) == Some(&b'Z') => {
            length += 1;
            fault = Some(FaultKind::TimestampForm);
        }
        _ => {}
    }
    let offset = zone.map(|(seconds, _)| seconds);
    Some(Stamp { length, fault, year: Some(year), month, day, clock, offset })
}

/// Reads the four digits of a year at the start.
pub(super) fn year(bytes: &[u8]) -> Option<i16> {
    let century = i16::from(two_digits(bytes, 0)?);
    Some(century * 100 + i16::from(two_digits(bytes, 2)?))
}
