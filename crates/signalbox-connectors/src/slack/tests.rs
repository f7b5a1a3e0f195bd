//! The connector against its simulator, over loopback.

mod check;
mod config;
mod events;
mod refusals;
mod simulator;
mod text;
mod thread;
mod webhook;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertResource, AlertStatus, Clock, DeliveryKey, Error, Fingerprint,
    IntegrationName, Receipt, RuleName, Severity, StepKind,
};
use signalbox_sdk::Context;
use signalbox_sdk::role::{Batch, Destination, Item, Notification, Outcome, Rendered};
use signalbox_sdk::testkit::{Server, Simulator};

use super::{CONNECTOR, SlackSimulator};

const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_000);

/// An integration and the workspace it talks to.
struct Bench {
    simulator: SlackSimulator,
    server: Server,
    destination: Arc<dyn Destination>,
    clock: Arc<StoppedClock>,
}

impl Bench {
    /// With a bot in [`SlackSimulator::CHANNEL`].
    async fn bot() -> Self {
        Self::bot_with(json!({})).await
    }

    async fn bot_with(changes: Value) -> Self {
        Self::start(json!({"token": "env:TOKEN", "channel": SlackSimulator::CHANNEL}), changes)
            .await
    }

    async fn webhook() -> Self {
        Self::start(json!({"webhook_url": "env:WEBHOOK_URL"}), json!({})).await
    }

    async fn start(mut config: Value, changes: Value) -> Self {
        let clock = Arc::<StoppedClock>::default();
        let simulator = SlackSimulator::new(clock.clone());
        let server = Server::start(simulator.router(), 0).await.unwrap();
        let fields = config.as_object_mut().unwrap();
        if fields.contains_key("token") {
            fields.insert("api_url".to_owned(), format!("http://{}/api", server.address()).into());
        }
        fields.extend(changes.as_object().unwrap().clone());
        let context = context(&server);
        let roles = (CONNECTOR.build)(config, &context).unwrap_or_else(|what| panic!("{what:?}"));
        Self { simulator, server, destination: roles.destination.unwrap(), clock }
    }

    async fn deliver(&self, notification: &Notification) -> Outcome {
        let mut body = Vec::new();
        self.destination.encode(&Item::Notification(notification), &mut body).unwrap();
        let ends = vec![body.len()];
        let batch = Batch { id: notification.key.to_string(), body: body.into(), ends };
        let [outcome] = self.destination.deliver(&batch).await.try_into().unwrap();
        outcome
    }

    /// Delivers and returns the receipt, which the next step gets.
    async fn receipt(&self, notification: &Notification) -> Option<Receipt> {
        match self.deliver(notification).await {
            Outcome::Done(receipt) => receipt,
            other => panic!("{other:?}"),
        }
    }

    async fn failure(&self, notification: &Notification) -> Error {
        match self.deliver(notification).await {
            Outcome::Failed(error) => error,
            other => panic!("{other:?}"),
        }
    }
}

fn context(server: &Server) -> Context {
    let webhook = format!("http://{}{}", server.address(), SlackSimulator::WEBHOOK_PATH);
    let secrets = FixedSecrets::of_variables([
        ("TOKEN", SlackSimulator::TOKEN),
        ("WRONG_TOKEN", "xoxb-wrong"),
        ("WEBHOOK_URL", webhook.as_str()),
        ("WRONG_WEBHOOK_URL", webhook.replace("simulatedwebhook", "hunter2").as_str()),
        ("NO_URL", "hunter2"),
    ]);
    Context::new(IntegrationName::new("slack"), Arc::new(secrets))
}

#[derive(Default)]
struct StoppedClock(AtomicI64);

impl StoppedClock {
    fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(NOON.as_millis() + self.0.load(Ordering::SeqCst))
    }
}

fn alert() -> Alert {
    let rule = RuleName::new("brute-force");
    Alert {
        id: AlertId::derive(&rule, &Fingerprint::of(&["edr", "finding-1"]), 1),
        rule,
        source: IntegrationName::new("edr"),
        status: AlertStatus::Open,
        severity: Severity::Critical,
        title: "Many failed logins".to_owned(),
        description: "41 failures in a minute".to_owned(),
        resource: Some(AlertResource {
            uid: "host-7".to_owned(),
            name: Some("db01".to_owned()),
            kind: Some("host".to_owned()),
        }),
        techniques: vec!["T1110".to_owned(), "T1078".to_owned()],
        seen_count: 1,
        occurrence: 1,
        opened_at: NOON,
        last_seen_at: NOON,
        resolved_at: None,
        event: json!({}),
    }
}

fn opened() -> Notification {
    let rendered = Rendered {
        title: "[SOC] Many failed logins".to_owned(),
        body: "41 failures in a minute".to_owned(),
        ..Rendered::default()
    };
    notification(StepKind::Open, alert(), rendered, None)
}

fn updated(receipt: Option<Receipt>) -> Notification {
    let alert = Alert { seen_count: 5, ..alert() };
    notification(StepKind::Update(1), alert, note("Seen again"), receipt)
}

fn resolved(receipt: Option<Receipt>) -> Notification {
    let at = Some(NOON.saturating_add(Duration::from_secs(600)));
    let alert = Alert { status: AlertStatus::Resolved, resolved_at: at, ..alert() };
    notification(StepKind::Resolve(1), alert, note("It is over"), receipt)
}

fn note(body: &str) -> Rendered {
    Rendered { body: body.to_owned(), ..opened().rendered }
}

fn notification(
    step: StepKind,
    alert: Alert,
    rendered: Rendered,
    receipt: Option<Receipt>,
) -> Notification {
    let key = DeliveryKey::derive(alert.id, &IntegrationName::new("slack"), step);
    Notification { key, step, alert, rendered, receipt }
}

/// An `open` step whose template made this of the alert.
fn saying(body: &str) -> Notification {
    Notification { rendered: note(body), ..opened() }
}

fn header(blocks: &Value) -> &str {
    blocks[0]["text"]["text"].as_str().unwrap()
}
