//! A source that says what it found in three words: `open`, `over` or `log`, a name, and an event id.

use bytes::Bytes;
use signalbox_model::Severity;
use signalbox_model::ocsf::objects::Product;
use signalbox_model::ocsf::{Class, ClassUid, Event, FieldPath, Value};
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{Attributes, MappedEvent, Normalize, Normalized, Parsed, RawEvent};

/// OCSF `status_id` 4 of a Detection Finding, Resolved.
const RESOLVED: i64 = 4;

/// Maps the three words; anything else is quarantined.
pub(crate) struct ThreeWords;

impl Normalize for ThreeWords {
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        let text = String::from_utf8_lossy(&raw.body).into_owned();
        let words: Vec<&str> = text.split(' ').collect();
        let [word, name, id] = words[..] else {
            let reason = "it is not three words".to_owned();
            return out.push(Normalized::Quarantine { original: raw.body.clone(), reason });
        };
        out.push(Normalized::Event(Box::new(MappedEvent {
            event: event(word, name, raw.received),
            event_id: (id != "-").then(|| id.into()),
            fingerprint: None,
            original: raw.body.clone(),
            parsed: Parsed::InFull,
        })));
    }
}

/// A raw event of these words.
pub(crate) fn raw(words: &str, received: Timestamp) -> RawEvent {
    let body = Bytes::copy_from_slice(words.as_bytes());
    RawEvent { body, received, event_id: None, attributes: Attributes::default() }
}

fn event(word: &str, name: &str, at: Timestamp) -> Event {
    let class = if word == "log" { ClassUid::Base } else { ClassUid::DetectionFinding };
    let mut event = Event::new(Class::new(class), at);
    event.message = Some(name.into());
    event.severity = if word == "log" { Severity::Informational } else { Severity::High };
    event.metadata.product =
        Some(Box::new(Product { name: Some("Acme EDR".into()), ..Product::default() }));
    if word != "log" {
        for path in ["finding_info.uid", "finding_info.title"] {
            event.assign(&FieldPath::parse(path).unwrap(), Value::Text(name)).unwrap();
        }
    }
    if word == "over" {
        event.status_id = Some(RESOLVED);
    }
    event
}
