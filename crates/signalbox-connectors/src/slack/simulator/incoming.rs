//! The incoming webhook's face: a word and a status.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::Value;
use signalbox_model::time::Timestamp;
use signalbox_sdk::http::decode_form;

use super::SlackSimulator;
use super::judge::judge;
use super::workspace::{Refused, Workspace};

/// Answers a message to a webhook.
pub(super) async fn answer(
    State(simulator): State<SlackSimulator>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now = simulator.clock.now();
    let mut workspace = simulator.workspace.lock();
    if uri.path() != SlackSimulator::WEBHOOK_PATH {
        return word(404, "no_service");
    }
    if let Some((status, refusal)) = workspace.behavior.webhook_refusal {
        return word(status, refusal);
    }
    match post(&mut workspace, &headers, &body, now) {
        Ok(()) => word(200, "ok"),
        Err(refused) => refusal(&refused),
    }
}

fn post(
    workspace: &mut Workspace,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Refused> {
    let message = message(headers, body)?;
    if workspace.channels.get(SlackSimulator::CHANNEL).is_some_and(|channel| channel.is_archived) {
        return Err("channel_is_archived".into());
    }
    match workspace.behavior.layout_refusal.filter(|_| message["blocks"].is_array()) {
        Some(word) => return Err(word.into()),
        None => judge(&message)?,
    }
    workspace.check_rate(SlackSimulator::CHANNEL, now)?;
    workspace.place(SlackSimulator::CHANNEL, &message, now);
    workspace.note("webhook", &message);
    Ok(())
}

/// The body is the message, or a form whose `payload` is.
fn message(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok());
    let payload = match content_type {
        Some(kind) if kind.starts_with("application/x-www-form-urlencoded") => {
            let mut pairs = decode_form(body).into_iter();
            pairs.find(|(name, _)| name == "payload").map(|(_, value)| value.into_bytes())
        }
        _ => Some(body.to_vec()),
    };
    let message: Option<Value> = payload.and_then(|text| serde_json::from_slice(&text).ok());
    message.filter(Value::is_object).ok_or_else(|| "invalid_payload".into())
}

fn refusal(refused: &Refused) -> Response {
    let mut answer = match refused.word {
        "ratelimited" => word(429, "rate_limited"),
        "channel_is_archived" => word(410, refused.word),
        other => word(400, other),
    };
    if let Some(seconds) = refused.retry_after {
        answer.headers_mut().insert("retry-after", seconds.into());
    }
    answer
}

fn word(status: u16, word: &'static str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [("content-type", "text/html")], word).into_response()
}
