//! A typed client of Splunk's HTTP Event Collector, and the one place where its answers are judged.
//!
//! What is special about HEC: a refused event does not refuse the request. The answer names the
//! first bad event; those before it were taken, it and those behind it were not. So a refusal is
//! an [`Error`] *and* a position, and a sender must never repeat the whole request. A success says
//! that the events were parsed; only a token with indexer acknowledgement tells later, by an id,
//! that they were indexed.

mod meaning;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use signalbox_model::secret::SecretRef;
use signalbox_sdk::http::{BaseUrl, Effect, HttpClient, HttpOptions, classify, retry_after};
use signalbox_sdk::{Context, Error, ErrorKind};

use self::meaning::{is_about_an_event, is_acknowledgement_disabled, meaning, read};
use super::wire::{CHANNEL_HEADER, Code, ReceivedAnswer};

/// A client of one collector, with one token and a channel of its own.
///
/// ```
/// # use std::sync::Arc;
/// # use signalbox_connectors::splunk_hec::{HecClient, HecSimulator};
/// # use signalbox_model::{IntegrationName, secret::FixedSecrets};
/// # use signalbox_sdk::Context;
/// # use signalbox_sdk::http::{BaseUrl, HttpOptions};
/// # use signalbox_sdk::testkit::{Server, Simulator};
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let simulator = HecSimulator::default();
/// # let server = Server::start(simulator.router(), 0).await?;
/// # let address = format!("http://{}", server.address());
/// # let secrets = FixedSecrets::of_variables([("HEC_TOKEN", HecSimulator::TOKEN)]);
/// # let context = Context::new(IntegrationName::new("splunk"), Arc::new(secrets));
/// let url = BaseUrl::parse(&address)?;
/// let client = HecClient::new(&url, "env:HEC_TOKEN".parse()?, &HttpOptions::default(), &context)?;
///
/// let events = r#"{"event":"door opened"}{"event":"door closed","sourcetype":"door"}"#;
/// let accepted = client.send_events(events.into()).await?;
///
/// assert_eq!(accepted.ack_id, None, "the token has no indexer acknowledgement");
/// assert_eq!(simulator.events().len(), 2);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).map_err(|error| error.to_string())?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct HecClient {
    http: HttpClient,
    base: BaseUrl,
    token: SecretRef,
    context: Context,
    channel: Uuid,
    is_compressing: bool,
}

/// Names a taken request at the collector, within the channel of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AckId(pub u64);

/// A request whose events were all taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The id to ask for, where the token has indexer acknowledgement.
    pub ack_id: Option<AckId>,
}

/// A request that was not taken, or not to its end.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Refusal {
    /// What was wrong.
    pub error: Error,
    /// The event that was refused, from 0: those before it were taken, those behind it were not.
    /// `None` where the error is about the request as a whole.
    pub position: Option<usize>,
    /// The id of the events that were taken, where the token has indexer acknowledgement.
    pub ack_id: Option<AckId>,
}

impl HecClient {
    /// Creates a client. `url` may end with any path of the collector; the channel is drawn anew.
    ///
    /// # Errors
    /// Where the CA file cannot be read or the TLS stack cannot start.
    pub fn new(
        url: &BaseUrl,
        token: SecretRef,
        options: &HttpOptions,
        context: &Context,
    ) -> Result<Self, String> {
        let http = HttpClient::new(options)?;
        let channel = draw_channel(context);
        let (base, context) = (collector_base(url)?, context.clone());
        Ok(Self { http, base, token, context, channel, is_compressing: false })
    }

    /// Sends requests compressed from now on.
    #[must_use]
    pub fn with_gzip(mut self) -> Self {
        self.is_compressing = true;
        self
    }

    /// Sends envelopes, one after the other, in one request.
    ///
    /// # Errors
    /// Where not all were taken; `OutcomeUnknown` where nobody knows.
    pub async fn send_events(&self, envelopes: Bytes) -> Result<Accepted, Refusal> {
        let size = envelopes.len();
        let answer = self.post_events(envelopes).await.map_err(Refusal::whole)?;
        match read(&answer) {
            Some((
                Code::Success | Code::QueueNearlyFull | Code::AcknowledgementNearlyFull,
                body,
            )) if answer.status().is_success() => Ok(Accepted { ack_id: body.ack_id.map(AckId) }),
            Some((code, body)) => Err(self.refusal(&answer, code, body, size)),
            None => Err(Refusal::whole(self.unreadable(SEND, &answer))),
        }
    }

    /// Asks which of `ids` are indexed by now. An id is told only once; afterwards it is unknown, as
    /// are the ids of other channels.
    ///
    /// # Errors
    /// Those of the call; `Rejected` where the token has no indexer acknowledgement.
    pub async fn get_acks(&self, ids: &BTreeSet<AckId>) -> Result<BTreeSet<AckId>, Error> {
        self.get_acks_of(self.channel, ids).await
    }

    /// Returns whether the token has indexer acknowledgement; asks for nothing that is on its way.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn has_acknowledgement(&self) -> Result<bool, Error> {
        // A true answer is given once, so the question goes to a channel that nobody uses.
        let unused = draw_channel(&self.context);
        match self.get_acks_of(unused, &BTreeSet::from([AckId(0)])).await {
            Ok(_) => Ok(true),
            Err(error) if error.answer().is_some_and(is_acknowledgement_disabled) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Asks the collector whether it is healthy. Most releases answer without looking at the token.
    ///
    /// # Errors
    /// Where it is not, or does not answer.
    pub async fn get_health(&self) -> Result<(), Error> {
        let request = self.request(Method::GET, "health", self.channel, Bytes::new(), HEALTH)?;
        let answer = self.send(request, HEALTH, Effect::Reads).await?;
        match read(&answer) {
            Some((Code::Healthy, _)) if answer.status().is_success() => Ok(()),
            Some((code, _)) => Err(self.error_of(HEALTH, code, &answer)),
            None => Err(self.unreadable(HEALTH, &answer)),
        }
    }

    /// Proves that the token is accepted, by a request without events. Whether it may write to an
    /// index shows only with an event.
    ///
    /// # Errors
    /// Where it is not accepted, or the collector does not answer.
    pub async fn verify_token(&self) -> Result<(), Error> {
        let answer = self.post_events(Bytes::new()).await?;
        match read(&answer) {
            Some((Code::NoData | Code::Success, _)) => Ok(()),
            Some((code, _)) => Err(self.error_of(SEND, code, &answer)),
            None => Err(self.unreadable(SEND, &answer)),
        }
    }

    async fn post_events(&self, envelopes: Bytes) -> Result<Response<Bytes>, Error> {
        let is_compressed = self.is_compressing && !envelopes.is_empty();
        let body = if is_compressed { compress(&envelopes)? } else { envelopes };
        let mut request = self.request(Method::POST, "event", self.channel, body, SEND)?;
        if is_compressed {
            request.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        self.send(request, SEND, Effect::Writes).await
    }

    async fn get_acks_of(
        &self,
        channel: Uuid,
        ids: &BTreeSet<AckId>,
    ) -> Result<BTreeSet<AckId>, Error> {
        let body = serde_json::to_vec(&Question { acks: ids })
            .map_err(|error| Error::new(ErrorKind::Bug, ASK, error.to_string()))?;
        let request = self.request(Method::POST, "ack", channel, body.into(), ASK)?;
        let answer = self.send(request, ASK, Effect::Reads).await?;
        if let Ok(Answers { acks }) = serde_json::from_slice(answer.body()) {
            let told = acks.into_iter().filter(|(_, is_indexed)| *is_indexed);
            return Ok(told.map(|(id, _)| id).filter(|id| ids.contains(id)).collect());
        }
        Err(match read(&answer) {
            Some((code, _)) => self.error_of(ASK, code, &answer),
            None => self.unreadable(ASK, &answer),
        })
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        channel: Uuid,
        body: Bytes,
        operation: &'static str,
    ) -> Result<Request<Bytes>, Error> {
        let unauthorized = |what: String| Error::new(ErrorKind::Unauthorized, operation, what);
        let token = self.context.secrets.resolve(&self.token);
        let token = token.map_err(|error| unauthorized(format!("`token`: {error}")))?;
        let mut authorization = HeaderValue::try_from(format!("Splunk {}", token.expose()))
            .map_err(|_| unauthorized("`token` has characters that no header may have".into()))?;
        authorization.set_sensitive(true);
        Request::builder()
            .method(method)
            .uri(self.base.join(&format!("services/collector/{path}")))
            .header(AUTHORIZATION, authorization)
            .header(CHANNEL_HEADER, channel.to_string())
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(|error| Error::new(ErrorKind::Bug, operation, error.to_string()))
    }

    async fn send(
        &self,
        request: Request<Bytes>,
        operation: &'static str,
        effect: Effect,
    ) -> Result<Response<Bytes>, Error> {
        self.http.send(request).await.map_err(|error| error.into_error(operation, effect))
    }

    /// Judges an answer to events that is no success; `size` is that of the body, uncompressed.
    fn refusal(
        &self,
        answer: &Response<Bytes>,
        code: Code,
        body: ReceivedAnswer,
        size: usize,
    ) -> Refusal {
        let error = self.error_of(SEND, code, answer);
        let position = body.invalid_event_number.map(|number| code.position_of_number(number));
        // Splunk Cloud has no 413: it says that event 0 of a large request is invalid.
        let is_too_large = code == Code::InvalidFormat && size > CLOUD_BYTES_MAX;
        let position = position.filter(|position| !(is_too_large && *position == 0));
        let position = position.filter(|_| is_about_an_event(code));
        Refusal { error, position, ack_id: body.ack_id.map(AckId) }
    }

    /// Classifies an answer whose code is known.
    fn error_of(&self, operation: &'static str, code: Code, answer: &Response<Bytes>) -> Error {
        let Some((kind, what)) = meaning(code) else {
            return self.unreadable(operation, answer);
        };
        let wait = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait = wait.and_then(|value| retry_after(value, self.context.clock.now()));
        let kind = match (kind, wait) {
            (ErrorKind::Throttled { .. }, wait) => ErrorKind::Throttled { retry_after: wait },
            (ErrorKind::Unavailable, Some(_)) => ErrorKind::Throttled { retry_after: wait },
            (kind, _) => kind,
        };
        Error::new(kind, operation, format!("{what} (code {})", code.number()))
            .with_status(answer.status().as_u16())
            .with_answer(answer.body())
    }

    /// Classifies an answer that is no HEC answer, or one with a code that does not belong there.
    fn unreadable(&self, operation: &'static str, answer: &Response<Bytes>) -> Error {
        let status = answer.status();
        let error = |kind, what| {
            Error::new(kind, operation, what)
                .with_status(status.as_u16())
                .with_answer(answer.body())
        };
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => error(
                ErrorKind::Rejected,
                "the request is larger than Splunk, or a proxy before it, takes; lower \
                 `batch_bytes_max`",
            ),
            status if status.is_success() || status == StatusCode::BAD_REQUEST => error(
                ErrorKind::Malformed,
                "the answer is none of a HEC; check that `url` leads to the collector and not to \
                 Splunk's web interface",
            ),
            _ => classify(operation, answer, self.context.clock.now()),
        }
    }
}

impl std::fmt::Debug for HecClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HecClient").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Refusal {
    fn whole(error: Error) -> Self {
        Self { error, position: None, ack_id: None }
    }
}

/// Cuts the collector's own path off, whichever of its aliases was written.
fn collector_base(url: &BaseUrl) -> Result<BaseUrl, String> {
    let text = url.to_string();
    match text.split_once("/services/collector") {
        Some((base, rest)) if rest.is_empty() || rest.starts_with('/') => BaseUrl::parse(base),
        _ => Ok(url.clone()),
    }
}

/// Draws a GUID (RFC 9562, version 4).
fn draw_channel(context: &Context) -> Uuid {
    let high = context.random.next().to_be_bytes();
    let low = context.random.next().to_be_bytes();
    let mut bytes = [0; 16];
    for (byte, drawn) in bytes.iter_mut().zip(high.into_iter().chain(low)) {
        *byte = drawn;
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

fn compress(body: &[u8]) -> Result<Bytes, Error> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    let packed = encoder.write_all(body).and_then(|()| encoder.finish());
    packed.map(Bytes::from).map_err(|error| Error::new(ErrorKind::Bug, SEND, error.to_string()))
}

#[derive(Serialize)]
struct Question<'a> {
    acks: &'a BTreeSet<AckId>,
}

#[derive(Deserialize)]
struct Answers {
    acks: BTreeMap<AckId, bool>,
}

const SEND: &str = "send events";
const ASK: &str = "ask for acknowledgements";
const HEALTH: &str = "ask for health";

/// Splunk Cloud takes bodies up to 5 MiB and then calls event 0 invalid (seen on 10.5).
const CLOUD_BYTES_MAX: usize = 5 << 20;
