//! A client of one incoming webhook: its address is all it takes, a word is all it answers.
//!
//! It names nothing that it posted, so nothing can be changed or replied to.
//! (<https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>, read 2026-11-22.)

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use signalbox_model::Clock;
use signalbox_model::secret::{SecretRef, SecretResolver};
use signalbox_sdk::Context;
use signalbox_sdk::http::{BaseUrl, Effect, HttpClient, HttpOptions};

use super::{Refusal, json_body, meaning, metadata};
use crate::slack::wire::Message;

/// A client of one incoming webhook.
///
/// ```
/// # use std::sync::Arc;
/// # use signalbox_connectors::slack::{IncomingWebhook, Message, SlackSimulator};
/// # use signalbox_model::{IntegrationName, secret::FixedSecrets};
/// # use signalbox_sdk::Context;
/// # use signalbox_sdk::http::HttpOptions;
/// # use signalbox_sdk::testkit::{Server, Simulator};
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let simulator = SlackSimulator::default();
/// # let server = Server::start(simulator.router(), 0).await?;
/// # let url = format!("http://{}{}", server.address(), SlackSimulator::WEBHOOK_PATH);
/// # let secrets = FixedSecrets::of_variables([("SLACK_WEBHOOK_URL", url.as_str())]);
/// # let context = Context::new(IntegrationName::new("slack"), Arc::new(secrets));
/// let url = "env:SLACK_WEBHOOK_URL".parse()?;
/// let webhook = IncomingWebhook::new(url, &HttpOptions::default(), &context)?;
/// let message = Message { text: "The door is open".to_owned(), blocks: Vec::new() };
///
/// webhook.post(&message, "delivery-1").await.map_err(|refusal| refusal.error)?;
///
/// assert_eq!(simulator.messages().len(), 1);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).map_err(|error| error.to_string())?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct IncomingWebhook {
    http: HttpClient,
    url: SecretRef,
    secrets: Arc<dyn SecretResolver>,
    clock: Arc<dyn Clock>,
}

impl IncomingWebhook {
    /// Creates a client of the webhook whose address is at `url`.
    ///
    /// # Errors
    /// Where the CA file cannot be read or the TLS stack cannot start.
    pub fn new(url: SecretRef, options: &HttpOptions, context: &Context) -> Result<Self, String> {
        Ok(Self {
            http: HttpClient::new(options)?,
            url,
            secrets: context.secrets.clone(),
            clock: context.clock.clone(),
        })
    }

    /// Posts a message once.
    ///
    /// # Errors
    /// `OutcomeUnknown` where the message may be in the channel.
    pub async fn post(&self, message: &Message, delivery: &str) -> Result<(), Refusal> {
        let mut body = json!({
            "text": message.text, "unfurl_links": false, "unfurl_media": false, "link_names": false,
        });
        if !message.blocks.is_empty() {
            body["blocks"] = json!(message.blocks);
            body["metadata"] = metadata(delivery);
        }
        let answer = self.send(&body, Effect::Writes).await?;
        if is_ok(&answer) { Ok(()) } else { Err(self.refused(&answer)) }
    }

    /// Proves the address with a message that says nothing, which a living webhook refuses with 400:
    /// nothing is posted.
    ///
    /// # Errors
    /// What is wrong with the webhook.
    pub async fn prove(&self) -> Result<(), Refusal> {
        let answer = self.send(&json!({}), Effect::Reads).await?;
        let refusal = self.refused(&answer);
        if answer.status() == StatusCode::BAD_REQUEST && refusal.is_about_message() {
            return Ok(());
        }
        Err(refusal)
    }

    /// Returns the address now.
    ///
    /// # Errors
    /// `Unauthorized` where it cannot be read or is no address; it is not repeated.
    pub fn address(&self) -> Result<BaseUrl, Refusal> {
        let secret = self.secrets.resolve(&self.url);
        let secret = secret.map_err(|error| Refusal::unusable(OPERATION, &error.to_string()))?;
        BaseUrl::parse(secret.expose().trim()).map_err(|what| {
            Refusal::unusable(OPERATION, &format!("the address at `{}` {what}", self.url))
        })
    }

    async fn send(&self, body: &Value, effect: Effect) -> Result<Response<Bytes>, Refusal> {
        let address = self.address()?;
        let (content_type, body) = json_body(body)?;
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = address
            .to_string()
            .parse()
            .map_err(|_| Refusal::unusable(OPERATION, "the address has no URI"))?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let answer = self.http.send(request).await;
        let answer = answer.map_err(|error| Refusal::other(error.into_error(OPERATION, effect)))?;
        Ok(without(answer, address.path()))
    }

    fn refused(&self, answer: &Response<Bytes>) -> Refusal {
        meaning::refused_by_webhook(OPERATION, answer, self.clock.now())
    }
}

fn is_ok(answer: &Response<Bytes>) -> bool {
    answer.status() == StatusCode::OK && answer.body().trim_ascii() == b"ok"
}

/// A proxy may answer with the path it was asked for, which is the secret.
fn without(answer: Response<Bytes>, path: &str) -> Response<Bytes> {
    if path.len() <= 1 {
        return answer;
    }
    answer.map(|body| Bytes::from(String::from_utf8_lossy(&body).replace(path, "***")))
}

const OPERATION: &str = "post to webhook";
