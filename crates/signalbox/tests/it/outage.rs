//! A destination that is down for a day, before which the hub goes on as if it were not there; and one
//! whose alerts may not wait that long. The hub runs in this process, under a clock that is moved.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::routing::any;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use signalbox::config::compile::World;
use signalbox::config::{AccessLedger, Environment, SecretAccess};
use signalbox::hub::Hub;
use signalbox_connectors::servicenow::ServiceNowSimulator;
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, SystemClock};
use signalbox_sdk::SystemRandom;
use signalbox_sdk::http::{HttpClient, HttpOptions};
use signalbox_sdk::testkit::{Fault, Server, Simulator, is_full_test};
use tempfile::TempDir;

use crate::hub::eventually;

/// Events of the day; all 8,640,000 of 100 a second where this variable says so.
const EVENTS_VARIABLE: &str = "SIGNALBOX_OUTAGE_EVENTS";

/// In a full test, and otherwise.
const EVENTS_DEFAULT: [u64; 2] = [28_800, 2_880];

/// The day passes in steps of a minute in a full test, of twelve minutes otherwise.
const STEP_MINUTES: [u64; 2] = [1, 12];

const MINUTES: u64 = 24 * 60;

/// It is waited for the end as if so many drained a second.
const DRAIN_PACE: u64 = 1_000;

/// What the hub may grow by while a destination is down.
const GROWTH_BYTES_MAX: u64 = 64 << 20;

/// The memory of a hub is that of its process, so this one gets a process without other tests in it.
#[test]
fn a_stream_may_be_down_for_a_day_and_nobody_notices_until_it_drains() {
    let program = std::env::current_exe().unwrap();
    let alone = ["--exact", "outage::the_day_in_a_process_of_its_own", "--ignored", "--nocapture"];
    let output = std::process::Command::new(program).args(alone).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{said}");
    print!("{said}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "is run by the test above"]
async fn the_day_in_a_process_of_its_own() {
    let said = std::env::var(EVENTS_VARIABLE);
    let form = usize::from(!is_full_test() && said.is_err());
    let (step, default) = (STEP_MINUTES[form], EVENTS_DEFAULT[form]);
    let events = said.map_or(default, |text| text.parse().unwrap()) / MINUTES * MINUTES;
    let siem = Collector::start().await;
    let stage = Stage::start(&format!(
        "  collector: {{connector: splunk_hec, direction: receive, listen: {{address: '{LISTEN}'}}, \
         tokens: [{{name: t, token: 'env:TOKEN'}}]}}\n  \
         siem: {{connector: splunk_hec, direction: send, url: 'http://{}', token: 'env:TOKEN', retry: fast}}\n  \
         out: {{connector: file, path: out.ndjson}}\n\
         routes:\n  \
         - {{name: said-by-the-hub, when: \"integration = 'signalbox'\", to: [siem], drop: true}}\n  \
         - {{name: everything-else}}\n",
        siem.server.address()
    ))
    .await;
    stage.sends(MINUTES).await;
    stage.is_drained("siem", MINUTES).await;
    let quiet = stage.round_trip("quiet").await;
    let idle = resident_bytes();
    let before = siem.taken.load(Ordering::Relaxed);

    siem.server.faults().set_always(Some(Fault::CutBefore));
    let (mut peak, mut slowest) = (idle, quiet);
    for minute in (step..=MINUTES).step_by(usize::try_from(step).unwrap()) {
        stage.sends(events / MINUTES * step).await;
        stage.advance(Duration::from_secs(60 * step));
        peak = peak.max(resident_bytes());
        if minute % 60 == 0 {
            slowest = slowest.max(stage.round_trip(&format!("minute-{minute}")).await);
        }
    }
    let during = stage.terms("siem").await;
    siem.server.faults().set_always(None);
    let begun = Instant::now();
    stage.advance(Duration::from_secs(31));
    stage.is_drained("siem", events).await;
    let drained = begun.elapsed();

    println!(
        "{events} events: grown by {} kB, drained in {drained:?}, another destination took {quiet:?} quiet \
         and {slowest:?} at the slowest",
        (peak - idle) >> 10
    );
    assert!(peak - idle < GROWTH_BYTES_MAX, "grown by {} kB", (peak - idle) >> 10);
    assert_eq!(
        (during["dead"].as_u64(), during["pending"].as_u64() >= Some(events)),
        (Some(0), true)
    );
    assert_eq!(siem.taken.load(Ordering::Relaxed), before + events + MINUTES / 60);
    assert_eq!(stage.terms("out").await["pending"], 0);
    assert!(stage.hub.recount().await.unwrap().balanced);
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_that_may_not_wait_longer_stop_intake_by_name_and_taking_them_frees_it() {
    let simulator = ServiceNowSimulator::default();
    let snow = Server::start(simulator.router(), 0).await.unwrap();
    snow.faults().set_always(Some(Fault::CutBefore));
    let stage = Stage::start(&format!(
        "  sensor: {{connector: webhook, direction: receive, auth: {{unauthenticated: accepted}}, mapping: sensor}}\n  \
         snow: {{connector: servicenow, url: 'http://{}', retry: fast, settle: 1s, hold: {{age: 1h}}, \
         auth: {{method: basic, username: {}, password: 'env:PASSWORD'}}}}\n\
         mappings: {{sensor: {{class: detection_finding, attributes: {{finding_info.uid: id, \
         finding_info.title: id, severity: severity, device.type: {{value: Server}}, device.hostname: id, \
         metadata.product.name: {{value: x}}}}}}}}\n\
         alert_rules: {{severe: {{when: severity >= high, notify: [{{to: snow}}]}}}}\n",
        snow.address(),
        ServiceNowSimulator::USERNAME
    ))
    .await;
    assert_eq!(stage.finds("one").await.status(), 200);
    assert!(eventually(async || snow.faults().requests() > 0).await);

    stage.advance(Duration::from_secs(3601));
    let refused = async || stage.finds("two").await.status() == 503;
    assert!(eventually(refused).await);
    let ready = stage.get("/readyz").await;
    let answer = stage.finds("two").await;
    snow.faults().set_always(None);
    let taken = async || {
        stage.advance(Duration::from_secs(31));
        stage.finds("three").await.status() == 200
    };
    assert!(eventually(taken).await);

    assert!(answer.headers().contains_key("retry-after"));
    let words = String::from_utf8_lossy(ready.body()).into_owned();
    assert!(ready.status() == 503 && words.contains("snow"), "{words}");
    let all = async || {
        stage.advance(Duration::from_secs(31));
        simulator.tickets().len() >= 2 && stage.get("/readyz").await.status() == 200
    };
    assert!(eventually(all).await, "{:?}", simulator.tickets());
    assert_eq!(simulator.duplicate_tickets(), 0);
    assert!(stage.hub.recount().await.unwrap().balanced);
}

/// A collector that counts what it is sent and keeps none of it.
struct Collector {
    server: Server,
    taken: Arc<AtomicU64>,
}

impl Collector {
    async fn start() -> Self {
        rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
        let taken = Arc::<AtomicU64>::default();
        let router = Router::new().fallback(any(count)).with_state(Arc::clone(&taken));
        Self { server: Server::start(router, 0).await.unwrap(), taken }
    }
}

/// The hub ends each envelope with a line feed.
async fn count(State(taken): State<Arc<AtomicU64>>, body: Bytes) -> &'static str {
    let lines = body.iter().filter(|byte| **byte == b'\n').count();
    taken.fetch_add(u64::try_from(lines).unwrap(), Ordering::Relaxed);
    r#"{"text":"Success","code":0}"#
}

/// A hub in this process, on a folder of its own.
struct Stage {
    hub: Arc<Hub>,
    clock: Arc<MovedClock>,
    client: HttpClient,
    _folder: TempDir,
}

/// A port from the kernel.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

const TOKEN: &str = "collector-token";

/// Events of one request.
const AT_ONCE: u64 = 1_000;

impl Stage {
    /// Starts a hub whose `integrations:` are these.
    async fn start(integrations: &str) -> Self {
        rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("signalbox.yaml");
        let out = folder.path().join("out.ndjson").display().to_string();
        let text = integrations.replace("out.ndjson", &out);
        std::fs::write(&config, format!("http: {{listen: '127.0.0.1:0'}}\nintegrations:\n{text}"))
            .unwrap();
        let clock = Arc::<MovedClock>::default();
        let variables = [("TOKEN", TOKEN), ("PASSWORD", ServiceNowSimulator::PASSWORD)];
        let world = World {
            environment: Environment::of_variables(variables),
            ledger: Arc::new(Unwatched),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(SystemRandom),
        };
        let hub = Hub::start(&config, &folder.path().join("data"), world).await.unwrap();
        let client = HttpClient::new(&HttpOptions::default()).unwrap();
        Self { hub, clock, client, _folder: folder }
    }

    fn advance(&self, by: Duration) {
        self.clock.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
        self.hub.wake_all();
    }

    /// Sends so many events, and is answered once they are durable.
    async fn sends(&self, events: u64) {
        for begin in (0..events).step_by(usize::try_from(AT_ONCE).unwrap()) {
            let count = AT_ONCE.min(events - begin);
            let envelope = |number| {
                format!(
                    r#"{{"event":"allowed tcp 192.0.2.7:{number} to 198.51.100.9:443","host":"fw-1"}}"#
                )
            };
            let body: String = (0..count).map(envelope).collect();
            assert_eq!(self.collect(body).await, 200);
        }
    }

    async fn collect(&self, body: String) -> u16 {
        let address = self.hub.address_of(LISTEN).unwrap();
        let request = Request::post(format!("http://{address}/services/collector/event"))
            .header("authorization", format!("Splunk {TOKEN}"))
            .body(Bytes::from(body))
            .unwrap();
        self.client.send(request).await.unwrap().status().as_u16()
    }

    /// Sends one event and returns how long it took to stand in the file.
    async fn round_trip(&self, mark: &str) -> Duration {
        let begun = Instant::now();
        assert_eq!(self.collect(format!(r#"{{"event":"{mark}"}}"#)).await, 200);
        let is_there = async || self.terms("out").await["pending"] == 0;
        assert!(eventually(is_there).await, "{mark} does not arrive");
        begun.elapsed()
    }

    /// Waits until a stream has nothing to do, for as long as so many events may take.
    async fn is_drained(&self, stream: &str, events: u64) {
        let deadline = Instant::now() + Duration::from_secs(60 + events / DRAIN_PACE);
        while self.terms(stream).await["pending"] != 0 {
            assert!(Instant::now() < deadline, "{:?}", self.terms(stream).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The sums of a stream.
    async fn terms(&self, stream: &str) -> Value {
        let ledger = self.get("/v1/ledger").await;
        let ledger: Value = serde_json::from_slice(ledger.body()).unwrap();
        let rows = ledger["streams"].as_array().unwrap();
        rows.iter().find(|row| row["stream"] == stream).cloned().unwrap_or_else(|| ledger.clone())
    }

    /// Posts a finding of this id.
    async fn finds(&self, id: &str) -> Response<Bytes> {
        let body = format!(r#"{{"id":"{id}","severity":"high"}}"#);
        let url = format!("http://{}/hooks/sensor", self.hub.address().unwrap());
        self.client.send(Request::post(url).body(body.into()).unwrap()).await.unwrap()
    }

    async fn get(&self, path: &str) -> Response<Bytes> {
        let url = format!("http://{}{path}", self.hub.address().unwrap());
        self.client.send(Request::get(url).body(Bytes::new()).unwrap()).await.unwrap()
    }
}

/// The machine's clock, moved on by hand.
#[derive(Default)]
struct MovedClock(AtomicI64);

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let moved = self.0.load(Ordering::SeqCst);
        Timestamp::from_millis(SystemClock.now().as_millis() + moved)
    }
}

struct Unwatched;

impl AccessLedger for Unwatched {
    fn record(&self, _: SecretAccess<'_>) {}
}

/// What this process has in memory.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() << 10
}
