//! Texts that want to be more than text, at every destination and at every source.

mod documents;
mod servicenow;
mod slack;
mod sources;

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use signalbox_connectors::find;
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertResource, AlertStatus, DeliveryKey, Fingerprint, IntegrationName,
    RuleName, Severity, StepKind,
};
use signalbox_sdk::mapping::Mapping;
use signalbox_sdk::role::{Batch, Destination, EventItem, Item, Notification, Outcome, Rendered};
use signalbox_sdk::testkit::{Server, Simulator};
use signalbox_sdk::{Context, Roles};

/// 2026-03-01 12:00 UTC.
pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_000);

pub(crate) fn build(connector: &str, config: Value, variables: &[(&str, &str)]) -> Roles {
    let secrets = FixedSecrets::of_variables(variables.iter().copied());
    let context = Context::new(IntegrationName::new(connector), Arc::new(secrets));
    let context = Context { mappings: Arc::new([("any".to_owned(), mapping())].into()), ..context };
    (find(connector).unwrap().build)(config, &context).unwrap()
}

/// A mapping that takes whatever an object says.
fn mapping() -> Arc<Mapping> {
    let config = json!({
        "class": "detection_finding",
        "attributes": {
            "finding_info.uid": "message",
            "finding_info.title": "message",
            "message": "message",
            "severity": "severity",
            "device.hostname": "host",
            "device.type": { "value": "Server" },
            "time": "time",
            "metadata.product.name": { "value": "Sensor" },
        },
    });
    Arc::new(Mapping::compile(&serde_json::from_value(config).unwrap()).unwrap())
}

async fn serve(simulator: &dyn Simulator) -> (Server, SocketAddr) {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let server = Server::start(simulator.router(), 0).await.unwrap();
    let address = server.address();
    (server, address)
}

/// An alert that says `text` wherever a source may say something.
pub(crate) fn alert(text: &str) -> Alert {
    let rule = RuleName::new("everything");
    let text = text.to_owned();
    Alert {
        id: AlertId::derive(&rule, &Fingerprint::of(&["edr", &text]), 1),
        rule,
        source: IntegrationName::new("edr"),
        status: AlertStatus::Open,
        severity: Severity::High,
        title: text.clone(),
        description: text.clone(),
        resource: Some(AlertResource {
            uid: text.clone(),
            name: Some(text.clone()),
            kind: Some(text.clone()),
        }),
        techniques: vec![text.clone()],
        seen_count: 1,
        occurrence: 1,
        opened_at: NOON,
        last_seen_at: NOON,
        resolved_at: None,
        event: event(&text),
    }
}

/// An event that says `text` in every class of attribute: those that are shown, and those that are not.
fn event(text: &str) -> Value {
    json!({
        "class_uid": 2004, "class_name": "Detection Finding", "type_uid": 200_401,
        "type_name": "Detection Finding", "severity_id": 99, "severity": text, "message": text,
        "metadata": { "uid": "uid-1", "product": { "name": text } },
        "finding_info": { "uid": text, "title": text },
        "device": { "hostname": text },
        "unmapped": { text: text },
    })
}

/// What a template makes of an alert: its values have gone through the destination's escaping.
fn rendered(text: &str) -> Rendered {
    let fields = [("note", text), ("link", text)].map(|(name, text)| (name.into(), text.into()));
    Rendered { title: text.to_owned(), body: format!("{text}\n{text}"), fields: fields.into() }
}

pub(crate) fn notification(text: &str, escaped: &str, step: StepKind) -> Notification {
    let alert = alert(text);
    let key = DeliveryKey::derive(alert.id, &IntegrationName::new("out"), step);
    Notification { key, step, alert, rendered: rendered(escaped), receipt: None }
}

/// Encodes and delivers one item, and returns it as encoded.
async fn deliver(destination: &dyn Destination, item: &Item<'_>) -> Vec<u8> {
    let mut encoded = Vec::new();
    destination.encode(item, &mut encoded).unwrap();
    let ends = vec![encoded.len()];
    let batch = Batch { id: "batch-1".to_owned(), body: encoded.clone().into(), ends };
    let outcomes = destination.deliver(&batch).await;
    assert!(matches!(outcomes[..], [Outcome::Done(_)]), "{outcomes:?}");
    encoded
}

/// The steps of an alert's life, each as a notification.
fn notifications(destination: &dyn Destination, text: &str) -> Vec<Notification> {
    let escaped = destination.escape(text).into_owned();
    let steps = [StepKind::Open, StepKind::Update(1), StepKind::Resolve(1)];
    steps.map(|step| notification(text, &escaped, step)).into()
}

pub(crate) fn stream_item<'a>(json: &'a [u8], source: &'a str) -> Item<'a> {
    Item::Event(EventItem { json, time: NOON, source })
}
