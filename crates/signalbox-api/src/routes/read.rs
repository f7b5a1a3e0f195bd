//! Reading: lists by keyset, newest or oldest first, never more than a page.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use http::header;
use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;
use signalbox_model::{AlertId, AlertStatus, StepState};
use signalbox_store::desk::{AlertFilter, AttemptRow, StepFilter, StepRow};

use super::extract::Query;
use super::{Hub, alert_id};
use crate::operations::{
    AlertView, ConfiguredSilence, Explanation, IntegrationView, LedgerView, OperationError,
    TailFilter,
};
use crate::problem::Problem;

/// Rows of a page, unless asked for fewer or more.
const PAGE: usize = 100;

/// Rows of a page at most.
const PAGE_MAX: usize = 1000;

/// A page of a list.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// Continues the list as `?cursor=`; null on the last page.
    pub(super) next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AlertQuery {
    status: Option<String>,
    canaries: bool,
    cursor: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StepQuery {
    destination: Option<String>,
    state: Option<String>,
    alert: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LedgerQuery {
    recount: bool,
}

pub(super) async fn integrations(
    State(hub): State<Hub>,
) -> Result<Json<Vec<IntegrationView>>, Problem> {
    Ok(Json(hub.integrations().await?))
}

pub(super) async fn alerts(
    State(hub): State<Hub>,
    Query(query): Query<AlertQuery>,
) -> Result<Json<Page<AlertView>>, Problem> {
    let status = query.status.as_deref().map(|word| {
        AlertStatus::parse(word)
            .ok_or_else(|| invalid("status", word, "open, acknowledged, resolved"))
    });
    let cursor = query.cursor.as_deref().map(|text| {
        let (time, id) = split_cursor(text)?;
        Some((time, AlertId::parse(id)?))
    });
    let limit = limit(query.limit);
    let filter = AlertFilter {
        status: status.transpose()?,
        with_canaries: query.canaries,
        before: cursor.map(|cursor| cursor.ok_or_else(bad_cursor)).transpose()?,
        // One more tells whether there are more.
        limit: limit + 1,
    };
    let mut items = hub.alerts(filter).await?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| has_more);
    let next =
        last.map(|AlertView { alert, .. }| format!("{}_{}", alert.opened_at.as_millis(), alert.id));
    Ok(Json(Page { items, next }))
}

pub(super) async fn alert(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<AlertView>, Problem> {
    Ok(Json(hub.alert(alert_id(&id)?).await?))
}

pub(super) async fn silences(State(hub): State<Hub>) -> Json<Vec<ConfiguredSilence>> {
    Json(hub.silences())
}

pub(super) async fn deliveries(
    State(hub): State<Hub>,
    Query(query): Query<StepQuery>,
) -> Result<Json<Page<StepRow>>, Problem> {
    let alert = query
        .alert
        .as_deref()
        .map(|text| AlertId::parse(text).ok_or_else(|| invalid("alert", text, "an alert's id")));
    if let Some(state) = query.state.as_deref().filter(|word| StepState::parse(word).is_none()) {
        return Err(invalid("state", state, "pending, sending, delivered, dead or suppressed"));
    }
    let cursor = query.cursor.as_deref().map(|text| split_cursor(text).ok_or_else(bad_cursor));
    let limit = limit(query.limit);
    let filter = StepFilter {
        destination: query.destination,
        state: query.state,
        alert: alert.transpose()?,
        after: cursor.transpose()?.map(|(time, key)| (time, key.to_owned())),
        limit,
    };
    let items = hub.deliveries(filter).await?;
    let last = items.last().filter(|_| items.len() == limit);
    let next = last.map(|step| format!("{}_{}", step.created_at.as_millis(), step.key));
    Ok(Json(Page { items, next }))
}

pub(super) async fn attempts(
    State(hub): State<Hub>,
    Path(key): Path<String>,
) -> Result<Json<Vec<AttemptRow>>, Problem> {
    Ok(Json(hub.attempts(&key).await?))
}

pub(super) async fn ledger(
    State(hub): State<Hub>,
    Query(query): Query<LedgerQuery>,
) -> Result<Json<LedgerView>, Problem> {
    Ok(Json(hub.ledger(query.recount).await?))
}

pub(super) async fn explain(
    State(hub): State<Hub>,
    Path(event): Path<String>,
) -> Result<Json<Explanation>, Problem> {
    Ok(Json(hub.explain(&event).await?))
}

/// One JSON object a line, until the caller hangs up.
pub(super) async fn tail(
    State(hub): State<Hub>,
    Query(filter): Query<TailFilter>,
) -> Result<Response, Problem> {
    let lines = hub.tail(filter)?.map(|line| Ok::<_, std::convert::Infallible>(line + "\n"));
    let body = Body::from_stream(lines);
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}

pub(super) fn limit(asked: Option<usize>) -> usize {
    asked.unwrap_or(PAGE).clamp(1, PAGE_MAX)
}

pub(super) fn split_cursor(text: &str) -> Option<(Timestamp, &str)> {
    let (time, id) = text.split_once('_')?;
    Some((Timestamp::from_millis(time.parse().ok()?), id))
}

pub(super) fn bad_cursor() -> Problem {
    OperationError::Invalid("`cursor` is not one; use `next` of the page before".to_owned()).into()
}

pub(super) fn invalid(name: &str, value: &str, expected: &str) -> Problem {
    OperationError::Invalid(format!("`{name}` is `{value}`; expected {expected}")).into()
}
