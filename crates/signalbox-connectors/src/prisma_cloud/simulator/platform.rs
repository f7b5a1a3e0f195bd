//! The platform's routes.

use axum::Json;
use axum::extract::{Path, Query as UrlQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use signalbox_model::Clock;
use signalbox_model::time::Timestamp;

use super::PrismaCloudSimulator;
use super::query::{INVALID_PAGE_TOKEN, Query};
use super::refusal::{down, refused, throttled};
use super::tenant::Tenant;

/// A key, as both doors take it.
#[derive(Deserialize)]
pub(super) struct Key {
    username: String,
    password: String,
}

impl Key {
    pub(super) fn is_good(&self, tenant: &Tenant) -> bool {
        self.username == PrismaCloudSimulator::ACCESS_KEY
            && self.password == PrismaCloudSimulator::SECRET_KEY
            && !tenant.behavior.refuses_keys
    }
}

#[derive(Deserialize)]
pub(super) struct Detail {
    #[serde(default)]
    detailed: bool,
}

/// `POST /login`
pub(super) async fn login(
    State(simulator): State<PrismaCloudSimulator>,
    Json(key): Json<Key>,
) -> Response {
    let mut tenant = simulator.lock();
    if tenant.behavior.is_down {
        return down();
    }
    if !key.is_good(&tenant) {
        tenant.summary.unauthorized += 1;
        return refused(StatusCode::UNAUTHORIZED, "invalid_credentials");
    }
    tenant.summary.logins += 1;
    let token = tenant.grant(simulator.clock.now());
    granted(&token, "login_successful")
}

/// `GET /auth_token/extend`
pub(super) async fn extend(
    State(simulator): State<PrismaCloudSimulator>,
    headers: HeaderMap,
) -> Response {
    let now = simulator.clock.now();
    let mut tenant = match enter(&simulator, &headers, now) {
        Ok(tenant) => tenant,
        Err(refusal) => return *refusal,
    };
    if tenant.behavior.refuses_extension {
        tenant.summary.unauthorized += 1;
        return refused(StatusCode::UNAUTHORIZED, "token_expired");
    }
    tenant.summary.extensions += 1;
    let token = tenant.grant(now);
    granted(&token, "extend_successful")
}

/// `POST /v2/alert`
pub(super) async fn alerts(
    State(simulator): State<PrismaCloudSimulator>,
    UrlQuery(detail): UrlQuery<Detail>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let now = simulator.clock.now();
    let mut tenant = match enter(&simulator, &headers, now) {
        Ok(tenant) => tenant,
        Err(refusal) => return *refusal,
    };
    if tenant.behavior.limits_rate && !tenant.alert_bucket.take(now) {
        return throttled();
    }
    tenant.last_query = body;
    let mut query = match Query::parse(&tenant.last_query, &tenant) {
        Ok(query) => query,
        Err(INVALID_PAGE_TOKEN) if tenant.behavior.breaks_on_page_tokens => {
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "internal_error");
        }
        Err(key) => return refused(StatusCode::BAD_REQUEST, key),
    };
    query.detailed |= detail.detailed;
    let answer = query.answer(&tenant, now);
    tenant.summary.alert_pages += 1;
    let mut body = json!({
        "totalRows": answer.total,
        "items": answer.items,
        "sortAllowedColumns": ["alertTime", "firstSeen", "lastSeen"],
        "dynamicColumns": [],
    });
    if let Some(token) = answer.next {
        body["nextPageToken"] = json!(token);
    }
    if tenant.behavior.omits_totals && tenant.last_query.get("pageToken").is_some() {
        body["totalRows"] = Value::Null;
    }
    Json(body).into_response()
}

/// `GET /alert/{id}`
pub(super) async fn alert(
    State(simulator): State<PrismaCloudSimulator>,
    Path(id): Path<String>,
    UrlQuery(detail): UrlQuery<Detail>,
    headers: HeaderMap,
) -> Response {
    let tenant = match enter(&simulator, &headers, simulator.clock.now()) {
        Ok(tenant) => tenant,
        Err(refusal) => return *refusal,
    };
    match tenant.alerts.iter().find(|alert| alert.id == id) {
        Some(alert) => Json(alert.item(detail.detailed)).into_response(),
        None => refused(StatusCode::NOT_FOUND, "alert_not_found"),
    }
}

/// `POST /alert/dismiss`
pub(super) async fn dismiss(
    state: State<PrismaCloudSimulator>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let status = if body.get("dismissalTimeRange").is_some() { "snoozed" } else { "dismissed" };
    let is_complete = body.get("dismissalNote").is_some_and(Value::is_string);
    change(&state.0, &headers, &body, (&["open"], status), is_complete)
}

/// `POST /alert/reopen`
pub(super) async fn reopen(
    state: State<PrismaCloudSimulator>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    change(&state.0, &headers, &body, (&["dismissed", "snoozed"], "open"), true)
}

/// `POST /v2/compliance/posture`
pub(super) async fn posture(
    State(simulator): State<PrismaCloudSimulator>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let now = simulator.clock.now();
    let tenant = match enter(&simulator, &headers, now) {
        Ok(tenant) => tenant,
        Err(refusal) => return *refusal,
    };
    if body["timeRange"]["type"] != "to_now" || body["timeRange"]["value"] != "epoch" {
        return refused(StatusCode::BAD_REQUEST, "invalid_time_range");
    }
    Json(json!({ "complianceDetails": tenant.standards, "requestedTimestamp": now }))
        .into_response()
}

/// Lets a call with a good token in.
pub(super) fn enter<'a>(
    simulator: &'a PrismaCloudSimulator,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<parking_lot::MutexGuard<'a, Tenant>, Box<Response>> {
    let mut tenant = simulator.lock();
    if tenant.behavior.is_down {
        return Err(Box::new(down()));
    }
    let token = headers.get("x-redlock-auth").and_then(|token| token.to_str().ok());
    if token.is_some_and(|token| tenant.knows(token, now)) {
        return Ok(tenant);
    }
    tenant.summary.unauthorized += 1;
    Err(Box::new(refused(StatusCode::UNAUTHORIZED, "token_expired")))
}

/// Changes the named alerts, or all of them where none is named, as the product does.
fn change(
    simulator: &PrismaCloudSimulator,
    headers: &HeaderMap,
    body: &Value,
    (from, to): (&[&str], &str),
    is_complete: bool,
) -> Response {
    let now = simulator.clock.now();
    let mut tenant = match enter(simulator, headers, now) {
        Ok(tenant) => tenant,
        Err(refusal) => return *refusal,
    };
    let has_filter = body["filter"]["timeRange"].is_object();
    if !has_filter || !is_complete {
        return refused(StatusCode::BAD_REQUEST, "bad_request");
    }
    let ids: Vec<&str> =
        body["alerts"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut changed = 0;
    for alert in &mut tenant.alerts {
        let is_meant = ids.is_empty() || ids.contains(&alert.id.as_str());
        if is_meant && from.contains(&alert.status.as_str()) {
            alert.set_status(to, now);
            changed += 1;
        }
    }
    match changed {
        0 => refused(StatusCode::NOT_FOUND, "alert_no_longer_in_expected_state"),
        _ => StatusCode::OK.into_response(),
    }
}

fn granted(token: &str, message: &str) -> Response {
    let tenant = json!({ "customerName": "Example", "prismaId": "8001", "tosAccepted": true });
    let body = json!({
        "token": token,
        "message": message,
        "roles": [],
        "customerNames": [tenant],
    });
    Json(body).into_response()
}
