//! What the demo and the crash harness ask a simulator in another process. No part of the product.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::{ServiceNowSimulator, SimulatedBehavior, SimulatedIncident};

/// Lists the incidents.
pub(super) async fn incidents(
    State(simulator): State<ServiceNowSimulator>,
) -> Json<Vec<SimulatedIncident>> {
    Json(simulator.tickets())
}

/// Counts the incidents, and the keys that more than one has.
pub(super) async fn summary(State(simulator): State<ServiceNowSimulator>) -> Json<Value> {
    let instance = simulator.lock();
    Json(json!({
        "tickets": instance.incidents.len(),
        "duplicate_tickets": instance.duplicate_tickets(),
    }))
}

/// Shows how the instance behaves.
pub(super) async fn faults(
    State(simulator): State<ServiceNowSimulator>,
) -> Json<SimulatedBehavior> {
    Json(simulator.lock().behavior.clone())
}

/// Replaces how the instance behaves; what the body leaves out is back to normal.
pub(super) async fn set_faults(
    State(simulator): State<ServiceNowSimulator>,
    body: bytes::Bytes,
) -> Response {
    match serde_json::from_slice::<SimulatedBehavior>(&body) {
        Ok(behavior) => {
            simulator.behave(|own| *own = behavior);
            faults(State(simulator)).await.into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}
