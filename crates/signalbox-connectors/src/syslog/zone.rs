//! Time zones by offset or by their names in the IANA database.

use jiff::tz::TimeZone;
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::date::Dating;

/// Returns the zone of a name.
pub(super) fn named(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// Returns a zone that is known to be one, by offset or by name.
pub(super) fn time_zone(text: &str) -> TimeZone {
    let dating = Dating::new(Timestamp::default(), TimeZone::UTC);
    dating.with_names(&named).zone_of(text).unwrap_or(TimeZone::UTC)
}
