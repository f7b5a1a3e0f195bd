//! A receiver of webhooks as a careful one is: it checks every proof a request carries, wants at
//! least one, remembers ids and keeps each body once.
//!
//! `POST /hook` takes requests; `GET /simulator/deliveries` shows what was kept and
//! `GET /simulator/summary` counts it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::{Value, json};
use signalbox_model::secret::Secret;
use signalbox_model::{Clock, SystemClock};
use signalbox_sdk::auth::{SignatureForm, is_secret};
use signalbox_sdk::testkit::{Simulator, SimulatorSetup};

/// A faked receiver; clones share what was received.
#[derive(Clone)]
pub struct WebhookSimulator {
    inbox: Arc<Mutex<Inbox>>,
    clock: Arc<dyn Clock>,
}

/// A request that was kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Delivery {
    /// Its `webhook-id`.
    pub id: String,
    /// Its body.
    pub body: Value,
    /// How often it came.
    pub seen_count: u32,
}

#[derive(Default)]
struct Inbox {
    deliveries: Vec<Delivery>,
    /// Where the delivery of an id stands.
    places: HashMap<String, usize>,
    repeats: u64,
}

impl WebhookSimulator {
    /// The key of signatures. `X-Signature` and `X-Hub-Signature-256` take it as text.
    pub const SECRET: &str = "whsec_c2lnbmFsYm94LXNpbXVsYXRvci1rZXkh";

    /// The token that `Authorization: Bearer` must carry where it is sent.
    pub const TOKEN: &str = "simulated-webhook-token";

    /// Makes a receiver that compares signed times with `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { inbox: Arc::default(), clock }
    }

    /// Returns what was kept, in the order of first arrival.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.inbox.lock().deliveries.clone()
    }

    fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), Refused> {
        self.check(headers, body)?;
        let id = text(headers, "webhook-id").ok_or(Refused::NoId)?;
        let body = serde_json::from_slice(body).map_err(|_| Refused::NotJson)?;
        self.inbox.lock().keep(id, body);
        Ok(())
    }

    fn check(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), Refused> {
        let form = FORMS.iter().find(|(header, _)| headers.contains_key(*header));
        if let Some((_, form)) = form {
            let keys = [Secret::new(Self::SECRET)];
            let verdict = form.verify(headers, body, &keys, self.clock.now());
            verdict.map_err(|error| Refused::Signature(error.to_string()))?;
        }
        match text(headers, "authorization") {
            Some(value) => {
                let token = value.strip_prefix("Bearer ").unwrap_or_default();
                let is_ours = is_secret(token.as_bytes(), &Secret::new(Self::TOKEN));
                is_ours.then_some(()).ok_or(Refused::Token)
            }
            None => form.map(drop).ok_or(Refused::NoProof),
        }
    }
}

impl Default for WebhookSimulator {
    fn default() -> Self {
        Self::new(Arc::new(SystemClock))
    }
}

impl Inbox {
    fn keep(&mut self, id: &str, body: Value) {
        let place = *self.places.entry(id.to_owned()).or_insert(self.deliveries.len());
        match self.deliveries.get_mut(place) {
            Some(known) => {
                known.seen_count += 1;
                self.repeats += 1;
            }
            None => self.deliveries.push(Delivery { id: id.to_owned(), body, seen_count: 1 }),
        }
    }
}

/// Why a request is not kept.
enum Refused {
    NoProof,
    NoId,
    NotJson,
    Signature(String),
    Token,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::NoProof => (StatusCode::UNAUTHORIZED, "no signature and no token".to_owned()),
            Self::Signature(what) => (StatusCode::UNAUTHORIZED, what),
            Self::Token => (StatusCode::UNAUTHORIZED, "the token is wrong".to_owned()),
            Self::NoId => (StatusCode::BAD_REQUEST, "no `webhook-id`".to_owned()),
            Self::NotJson => (StatusCode::BAD_REQUEST, "the body is not JSON".to_owned()),
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}

impl Simulator for WebhookSimulator {
    fn router(&self) -> Router {
        Router::new()
            .route("/hook", post(hook))
            .route("/simulator/deliveries", get(deliveries))
            .route("/simulator/summary", get(summary))
            .with_state(self.clone())
    }

    fn configuration(&self, address: SocketAddr) -> SimulatorSetup {
        let yaml = format!(
            "  webhook-simulator:\n    connector: webhook\n    direction: send\n    \
             url: http://{address}/hook\n    signature:\n      form: standard_webhooks\n      \
             secrets: [\"env:WEBHOOK_SIMULATOR_SECRET\"]\n"
        );
        let environment = vec![("WEBHOOK_SIMULATOR_SECRET", Self::SECRET.to_owned())];
        SimulatorSetup { yaml, environment }
    }
}

async fn hook(
    State(simulator): State<WebhookSimulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    simulator.receive(&headers, &body).map(|()| StatusCode::NO_CONTENT)
}

async fn deliveries(State(simulator): State<WebhookSimulator>) -> Json<Vec<Delivery>> {
    Json(simulator.deliveries())
}

async fn summary(State(simulator): State<WebhookSimulator>) -> Json<Value> {
    let inbox = simulator.inbox.lock();
    Json(json!({ "deliveries": inbox.deliveries.len(), "repeats": inbox.repeats }))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

const FORMS: [(&str, SignatureForm); 3] = [
    ("webhook-signature", SignatureForm::StandardWebhooks),
    ("x-hub-signature-256", SignatureForm::XHubSignature256),
    ("x-signature", SignatureForm::XSignature),
];
