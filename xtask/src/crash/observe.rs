//! Layers around the simulated products: what they hold right now, and what they have taken.

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
use tokio::time::sleep;

use super::sequence::Taken;

/// What a product is doing, and how long it takes for it.
#[derive(Clone)]
pub(super) struct Traffic(Arc<Mutex<TrafficState>>);

struct TrafficState {
    rng: StdRng,
    held: usize,
    cuts: Cuts,
}

/// Creates whose sender was gone before the answer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cuts {
    /// Never executed.
    pub(super) before: u64,
    /// Executed, or accepted to be executed late.
    pub(super) after: u64,
}

/// One held request; dropped unanswered when its sender dies.
struct Held {
    traffic: Traffic,
    is_create: bool,
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Received,
    Executed,
    Answered,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut state = self.traffic.0.lock();
        state.held -= 1;
        match self.progress {
            Progress::Received if self.is_create => state.cuts.before += 1,
            Progress::Executed if self.is_create => state.cuts.after += 1,
            _ => {}
        }
    }
}

impl Traffic {
    /// Creates a layer that draws how long each request takes.
    pub(super) fn new(seed: u64) -> Self {
        let rng = StdRng::seed_from_u64(seed);
        Self(Arc::new(Mutex::new(TrafficState { rng, held: 0, cuts: Cuts::default() })))
    }

    /// Puts the layer around a product.
    pub(super) fn observe(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), hold))
    }

    /// Returns whether a request is received and not answered.
    pub(super) fn is_busy(&self) -> bool {
        self.0.lock().held > 0
    }

    /// Counts the creates that were cut off.
    pub(super) fn cuts(&self) -> Cuts {
        self.0.lock().cuts
    }
}

/// Takes a while before or after a request is executed, so that a dying sender leaves both behind:
/// requests that were never executed, and executed ones whose answer nobody read.
async fn hold(State(traffic): State<Traffic>, request: Request, next: Next) -> Response {
    let (before, after) = {
        let mut state = traffic.0.lock();
        state.held += 1;
        let wait = Duration::from_millis(state.rng.random_range(HOLD_MS));
        if state.rng.random() { (wait, Duration::ZERO) } else { (Duration::ZERO, wait) }
    };
    let is_create = request.method() == Method::POST;
    let mut held = Held { traffic, is_create, progress: Progress::Received };
    sleep(before).await;
    let answer = next.run(request).await;
    held.progress = Progress::Executed;
    sleep(after).await;
    held.progress = Progress::Answered;
    answer
}

/// What was taken by a product.
#[derive(Clone, Default)]
pub(super) struct Recorder {
    taken: Arc<Mutex<Taken>>,
}

impl Recorder {
    /// Puts the layer around a product that takes batches of JSON documents.
    pub(super) fn observe(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), record))
    }

    /// Returns what was taken so far.
    pub(super) fn taken(&self) -> Taken {
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
        documents.flatten().for_each(|document| taken.add(document.get()));
    }
    answer
}

/// What a busy instance takes for a call.
const HOLD_MS: std::ops::RangeInclusive<u64> = 5..=60;
