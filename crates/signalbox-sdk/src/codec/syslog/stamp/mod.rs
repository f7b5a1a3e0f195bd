//! The timestamps of syslog: RFC 3339, ISO 8601, `Mmm dd hh:mm:ss` with all that devices add, and
//! seconds since 1970.
//!
//! A stamp is read byte by byte into its parts and becomes a moment only with what it lacks: the
//! year that puts it nearest to its receipt, and the zone of the settings.

mod bsd;
mod clock;
mod iso;
mod number;

use jiff::civil::{Date, DateTime};
use signalbox_model::time::Timestamp;

use super::fault::FaultKind;
use super::zone::Zone;

pub(super) use bsd::bsd;
pub(super) use iso::iso;
pub(super) use number::seconds_since_1970;

use clock::Clock;

/// A stamp as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stamp {
    /// How many bytes it takes.
    pub(super) length: usize,
    /// What of its form deserves a word.
    pub(super) fault: Option<FaultKind>,
    year: Option<i16>,
    month: i8,
    day: i8,
    clock: Clock,
    offset: Option<i32>,
}

impl Stamp {
    /// Says whether the stamp itself names its zone.
    pub(super) fn has_zone(&self) -> bool {
        self.offset.is_some()
    }

    /// Takes so many bytes more into the stamp.
    pub(super) fn longer(self, bytes: usize) -> Self {
        Self { length: self.length + bytes, ..self }
    }

    /// Returns the moment it means; `None` where the calendar has no such day.
    pub(super) fn moment(&self, received: Timestamp, zone: &Zone) -> Option<Timestamp> {
        match self.year {
            Some(year) => self.in_year(year, zone),
            None => self.nearest(received, zone),
        }
    }

    /// In the year of receipt, unless New Year lies between: the year before or after.
    fn nearest(&self, received: Timestamp, zone: &Zone) -> Option<Timestamp> {
        let year = Zone::UTC.local(received)?.year();
        let distance = |moment: &Timestamp| moment.as_millis().abs_diff(received.as_millis());
        let here = self.in_year(year, zone);
        if here.is_some_and(|moment| distance(&moment) < HALF_YEAR_MILLIS) {
            return here;
        }
        let around = [self.in_year(year - 1, zone), here, self.in_year(year + 1, zone)];
        around.into_iter().flatten().min_by_key(distance)
    }

    fn in_year(&self, year: i16, zone: &Zone) -> Option<Timestamp> {
        let date = Date::new(year, self.month, self.day).ok()?;
        let local = DateTime::from_parts(date, self.clock.time()?);
        let moment = match self.offset {
            Some(0) => Zone::UTC.moment(local)?,
            Some(seconds) => Zone::fixed(seconds)?.moment(local)?,
            None => zone.moment(local)?,
        };
        Some(Timestamp::from_millis(moment.as_millis() + self.clock.leap_millis()))
    }
}

/// Just under half of 365 days: nearer than this, no other year can be nearer.
const HALF_YEAR_MILLIS: u64 = 182 * 24 * 3_600 * 1_000;

#[cfg(test)]
mod tests;
