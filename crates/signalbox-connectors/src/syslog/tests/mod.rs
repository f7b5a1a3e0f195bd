//! The connector against fixtures, the corpus and hostile bytes.

mod cef_products;
mod configuration;
mod corpus;
mod firewalls;
mod hostile;
mod judged;
mod listener;
mod log_ins;
mod send;
mod senders;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use signalbox_model::IntegrationName;
use signalbox_model::ocsf::schema::{Level, validate};
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{Listener, MappedEvent, Normalize, Normalized, RawEvent};
use signalbox_sdk::{BuildError, Context, Roles};

use super::CONNECTOR;

/// 2026-07-01 12:00 UTC.
const NOON: Timestamp = Timestamp::from_millis(1_782_907_200_000);

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9));

fn build(config: Value) -> Result<Roles, Vec<BuildError>> {
    let secrets = FixedSecrets::of_variables([("NONE", "none")]);
    (CONNECTOR.build)(config, &Context::new(IntegrationName::new("syslog"), Arc::new(secrets)))
}

/// The source as `signalbox decode` builds it.
struct Source {
    listener: Arc<dyn Listener>,
    normalize: Arc<dyn Normalize>,
}

impl Source {
    fn by_default() -> Self {
        Self::of(serde_json::from_str(CONNECTOR.decode_config.unwrap()).unwrap())
    }

    fn of(config: Value) -> Self {
        let roles = build(config).unwrap();
        Self { listener: roles.listener.unwrap(), normalize: roles.normalize.unwrap() }
    }

    fn datagram(&self, bytes: &[u8]) -> Option<RawEvent> {
        self.listener.datagram(0, PEER, Bytes::copy_from_slice(bytes), NOON)
    }

    /// The one event of a line.
    fn event(&self, line: &[u8]) -> MappedEvent {
        let raw = self.datagram(line).expect("a line with something in it");
        self.event_of(&raw)
    }

    fn event_of(&self, raw: &RawEvent) -> MappedEvent {
        let mut parts = Vec::new();
        self.normalize.normalize(raw, &mut parts);
        assert_eq!(parts.len(), 1);
        match parts.remove(0) {
            Normalized::Event(event) => *event,
            Normalized::Quarantine { reason, .. } => panic!("{reason}"),
        }
    }
}

fn event(line: &str) -> MappedEvent {
    Source::by_default().event(line.as_bytes())
}

fn document(event: &MappedEvent) -> Value {
    let mut bytes = Vec::new();
    event.event.write_json(&mut bytes);
    serde_json::from_slice(&bytes).unwrap()
}

/// The event of a line as JSON.
fn mapped(line: &str) -> Value {
    document(&event(line))
}

/// What is wrong with an event by OCSF.
fn violations(event: &Value) -> Vec<String> {
    let found = validate(event).into_iter();
    found.filter(|found| found.level() == Level::Error).map(|found| found.to_string()).collect()
}

/// The parts of an event that paths lead to, `null` where there is none.
fn parts(event: &Value, paths: &[&str]) -> Value {
    let part = |path: &str| event.pointer(&format!("/{}", path.replace('.', "/"))).cloned();
    json!(paths.iter().map(|path| part(path).unwrap_or(Value::Null)).collect::<Vec<_>>())
}

/// Checks the class and some parts of a line's event, and that it is valid.
fn check(line: &str, class: i64, expected: &Value) {
    let event = mapped(line);

    let paths: Vec<&str> = expected.as_object().unwrap().keys().map(String::as_str).collect();
    let values: Vec<&Value> = expected.as_object().unwrap().values().collect();
    assert_eq!(event["class_uid"], class, "{event}");
    assert_eq!(parts(&event, &paths), json!(values), "{paths:?} of {event}");
    assert_eq!(violations(&event), [] as [&str; 0], "{event}");
}
