//! Writing: on the control socket alone.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use signalbox_model::{Alert, AlertId};
use signalbox_sdk::role::CheckReport;

use super::Hub;
use crate::operations::{AlertChange, OperationError};
use crate::problem::Problem;

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

pub(super) async fn enable(
    State(hub): State<Hub>,
    Path(name): Path<String>,
) -> Result<Json<Said>, Problem> {
    Ok(Json(Said { message: hub.set_enabled(&name, true).await? }))
}

pub(super) async fn disable(
    State(hub): State<Hub>,
    Path(name): Path<String>,
) -> Result<Json<Said>, Problem> {
    Ok(Json(Said { message: hub.set_enabled(&name, false).await? }))
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

pub(super) async fn reload(State(hub): State<Hub>) -> Result<Json<Said>, Problem> {
    Ok(Json(Said { message: hub.reload().await? }))
}

fn alert_id(text: &str) -> Result<AlertId, Problem> {
    let invalid = || OperationError::Invalid(format!("`{text}` is no alert's id"));
    Ok(AlertId::parse(text).ok_or_else(invalid)?)
}
