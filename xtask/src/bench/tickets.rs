//! The ticket product: each answer takes its time, and the moment a ticket was made is noted.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::ensure;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};
use memchr::memmem;
use parking_lot::Mutex;
use signalbox_connectors::servicenow::ServiceNowSimulator;
use signalbox_sdk::testkit::{Server, Simulator as _};
use tokio::time::sleep;

use super::lines::{DIGITS, MARK};

/// A ticket product at work.
pub(super) struct Product {
    tickets: Tickets,
    server: Server,
}

/// When the ticket of each number was made; clones share it.
#[derive(Clone, Default)]
struct Tickets {
    made: Arc<Mutex<HashMap<u64, Instant>>>,
    twice: Arc<AtomicU64>,
}

impl Product {
    /// Starts it without a ticket.
    pub(super) async fn start() -> anyhow::Result<Self> {
        let tickets = Tickets::default();
        let router: Router = ServiceNowSimulator::default().router();
        let router = router.layer(from_fn_with_state(tickets.clone(), answer));
        Ok(Self { tickets, server: Server::start(router, 0).await? })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Waits until so many numbers have a ticket.
    pub(super) async fn wait(&self, count: u64) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let made = self.tickets.made.lock().len() as u64;
            if made >= count {
                return Ok(());
            }
            ensure!(began.elapsed() < PATIENCE, "{made} of {count} tickets after {PATIENCE:?}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Returns how long after it was sent a number had its ticket.
    pub(super) fn took(&self, (number, sent): (u64, Instant)) -> Option<Duration> {
        Some(*self.tickets.made.lock().get(&number)? - sent)
    }

    /// Returns what lay between the first and the last ticket.
    pub(super) fn span(&self) -> Duration {
        let made = self.tickets.made.lock();
        let (first, last) = (made.values().min(), made.values().max());
        first.zip(last).map(|(first, last)| *last - *first).unwrap_or_default()
    }

    /// Returns how many tickets were made for numbers that had one.
    pub(super) fn twice(&self) -> u64 {
        self.tickets.twice.load(Relaxed)
    }
}

impl Tickets {
    fn note(&self, number: u64) {
        match self.made.lock().entry(number) {
            Entry::Vacant(place) => {
                place.insert(Instant::now());
            }
            Entry::Occupied(_) => {
                self.twice.fetch_add(1, Relaxed);
            }
        }
    }
}

async fn answer(State(tickets): State<Tickets>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let number = number(&body).filter(|_| head.method == Method::POST);
    sleep(ANSWER_AFTER).await;
    let answer = next.run(Request::from_parts(head, Body::from(body))).await;
    if let (Some(number), StatusCode::CREATED) = (number, answer.status()) {
        tickets.note(number);
    }
    answer
}

fn number(body: &[u8]) -> Option<u64> {
    let at = memmem::find(body, MARK)? + MARK.len();
    std::str::from_utf8(body.get(at..at + DIGITS)?).ok()?.parse().ok()
}

/// What a call to the product takes.
const ANSWER_AFTER: Duration = Duration::from_millis(20);

const BODY_BYTES_MAX: usize = 1 << 20;

const PATIENCE: Duration = Duration::from_secs(180);
