//! Takes JSON over HTTP: checks where it comes from and who sent it, then hands the body on as it is.
//!
//! One request is one raw event; the mapping splits a body that holds several.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, Method, StatusCode};
use serde::de::IgnoredAny;
use signalbox_model::ocsf::Text;
use signalbox_sdk::auth::SignatureForm;
use signalbox_sdk::role::{
    Answer, Attributes, Committed, Decoded, Endpoint, RawEvent, Reply, Request, Webhook,
};
use signalbox_sdk::{BuildError, Context};

use super::config::{Authentication, ReceiveConfig};
use super::gate::Gate;
use super::network::Network;
use super::problem::problem;

/// A path that other programs send JSON to.
pub(super) struct WebhookSource {
    endpoint: Endpoint,
    allow_from: Vec<Network>,
    gate: Gate,
    event_id: EventIdFrom,
}

/// Where the sender's own id of a request is read.
enum EventIdFrom {
    /// The configured header.
    Header(HeaderName),
    /// What the signature covers, where its form covers an id.
    Signature(SignatureForm),
    /// Nowhere: the mapping names the events.
    Mapping,
}

impl WebhookSource {
    /// Makes a source of a configuration without mistakes.
    ///
    /// # Errors
    /// Where a value does not fit this machine.
    pub(super) fn new(config: ReceiveConfig, context: &Context) -> Result<Self, BuildError> {
        let too_large = |_| BuildError::at("/body_max", "is too large for this machine");
        let body_bytes_max = config.body_max.as_bytes().try_into().map_err(too_large)?;
        let path = config.path.clone().unwrap_or_else(|| format!("/hooks/{}", context.integration));
        Ok(Self {
            endpoint: Endpoint { listen: None, paths: vec![path], body_bytes_max },
            event_id: EventIdFrom::of(&config),
            allow_from: config.allow_from,
            gate: Gate::new(config.auth, context),
        })
    }

    fn check_address(&self, request: &Request) -> Result<(), Answer> {
        let is_listed = |network: &Network| network.contains(request.peer);
        if self.allow_from.is_empty() || self.allow_from.iter().any(is_listed) {
            return Ok(());
        }
        let detail = format!(
            "the address `{}` is not among those that may send here",
            request.peer.to_canonical()
        );
        Err(problem(StatusCode::FORBIDDEN, &detail))
    }
}

impl EventIdFrom {
    fn of(config: &ReceiveConfig) -> Self {
        let named = config.event_id.as_ref().map(|event_id| event_id.header.as_bytes());
        if let Some(Ok(header)) = named.map(HeaderName::from_bytes) {
            return Self::Header(header);
        }
        match &config.auth {
            Authentication::Signature(signature) => Self::Signature(signature.form),
            _ => Self::Mapping,
        }
    }

    fn read(&self, headers: &HeaderMap) -> Result<Option<Text>, Answer> {
        let text = match self {
            Self::Header(header) => headers.get(header).map(|value| value.to_str().ok()),
            Self::Signature(form) => form.signed_id(headers).map(Some),
            Self::Mapping => None,
        };
        match text {
            None => Ok(None),
            Some(Some(text)) if (1..=EVENT_ID_BYTES_MAX).contains(&text.len()) => {
                Ok(Some(Text::from(text)))
            }
            Some(_) => {
                let detail =
                    format!("the event id is not 1 to {EVENT_ID_BYTES_MAX} bytes of ASCII text");
                Err(problem(StatusCode::BAD_REQUEST, &detail))
            }
        }
    }
}

impl Webhook for WebhookSource {
    fn endpoint(&self) -> Endpoint {
        self.endpoint.clone()
    }

    fn verify(&self, request: &Request) -> Result<(), Answer> {
        self.check_address(request)?;
        self.gate.admit(request)
    }

    fn decode(&self, request: &Request) -> Result<Decoded, Answer> {
        check_method(request)?;
        check_encoding(request)?;
        check_json(request)?;
        let event = RawEvent {
            body: request.body.clone(),
            received: request.received,
            event_id: self.event_id.read(&request.headers)?,
            attributes: Attributes::default(),
        };
        Ok(Decoded { events: vec![event], reply: Reply::Default })
    }

    fn answer(&self, committed: Committed) -> Answer {
        match committed {
            Committed::Yes => Answer::json(StatusCode::OK, r#"{"status":"accepted"}"#),
            Committed::No { retry_after } => {
                let seconds = retry_after.as_millis().div_ceil(1000).max(1);
                let detail = "nothing was kept of this request; send it again later";
                problem(StatusCode::SERVICE_UNAVAILABLE, detail)
                    .with_header("retry-after", seconds.to_string())
            }
        }
    }
}

fn check_method(request: &Request) -> Result<(), Answer> {
    if request.method == Method::POST {
        return Ok(());
    }
    let detail = format!("`{}` is not taken here; send events with POST", request.method);
    Err(problem(StatusCode::METHOD_NOT_ALLOWED, &detail).with_header("allow", "POST"))
}

/// Signatures cover the bytes as sent, so nothing is unpacked.
fn check_encoding(request: &Request) -> Result<(), Answer> {
    match request.headers.get(CONTENT_ENCODING) {
        Some(value) if !value.as_bytes().eq_ignore_ascii_case(b"identity") => {
            let detail = "compressed bodies are not taken; send without `Content-Encoding`";
            let answer = problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail);
            Err(answer.with_header("accept-encoding", "identity"))
        }
        _ => Ok(()),
    }
}

/// The body decides: senders exist that label JSON as plain text. The label only helps to say what
/// to change, such as GitHub's default of a form.
fn check_json(request: &Request) -> Result<(), Answer> {
    let Err(what) = read_json(&request.body) else { return Ok(()) };
    let label = request.header(CONTENT_TYPE.as_str()).unwrap_or("application/json");
    if label.to_ascii_lowercase().contains("json") {
        return Err(problem(StatusCode::BAD_REQUEST, &format!("the body is not JSON: {what}")));
    }
    let detail = format!("the body is `{label}`; have the sender send `application/json`");
    Err(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, &detail))
}

fn read_json(body: &[u8]) -> Result<(), String> {
    if body.is_empty() {
        return Err("it is empty".to_owned());
    }
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|error| error.to_string())
}

/// Ids of senders are UUIDs or a little more; this is ample.
const EVENT_ID_BYTES_MAX: usize = 512;
