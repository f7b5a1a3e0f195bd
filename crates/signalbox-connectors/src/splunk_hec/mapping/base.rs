//! Events of no known kind: everything is kept, and the few usual keys are understood.

use signalbox_model::Severity;
use signalbox_model::ocsf::members::{Members, text_of};
use signalbox_model::ocsf::objects::{Device, KeyValue, Product};
use signalbox_model::ocsf::{Class, Event, Json, Text};
use signalbox_sdk::role::{Normalized, RawEvent};

use super::super::attribute;
use super::{KEYS_MAX, is_address, keep_fields, mapped, time_of};

/// Makes an event of a text, or of JSON that is no object.
pub(super) fn of_text(raw: &RawEvent) -> Normalized {
    let mut event = described(raw);
    event.message = Some(Text::from_utf8_lossy(&raw.body));
    keep_fields(raw, &mut event);
    mapped(event, None, raw)
}

/// Makes an event of an object.
pub(super) fn of_members(members: &Members<'_>, raw: &RawEvent) -> Normalized {
    let mut event = described(raw);
    let text_at = |names: &[&str]| {
        names.iter().find_map(|name| {
            let (key, value) = members.iter().find(|(key, _)| key == name)?;
            Some((key.as_ref(), text_of(value)?))
        })
    };
    let message = text_at(MESSAGE_KEYS);
    if let Some(word) = text_at(SEVERITY_KEYS).and_then(|(_, word)| Severity::parse(&word)) {
        event.severity = word;
    }
    if members.len() > KEYS_MAX {
        let whole = String::from_utf8_lossy(&raw.body);
        event.unmapped.insert_text("event", &whole);
    } else {
        let read = message.as_ref().map(|(key, _)| *key);
        for (key, value) in members.iter().filter(|(key, _)| Some(key.as_ref()) != read) {
            event.unmapped.insert_json(key, Json::from(*value));
        }
    }
    event.message = message.map(|(_, text)| Text::from(text));
    keep_fields(raw, &mut event);
    mapped(event, None, raw)
}

/// An event with what HEC said beside it.
fn described(raw: &RawEvent) -> Event {
    let said = |name| raw.attribute(name).map(Text::from);
    let mut event = Event::new(Class::Base, time_of(raw));
    event.device = said(attribute::HOST).map(|host| Box::new(device(host)));
    let sourcetype = said(attribute::SOURCETYPE);
    // OCSF wants a product; the format's name is the nearest that HEC tells.
    let product = sourcetype.clone().or_else(|| said(attribute::TOKEN));
    event.metadata.product = Some(Box::new(Product { name: product, ..Product::default() }));
    event.metadata.log_format = sourcetype;
    event.metadata.log_name = said(attribute::SOURCE);
    if let Some(index) = said(attribute::INDEX) {
        let name = Some(Text::from(attribute::INDEX));
        event.metadata.tags.push(KeyValue { name, value: Some(index), values: Vec::new() });
    }
    event
}

fn device(host: Text) -> Device {
    if is_address(&host) {
        Device { ip: Some(host), ..Device::default() }
    } else {
        Device { hostname: Some(host), ..Device::default() }
    }
}

/// Where senders put the text of an event: logging libraries, Docker, Fluent Bit.
const MESSAGE_KEYS: &[&str] = &["message", "msg", "line", "log"];

/// Where logging libraries put its severity, in words.
const SEVERITY_KEYS: &[&str] = &["severity", "level"];
