//! Health, readiness and metrics.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use super::Hub;

/// The process lives.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Events are taken.
pub(super) async fn ready(State(hub): State<Hub>) -> Response {
    let readiness = hub.readiness();
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}

/// Prometheus' text format.
pub(super) async fn metrics(State(hub): State<Hub>) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (headers, hub.metrics().await).into_response()
}
