//! A layer around the ticket product: each answer takes its time, and the moment a ticket was made
//! is noted.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};
use memchr::memmem;
use parking_lot::Mutex;
use tokio::time::sleep;

use super::lines::{DIGITS, MARK};

/// When the ticket of each number was made; clones share it.
#[derive(Clone, Default)]
pub(super) struct Tickets {
    made: Arc<Mutex<HashMap<u64, Instant>>>,
}

impl Tickets {
    /// Puts the layer around a product.
    pub(super) fn observe(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), answer))
    }

    /// Returns how many numbers have a ticket.
    pub(super) fn count(&self) -> u64 {
        self.made.lock().len() as u64
    }

    /// Returns when a number's ticket was made.
    pub(super) fn made(&self, number: u64) -> Option<Instant> {
        self.made.lock().get(&number).copied()
    }

    /// Returns when the first and the last ticket were made.
    pub(super) fn span(&self) -> Duration {
        let made = self.made.lock();
        let (first, last) = (made.values().min(), made.values().max());
        first.zip(last).map(|(first, last)| *last - *first).unwrap_or_default()
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
        tickets.made.lock().entry(number).or_insert_with(Instant::now);
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
