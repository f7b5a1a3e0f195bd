//! The connector against its simulator, over loopback.

mod check;
mod config;
mod create;
mod refusals;
mod simulator;
mod update;
mod wire;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::json;

use signalbox_model::config::HumanDuration;
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertResource, AlertStatus, Clock, DeliveryKey, Fingerprint, IntegrationName,
    RuleName, Severity, StepKind,
};
use signalbox_sdk::role::{Rendered, Ticket, TicketUpdate, Ticketing};
use signalbox_sdk::testkit::{Server, Simulator};

use super::config::{AuthConfig, OAuthConfig};
use super::{CreateCounts, ServiceNow, ServiceNowConfig, ServiceNowSimulator};

/// An integration and the instance it talks to.
struct Bench {
    simulator: ServiceNowSimulator,
    server: Server,
    service: ServiceNow,
    clock: Arc<StoppedClock>,
}

impl Bench {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with_oauth() -> Self {
        let secret = ServiceNowSimulator::default().client_secret();
        Self::with(|config| {
            config.auth = AuthConfig::OAuth(OAuthConfig {
                client_id: ServiceNowSimulator::CLIENT_ID.to_owned(),
                client_secret: secret,
                client_authentication: Default::default(),
            });
        })
        .await
    }

    /// Its next create is one request: columns, group and caller are known, as after the first hour.
    async fn with_known_names() -> Self {
        let bench = Self::start().await;
        for number in [1, 2] {
            let ticket = Ticket { key: key(StepKind::Resolve(number)), ..ticket() };
            bench.service.create(&ticket).await.unwrap();
        }
        bench
    }

    async fn with(change: impl FnOnce(&mut ServiceNowConfig)) -> Self {
        let simulator = ServiceNowSimulator::default();
        let server = Server::start(simulator.router(), 0).await.unwrap();
        let clock = Arc::<StoppedClock>::default();
        let mut context = simulator.context();
        context.clock = clock.clone();
        let mut config = simulator.config(server.address());
        change(&mut config);
        let service = ServiceNow::new(config, &context).unwrap();
        Self { simulator, server, service, clock }
    }
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
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

fn deny(denied: &mut BTreeSet<String>, name: &str) {
    denied.insert(name.to_owned());
}

fn alert() -> Alert {
    let rule = RuleName::new("critical-findings");
    Alert {
        id: AlertId::derive(&rule, &Fingerprint::of(&["siem", "finding-1"]), 1),
        rule,
        source: IntegrationName::new("siem"),
        status: AlertStatus::Open,
        severity: Severity::High,
        title: "Many failed logins".to_owned(),
        description: "41 failures in a minute".to_owned(),
        resource: Some(AlertResource { uid: "host-7".to_owned(), name: None, kind: None }),
        techniques: vec!["T1110".to_owned(), "T1078".to_owned()],
        seen_count: 1,
        occurrence: 1,
        opened_at: Timestamp::default(),
        last_seen_at: Timestamp::default(),
        resolved_at: None,
        event: json!({ "finding_info": { "uid": "siem-4711" } }),
    }
}

fn key(step: StepKind) -> DeliveryKey {
    DeliveryKey::derive(alert().id, &IntegrationName::new("servicenow"), step)
}

fn ticket() -> Ticket {
    let rendered = Rendered {
        title: "[SOC Alert] critical-findings".to_owned(),
        body: "Many failed logins on host-7.".to_owned(),
        ..Rendered::default()
    };
    Ticket { key: key(StepKind::Open), alert: alert(), rendered }
}

fn update(step: StepKind, status: AlertStatus, note: &str) -> TicketUpdate {
    let rendered = Rendered { body: note.to_owned(), ..Rendered::default() };
    TicketUpdate { step, alert: Alert { status, ..alert() }, rendered }
}
