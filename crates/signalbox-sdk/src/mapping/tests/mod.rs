//! Mappings at work, from configuration to OCSF.

mod alertmanager;
mod anything;
mod compiling;
mod documented;
mod items;
mod values;

use bytes::Bytes;
use serde_json::{Value, json};
use signalbox_model::ocsf::schema::{Level, validate};
use signalbox_model::ocsf::{Event, Text};
use signalbox_model::time::Timestamp;

use super::{Mapping, MappingConfig};
use crate::BuildError;
use crate::role::{Attributes, MappedEvent, Normalized, RawEvent};

const RECEIVED: Timestamp = Timestamp::from_millis(1_772_366_400_000);

fn compile(config: Value) -> Result<Mapping, Vec<BuildError>> {
    Mapping::compile(&serde_json::from_value::<MappingConfig>(config).unwrap())
}

/// Compiles a mapping of a detection finding that has what is required, `uid` being its identity.
fn finding(attributes: Value) -> Mapping {
    let mut config = json!({
        "class": "detection_finding",
        "attributes": {
            "finding_info.uid": "uid",
            "finding_info.title": "title",
            "metadata.product.name": {"value": "Acme"},
        }
    });
    let given = attributes.as_object().unwrap().clone();
    config["attributes"].as_object_mut().unwrap().extend(given);
    compile(config).unwrap()
}

fn raw(body: impl Into<Bytes>) -> RawEvent {
    RawEvent {
        body: body.into(),
        received: RECEIVED,
        event_id: None,
        attributes: Attributes::default(),
    }
}

fn apply(mapping: &Mapping, raw: &RawEvent) -> Vec<Normalized> {
    let mut out = Vec::new();
    mapping.apply(raw, &mut out);
    out
}

/// Applies a mapping to a body that becomes one event.
fn map(mapping: &Mapping, body: Value) -> MappedEvent {
    event(apply(mapping, &raw(body.to_string())).remove(0))
}

/// Applies a mapping to a body that becomes one quarantined part.
fn quarantined(mapping: &Mapping, body: impl Into<Bytes>) -> String {
    match apply(mapping, &raw(body)).remove(0) {
        Normalized::Quarantine { reason, .. } => reason,
        Normalized::Event(event) => panic!("not quarantined: {}", written(&event.event)),
    }
}

fn event(normalized: Normalized) -> MappedEvent {
    match normalized {
        Normalized::Event(event) => *event,
        Normalized::Quarantine { reason, .. } => panic!("quarantined: {reason}"),
    }
}

/// Writes an event, which must be valid OCSF.
fn written(event: &Event) -> Value {
    let mut json = Vec::new();
    event.write_json(&mut json);
    let event: Value = serde_json::from_slice(&json).unwrap();
    let violations = validate(&event);
    let errors: Vec<_> =
        violations.iter().filter(|violation| violation.level() == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?} in {event:#}");
    event
}
