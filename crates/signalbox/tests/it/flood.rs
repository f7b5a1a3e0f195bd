//! Whether a flood of datagrams is felt by the senders of webhooks: a benchmark, which judges nothing, for its
//! numbers are the machine's.
//!
//! `cargo test --release -p signalbox --test it udp_flood -- --ignored --nocapture`

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::hub::{Hub, free_address};

/// Requests of a slice, one after the other.
const REQUESTS: usize = 250;

/// How often each kind of slice has its turn: what the machine does meanwhile is spread over all of them.
const TURNS: usize = 20;

/// Datagrams a second: more than twice of what the hub takes in on two cores. A sender without pace would take one of
/// the cores for itself, which senders on a network do not.
const PACE: u64 = 150_000;

/// How long the flood rests between what it sends at once.
const PAUSE: Duration = Duration::from_micros(500);

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
    let unread = UdpSocket::bind("127.0.0.1:0").unwrap();
    let flood = Flood::start();
    measure(&hub, &mut Vec::new()).await;

    let mut kinds = [
        ("quiet", None, Vec::new()),
        ("flooded", Some(udp), Vec::new()),
        ("the same flood, to a socket that nobody reads", unread.local_addr().ok(), Vec::new()),
    ];
    for _ in 0..TURNS {
        for (_, to, times) in &mut kinds {
            flood.go_to(*to);
            // Until the slice before is over for the hub as well: its queue, and what it committed.
            tokio::time::sleep(Duration::from_millis(500)).await;
            measure(&hub, times).await;
        }
    }

    for (kind, _, mut times) in kinds {
        times.sort();
        let at = |share: usize| times[times.len() * share / 1000];
        println!("{kind}: p50 {:?}, p99 {:?}, p99.9 {:?}", at(500), at(990), at(999));
    }
    println!("{} datagrams were sent, half of them to the hub", flood.sent());
    println!("taken in: {}", hub.ask(&["ledger"])["intake"]);
}

/// Posts one after the other, and adds how long each took.
async fn measure(hub: &Hub, times: &mut Vec<Duration>) {
    for _ in 0..REQUESTS {
        let begun = Instant::now();
        let answer = hub.post("/hooks/sensor", &[], r#"{"message":"a login"}"#).await.unwrap();
        assert_eq!(answer.status(), 200);
        times.push(begun.elapsed());
    }
}

/// A thread that sends datagrams at [`PACE`] while it has where to, until it is dropped.
struct Flood {
    to: Arc<Mutex<Option<SocketAddr>>>,
    is_over: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
}

impl Flood {
    fn start() -> Self {
        let flood = Self { to: Arc::default(), is_over: Arc::default(), sent: Arc::default() };
        let (to, is_over, sent) =
            (Arc::clone(&flood.to), Arc::clone(&flood.is_over), Arc::clone(&flood.sent));
        thread::spawn(move || {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            let mut last = Instant::now();
            while !is_over.load(Ordering::Relaxed) {
                thread::sleep(PAUSE);
                let since = last.elapsed();
                last += since;
                if let Some(to) = *to.lock().unwrap() {
                    sent.fetch_add(send(&socket, to, since), Ordering::Relaxed);
                }
            }
        });
        flood
    }

    fn go_to(&self, to: Option<SocketAddr>) {
        *self.to.lock().unwrap() = to;
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// Sends what is due after so long; returns how many went out.
fn send(socket: &UdpSocket, to: SocketAddr, since: Duration) -> u64 {
    let line =
        b"<134>1 2026-07-01T12:00:00Z fw-1 filter - - - allowed tcp 192.0.2.7 to 198.51.100.9";
    let due = PACE * since.as_micros() as u64 / 1_000_000;
    (0..due).filter(|_| socket.send_to(line, to).is_ok()).count() as u64
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}
