//! The platform's alert rules.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use signalbox_model::Clock;

use super::PrismaCloudSimulator;
use super::platform::enter;
use super::refusal::refused;
use super::tenant::SimulatedRule;

/// `GET /v2/alert/rule`: where rules notify is not in the list.
pub(super) async fn rules(
    State(simulator): State<PrismaCloudSimulator>,
    headers: HeaderMap,
) -> Response {
    let tenant = match enter(&simulator, &headers, simulator.clock.now()) {
        Ok(tenant) => tenant,
        Err(refusal) => return *refusal,
    };
    if tenant.behavior.hides_rules {
        return refused(StatusCode::FORBIDDEN, "permission_denied");
    }
    Json(tenant.rules.iter().map(|rule| shown(rule, false)).collect::<Vec<_>>()).into_response()
}

/// `GET /alert/rule/{id}`
pub(super) async fn rule(
    State(simulator): State<PrismaCloudSimulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let tenant = match enter(&simulator, &headers, simulator.clock.now()) {
        Ok(tenant) => tenant,
        Err(refusal) => return *refusal,
    };
    match tenant.rules.iter().find(|rule| rule.id == id) {
        Some(rule) => Json(shown(rule, true)).into_response(),
        None => refused(StatusCode::BAD_REQUEST, "invalid_id"),
    }
}

fn shown(rule: &SimulatedRule, is_whole: bool) -> Value {
    let way = json!({
        "type": rule.notifies,
        "enabled": true,
        "frequency": "as_it_happens",
        "recipients": ["15"],
    });
    json!({
        "policyScanConfigId": rule.id,
        "name": rule.name,
        "enabled": true,
        "notifyOnOpen": true,
        "notifyOnDismissed": rule.tells_closures,
        "notifyOnResolved": rule.tells_closures,
        "notifyOnSnoozed": rule.tells_closures,
        "alertRuleNotificationConfig": if is_whole { json!([way]) } else { Value::Null },
    })
}
