//! The Web API's face: errors inside a 200, in the order in which Slack finds them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};
use signalbox_model::time::Timestamp;
use signalbox_sdk::http::decode_form;

use super::SlackSimulator;
use super::judge::judge;
use super::workspace::{Channel, Refused, Workspace};

/// Answers a call of a method.
pub(super) async fn answer(
    State(simulator): State<SlackSimulator>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now = simulator.clock.now();
    let mut workspace = simulator.workspace.lock();
    let outcome = call(&mut workspace, &method, &headers, &body, now);
    let mut answer = match &outcome {
        Ok(answer) => answer.clone(),
        Err(refused) => refusal(refused, &workspace),
    };
    if header(&headers, "content-type") == "application/json" {
        answer["warning"] = json!("missing_charset");
        answer["response_metadata"]["warnings"] = json!(["missing_charset"]);
    }
    let mut response = axum::Json(answer).into_response();
    if let Err(Refused { retry_after: Some(seconds), .. }) = outcome {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert("retry-after", seconds.into());
    }
    let scopes: Vec<_> = workspace.behavior.scopes.iter().map(String::as_str).collect();
    if workspace.behavior.tells_scopes
        && let Ok(scopes) = scopes.join(",").parse()
    {
        response.headers_mut().insert("x-oauth-scopes", scopes);
    }
    response
}

fn call(
    workspace: &mut Workspace,
    method: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Value, Refused> {
    let needed = match method {
        "auth.test" => None,
        "conversations.info" => Some("channels:read"),
        "chat.postMessage" | "chat.update" => Some("chat:write"),
        _ => return Err("unknown_method".into()),
    };
    check_token(workspace, headers)?;
    if let Some(scope) = needed.filter(|scope| !workspace.behavior.scopes.contains(*scope)) {
        return Err(Refused { needed: Some(scope), ..Refused::from("missing_scope") });
    }
    let arguments = arguments(method, headers, body)?;
    match method {
        "auth.test" => Ok(identity()),
        "conversations.info" => describe(workspace, &arguments),
        "chat.update" => update(workspace, &arguments),
        _ => post(workspace, &arguments, now),
    }
}

fn check_token(workspace: &Workspace, headers: &HeaderMap) -> Result<(), Refused> {
    let token = header(headers, "authorization").strip_prefix("Bearer ");
    match (token, workspace.behavior.token_refusal) {
        (None, _) => Err("not_authed".into()),
        (Some(SlackSimulator::TOKEN), None) => Ok(()),
        (Some(SlackSimulator::TOKEN), Some(word)) => Err(word.into()),
        (Some(_), _) => Err("invalid_auth".into()),
    }
}

/// Methods that read take forms only: JSON is ignored there.
fn arguments(method: &str, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let content_type = header(headers, "content-type");
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    match kind {
        "application/json" if method.starts_with("chat.") => {
            serde_json::from_slice(body).map_err(|_| "invalid_json".into())
        }
        "application/json" => Ok(json!({})),
        "application/x-www-form-urlencoded" => {
            let pairs = decode_form(body).into_iter();
            Ok(Value::Object(
                pairs.map(|(name, value)| (name, value.into())).collect::<Map<_, _>>(),
            ))
        }
        _ => Err("invalid_post_type".into()),
    }
}

fn identity() -> Value {
    json!({
        "ok": true, "url": "https://simulated.slack.com/", "team": "Simulated", "user": "signalbox",
        "team_id": "T0SIMULATED", "user_id": "U0SIMULATED", "bot_id": "B0SIMULATED",
        "is_enterprise_install": false,
    })
}

fn describe(workspace: &Workspace, arguments: &Value) -> Result<Value, Refused> {
    let Some(name) = arguments["channel"].as_str() else {
        let messages = vec!["[ERROR] missing required field: channel".to_owned()];
        return Err(Refused { messages, ..Refused::from("invalid_arguments") });
    };
    // Unlike the methods that post, this one knows ids only.
    if !workspace.channels.contains_key(name) {
        return Err("channel_not_found".into());
    }
    let id = workspace.visible(name)?;
    let channel = workspace.channels.get(&id).cloned().unwrap_or_default();
    let Channel { name, is_private, is_member, is_archived, is_ext_shared } = channel;
    Ok(json!({"ok": true, "channel": {
        "id": id, "name": name, "is_channel": true, "is_group": false, "is_im": false,
        "is_private": is_private, "is_member": is_member, "is_archived": is_archived,
        "is_ext_shared": is_ext_shared,
    }}))
}

fn post(workspace: &mut Workspace, arguments: &Value, now: Timestamp) -> Result<Value, Refused> {
    let id = workspace.visible(arguments["channel"].as_str().unwrap_or_default())?;
    workspace.may_post(&id)?;
    judge_here(workspace, arguments)?;
    workspace.check_thread(&id, arguments["thread_ts"].as_str())?;
    workspace.check_rate(&id, now)?;
    let known = workspace.known(arguments["client_msg_id"].as_str()).map(|known| known.ts.clone());
    let ts = known.unwrap_or_else(|| workspace.place(&id, arguments, now));
    workspace.note("chat.postMessage", arguments);
    let message = json!({
        "type": "message", "subtype": "bot_message", "text": arguments["text"], "ts": ts,
        "bot_id": "B0SIMULATED", "username": "signalbox",
    });
    Ok(json!({"ok": true, "channel": id, "ts": ts, "message": message}))
}

fn update(workspace: &mut Workspace, arguments: &Value) -> Result<Value, Refused> {
    let id = arguments["channel"].as_str().unwrap_or_default();
    if !workspace.channels.contains_key(id) {
        return Err("channel_not_found".into());
    }
    let id = workspace.visible(id)?;
    workspace.may_post(&id)?;
    judge_here(workspace, arguments)?;
    let ts = arguments["ts"].as_str().unwrap_or_default();
    workspace.change(&id, ts, arguments)?;
    workspace.note("chat.update", arguments);
    let text = &arguments["text"];
    let message = json!({"text": text, "user": "U0SIMULATED"});
    Ok(json!({"ok": true, "channel": id, "ts": ts, "text": text, "message": message}))
}

fn judge_here(workspace: &Workspace, arguments: &Value) -> Result<(), Refused> {
    match workspace.behavior.layout_refusal.filter(|_| arguments["blocks"].is_array()) {
        Some(word) => Err(word.into()),
        None => judge(arguments),
    }
}

fn refusal(refused: &Refused, workspace: &Workspace) -> Value {
    let mut answer = json!({"ok": false, "error": refused.word});
    if let Some(needed) = refused.needed {
        let provided: Vec<_> = workspace.behavior.scopes.iter().map(String::as_str).collect();
        answer["needed"] = json!(needed);
        answer["provided"] = json!(provided.join(","));
    }
    if !refused.messages.is_empty() {
        answer["response_metadata"] = json!({"messages": refused.messages});
    }
    answer
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
