//! What the demo and other processes ask a simulator. No part of the product.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;

use super::{PrismaCloudSimulator, SimulatedAlert, SimulatedBehavior, Summary};

/// Lists the alerts.
pub(super) async fn alerts(
    State(simulator): State<PrismaCloudSimulator>,
) -> Json<Vec<SimulatedAlert>> {
    Json(simulator.alerts())
}

/// Adds an alert, or replaces the one with its id.
pub(super) async fn add_alert(
    State(simulator): State<PrismaCloudSimulator>,
    body: Bytes,
) -> Response {
    match serde_json::from_slice::<SimulatedAlert>(&body) {
        Ok(alert) => {
            simulator.add_alert(alert);
            alerts(State(simulator)).await.into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

/// Counts calls.
pub(super) async fn summary(State(simulator): State<PrismaCloudSimulator>) -> Json<Summary> {
    Json(simulator.summary())
}

/// Shows how the tenant behaves.
pub(super) async fn faults(
    State(simulator): State<PrismaCloudSimulator>,
) -> Json<SimulatedBehavior> {
    Json(simulator.lock().behavior.clone())
}

/// Replaces how the tenant behaves; what the body leaves out is back to normal.
pub(super) async fn set_faults(
    State(simulator): State<PrismaCloudSimulator>,
    body: Bytes,
) -> Response {
    match serde_json::from_slice::<SimulatedBehavior>(&body) {
        Ok(behavior) => {
            simulator.behave(|own| *own = behavior);
            faults(State(simulator)).await.into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}
