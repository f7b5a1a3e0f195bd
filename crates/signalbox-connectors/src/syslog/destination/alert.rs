//! What a step of an alert is made of.

use serde::Deserialize as _;
use signalbox_model::StepKind;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{AlertDocument, Notification};
use signalbox_sdk::{Error, ErrorKind};

use super::event::OcsfEvent;

/// Returns the finding's event as far as it can be read: an alert is told in any case.
pub(super) fn event_of(item: &Notification) -> OcsfEvent<'_> {
    OcsfEvent::deserialize(&item.alert.event).unwrap_or_default()
}

/// Returns the step's own moment, so that a retry reads the same.
pub(super) fn time_of(item: &Notification) -> Timestamp {
    let alert = &item.alert;
    match item.step {
        StepKind::Open => alert.opened_at,
        StepKind::Update(_) => alert.last_seen_at,
        StepKind::Resolve(_) => alert.resolved_at.unwrap_or(alert.last_seen_at),
    }
}

/// Writes the document that webhooks get.
pub(super) fn json(item: &Notification) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(&AlertDocument::of(item))
        .map_err(|error| Error::new(ErrorKind::Bug, "encode a notification", error.to_string()))
}
