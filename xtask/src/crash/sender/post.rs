//! Posts the same again and again until it is taken.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use signalbox_sdk::http::{HttpClient, HttpOptions};
use tokio::time::sleep;

use super::REPEAT_AFTER;
use crate::crash::books::{Sent, Waiting};

/// One sender's way to the hub over HTTP.
pub(super) struct Post {
    pub(super) sent: Arc<Sent>,
    client: HttpClient,
    url: String,
}

impl Post {
    /// Prepares a sender's way; nothing is sent.
    pub(super) fn to(url: String, sent: &Arc<Sent>) -> anyhow::Result<Self> {
        let options = HttpOptions { timeout: TIMEOUT, ..HttpOptions::default() };
        let client = HttpClient::new(&options).map_err(anyhow::Error::msg)?;
        Ok(Self { sent: Arc::clone(sent), client, url })
    }

    /// Sends until it is acknowledged, each time with headers made anew.
    pub(super) async fn deliver(&self, body: Bytes, headers: impl Fn() -> HeaderMap) {
        while !self.is_taken(body.clone(), headers()).await {
            sleep(REPEAT_AFTER).await;
        }
    }

    async fn is_taken(&self, body: Bytes, headers: HeaderMap) -> bool {
        let Ok(mut request) = Request::post(&self.url).body(body) else { return false };
        *request.headers_mut() = headers;
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
        let _waiting = Waiting::new(&self.sent);
        matches!(self.client.send(request).await, Ok(answer) if answer.status() == StatusCode::OK)
    }
}

const TIMEOUT: Duration = Duration::from_secs(5);
