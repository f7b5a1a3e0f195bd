//! The senders: they repeat what was not acknowledged, and remember what was.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use signalbox_model::secret::Secret;
use signalbox_model::{Clock, SystemClock};
use signalbox_sdk::auth::SignatureForm;
use signalbox_sdk::http::{HttpClient, HttpOptions};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::sequence;
use super::stage::Stage;

/// What was sent, and what of it was acknowledged.
#[derive(Default)]
pub(super) struct Sent {
    next: AtomicU64,
    unanswered: AtomicUsize,
    is_over: AtomicBool,
    acknowledged: Mutex<Vec<(u64, Kind)>>,
}

/// What an event asks of the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// To be passed on.
    Event,
    /// To be passed on, and a ticket.
    Severe,
}

impl Sent {
    /// Returns how many events were sent at least once; their numbers count from 0.
    pub(super) fn count(&self) -> u64 {
        self.next.load(Ordering::SeqCst)
    }

    /// Returns what was acknowledged.
    pub(super) fn acknowledged(&self) -> Vec<(u64, Kind)> {
        self.acknowledged.lock().clone()
    }

    /// Returns whether a request waits for its answer.
    pub(super) fn is_waiting(&self) -> bool {
        self.unanswered.load(Ordering::SeqCst) > 0
    }
}

/// The running senders.
pub(super) struct Senders {
    sent: Arc<Sent>,
    tasks: JoinSet<()>,
}

impl Senders {
    /// Starts senders that make `events_per_second` together.
    pub(super) fn start(
        stage: &Stage,
        events_per_second: u32,
        rng: &mut StdRng,
    ) -> anyhow::Result<Self> {
        let options = HttpOptions { timeout: Duration::from_secs(5), ..HttpOptions::default() };
        let client = HttpClient::new(&options).map_err(anyhow::Error::msg)?;
        let sent = Arc::new(Sent::default());
        let mut tasks = JoinSet::new();
        let findings = (events_per_second / 2).clamp(1, FINDINGS_PER_SECOND_MAX);
        for _ in 0..FINDING_SENDERS {
            let sender = FindingSender {
                link: Link {
                    client: client.clone(),
                    sent: Arc::clone(&sent),
                    url: format!("http://{}/hooks/findings", stage.hub),
                },
                secret: stage.webhook_secret.clone(),
                severe_share: (SEVERE_PER_SECOND_MAX / f64::from(findings)).min(1.0),
            };
            let period = Duration::from_secs(FINDING_SENDERS.into()) / findings;
            tasks.spawn(sender.run(period, StdRng::seed_from_u64(rng.random())));
        }
        let events = events_per_second.saturating_sub(findings);
        for _ in 0..TELEMETRY_SENDERS {
            let url = format!("http://{}/services/collector/event", stage.collector);
            let link = Link { client: client.clone(), sent: Arc::clone(&sent), url };
            let batch = (events / BATCHES_PER_SECOND).max(1);
            let period = Duration::from_secs((TELEMETRY_SENDERS * batch).into()) / events.max(1);
            tasks.spawn(send_telemetry(
                link,
                stage.collector_token.clone(),
                u64::from(batch),
                period,
            ));
        }
        Ok(Self { sent, tasks })
    }

    /// Returns the books, which outlive the senders.
    pub(super) fn sent(&self) -> Arc<Sent> {
        Arc::clone(&self.sent)
    }

    /// Makes nothing new, and waits until what was sent is acknowledged or `patience` is over.
    pub(super) async fn stop(mut self, patience: Duration) {
        self.sent.is_over.store(true, Ordering::SeqCst);
        let join = async { while self.tasks.join_next().await.is_some() {} };
        // What is not acknowledged by then stays so, and the audit counts it.
        drop(timeout(patience, join).await);
    }
}

/// One sender's way to the hub.
struct Link {
    client: HttpClient,
    sent: Arc<Sent>,
    url: String,
}

impl Link {
    fn is_over(&self) -> bool {
        self.sent.is_over.load(Ordering::SeqCst)
    }

    fn draw(&self, count: u64) -> std::ops::Range<u64> {
        let first = self.sent.next.fetch_add(count, Ordering::SeqCst);
        first..first + count
    }

    /// Sends the same again and again, signed anew, until it is acknowledged.
    async fn deliver(&self, body: Bytes, headers: impl Fn() -> HeaderMap) {
        while !self.is_taken(body.clone(), headers()).await {
            sleep(REPEAT_AFTER).await;
        }
    }

    async fn is_taken(&self, body: Bytes, headers: HeaderMap) -> bool {
        let Ok(mut request) = Request::post(&self.url).body(body) else { return false };
        *request.headers_mut() = headers;
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
        let _waiting = Waiting::new(&self.sent.unanswered);
        matches!(self.client.send(request).await, Ok(answer) if answer.status() == StatusCode::OK)
    }

    fn acknowledge(&self, numbers: impl Iterator<Item = u64>, kind: Kind) {
        self.sent.acknowledged.lock().extend(numbers.map(|number| (number, kind)));
    }
}

/// Counts a request while it waits for its answer.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Sends findings by signed webhook, each one of its own.
struct FindingSender {
    link: Link,
    secret: Secret,
    severe_share: f64,
}

impl FindingSender {
    async fn run(self, period: Duration, mut rng: StdRng) {
        let mut ticks = ticks(period);
        while !self.link.is_over() {
            ticks.tick().await;
            let kind = if rng.random_bool(self.severe_share) { Kind::Severe } else { Kind::Event };
            let numbers = self.link.draw(1);
            let id = sequence::text(numbers.start);
            let severity = if kind == Kind::Severe { "critical" } else { "low" };
            let title = format!("Beacon {id} to a known command server");
            let host = format!("web-{}", numbers.start % 50);
            let body = json!({"id": id, "title": title, "severity": severity, "host": host});
            let body = Bytes::from(body.to_string());
            self.link.deliver(body.clone(), || self.sign(&id, &body)).await;
            self.link.acknowledge(numbers, kind);
        }
    }

    fn sign(&self, id: &str, body: &[u8]) -> HeaderMap {
        let keys = std::slice::from_ref(&self.secret);
        let signed = SignatureForm::StandardWebhooks.sign(id, body, keys, SystemClock.now());
        let pairs = signed.unwrap_or_default().into_iter();
        pairs
            .filter_map(|(name, value)| {
                Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
            })
            .collect()
    }
}

/// Sends telemetry to the hub's collector, in batches.
async fn send_telemetry(link: Link, token: String, batch: u64, period: Duration) {
    let headers = || {
        let value = HeaderValue::try_from(format!("Splunk {token}")).ok();
        value.map(|value| (HeaderName::from_static("authorization"), value)).into_iter().collect()
    };
    let mut ticks = ticks(period);
    while !link.is_over() {
        ticks.tick().await;
        let numbers = link.draw(batch);
        let envelope = |number| {
            let text = format!("{} connection to port 443", sequence::text(number));
            json!({"host": "sensor-1", "sourcetype": "netflow", "event": text}).to_string()
        };
        let body: String = numbers.clone().map(envelope).collect();
        link.deliver(Bytes::from(body), headers).await;
        link.acknowledge(numbers, Kind::Event);
    }
}

/// Time lost while the hub was dead is not made up for.
fn ticks(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

const FINDING_SENDERS: u32 = 5;
const TELEMETRY_SENDERS: u32 = 2;

/// Findings that the senders make together, whatever the rate.
const FINDINGS_PER_SECOND_MAX: u32 = 50;

/// Findings that become tickets: what four calls at a time of a slow product carry.
const SEVERE_PER_SECOND_MAX: f64 = 15.0;

const BATCHES_PER_SECOND: u32 = 20;

/// How soon a sender tries again; short, so that the hub is met while it recovers.
const REPEAT_AFTER: Duration = Duration::from_millis(25);
