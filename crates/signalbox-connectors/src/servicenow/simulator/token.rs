//! `POST /oauth_token.do`: tokens for the client credentials of the one OAuth application.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use uuid::Uuid;

use signalbox_sdk::http::decode_form;

use super::ServiceNowSimulator;

/// The tokens of an instance.
#[derive(Default)]
pub(super) struct Tokens {
    good: BTreeSet<String>,
    granted: usize,
}

impl Tokens {
    pub(super) fn granted(&self) -> usize {
        self.granted
    }

    pub(super) fn knows(&self, token: &str) -> bool {
        self.good.contains(token)
    }

    pub(super) fn revoke(&mut self) {
        self.good.clear();
    }

    fn grant(&mut self) -> String {
        let token = Uuid::new_v4().simple().to_string();
        self.granted += 1;
        self.good.insert(token.clone());
        token
    }
}

/// Grants a token. Whatever is wrong with the client, the product says the same, with 401.
pub(super) async fn grant(
    State(simulator): State<ServiceNowSimulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = decode_form(&body);
    let value =
        |name: &str| form.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    let mut instance = simulator.lock();
    let is_client = match basic_client(&headers) {
        Some(pair) => pair == client_pair(),
        None => {
            value("client_id") == Some(ServiceNowSimulator::CLIENT_ID)
                && value("client_secret") == Some(ServiceNowSimulator::CLIENT_SECRET)
        }
    };
    let is_grant = value("grant_type") == Some("client_credentials");
    if instance.behavior.is_down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if !is_client || !is_grant || instance.behavior.refuses_credentials {
        let refusal = r#"{"error_description":"access_denied","error":"server_error"}"#;
        return json_answer(StatusCode::UNAUTHORIZED, refusal.to_owned());
    }
    let grant = json!({
        "access_token": instance.tokens.grant(),
        "refresh_token": Uuid::new_v4().simple().to_string(),
        "scope": "useraccount",
        "token_type": "Bearer",
        "expires_in": 1799,
    });
    json_answer(StatusCode::OK, grant.to_string())
}

fn basic_client(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ")?).ok()?).ok()
}

fn client_pair() -> String {
    format!("{}:{}", ServiceNowSimulator::CLIENT_ID, ServiceNowSimulator::CLIENT_SECRET)
}

fn json_answer(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body).into_response()
}
