//! The connector against its simulator, over loopback, with a clock that stands still.

mod changes;
mod check;
mod clocks;
mod config;
mod corpus;
mod mapping;
mod paging;
mod polling;
mod receive;
mod refusals;
mod regressions;
mod scans;
mod session;
mod upgrades;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use signalbox_model::ocsf::schema::{Level, validate};
use signalbox_model::time::Timestamp;
use signalbox_sdk::Roles;
use signalbox_sdk::role::{Checkpoint, MappedEvent, Normalized, Page, RawEvent, Request, Source};
use signalbox_sdk::testkit::{Server, Simulator};

use super::{PrismaCloudClient, PrismaCloudConfig, PrismaCloudSimulator, SimulatedAlert};

/// 2026-03-01 12:00 UTC.
const NOON: i64 = 1_772_366_400_000;

/// A time some minutes before noon.
fn minutes_before_noon(minutes: i64) -> Timestamp {
    Timestamp::from_millis(NOON - minutes * 60_000)
}

/// A tenant at noon and an integration that reads it.
struct Bench {
    simulator: PrismaCloudSimulator,
    server: Server,
    roles: Roles,
    client: PrismaCloudClient,
}

impl Bench {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut PrismaCloudConfig)) -> Self {
        let simulator = PrismaCloudSimulator::at(Timestamp::from_millis(NOON));
        simulator.behave(|behavior| behavior.limits_rate = false);
        let server = Server::start(simulator.router(), 0).await.unwrap();
        let mut config = simulator.config(server.address());
        change(&mut config);
        let context = simulator.context();
        let client = PrismaCloudClient::new(&config, &context).unwrap();
        let roles = super::roles(config, &context).unwrap();
        Self { simulator, server, roles, client }
    }

    /// Alerts `P-1` to `P-count`, the first opened longest ago, a minute apart.
    fn add_alerts(&self, count: i64) {
        for number in 1..=count {
            let opened = minutes_before_noon(count - number + 1);
            self.simulator.add_alert(SimulatedAlert::new(&format!("P-{number}"), opened));
        }
    }

    fn source(&self, name: &str) -> Arc<dyn Source> {
        self.roles.sources.iter().find(|source| source.name() == name).unwrap().clone()
    }

    fn normalized(&self, raw: &RawEvent) -> Vec<Normalized> {
        normalized(&self.roles, raw)
    }
}

/// What a source hands on until it waits, and where it then stands.
async fn poll_all(source: &dyn Source, since: Option<Checkpoint>) -> (Vec<RawEvent>, Checkpoint) {
    let (mut since, mut events) = (since, Vec::new());
    for _ in 0..200 {
        let Page { events: page, checkpoint, has_more } =
            source.poll(since.as_ref()).await.unwrap();
        events.extend(page);
        since = Some(checkpoint);
        if !has_more {
            break;
        }
    }
    (events, since.unwrap())
}

/// The ids and statuses of alerts as read.
fn states(events: &[RawEvent]) -> Vec<String> {
    let state = |raw: &RawEvent| {
        let item: Value = serde_json::from_slice(&raw.body).unwrap();
        format!("{} {}", item["id"].as_str().unwrap(), item["status"].as_str().unwrap())
    };
    events.iter().map(state).collect()
}

fn normalized(roles: &Roles, raw: &RawEvent) -> Vec<Normalized> {
    let mut out = Vec::new();
    roles.normalize.as_ref().unwrap().normalize(raw, &mut out);
    out
}

/// What a posted body becomes; every event is OCSF.
fn received(roles: &Roles, body: impl ToString) -> Vec<MappedEvent> {
    let received = Timestamp::from_millis(NOON);
    let request = Request::local("/hooks/prisma".into(), body.to_string().into(), received);
    let decoded = roles.webhook.as_ref().unwrap().decode(&request).unwrap();
    decoded.events.iter().flat_map(|raw| normalized(roles, raw)).map(event).collect()
}

fn event(normalized: Normalized) -> MappedEvent {
    match normalized {
        Normalized::Event(mapped) => {
            let wrong = violations(&mapped);
            assert_eq!(wrong, Vec::<String>::new(), "{}", json_of(&mapped));
            *mapped
        }
        Normalized::Quarantine { reason, .. } => panic!("quarantined: {reason}"),
    }
}

/// What is not OCSF in an event. The line fills `metadata.uid`, which is not required.
fn violations(mapped: &MappedEvent) -> Vec<String> {
    let found = validate(&json_of(mapped));
    let wrong = found.iter().filter(|violation| violation.level() == Level::Error);
    wrong.map(|violation| format!("{violation:?}")).collect()
}

fn json_of(mapped: &MappedEvent) -> Value {
    let mut json = Vec::new();
    mapped.event.write_json(&mut json);
    serde_json::from_slice(&json).unwrap()
}
