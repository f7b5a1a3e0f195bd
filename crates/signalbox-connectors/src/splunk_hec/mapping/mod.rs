//! What a HEC event becomes.
//!
//! HEC carries anything. An OCSF event, as another hub sends it, is taken over as it is; what the
//! token has a mapping for is mapped; anything else becomes a Base Event: its text is the message,
//! its JSON keys are kept in `unmapped`, where routes and rules can still ask for them.

mod base;
mod ocsf;

use std::net::IpAddr;
use std::sync::Arc;

use signalbox_model::ocsf::members::members_of;
use signalbox_model::ocsf::{Event, Json, Text};
use signalbox_model::time::Timestamp;
use signalbox_sdk::Context;
use signalbox_sdk::mapping::Mapping;
use signalbox_sdk::role::{MappedEvent, Normalize, Normalized, Parsed, RawEvent};

use super::attribute;
use super::config::ReceiveConfig;
use crate::json::{DEPTH_MAX, too_deep};

/// Maps what the collector received.
pub(super) struct HecNormalize {
    by_token: Vec<(Text, Arc<Mapping>)>,
}

impl HecNormalize {
    /// Finds the mappings of the tokens; the configuration was checked for unknown ones.
    pub(super) fn new(config: &ReceiveConfig, context: &Context) -> Self {
        let of_token = config.tokens.iter().filter_map(|token| {
            let name = token.mapping.as_deref().or(config.mapping.as_deref())?;
            Some((Text::from(&token.name), context.mapping(name).ok()?))
        });
        Self { by_token: of_token.collect() }
    }

    fn mapping(&self, raw: &RawEvent) -> Option<&Mapping> {
        let token = raw.attribute(attribute::TOKEN)?;
        let found = self.by_token.iter().find(|(name, _)| name == token);
        found.map(|(_, mapping)| &**mapping)
    }
}

impl Normalize for HecNormalize {
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        let members = members_of(&raw.body);
        if members.is_some() && too_deep(&raw.body).is_some() {
            let reason =
                format!("nested deeper than {DEPTH_MAX} levels; send the inside as a text");
            return out.push(quarantined(raw, reason));
        }
        if let Some(members) = &members
            && let Some(class_number) = Event::class_number(members)
        {
            return out.push(ocsf::take_over(class_number, members, raw));
        }
        if let Some(mapping) = self.mapping(raw) {
            return mapping.normalize(raw, out);
        }
        out.push(match members {
            Some(members) => base::of_members(&members, raw),
            None => base::of_text(raw),
        });
    }
}

/// The event's own time, or when it was received.
fn time_of(raw: &RawEvent) -> Timestamp {
    let millis = raw.attribute(attribute::TIME).and_then(|millis| millis.parse().ok());
    millis.map_or(raw.received, Timestamp::from_millis)
}

/// Keeps the indexed fields, each under its own name; too many stay together.
fn keep_fields(raw: &RawEvent, event: &mut Event) {
    let Some(fields) = raw.attribute(attribute::FIELDS) else { return };
    let members = members_of(fields.as_bytes()).unwrap_or_default();
    if members.len() > KEYS_MAX {
        return event.unmapped.insert_text(attribute::FIELDS, fields);
    }
    for (name, value) in members {
        event.unmapped.insert_json(&format!("fields.{name}"), Json::from(value));
    }
}

fn mapped(event: Event, event_id: Option<Text>, raw: &RawEvent) -> Normalized {
    Normalized::Event(Box::new(MappedEvent {
        event,
        event_id,
        fingerprint: None,
        original: raw.body.clone(),
        parsed: if std::str::from_utf8(&raw.body).is_ok() {
            Parsed::InFull
        } else {
            Parsed::InPart
        },
    }))
}

fn quarantined(raw: &RawEvent, reason: String) -> Normalized {
    Normalized::Quarantine { original: raw.body.clone(), reason }
}

fn is_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

/// Keys of one event that are kept in `unmapped`, where each costs a search.
const KEYS_MAX: usize = 1000;
