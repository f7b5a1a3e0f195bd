//! What is sent, and what each answer means.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertStatus, DeliveryKey, Error, ErrorKind, Fingerprint, IntegrationName,
    RuleName, Severity, StepKind,
};
use signalbox_sdk::role::{Batch, Destination, EventItem, Item, Notification, Outcome, Rendered};
use signalbox_sdk::testkit::{Fault, Server, Simulator};

use super::super::{Delivery, WebhookSimulator};
use super::{Stopped, build, context, mistakes};

#[tokio::test]
async fn events_arrive_in_one_signed_batch() {
    let hook = Hook::start(standard()).await;

    let outcomes = hook.deliver(&[r#"{"time":1772366400000}"#, r#"{"time":1772366400001}"#]).await;

    assert_eq!(outcomes, [Outcome::Done(None), Outcome::Done(None)]);
    let body = json!({
        "type": "events",
        "timestamp": "2026-03-01T12:00:00.000Z",
        "data": [{"time": 1_772_366_400_000_u64}, {"time": 1_772_366_400_001_u64}],
    });
    let delivery = Delivery { id: "batch-1".into(), body, seen_count: 1 };
    assert_eq!(hook.simulator.deliveries(), [delivery]);
}

#[tokio::test]
async fn an_alert_arrives_under_the_key_of_its_step() {
    let hook = Hook::start(standard()).await;
    let notification = notification();
    let mut body = Vec::new();
    hook.destination.encode(&Item::Notification(&notification), &mut body).unwrap();
    let ends = vec![body.len()];
    let batch = Batch { id: notification.key.to_string(), body: body.into(), ends };

    let outcomes = hook.destination.deliver(&batch).await;

    assert_eq!(outcomes, [Outcome::Done(None)]);
    let deliveries = hook.simulator.deliveries();
    let [Delivery { id, body, .. }] = &deliveries[..] else { panic!("{deliveries:?}") };
    assert_eq!(*id, notification.key.to_string());
    assert_eq!(body["type"], "alert.opened");
    assert_eq!(body["data"]["key"], *id);
}

#[tokio::test]
async fn a_repeated_batch_has_the_same_id_and_bytes_and_counts_once() {
    let hook = Hook::start(standard()).await;
    hook.server.faults().plant(Fault::CutAfter);

    let first = hook.failure().await;
    let second = hook.deliver(&["{}"]).await;

    assert_eq!(first.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(second, [Outcome::Done(None)]);
    let [delivery] = &hook.simulator.deliveries()[..] else { panic!("more than one") };
    assert_eq!(delivery.seen_count, 2);
}

#[tokio::test]
async fn every_form_of_signature_is_understood() {
    for form in ["standard_webhooks", "x_signature", "x_hub_signature_256"] {
        let hook = Hook::start(signed(form, &["env:SECRET"])).await;
        assert_eq!(hook.deliver(&["{}"]).await, [Outcome::Done(None)], "{form}");
    }
}

#[tokio::test]
async fn while_the_secret_is_changed_both_sign_and_the_old_one_still_passes() {
    let hook = Hook::start(signed("standard_webhooks", &["env:NEW_SECRET", "env:SECRET"])).await;

    assert_eq!(hook.deliver(&["{}"]).await, [Outcome::Done(None)]);
}

#[tokio::test]
async fn a_token_alone_is_proof_too() {
    let hook = Hook::start(json!({"bearer": "env:TOKEN"})).await;

    assert_eq!(hook.deliver(&["{}"]).await, [Outcome::Done(None)]);
}

#[tokio::test]
async fn the_receiver_refuses_what_is_not_proven() {
    for config in
        [json!({}), signed("x_signature", &["env:TOKEN"]), json!({"bearer": "env:SECRET"})]
    {
        let error = Hook::start(config).await.failure().await;

        assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(401)));
    }
}

#[tokio::test]
async fn each_status_has_its_meaning() {
    let waits = || vec![("retry-after", "7".to_owned())];
    let seven = Some(Duration::from_secs(7));
    let cases = [
        (429, vec![], ErrorKind::Throttled { retry_after: None }),
        (429, waits(), ErrorKind::Throttled { retry_after: seven }),
        (502, waits(), ErrorKind::Throttled { retry_after: seven }),
        (503, waits(), ErrorKind::Throttled { retry_after: seven }),
        (504, waits(), ErrorKind::Throttled { retry_after: seven }),
        (502, vec![], ErrorKind::OutcomeUnknown),
        (504, vec![], ErrorKind::OutcomeUnknown),
        (503, vec![], ErrorKind::Unavailable),
        (500, vec![], ErrorKind::Unavailable),
        (403, vec![], ErrorKind::Unauthorized),
        (410, vec![], ErrorKind::Unauthorized),
        (400, vec![], ErrorKind::Rejected),
        (404, vec![], ErrorKind::Rejected),
        (413, vec![], ErrorKind::Rejected),
        (301, vec![("location", "https://elsewhere.example".to_owned())], ErrorKind::Rejected),
    ];

    let hook = Hook::start(standard()).await;
    for (status, headers, kind) in cases {
        hook.server.faults().plant(Fault::Answer { status, headers, body: "no".into() });
        let error = hook.failure().await;
        assert_eq!((error.kind(), error.answer()), (kind, Some("no")), "{status}");
    }
    assert_eq!(hook.simulator.deliveries(), []);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_unavailable_and_its_address_is_not_told() {
    let hook = Hook::start(standard()).await;
    let Hook { server, destination, .. } = hook;
    drop(server);

    let outcomes = destination.deliver(&batch(&*destination, &["{}"])).await;

    let [Outcome::Failed(error)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(!error.to_string().contains("/hook"), "{error}");
}

#[tokio::test]
async fn an_answer_that_repeats_the_secret_address_or_the_token_is_cleaned() {
    let hook = Hook::at("env:URL", json!({"bearer": "env:TOKEN"})).await;
    let token = WebhookSimulator::TOKEN;
    let told = format!("Cannot POST /hook?sig=s3cret with Bearer {token}");
    hook.server.faults().plant(Fault::status(404, &told));

    let error = hook.failure().await;

    assert_eq!(error.answer(), Some("Cannot POST *** with Bearer ***"));
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_parks_with_its_name() {
    for (url, config, name) in [
        ("env:MISSING", json!({}), "MISSING"),
        ("env:URL", json!({"bearer": "env:NO_TOKEN"}), "NO_TOKEN"),
        ("env:URL", signed("x_signature", &["env:NO_SECRET"]), "NO_SECRET"),
    ] {
        let error = Hook::at(url, config).await.failure().await;

        assert_eq!(error.kind(), ErrorKind::Unauthorized);
        let unset = format!("environment variable `{name}` is not set");
        assert!(error.to_string().contains(&unset), "{error}");
    }
}

#[tokio::test]
async fn a_key_that_is_no_key_parks() {
    let hook = Hook::start(signed("standard_webhooks", &["env:NO_KEY"])).await;

    let error = hook.failure().await;

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.to_string().contains("write base64"), "{error}");
}

#[tokio::test]
async fn a_batch_id_that_cannot_be_signed_is_a_fault_of_ours() {
    let hook = Hook::start(standard()).await;
    let batch = Batch { id: "1.2".into(), ..batch(&*hook.destination, &["{}"]) };

    let outcomes = hook.destination.deliver(&batch).await;

    let [Outcome::Failed(error)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(error.kind(), ErrorKind::Bug);
}

#[test]
fn limits_are_those_of_the_configuration() {
    let config = json!({
        "direction": "send", "url": "https://soar.example.com/hook",
        "batch_events_max": 7, "batch_bytes_max": "20kB",
    });

    let limits = build(config, &context([])).destination.unwrap().limits();

    assert_eq!((limits.events_max, limits.bytes_max), (7, 20_000));
}

#[test]
fn mistakes_are_told_with_their_place() {
    let config = json!({
        "direction": "send", "url": "https://soar.example.com/hook", "batch_events_max": 0,
        "signature": {"form": "x_signature", "secrets": []}, "ca": "/does/not/exist.pem",
    });

    let mistakes = mistakes(config, &context([]));

    let pointers: Vec<_> = mistakes.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/signature/secrets", "/batch_events_max", "/ca"]);
}

/// A destination and the receiver it sends to.
pub(super) struct Hook {
    pub(super) simulator: WebhookSimulator,
    pub(super) server: Server,
    pub(super) destination: Arc<dyn Destination>,
}

impl Hook {
    /// Starts a receiver and configures a destination for its plain address.
    pub(super) async fn start(config: Value) -> Self {
        Self::at("", config).await
    }

    /// Starts a receiver; its address is also in the variable `URL`, with a query.
    pub(super) async fn at(url: &str, mut config: Value) -> Self {
        let simulator = WebhookSimulator::new(Arc::new(Stopped));
        let server = Server::start(simulator.router(), 0).await.unwrap();
        let address = format!("http://{}/hook", server.address());
        let secret_address = format!("{address}?sig=s3cret");
        config["direction"] = "send".into();
        config["url"] = if url.is_empty() { address } else { url.to_owned() }.into();
        let context = context([
            ("URL", secret_address.as_str()),
            ("SECRET", WebhookSimulator::SECRET),
            ("NEW_SECRET", "whsec_YSBuZXcga2V5IGZvciB0aGUgdGVzdHM="),
            ("NO_KEY", "not base64"),
            ("TOKEN", WebhookSimulator::TOKEN),
        ]);
        let destination = build(config, &context).destination.unwrap();
        Self { simulator, server, destination }
    }

    async fn deliver(&self, events: &[&str]) -> Vec<Outcome> {
        self.destination.deliver(&batch(&*self.destination, events)).await
    }

    async fn failure(&self) -> Error {
        match self.deliver(&["{}"]).await.pop() {
            Some(Outcome::Failed(error)) => error,
            other => panic!("{other:?}"),
        }
    }
}

pub(super) fn standard() -> Value {
    signed("standard_webhooks", &["env:SECRET"])
}

fn signed(form: &str, secrets: &[&str]) -> Value {
    json!({"signature": {"form": form, "secrets": secrets}})
}

fn batch(destination: &dyn Destination, events: &[&str]) -> Batch {
    let mut body = Vec::new();
    let mut ends = Vec::new();
    for json in events {
        let event = EventItem { json: json.as_bytes(), time: Timestamp::default(), source: "edr" };
        destination.encode(&Item::Event(event), &mut body).unwrap();
        ends.push(body.len());
    }
    Batch { id: "batch-1".into(), body: body.into(), ends }
}

fn notification() -> Notification {
    let rule = RuleName::new("critical");
    let id = AlertId::derive(&rule, &Fingerprint::of(&["edr", "1"]), 1);
    let alert = Alert {
        id,
        rule,
        source: IntegrationName::new("edr"),
        status: AlertStatus::Open,
        severity: Severity::High,
        title: "Many failed logins".into(),
        description: String::new(),
        resource: None,
        techniques: Vec::new(),
        seen_count: 1,
        occurrence: 1,
        opened_at: Timestamp::default(),
        last_seen_at: Timestamp::default(),
        resolved_at: None,
        event: json!({}),
    };
    Notification {
        key: DeliveryKey::derive(id, &IntegrationName::new("ci"), StepKind::Open),
        step: StepKind::Open,
        alert,
        rendered: Rendered::default(),
        receipt: None,
    }
}
