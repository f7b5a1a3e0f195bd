//! The Table API's routes: who may call, how records are shown, how refusals read.

use std::collections::BTreeMap;
use std::time::Instant;

use axum::extract::{Path, Query as UrlQuery, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

use super::ServiceNowSimulator;
use super::instance::{Refusal, Row, forbidden};
use super::query::Query;

type Parameters = UrlQuery<BTreeMap<String, String>>;

/// Lets a call pass, or answers as a gateway, a quota or the authentication does.
pub(super) async fn guard(
    State(simulator): State<ServiceNowSimulator>,
    request: Request,
    next: Next,
) -> Response {
    let stopped = stop(&simulator, request.headers());
    match stopped {
        Some(answer) => answer,
        None => next.run(request).await,
    }
}

fn stop(simulator: &ServiceNowSimulator, headers: &HeaderMap) -> Option<Response> {
    let instance = simulator.lock();
    let behavior = &instance.behavior;
    if behavior.is_down {
        return Some(
            (StatusCode::SERVICE_UNAVAILABLE, "<html>Service Unavailable</html>").into_response(),
        );
    }
    if behavior.is_hibernating {
        return Some(page(StatusCode::OK, HIBERNATING));
    }
    if let Some(wait) = behavior.rate_limit {
        let refusal = (StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded".to_owned(), None);
        let seconds = wait.as_duration().as_secs().to_string();
        return Some(([(header::RETRY_AFTER, seconds)], refused(refusal)).into_response());
    }
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let is_known = match authorization.and_then(|value| value.split_once(' ')) {
        Some(("Basic", pair)) => is_account(pair) && !behavior.restricts_basic_authentication,
        Some(("Bearer", token)) => instance.tokens.knows(token),
        _ => false,
    };
    if is_known && !behavior.refuses_credentials {
        return None;
    }
    let detail = "Required to provide Auth information".to_owned();
    let refusal = (StatusCode::UNAUTHORIZED, "User Not Authenticated".to_owned(), Some(detail));
    Some(([(header::WWW_AUTHENTICATE, REALM)], refused(refusal)).into_response())
}

/// `GET /table/{table}`: an array, with its place in the whole in the headers.
pub(super) async fn list(
    State(simulator): State<ServiceNowSimulator>,
    Path(table): Path<String>,
    UrlQuery(parameters): Parameters,
) -> Response {
    let query = Query::parse(parameters.get("sysparm_query").map_or("", String::as_str));
    let number = |name: &str| parameters.get(name).and_then(|value| value.parse::<usize>().ok());
    let offset = number("sysparm_offset").unwrap_or_default();
    let page = offset..offset.saturating_add(number("sysparm_limit").unwrap_or(LIMIT_DEFAULT));
    let selected = simulator.lock().query(&table, &query, page);
    let (total, rows) = match selected {
        Ok(selected) => selected,
        Err(refusal) => return refused(refusal),
    };
    let shown: Vec<_> = rows.into_iter().map(|row| show(&simulator, row, &parameters)).collect();
    ([("x-total-count", total.to_string())], answered(StatusCode::OK, &json!(shown)))
        .into_response()
}

/// `GET /table/{table}/{sys_id}`: an object.
pub(super) async fn read(
    State(simulator): State<ServiceNowSimulator>,
    Path((table, sys_id)): Path<(String, String)>,
    UrlQuery(parameters): Parameters,
) -> Response {
    let row = simulator.lock().read(&table, &sys_id);
    match row {
        Ok(row) => answered(StatusCode::OK, &show(&simulator, row, &parameters)),
        Err(refusal) => refused(refusal),
    }
}

/// `POST /table/incident`: 201 with the record and where it is.
pub(super) async fn create(
    State(simulator): State<ServiceNowSimulator>,
    Path(table): Path<String>,
    UrlQuery(parameters): Parameters,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = match writable(&table, &body) {
        Ok(fields) => fields,
        Err(refusal) => return refused(refusal),
    };
    let asked = Instant::now();
    let lateness = simulator.lock().lateness();
    if let Some(wait) = lateness {
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            // Nobody is left to be told of a refusal.
            drop(simulator.lock().create(&fields, asked));
        });
        return page(StatusCode::GATEWAY_TIMEOUT, "<html>Gateway Timeout</html>");
    }
    let created = simulator.lock().create(&fields, asked);
    match created {
        Ok(row) => show_created(&simulator, row, &parameters, &headers),
        Err(refusal) => refused(refusal),
    }
}

/// `PATCH` and `PUT /table/incident/{sys_id}`: what is left out stays as it is, for both.
pub(super) async fn change(
    State(simulator): State<ServiceNowSimulator>,
    Path((table, sys_id)): Path<(String, String)>,
    UrlQuery(parameters): Parameters,
    body: Bytes,
) -> Response {
    let changed =
        writable(&table, &body).and_then(|fields| simulator.lock().change(&sys_id, &fields));
    match changed {
        Ok(row) => answered(StatusCode::OK, &show(&simulator, row, &parameters)),
        Err(refusal) => refused(refusal),
    }
}

/// Any other path.
pub(super) async fn no_resource() -> Response {
    let what = "Requested URI does not represent any resource".to_owned();
    refused((StatusCode::BAD_REQUEST, what, None))
}

/// Reads a body of columns; the account may write incidents only.
fn writable(table: &str, body: &[u8]) -> Result<Row, Refusal> {
    let fields: Map<String, Value> = serde_json::from_slice(body).map_err(|_| {
        (StatusCode::BAD_REQUEST, "Exception while reading request".to_owned(), None)
    })?;
    if table != "incident" {
        return Err(forbidden("ACL Exception Insert Failed due to security constraints"));
    }
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(fields.into_iter().map(|(column, value)| (column, text(value))).collect())
}

fn show_created(
    simulator: &ServiceNowSimulator,
    row: Row,
    parameters: &BTreeMap<String, String>,
    headers: &HeaderMap,
) -> Response {
    let behavior = simulator.lock().behavior.clone();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let sys_id = row.get("sys_id").map_or("", String::as_str);
    let location = format!("http://{host}/api/now/table/incident/{sys_id}");
    let answer = if behavior.answers_pages {
        page(StatusCode::CREATED, "<html>Created</html>")
    } else {
        answered(StatusCode::CREATED, &show(simulator, row, parameters))
    };
    if !behavior.sends_location {
        return answer;
    }
    ([(header::LOCATION, location)], answer).into_response()
}

/// Shows the columns asked for that there are and that may be read, references as objects unless
/// plain values were asked for.
fn show(simulator: &ServiceNowSimulator, row: Row, parameters: &BTreeMap<String, String>) -> Value {
    let unreadable = simulator.lock().behavior.unreadable_columns.clone();
    let wanted = parameters.get("sysparm_fields").map(|names| names.split(',').collect::<Vec<_>>());
    let is_plain = parameters.get("sysparm_exclude_reference_link").is_some_and(|v| v == "true");
    let is_shown = |column: &str| {
        !unreadable.contains(column) && wanted.as_ref().is_none_or(|names| names.contains(&column))
    };
    let shown = row.into_iter().filter(|(column, _)| is_shown(column)).map(|(column, value)| {
        let table = REFERENCES.iter().find(|(name, _)| *name == column).map(|(_, table)| *table);
        let value = match table {
            Some(table) if !is_plain && !value.is_empty() => json!({
                "link": format!("https://instance.service-now.com/api/now/table/{table}/{value}"),
                "value": value,
            }),
            _ => Value::String(value),
        };
        (column, value)
    });
    Value::Object(shown.collect())
}

fn answered(status: StatusCode, result: &Value) -> Response {
    json_answer(status, &json!({ "result": result }))
}

fn refused((status, message, detail): Refusal) -> Response {
    // Written by hand, for the product's members come in this order.
    let body = format!(
        r#"{{"error":{{"message":{},"detail":{}}},"status":"failure"}}"#,
        json!(message),
        json!(detail)
    );
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], body.to_string()).into_response()
}

fn page(status: StatusCode, body: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html;charset=UTF-8")], body).into_response()
}

fn is_account(pair: &str) -> bool {
    let account = format!("{}:{}", ServiceNowSimulator::USERNAME, ServiceNowSimulator::PASSWORD);
    pair == STANDARD.encode(account)
}

const JSON: &str = "application/json;charset=UTF-8";
const REALM: &str = "BASIC realm=\"Service-now\"";
const HIBERNATING: &str = "<html><head><title>Instance Hibernating page</title></head></html>";

/// What a list holds at most where the request does not say.
const LIMIT_DEFAULT: usize = 10_000;

const REFERENCES: [(&str, &str); 11] = [
    ("assigned_to", "sys_user"),
    ("assignment_group", "sys_user_group"),
    ("caller_id", "sys_user"),
    ("closed_by", "sys_user"),
    ("cmdb_ci", "cmdb_ci"),
    ("company", "core_company"),
    ("location", "cmn_location"),
    ("opened_by", "sys_user"),
    ("parent_incident", "incident"),
    ("problem_id", "problem"),
    ("resolved_by", "sys_user"),
];
