//! A Compute console's routes.

use axum::Json;
use axum::extract::{Path, Query as UrlQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use signalbox_model::Clock;
use signalbox_model::time::Timestamp;

use super::PrismaCloudSimulator;
use super::platform::Key;
use super::refusal::down;
use super::tenant::Tenant;

#[derive(Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    offset: usize,
    #[serde(default = "limit_default")]
    limit: usize,
}

/// `POST /api/{version}/authenticate`
pub(super) async fn authenticate(
    State(simulator): State<PrismaCloudSimulator>,
    Path(_version): Path<String>,
    Json(key): Json<Key>,
) -> Response {
    let mut tenant = simulator.lock();
    if tenant.behavior.is_down {
        return down();
    }
    if !key.is_good(&tenant) {
        tenant.summary.unauthorized += 1;
        let body = json!({ "err": "invalid credentials" });
        return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
    }
    tenant.summary.logins += 1;
    Json(json!({ "token": tenant.grant(simulator.clock.now()) })).into_response()
}

/// `GET /api/{version}/hosts`, `images` and `containers`
pub(super) async fn records(
    State(simulator): State<PrismaCloudSimulator>,
    Path((_version, workload)): Path<(String, String)>,
    UrlQuery(place): UrlQuery<Place>,
    headers: HeaderMap,
) -> Response {
    let now = simulator.clock.now();
    let mut tenant = simulator.lock();
    if let Some(refusal) = stop(&mut tenant, &headers, now) {
        return refusal;
    }
    if !["hosts", "images", "containers"].contains(&workload.as_str()) {
        return (StatusCode::NOT_FOUND, "404 page not found").into_response();
    }
    if place.limit > limit_default() {
        let body = json!({ "err": "limit must be at most 50" });
        return (StatusCode::BAD_REQUEST, Json(body)).into_response();
    }
    tenant.summary.console_pages += 1;
    let records = tenant.records.get(workload.as_str()).map_or(&[][..], Vec::as_slice);
    let page: Vec<&Value> = records.iter().skip(place.offset).take(place.limit).collect();
    let total = [("total-count", records.len().to_string())];
    match page.is_empty() {
        true => (total, Json(Value::Null)).into_response(),
        false => (total, Json(page)).into_response(),
    }
}

fn stop(tenant: &mut Tenant, headers: &HeaderMap, now: Timestamp) -> Option<Response> {
    if tenant.behavior.is_down {
        return Some(down());
    }
    let token = headers.get("authorization").and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer "));
    if !token.is_some_and(|token| tenant.knows(token, now)) {
        tenant.summary.unauthorized += 1;
        return Some(
            (StatusCode::UNAUTHORIZED, Json(json!({ "err": "unauthorized" }))).into_response(),
        );
    }
    tenant.console_calls.retain(|call| now.since(*call).as_secs() < WINDOW_SECONDS);
    tenant.console_calls.push(now);
    let is_over = tenant.behavior.limits_rate && tenant.console_calls.len() > CALLS_MAX;
    is_over.then(|| StatusCode::TOO_MANY_REQUESTS.into_response())
}

const fn limit_default() -> usize {
    50
}

const CALLS_MAX: usize = 30;
const WINDOW_SECONDS: u64 = 30;
