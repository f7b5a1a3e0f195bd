//! OCSF events from elsewhere, taken over as far as the hub understands them.

use signalbox_model::ocsf::Event;
use signalbox_model::ocsf::members::Members;
use signalbox_sdk::role::{Normalized, RawEvent};

use super::{KEYS_MAX, keep_fields, mapped, quarantined, time_of};

/// Makes an event of the members of an OCSF object.
pub(super) fn take_over(class_number: i64, members: &Members<'_>, raw: &RawEvent) -> Normalized {
    let mut event = Event::of_members(class_number, members, time_of(raw), KEYS_MAX);
    if event.unmapped.len() > KEYS_MAX {
        let reason = format!(
            "an OCSF event with more than {KEYS_MAX} attributes that OCSF does not have; send them \
             as one JSON text"
        );
        return quarantined(raw, reason);
    }
    keep_fields(raw, &mut event);
    let event_id = event.metadata.uid.take();
    if event.metadata.correlation_uid.is_none() {
        event.metadata.correlation_uid.clone_from(&event_id);
    }
    mapped(event, event_id, raw)
}
