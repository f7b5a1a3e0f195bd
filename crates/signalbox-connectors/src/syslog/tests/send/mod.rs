//! The destination against the faked receiver and against the source.

mod check;
mod configuration;
mod encode;
mod relp;
mod round_trip;
mod stream;
mod tls;

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertResource, AlertStatus, Clock, DeliveryKey, ErrorKind, Fingerprint,
    IntegrationName, RuleName, Severity, StepKind,
};
use signalbox_sdk::codec::syslog::framing::FramingMode;
use signalbox_sdk::role::{Batch, Destination, EventItem, Item, Notification, Outcome, Rendered};
use signalbox_sdk::{BuildError, Context, Roles};

use super::NOON;
use crate::syslog::{CONNECTOR, ReceiverProtocol, SyslogReceiver};

/// A clock that is set by hand.
struct Hand(Mutex<Timestamp>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}

fn build_at(config: Value, clock: Arc<dyn Clock>) -> Result<Roles, Vec<BuildError>> {
    let secrets = FixedSecrets::of_variables([("NONE", "none")]);
    let mut context = Context::new(IntegrationName::new("siem"), Arc::new(secrets));
    context.clock = clock;
    (CONNECTOR.build)(config, &context)
}

fn build(config: Value) -> Result<Roles, Vec<BuildError>> {
    build_at(config, Arc::new(Hand(Mutex::new(NOON))))
}

/// A destination of this configuration; what is not said is plain TCP to nowhere.
fn sender(config: Value) -> Arc<dyn Destination> {
    build(with_defaults(config)).unwrap().destination.unwrap()
}

fn with_defaults(mut config: Value) -> Value {
    let fixed = json!({ "direction": "send", "to": "127.0.0.1:1", "transport": "tcp" });
    for (key, value) in fixed.as_object().unwrap() {
        config.as_object_mut().unwrap().entry(key).or_insert_with(|| value.clone());
    }
    config
}

/// A receiver and a destination that sends to it.
struct Line {
    receiver: SyslogReceiver,
    destination: Arc<dyn Destination>,
    clock: Arc<Hand>,
}

impl Line {
    async fn tcp(config: Value) -> Self {
        let counted = ReceiverProtocol::Stream(FramingMode::OctetCounted);
        Self::to(SyslogReceiver::start(counted, None).unwrap(), config)
    }

    async fn relp(mut config: Value) -> Self {
        config["transport"] = json!("relp");
        Self::to(SyslogReceiver::start(ReceiverProtocol::Relp, None).unwrap(), config)
    }

    fn to(receiver: SyslogReceiver, mut config: Value) -> Self {
        config["to"] = json!(receiver.address().to_string());
        let clock = Arc::new(Hand(Mutex::new(NOON)));
        let roles = build_at(with_defaults(config), clock.clone()).unwrap();
        Self { receiver, destination: roles.destination.unwrap(), clock }
    }

    /// Sends an event for each of these messages.
    async fn deliver(&self, messages: &[&str]) -> Vec<Outcome> {
        let events: Vec<_> = messages.iter().map(|message| event_saying(message)).collect();
        self.destination.deliver(&batch(&*self.destination, &events)).await
    }

    /// Delivers when the receiver has had so many connections: when a close is noticed depends on when
    /// the system tells of it, and a batch of nothing looks for it.
    async fn deliver_after_reconnecting(&self, message: &str, connections: usize) -> Vec<Outcome> {
        for _ in 0..10_000 {
            if self.receiver.connections() >= connections {
                break;
            }
            assert_eq!(self.deliver(&[]).await, []);
            tokio::task::yield_now().await;
        }
        self.deliver(&[message]).await
    }

    /// The messages of the events received, once there are so many.
    async fn received(&self, count: usize) -> Vec<String> {
        let said = |text: &String| payload(text)["message"].as_str().unwrap().to_owned();
        self.receiver.wait_for(count).await.iter().map(said).collect()
    }

    fn pass(&self, seconds: u64) {
        let mut now = self.clock.0.lock();
        *now = now.saturating_add(std::time::Duration::from_secs(seconds));
    }
}

fn event_saying(message: &str) -> Value {
    json!({ "class_name": "Base Event", "severity_id": 4, "message": message })
}

/// The JSON behind a header of RFC 5424 without structured data.
fn payload(message: &str) -> Value {
    let (_, json) = message.split_once(" - {").expect("a payload of JSON");
    serde_json::from_str(&format!("{{{json}")).unwrap()
}

fn encoded(destination: &dyn Destination, event: &Value) -> String {
    let mut out = Vec::new();
    let json = event.to_string();
    let item = EventItem { json: json.as_bytes(), time: NOON, source: "edr" };
    destination.encode(&Item::Event(item), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn batch(destination: &dyn Destination, events: &[Value]) -> Batch {
    let (mut body, mut ends) = (Vec::new(), Vec::new());
    for event in events {
        body.extend_from_slice(encoded(destination, event).as_bytes());
        ends.push(body.len());
    }
    Batch { id: "1".to_owned(), body: body.into(), ends }
}

const DONE: Outcome = Outcome::Done(None);

/// The kinds of failed outcomes, `None` for the others.
fn kinds(outcomes: &[Outcome]) -> Vec<Option<ErrorKind>> {
    let kind = |outcome: &Outcome| match outcome {
        Outcome::Failed(error) => Some(error.kind()),
        _ => None,
    };
    outcomes.iter().map(kind).collect()
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed(error) => error.to_string(),
        outcome => format!("{outcome:?}"),
    }
}

fn notification(step: StepKind, event: Value) -> Notification {
    let rule = RuleName::new("critical");
    let id = AlertId::derive(&rule, &Fingerprint::of(&["edr", "f-1"]), 1);
    let alert = Alert {
        id,
        rule,
        source: IntegrationName::new("edr"),
        status: AlertStatus::Open,
        severity: Severity::High,
        title: "As received".to_owned(),
        description: "As received".to_owned(),
        resource: Some(AlertResource {
            uid: "host-7".to_owned(),
            name: Some("db-7".to_owned()),
            kind: Some("host".to_owned()),
        }),
        techniques: vec!["T1110".to_owned()],
        seen_count: 3,
        occurrence: 1,
        opened_at: NOON,
        last_seen_at: NOON.saturating_add(std::time::Duration::from_secs(60)),
        resolved_at: None,
        event,
    };
    let rendered = Rendered {
        title: "Rendered title".to_owned(),
        body: "First line\nsecond=line".to_owned(),
        fields: [("team".to_owned(), "blue".to_owned()), ("no key".to_owned(), "x".to_owned())]
            .into(),
    };
    let key = DeliveryKey::derive(id, &IntegrationName::new("siem"), step);
    Notification { key, step, alert, rendered, receipt: None }
}
