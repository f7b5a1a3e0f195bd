//! The connector against senders' requests, and against its simulator over loopback.

mod check;
mod configuration;
mod confirm;
mod deliver;
mod normalize;
mod receive;
mod refuse;
mod relay;
mod simulator;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, IntegrationName};
use signalbox_sdk::role::{
    Answer, Batch, Decoded, Destination, EventItem, Item, Outcome, Request, Webhook,
};
use signalbox_sdk::testkit::{Server, Simulator};
use signalbox_sdk::{BuildError, Context, ErrorKind, Roles};

use super::{CONNECTOR, HecSimulator};

/// 2026-03-01 12:00 UTC.
const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_000);

const CHANNEL: &str = "5d1e2f7a-8c34-4a51-9f60-0a1b2c3d4e5f";

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        NOON
    }
}

fn context() -> Context {
    let secrets = FixedSecrets::of_variables([
        ("HEC_TOKEN", HecSimulator::TOKEN),
        ("ACK_TOKEN", "ack-token"),
        ("OLD_TOKEN", "old-token"),
    ]);
    let mut context = Context::new(IntegrationName::new("splunk"), Arc::new(secrets));
    context.clock = Arc::new(Noon);
    context
}

fn build(config: Value) -> Result<Roles, Vec<BuildError>> {
    (CONNECTOR.build)(config, &context())
}

/// A collector with a plain token, one with acknowledgement, one that is switched off and one that
/// may write to two indexes.
fn collector() -> Arc<dyn Webhook> {
    let tokens = json!([
        { "name": "plain", "token": "env:HEC_TOKEN" },
        { "name": "acknowledged", "token": "env:ACK_TOKEN", "acknowledgement": true },
        { "name": "old", "token": "env:OLD_TOKEN", "enabled": false },
    ]);
    collector_with(&tokens)
}

fn collector_with(tokens: &Value) -> Arc<dyn Webhook> {
    let config = json!({ "direction": "receive", "tokens": tokens, "body_max": "64KiB" });
    build(config).unwrap().webhook.unwrap()
}

fn request(method: Method, target: &str, body: impl Into<Bytes>) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: HeaderMap::new(),
        body: body.into(),
        peer: IpAddr::from(Ipv4Addr::LOCALHOST),
        received: NOON,
    }
}

/// A POST with the plain token.
fn post(target: &str, body: impl Into<Bytes>) -> Request {
    request(Method::POST, target, body)
        .with("authorization", &format!("Splunk {}", HecSimulator::TOKEN))
}

/// A POST with the acknowledged token and a channel.
fn post_on_channel(target: &str, body: impl Into<Bytes>) -> Request {
    request(Method::POST, target, body)
        .with("authorization", "Splunk ack-token")
        .with("x-splunk-request-channel", CHANNEL)
}

trait With {
    fn with(self, name: &'static str, value: &str) -> Self;
}

impl With for Request {
    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }
}

/// What the pipeline does with a request: verify, then decode.
fn receive(collector: &dyn Webhook, request: &Request) -> Result<Decoded, Answer> {
    collector.verify(request)?;
    collector.decode(request)
}

/// An answer's status and body.
fn told(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), std::str::from_utf8(&answer.body).unwrap())
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
}

/// A running simulator and a destination that sends to it.
struct Splunk {
    simulator: HecSimulator,
    server: Server,
    destination: Arc<dyn Destination>,
}

impl Splunk {
    async fn start(simulator: HecSimulator, config: Value) -> Self {
        let server = Server::start(simulator.router(), 0).await.unwrap();
        let destination = sender(&format!("http://{}", server.address()), config);
        Self { simulator, server, destination }
    }

    /// Encodes and delivers events.
    async fn deliver(&self, events: &[&str]) -> Vec<Outcome> {
        self.destination.deliver(&batch(&*self.destination, events)).await
    }
}

fn sender(url: &str, mut config: Value) -> Arc<dyn Destination> {
    let fixed = json!({ "direction": "send", "url": url, "token": "env:HEC_TOKEN" });
    for (key, value) in fixed.as_object().unwrap() {
        config.as_object_mut().unwrap().entry(key).or_insert_with(|| value.clone());
    }
    build(config).unwrap().destination.unwrap()
}

fn batch(destination: &dyn Destination, events: &[&str]) -> Batch {
    let (mut body, mut ends) = (Vec::new(), Vec::new());
    for json in events {
        let event = EventItem { json: json.as_bytes(), time: NOON, source: "firewall" };
        destination.encode(&Item::Event(event), &mut body).unwrap();
        ends.push(body.len());
    }
    Batch { id: "1".to_owned(), body: body.into(), ends }
}

/// The kinds of failed outcomes, `None` for the others.
fn kinds(outcomes: &[Outcome]) -> Vec<Option<ErrorKind>> {
    let kind = |outcome: &Outcome| match outcome {
        Outcome::Failed(error) => Some(error.kind()),
        _ => None,
    };
    outcomes.iter().map(kind).collect()
}

/// What the events behind a refused one come back as.
const AT_ONCE: ErrorKind = ErrorKind::Throttled { retry_after: Some(std::time::Duration::ZERO) };
