//! Whether a flood of datagrams is felt by the senders of webhooks: a benchmark, which judges nothing, for its
//! numbers are the machine's.
//!
//! `cargo test --release -p signalbox --test it udp_flood -- --ignored --nocapture`

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::hub::{Hub, free_address};

/// Requests of each measurement, one after the other.
const REQUESTS: usize = 2_000;

/// Datagrams a second: more than twice of what the hub takes in on two cores. A sender without pace would take one of
/// the cores for itself, which senders on a network do not.
const PACE: u64 = 150_000;

const CONFIG: &str = r#"
http: {listen: "@HUB@"}
integrations:
  sensor: {connector: webhook, direction: receive, auth: {unauthenticated: accepted}, mapping: sensor}
  devices: {connector: syslog, direction: receive, udp: [{address: "@UDP@"}]}
  out: {connector: file, path: "@OUT@"}
mappings:
  sensor: {class: base_event, attributes: {message: message, metadata.product.name: {value: Sensor}}}
"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark, for an idle machine"]
async fn the_latency_of_a_webhook_quiet_and_beside_a_udp_flood() {
    let (udp, folder) = (free_address(), tempfile::tempdir().unwrap());
    let out = folder.path().join("out.ndjson").display().to_string();
    let config = CONFIG.replace("@UDP@", &udp.to_string()).replace("@OUT@", &out);
    let hub = Hub::start(&config, &[]).await;
    measure(&hub).await;

    let quiet = measure(&hub).await;
    let flood = Flood::start(udp);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (sent, begun) = (flood.sent(), Instant::now());
    let flooded = measure(&hub).await;
    let pace = (flood.sent() - sent) as f64 / begun.elapsed().as_secs_f64();
    drop(flood);
    let again = measure(&hub).await;

    for (what, times) in [("quiet", &quiet), ("flooded", &flooded), ("quiet again", &again)] {
        let at = |share: usize| times[times.len() * share / 1000];
        println!("{what}: p50 {:?}, p99 {:?}, p99.9 {:?}", at(500), at(990), at(999));
    }
    let ledger = hub.ask(&["ledger"]);
    println!("{pace:.0} datagrams a second were sent; taken in: {}", ledger["intake"]);
}

/// Posts one after the other; returns how long each took, the shortest first.
async fn measure(hub: &Hub) -> Vec<Duration> {
    let mut times = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let begun = Instant::now();
        let answer = hub.post("/hooks/sensor", &[], r#"{"message":"a login"}"#).await.unwrap();
        assert_eq!(answer.status(), 200);
        times.push(begun.elapsed());
    }
    times.sort();
    times
}

/// A thread that sends datagrams at [`PACE`], until it is dropped.
struct Flood {
    is_over: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
}

impl Flood {
    fn start(to: SocketAddr) -> Self {
        let (is_over, sent) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let (ends, counts) = (Arc::clone(&is_over), Arc::clone(&sent));
        thread::spawn(move || {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            let line = b"<134>1 2026-07-01T12:00:00Z fw-1 filter - - - allowed tcp 192.0.2.7 to 198.51.100.9";
            let begun = Instant::now();
            while !ends.load(Ordering::Relaxed) {
                let due = begun.elapsed().as_micros() as u64 * PACE / 1_000_000;
                while counts.load(Ordering::Relaxed) < due {
                    counts
                        .fetch_add(u64::from(socket.send_to(line, to).is_ok()), Ordering::Relaxed);
                }
                thread::sleep(Duration::from_micros(500));
            }
        });
        Self { is_over, sent }
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}
