//! The tenant's clock: the machine's, or one that stands still until it is moved. Every answer tells
//! what it shows.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, header};

use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, SystemClock};

use super::PrismaCloudSimulator;

/// A clock that can be moved.
#[derive(Default)]
pub(super) struct SimulatedClock {
    stands_at: Option<Timestamp>,
    moved_by_millis: AtomicI64,
}

impl SimulatedClock {
    pub(super) fn at(time: Timestamp) -> Self {
        Self { stands_at: Some(time), moved_by_millis: AtomicI64::new(0) }
    }

    pub(super) fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.moved_by_millis.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        let base = self.stands_at.unwrap_or_else(|| SystemClock.now());
        let moved = self.moved_by_millis.load(Ordering::SeqCst);
        Timestamp::from_millis(base.as_millis().saturating_add(moved))
    }
}

/// Dates an answer.
pub(super) async fn dated(
    State(simulator): State<PrismaCloudSimulator>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let behind = i64::from(simulator.lock().behavior.clock_behind_seconds);
    let seconds = simulator.clock.now().as_millis().div_euclid(1000) - behind;
    let date = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    let text = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::DATE, value);
    }
    response
}
