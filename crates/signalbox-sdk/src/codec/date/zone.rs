//! Zones as they follow a time: `+0200`, `GMT+02:00`, `UTC`, or a name that somebody explains.

use jiff::tz::{Offset, TimeZone};

use super::parts::number;

/// Reads a zone; `named` explains names.
pub(super) fn read(text: &str, named: &dyn Fn(&str) -> Option<TimeZone>) -> Option<TimeZone> {
    for universal in ["UTC", "GMT", "UT", "Z"] {
        let Some(rest) = text.strip_prefix(universal) else { continue };
        if rest.is_empty() {
            return Some(TimeZone::UTC);
        }
        if let Some(zone) = offset(rest) {
            return Some(zone);
        }
    }
    offset(text).or_else(|| (!text.is_empty()).then(|| named(text)).flatten())
}

/// Reads `+2`, `+02`, `+0200` or `+02:00`.
fn offset(text: &str) -> Option<TimeZone> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = text.get(1..)?;
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() <= 2 => (digits, "0"),
        None => digits.split_at_checked(2)?,
    };
    let (hours, minutes): (i32, i32) = (number(hours)?, number(minutes)?);
    if hours > 18 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok().map(Offset::to_time_zone)
}
