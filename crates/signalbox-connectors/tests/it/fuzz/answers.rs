//! Answers of vendors, over loopback: whatever comes back, a delivery is done only where the answer says
//! so, and a page is a page or an error.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::any;
use parking_lot::Mutex;
use std::sync::Arc;

use serde_json::{Value, json};
use signalbox_model::StepKind;
use signalbox_sdk::Roles;
use signalbox_sdk::role::{Batch, Item, Outcome, Rendered, Ticket};
use signalbox_sdk::testkit::Server;
use tokio::runtime::Runtime;

use super::fuzz;
use crate::hostile::{alert, build, notification, stream_item};

/// What the vendor answers to everything.
type Said = Arc<Mutex<(u16, Vec<u8>)>>;

/// A vendor that answers whatever it is told to.
struct Vendor {
    runtime: Runtime,
    server: Server,
    said: Said,
}

impl Vendor {
    fn start() -> Self {
        rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
        let runtime = Runtime::new().unwrap();
        let said = Said::default();
        let router = Router::new().fallback(any(answer)).with_state(Arc::clone(&said));
        let server = runtime.block_on(Server::start(router, 0)).unwrap();
        Self { runtime, server, said }
    }

    /// Any status, decided by the body alone so that a failure repeats.
    fn says(&self, body: &[u8]) {
        let sum = body.iter().fold(body.len(), |sum, byte| sum + usize::from(*byte));
        *self.said.lock() = (STATUSES[sum % STATUSES.len()], body.to_vec());
    }
}

const STATUSES: [u16; 12] = [200, 200, 200, 201, 204, 301, 400, 401, 404, 429, 500, 503];

async fn answer(State(said): State<Said>) -> Response<axum::body::Body> {
    let (status, body) = said.lock().clone();
    let wait = HeaderValue::from_bytes(&body).unwrap_or(HeaderValue::from_static("x"));
    let mut answer = Response::new(body.into());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer.headers_mut().insert("retry-after", wait.clone());
    answer.headers_mut().insert("x-ratelimit-remaining", wait);
    answer.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    answer
}

#[test]
fn slack_has_a_message_only_where_it_says_so() {
    let vendor = Vendor::start();
    let config = json!({
        "token": "env:TOKEN", "channel": "C0SOCALERTS",
        "api_url": format!("http://{}/api", vendor.server.address()),
    });
    let slack = build("slack", config, &[("TOKEN", "xoxb-1")]).destination.unwrap();
    let told = notification("a title", "a title", StepKind::Open);
    let batch = batch(&slack, &Item::Notification(&told));
    fuzz(|body| {
        vendor.says(&body);

        let outcomes = vendor.runtime.block_on(slack.deliver(&batch));

        assert_eq!(outcomes.len(), 1);
        let is_good = read(&body)["ok"] == true;
        assert!(is_good || !matches!(outcomes[0], Outcome::Done(_)), "{outcomes:?}");
    });
}

#[test]
fn servicenow_has_an_incident_only_where_it_says_so() {
    let vendor = Vendor::start();
    let config = json!({
        "url": format!("http://{}", vendor.server.address()),
        "auth": { "method": "basic", "username": "u", "password": "env:TOKEN" },
    });
    let service = build("servicenow", config, &[("TOKEN", "p")]).ticketing.unwrap();
    let key = notification("a title", "a title", StepKind::Open).key;
    let ticket = Ticket { key, alert: alert("a title"), rendered: Rendered::default() };
    fuzz(|body| {
        vendor.says(&body);

        let created = vendor.runtime.block_on(service.create(&ticket));
        vendor.runtime.block_on(service.find(key)).ok();

        assert!(created.is_err() || says(&body, "sys_id"), "{created:?}");
    });
}

#[test]
fn splunk_has_a_batch_only_where_it_says_so() {
    let vendor = Vendor::start();
    let url = format!("http://{}", vendor.server.address());
    let config = json!({ "direction": "send", "url": url, "token": "env:TOKEN" });
    let splunk = build("splunk_hec", config, &[("TOKEN", "t")]).destination.unwrap();
    let batch = batch(&splunk, &stream_item(b"{}", "edr"));
    fuzz(|body| {
        vendor.says(&body);

        let outcomes = vendor.runtime.block_on(splunk.deliver(&batch));

        assert_eq!(outcomes.len(), 1);
        let is_good = says(&body, "code");
        assert!(is_good || !matches!(outcomes[0], Outcome::Done(_)), "{outcomes:?}");
    });
}

#[test]
fn a_page_of_a_tenant_is_read_or_is_an_error() {
    let vendor = Vendor::start();
    let url = format!("http://{}", vendor.server.address());
    let config = json!({
        "url": url, "access_key": "env:TOKEN", "secret_key": "env:TOKEN",
        "compute": { "url": url }, "compliance": {},
    });
    let roles: Roles = build("prisma_cloud", config, &[("TOKEN", "t")]);
    fuzz(|body| {
        vendor.says(&body);
        for source in &roles.sources {
            if let Ok(page) = vendor.runtime.block_on(source.poll(None)) {
                let mut parts = Vec::new();
                for raw in &page.events {
                    roles.normalize.as_ref().unwrap().normalize(raw, &mut parts);
                }
                assert!(parts.len() >= page.events.len());
            }
        }
    });
}

fn batch(destination: &Arc<dyn signalbox_sdk::role::Destination>, item: &Item<'_>) -> Batch {
    let mut body = Vec::new();
    destination.encode(item, &mut body).unwrap();
    Batch { id: "batch-1".to_owned(), ends: vec![body.len()], body: body.into() }
}

fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

/// Whether an answer is JSON and speaks of something.
fn says(body: &[u8], word: &str) -> bool {
    read(body).to_string().contains(word)
}
