//! The addresses of the hub itself.

mod dead;
mod extract;
mod health;
mod operate;
mod read;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use http::{Method, StatusCode};
use signalbox_model::AlertId;

use crate::access::Access;
use crate::operations::{OperationError, Operations};
use crate::problem::Problem;

/// What every handler has.
pub(crate) type Hub = Arc<dyn Operations>;

/// Which operations a router offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Reading alone: a listener.
    Read,
    /// Reading and writing: the control socket.
    Operate,
}

/// Returns the hub's own router.
pub fn hub_router(hub: Arc<dyn Operations>, access: Access, scope: Scope) -> Router {
    let mut guarded = Router::new()
        .route("/metrics", get(health::metrics))
        .route("/v1/integrations", get(read::integrations))
        .route("/v1/alerts", get(read::alerts))
        .route("/v1/alerts/{id}", get(read::alert))
        .route("/v1/silences", get(read::silences))
        .route("/v1/deliveries", get(read::deliveries))
        .route("/v1/deliveries/{key}/attempts", get(read::attempts))
        .route("/v1/ledger", get(read::ledger));
    if scope == Scope::Operate {
        guarded = guarded
            .route("/v1/dead", get(dead::list))
            .route("/v1/dead/replay", post(dead::replay))
            .route("/v1/dead/discard", post(dead::discard))
            .route("/v1/dead/{id}", get(dead::show))
            .route("/v1/dead/{id}/preview", get(dead::preview))
            .route("/v1/dead/{id}/edit", post(dead::edit))
            .route("/v1/explain/{event}", get(read::explain))
            .route("/v1/tail", get(read::tail))
            .route("/v1/integrations/{name}/check", post(operate::check))
            .route("/v1/integrations/{name}/enable", post(operate::enable))
            .route("/v1/integrations/{name}/disable", post(operate::disable))
            .route("/v1/integrations/{name}/replay", post(operate::replay))
            .route("/v1/integrations/{name}/reevaluate", post(operate::reevaluate))
            .route("/v1/alerts/{id}/acknowledge", post(operate::acknowledge))
            .route("/v1/alerts/{id}/resolve", post(operate::resolve))
            .route("/v1/credentials", get(operate::credentials))
            .route("/v1/started-with", get(operate::started_with))
            .route("/v1/backup", post(operate::back_up))
            .route("/v1/resume", post(operate::resume))
            .route("/v1/reload", post(operate::reload));
    }
    let guarded = guarded
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(access, crate::access::guard));
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(wrong_method)
        .merge(guarded)
        .with_state(hub)
}

/// Returns whether the hub itself may have something at a path. Where it has nothing, a webhook may.
pub(crate) fn is_own(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics") || path.starts_with("/v1/")
}

/// Returns whether the hub itself answers at a path of its listener, so that a webhook cannot.
pub fn is_taken(path: &str) -> bool {
    let below = path.strip_prefix("/v1/").and_then(|rest| rest.split('/').next());
    let is_read =
        |name| matches!(name, "integrations" | "alerts" | "silences" | "deliveries" | "ledger");
    matches!(path, "/healthz" | "/readyz" | "/metrics") || below.is_some_and(is_read)
}

async fn wrong_method(method: Method) -> Problem {
    let detail = format!("this address does not take `{method}`; `Allow` names what it takes");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

fn alert_id(text: &str) -> Result<AlertId, Problem> {
    let invalid = || OperationError::Invalid(format!("`{text}` is no alert's id"));
    Ok(AlertId::parse(text).ok_or_else(invalid)?)
}
