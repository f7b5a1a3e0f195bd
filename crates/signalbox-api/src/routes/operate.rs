//! Writing: on the control socket alone.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use http::header;
use serde::{Deserialize, Serialize};
use signalbox_model::Alert;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::CheckReport;

use super::extract::{Body as JsonBody, Query};
use super::{Hub, alert_id};
use crate::operations::{AlertChange, CredentialView, Waiting};
use crate::problem::Problem;

#[derive(Debug, Deserialize)]
pub(super) struct EnableQuery {
    waiting: Option<Waiting>,
}

/// What an operation did, in words.
#[derive(Debug, Serialize)]
pub(super) struct Said {
    message: String,
}

pub(super) async fn check(
    State(hub): State<Hub>,
    Path(name): Path<String>,
) -> Result<Json<CheckReport>, Problem> {
    Ok(Json(hub.check(&name).await?))
}

pub(super) async fn credentials(State(hub): State<Hub>) -> Json<Vec<CredentialView>> {
    Json(hub.credentials())
}

pub(super) async fn started_with(State(hub): State<Hub>) -> Json<BTreeMap<String, String>> {
    Json(hub.started_with())
}

pub(super) async fn enable(
    State(hub): State<Hub>,
    Path(name): Path<String>,
    Query(query): Query<EnableQuery>,
) -> Result<Json<Said>, Problem> {
    Ok(Json(Said { message: hub.enable(&name, query.waiting).await? }))
}

pub(super) async fn disable(
    State(hub): State<Hub>,
    Path(name): Path<String>,
) -> Result<Json<Said>, Problem> {
    Ok(Json(Said { message: hub.disable(&name).await? }))
}

/// From when on something is done once more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplaySince {
    since: Timestamp,
}

pub(super) async fn replay(
    State(hub): State<Hub>,
    Path(name): Path<String>,
    JsonBody(replay): JsonBody<ReplaySince>,
) -> Result<Json<Said>, Problem> {
    Ok(Json(Said { message: hub.replay_stream(&name, replay.since).await? }))
}

/// One JSON object a line: how far it is, and at the end what came of it.
pub(super) async fn reevaluate(
    State(hub): State<Hub>,
    Path(name): Path<String>,
    JsonBody(replay): JsonBody<ReplaySince>,
) -> Result<Response, Problem> {
    let views = hub.reevaluate(&name, replay.since).await?;
    let lines = views.map(|view| serde_json::to_string(&view).map(|line| line + "\n"));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response())
}

pub(super) async fn acknowledge(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<Alert>, Problem> {
    Ok(Json(hub.change_alert(alert_id(&id)?, AlertChange::Acknowledge).await?))
}

pub(super) async fn resolve(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<Alert>, Problem> {
    Ok(Json(hub.change_alert(alert_id(&id)?, AlertChange::Resolve).await?))
}

/// Where a backup goes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BackupTarget {
    folder: String,
}

pub(super) async fn back_up(
    State(hub): State<Hub>,
    JsonBody(target): JsonBody<BackupTarget>,
) -> Result<Json<serde_json::Value>, Problem> {
    Ok(Json(hub.back_up(&target.folder).await?))
}

pub(super) async fn resume(State(hub): State<Hub>) -> Result<Json<Said>, Problem> {
    Ok(Json(Said { message: hub.resume().await? }))
}

pub(super) async fn reload(State(hub): State<Hub>) -> Result<Json<Said>, Problem> {
    Ok(Json(Said { message: hub.reload().await? }))
}
