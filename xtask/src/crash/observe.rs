//! Layers around the simulated products: what they hold right now, and what they have taken.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::value::RawValue;
use tokio::time::{Instant, sleep};

use super::sequence;

/// What a product is doing, and how long it takes for it.
#[derive(Clone)]
pub(super) struct Traffic {
    late_by: Duration,
    state: Arc<Mutex<TrafficState>>,
}

struct TrafficState {
    rng: StdRng,
    held: usize,
    late_until: Option<Instant>,
}

/// One held request; dropped with it when its sender dies.
struct Held(Arc<Mutex<TrafficState>>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.lock().held -= 1;
    }
}

impl Traffic {
    /// Creates a layer for a product whose creates are executed up to `late_by` late.
    pub(super) fn new(late_by: Duration, seed: u64) -> Self {
        let rng = StdRng::seed_from_u64(seed);
        let state = TrafficState { rng, held: 0, late_until: None };
        Self { late_by, state: Arc::new(Mutex::new(state)) }
    }

    /// Puts the layer around a product.
    pub(super) fn observe(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), hold))
    }

    /// Returns whether a request is held, or a create may still be executed.
    pub(super) fn is_busy(&self) -> bool {
        let state = self.state.lock();
        state.held > 0 || state.late_until.is_some_and(|until| Instant::now() < until)
    }
}

/// Takes a while before or after a request is executed, so that a dying sender leaves both behind:
/// requests that were never executed, and executed ones whose answer nobody read.
async fn hold(State(traffic): State<Traffic>, request: Request, next: Next) -> Response {
    let (before, after) = {
        let mut state = traffic.state.lock();
        state.held += 1;
        let wait = Duration::from_millis(state.rng.random_range(HOLD_MS));
        if state.rng.random() { (wait, Duration::ZERO) } else { (Duration::ZERO, wait) }
    };
    let held = Held(Arc::clone(&traffic.state));
    let is_create = request.method() == Method::POST;
    sleep(before).await;
    let answer = next.run(request).await;
    if is_create && answer.status() == StatusCode::GATEWAY_TIMEOUT {
        traffic.state.lock().late_until = Some(Instant::now() + traffic.late_by);
    }
    sleep(after).await;
    drop(held);
    answer
}

/// How often each sequence number was taken by a product.
#[derive(Clone, Default)]
pub(super) struct Recorder {
    taken: Arc<Mutex<HashMap<u64, u32>>>,
}

impl Recorder {
    /// Puts the layer around a product that takes batches of JSON documents.
    pub(super) fn observe(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), record))
    }

    /// Returns how often each sequence number was taken.
    pub(super) fn taken(&self) -> HashMap<u64, u32> {
        self.taken.lock().clone()
    }
}

async fn record(State(recorder): State<Recorder>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let answer = next.run(Request::from_parts(head, Body::from(body.clone()))).await;
    if answer.status().is_success() {
        let documents = serde_json::Deserializer::from_slice(&body).into_iter::<Box<RawValue>>();
        let mut taken = recorder.taken.lock();
        for number in documents.flatten().filter_map(|document| sequence::find(document.get())) {
            *taken.entry(number).or_default() += 1;
        }
    }
    answer
}

/// What a busy instance takes for a call.
const HOLD_MS: std::ops::RangeInclusive<u64> = 5..=60;
