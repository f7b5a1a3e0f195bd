//! Times as devices write them in CEF and LEEF: numbers, ISO 8601, and words in nearly any order.
//!
//! What a text leaves out is taken from a [`Dating`]: the zone from the source's settings, and the
//! year so that the time is nearest to the receipt, which is right around New Year too. A zone's
//! abbreviation that nobody explains makes the time unreadable: `IST` is three zones, and a time
//! that is hours wrong is worse than the time of receipt.

mod month;
mod parts;
mod pattern;
mod words;
mod zone;

#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use signalbox_model::time::Timestamp;

pub use pattern::read_as;

/// What is known about the times of a source.
#[derive(Clone)]
pub struct Dating<'a> {
    received: Timestamp,
    zone: TimeZone,
    named: &'a (dyn Fn(&str) -> Option<TimeZone> + Sync),
}

impl<'a> Dating<'a> {
    /// Makes it of the time of receipt, and the zone of times without one.
    pub fn new(received: Timestamp, zone: TimeZone) -> Self {
        Self { received, zone, named: &|_| None }
    }

    /// Adds what zones by name mean (`CST`, `Europe/Berlin`). Offsets, `UTC`, `GMT` and `Z` are known.
    #[must_use]
    pub fn with_names<'b>(
        self,
        named: &'b (dyn Fn(&str) -> Option<TimeZone> + Sync),
    ) -> Dating<'b> {
        Dating { received: self.received, zone: self.zone, named }
    }

    /// Returns the same with another zone for times without one, if there is another.
    #[must_use]
    pub fn with_zone(&self, zone: Option<TimeZone>) -> Self {
        let mut other = self.clone();
        other.zone = zone.unwrap_or(other.zone);
        other
    }

    /// Returns the zone of an offset or a name.
    pub fn zone_of(&self, text: &str) -> Option<TimeZone> {
        zone::read(text.trim_ascii(), self.named)
    }
}

impl fmt::Debug for Dating<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Dating");
        shown.field("received", &self.received).field("zone", &self.zone).finish_non_exhaustive()
    }
}

/// Reads a time: 10, 13, 16 or 19 digits since 1970 (seconds to nanoseconds), ISO 8601, or a month
/// in words with the day, the time, and maybe the year and the zone.
pub fn read(text: &str, dating: &Dating<'_>) -> Option<Timestamp> {
    let text = text.trim_ascii();
    since_1970(text).or_else(|| iso(text, dating)).or_else(|| words::read(text, dating))
}

fn since_1970(text: &str) -> Option<Timestamp> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match (digits, text.as_bytes().get(digits)) {
        (10 | 13 | 16 | 19, None) => text.parse().ok().map(Timestamp::from_number),
        (10, Some(b'.')) => Timestamp::parse(text).ok(),
        _ => None,
    }
}

fn iso(text: &str, dating: &Dating<'_>) -> Option<Timestamp> {
    // Not an attempt where a month stands first, nor a day alone, which is no time.
    if !text.starts_with(|first: char| first.is_ascii_digit()) || text.len() <= DAY_BYTES {
        return None;
    }
    // Some send `+00:00Z`.
    let once = text.strip_suffix('Z').filter(|rest| rest.get(11..).is_some_and(has_offset));
    if let Ok(moment) = once.unwrap_or(text).parse::<jiff::Timestamp>() {
        return Some(Timestamp::from_millis(moment.as_millisecond()));
    }
    moment(text.parse().ok()?, &dating.zone)
}

fn has_offset(time: &str) -> bool {
    time.contains(['+', '-'])
}

/// The moment at which clocks of the zone show this; the first of two in autumn.
fn moment(shown: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let moment = zone.to_timestamp(shown).ok()?;
    Some(Timestamp::from_millis(moment.as_millisecond()))
}

/// The length of `2026-03-01`.
const DAY_BYTES: usize = 10;
