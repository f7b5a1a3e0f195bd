//! A client of Slack's Web API, and (in `incoming`) of an incoming webhook.
//!
//! The Web API answers an application error with 200 and `"ok": false`; a 429 is the only other
//! status it uses on purpose, whatever else comes is infrastructure. Methods that write take JSON,
//! those that read take forms only. (<https://docs.slack.dev/apis/web-api>, read 2026-11-22.)

mod incoming;
mod meaning;

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use signalbox_model::Clock;
use signalbox_model::secret::{Secret, SecretRef, SecretResolver};
use signalbox_sdk::http::{BaseUrl, Effect, HttpClient, HttpOptions, classify, encode_form};
use signalbox_sdk::{Context, Error, ErrorKind};

use super::wire::Message;

pub use incoming::IncomingWebhook;
pub use meaning::{Reason, Refusal};

/// A client of the Web API for one token.
///
/// ```
/// # use std::sync::Arc;
/// # use signalbox_connectors::slack::{Message, Post, SlackClient, SlackSimulator};
/// # use signalbox_model::{IntegrationName, secret::FixedSecrets};
/// # use signalbox_sdk::Context;
/// # use signalbox_sdk::http::{BaseUrl, HttpOptions};
/// # use signalbox_sdk::testkit::{Server, Simulator};
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let simulator = SlackSimulator::default();
/// # let server = Server::start(simulator.router(), 0).await?;
/// # let secrets = FixedSecrets::of_variables([("SLACK_BOT_TOKEN", SlackSimulator::TOKEN)]);
/// # let context = Context::new(IntegrationName::new("slack"), Arc::new(secrets));
/// # let api = BaseUrl::parse(&format!("http://{}/api", server.address()))?;
/// let token = "env:SLACK_BOT_TOKEN".parse()?;
/// let client = SlackClient::new(api, token, &HttpOptions::default(), &context)?;
/// let message = Message { text: "The door is open".to_owned(), blocks: Vec::new() };
///
/// let post = Post { channel: SlackSimulator::CHANNEL, thread: None, delivery: "1", message: &message };
/// let placed = client.post_message(&post).await.map_err(|refusal| refusal.error)?;
///
/// assert_eq!(simulator.messages()[0].ts, placed.ts);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).map_err(|error| error.to_string())?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SlackClient {
    http: HttpClient,
    api: BaseUrl,
    token: SecretRef,
    secrets: Arc<dyn SecretResolver>,
    clock: Arc<dyn Clock>,
}

/// A message to post.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// An id or a name with `#`.
    pub channel: &'a str,
    /// The message below which it belongs.
    pub thread: Option<&'a str>,
    /// Names the delivery, the same at every attempt.
    pub delivery: &'a str,
    /// What it shows.
    pub message: &'a Message,
}

/// Where a message is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Placed {
    /// The channel's id.
    pub channel: String,
    /// The message's name within the channel, such as `1503435956.000247`: never a number.
    pub ts: String,
}

/// Whose the token is, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The workspace.
    #[serde(default)]
    pub team: String,
    /// The user that posts.
    #[serde(default)]
    pub user: String,
    /// The scopes; `None` where Slack does not say them.
    #[serde(skip)]
    pub scopes: Option<BTreeSet<String>>,
}

/// What is known of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Conversation {
    /// Its name; direct messages have none.
    #[serde(default)]
    pub name: String,
    /// Whether it is closed for good.
    #[serde(default)]
    pub is_archived: bool,
    /// Whether the bot is in it.
    #[serde(default)]
    pub is_member: bool,
    /// Whether it is a direct message.
    #[serde(default)]
    pub is_im: bool,
    /// Whether another organization reads it.
    #[serde(default)]
    pub is_ext_shared: bool,
}

#[derive(Serialize)]
struct PostArguments<'a> {
    channel: &'a str,
    #[serde(flatten)]
    message: &'a Message,
    /// Only where `text` is all there is: Slack shows it as it stands then.
    #[serde(skip_serializing_if = "Option::is_none")]
    mrkdwn: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_ts: Option<&'a str>,
    unfurl_links: bool,
    unfurl_media: bool,
    parse: &'static str,
    link_names: bool,
    /// What tells two deliveries apart; left out with the blocks, for it may be what Slack refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_msg_id: Option<&'a str>,
}

impl SlackClient {
    /// Creates a client of the Web API at `api`.
    ///
    /// # Errors
    /// Where the CA file cannot be read or the TLS stack cannot start.
    pub fn new(
        api: BaseUrl,
        token: SecretRef,
        options: &HttpOptions,
        context: &Context,
    ) -> Result<Self, String> {
        Ok(Self {
            http: HttpClient::new(options)?,
            api,
            token,
            secrets: context.secrets.clone(),
            clock: context.clock.clone(),
        })
    }

    /// Returns the address of the Web API.
    pub fn api(&self) -> &BaseUrl {
        &self.api
    }

    /// Posts a message once (`chat.postMessage`). Slack has no documented way to make a repeat
    /// harmless; `client_msg_id`, which it is known to look at, is sent where `delivery` is a UUID.
    ///
    /// # Errors
    /// `OutcomeUnknown` where the message may be in the channel.
    pub async fn post_message(&self, post: &Post<'_>) -> Result<Placed, Refusal> {
        let has_blocks = !post.message.blocks.is_empty();
        let is_uuid = uuid::Uuid::try_parse(post.delivery).is_ok();
        let arguments = PostArguments {
            channel: post.channel,
            message: post.message,
            mrkdwn: (!has_blocks).then_some(false),
            thread_ts: post.thread,
            unfurl_links: false,
            unfurl_media: false,
            parse: "none",
            link_names: false,
            metadata: has_blocks.then(|| metadata(post.delivery)),
            client_msg_id: (has_blocks && is_uuid).then_some(post.delivery),
        };
        let body = json_body(&arguments)?;
        let (placed, _) = self.call("chat.postMessage", body, Effect::Writes).await?;
        Ok(placed)
    }

    /// Replaces what a message of the bot shows (`chat.update`); repeating it changes nothing.
    ///
    /// # Errors
    /// Never `OutcomeUnknown`: it may simply be repeated.
    pub async fn update_message(
        &self,
        channel: &str,
        ts: &str,
        message: &Message,
    ) -> Result<(), Refusal> {
        let Message { text, blocks } = message;
        let body = json_body(&json!({
            "channel": channel, "ts": ts, "text": text, "blocks": blocks,
            "parse": "none", "link_names": false,
        }))?;
        self.call::<Value>("chat.update", body, Effect::Reads).await.map(drop)
    }

    /// Asks whose the token is (`auth.test`).
    ///
    /// # Errors
    /// `Unauthorized` where Slack does not know the token any more.
    pub async fn auth_test(&self) -> Result<Identity, Refusal> {
        let body = form_body(&[]);
        let (identity, answer) = self.call::<Identity>("auth.test", body, Effect::Reads).await?;
        let scopes = answer.headers().get(SCOPES_HEADER).and_then(|value| value.to_str().ok());
        let scopes =
            scopes.map(|list| list.split(',').map(|scope| scope.trim().to_owned()).collect());
        Ok(Identity { scopes, ..identity })
    }

    /// Asks about a channel by its id (`conversations.info`).
    ///
    /// # Errors
    /// A channel that is private and without the bot does not exist for it.
    pub async fn conversation_info(&self, channel: &str) -> Result<Conversation, Refusal> {
        #[derive(Deserialize)]
        struct Answer {
            channel: Conversation,
        }
        let body = form_body(&[("channel", channel)]);
        let (answer, _) = self.call::<Answer>("conversations.info", body, Effect::Reads).await?;
        Ok(answer.channel)
    }

    async fn call<T: serde::de::DeserializeOwned>(
        &self,
        method: &'static str,
        (content_type, body): (&'static str, Bytes),
        effect: Effect,
    ) -> Result<(T, Response<Bytes>), Refusal> {
        let mut request = Request::new(body);
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self
            .api
            .join(method)
            .parse()
            .map_err(|_| Refusal::unusable(method, "`api_url` makes no address"))?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        request.headers_mut().insert(AUTHORIZATION, self.authorization(method)?);
        let answer = self.http.send(request).await;
        let answer = answer.map_err(|error| Refusal::other(error.into_error(method, effect)))?;
        if answer.status() != StatusCode::OK {
            let error = classify(method, &answer, self.clock.now());
            return Err(Refusal::other(error).softened(effect));
        }
        let word = meaning::word_of(&answer);
        if word.is_some() {
            return Err(meaning::refused(method, &answer, self.clock.now()).softened(effect));
        }
        let read = serde_json::from_slice(answer.body());
        let read = read.map_err(|_| Refusal::other(classify(method, &answer, self.clock.now())))?;
        Ok((read, answer))
    }

    fn authorization(&self, method: &'static str) -> Result<HeaderValue, Refusal> {
        let token = self.secrets.resolve(&self.token);
        let token = token.map_err(|error| Refusal::unusable(method, &error.to_string()))?;
        bearer(&token).ok_or_else(|| {
            Refusal::unusable(method, "the token has characters that no header can carry")
        })
    }
}

fn bearer(token: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// What an app may read back from a message (`conversations.history` with all metadata).
fn metadata(delivery: &str) -> Value {
    json!({"event_type": "signalbox_alert", "event_payload": {"delivery_id": delivery}})
}

fn json_body(arguments: &impl Serialize) -> Result<(&'static str, Bytes), Refusal> {
    let body = serde_json::to_vec(arguments).map_err(|error| {
        Refusal::other(Error::new(ErrorKind::Bug, "write message", error.to_string()))
    })?;
    Ok(("application/json; charset=utf-8", Bytes::from(body)))
}

fn form_body(pairs: &[(&str, &str)]) -> (&'static str, Bytes) {
    ("application/x-www-form-urlencoded", Bytes::from(encode_form(pairs)))
}

const SCOPES_HEADER: &str = "x-oauth-scopes";
