//! What an operator writes about a webhook integration: one that is sent to, or one that sends.

use std::path::PathBuf;

use http::HeaderName;
use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::{ByteSize, HumanDuration};
use signalbox_model::secret::SecretRef;
use signalbox_sdk::BuildError;
use signalbox_sdk::auth::SignatureForm;

use super::address::Address;
use super::network::Network;

/// A webhook integration; `direction` says which way the requests go.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(tag = "direction", rename_all = "lowercase")]
pub enum Config {
    /// Other programs send their events to the hub.
    Receive(ReceiveConfig),
    /// The hub sends events and notifications to another program.
    Send(SendConfig),
}

/// A path of the hub that other programs send JSON to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveConfig {
    /// The path to send to; default `/hooks/` and the integration's name. It begins with `/` and has
    /// only letters, digits and `-._~/`.
    #[serde(default)]
    pub path: Option<String>,
    /// How a sender proves who it is: one of `signature`, `bearer`, `basic`, or the admission
    /// `unauthenticated: accepted`. There is no default.
    pub auth: Authentication,
    /// The networks or addresses that may send, such as `192.0.2.0/24` or `2001:db8::7`; default any.
    /// Others are answered 403 before anything else is looked at.
    #[serde(default)]
    pub allow_from: Vec<Network>,
    /// The largest body; default `1MiB`. A larger one is answered 413.
    #[serde(default = "body_max_default")]
    #[schemars(extend("x-signalbox-minimum" = "1kB", "x-signalbox-maximum" = "100MiB"))]
    pub body_max: ByteSize,
    /// Where the sender's own id of a request stands; the same id again is a duplicate. Default: the
    /// `webhook-id` of Standard Webhooks, otherwise what the mapping names.
    #[serde(default)]
    pub event_id: Option<EventId>,
    /// The mapping that turns a body into events.
    pub mapping: String,
}

/// How a sender proves who it is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// Every request is signed over its raw bytes.
    Signature(Signature),
    /// `Authorization: Bearer …`.
    Bearer(Bearer),
    /// `Authorization: Basic …`.
    Basic(Basic),
    /// Says that whoever reaches the path may send events. Use it only behind `allow_from` or where
    /// the network itself is trusted.
    Unauthenticated(Admission),
}

/// A signature with a shared secret (HMAC-SHA256).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Where the signature stands and what it covers.
    pub form: SignatureForm,
    /// The secret; two while it is being changed. A received signature may fit either. Sending with
    /// `standard_webhooks` signs with both, the other forms with the first.
    #[schemars(length(min = 1, max = 2))]
    pub secrets: Vec<SecretRef>,
}

/// A token in the header `Authorization`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bearer {
    /// The token; two while it is being changed.
    #[schemars(length(min = 1, max = 2))]
    pub tokens: Vec<SecretRef>,
}

/// A name and a password in the header `Authorization`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    /// The name, without a colon.
    pub username: String,
    /// The password.
    pub password: SecretRef,
}

/// The one word that lets in requests without proof.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Admission {
    /// Requests without proof are accepted.
    Accepted,
}

/// Where the sender's own id of a request stands.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventId {
    /// A header, such as `X-GitHub-Delivery`. A request without it is taken; the mapping then names
    /// its events.
    pub header: String,
}

/// A program that the hub sends to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendConfig {
    /// The address, such as `https://soar.example.com/hooks/alerts`. Where knowing the address is
    /// enough to use it, as with most chat and automation products, keep it as a secret and write
    /// `env:NAME` or `file:PATH`; then it may also have a query.
    pub url: Address,
    /// Signs every request; default unsigned.
    #[serde(default)]
    pub signature: Option<Signature>,
    /// A token sent as `Authorization: Bearer …`; default none.
    #[serde(default)]
    pub bearer: Option<SecretRef>,
    /// The most events in one request; default 100. Notifications go one by one.
    #[serde(default = "batch_events_max_default")]
    #[schemars(range(min = 1, max = 10_000))]
    pub batch_events_max: usize,
    /// The largest body; default `900kB`. A larger event goes alone.
    #[serde(default = "batch_bytes_max_default")]
    #[schemars(extend("x-signalbox-minimum" = "1kB", "x-signalbox-maximum" = "100MB"))]
    pub batch_bytes_max: ByteSize,
    /// The longest a request may take, connecting included; default `10s`.
    #[serde(default = "timeout_default")]
    #[schemars(extend("x-signalbox-minimum" = "100ms", "x-signalbox-maximum" = "10m"))]
    pub timeout: HumanDuration,
    /// A PEM file with certificate authorities to trust besides the system's; default none.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

impl ReceiveConfig {
    /// Returns the mistakes that the schema cannot see.
    pub(super) fn mistakes(&self) -> Vec<BuildError> {
        let path = self.path.as_deref().and_then(mistaken_path);
        let header = self.event_id.as_ref().and_then(EventId::mistake);
        path.into_iter().chain(self.auth.mistake()).chain(header).collect()
    }
}

impl SendConfig {
    /// Returns the mistakes that the schema cannot see.
    pub(super) fn mistakes(&self) -> Vec<BuildError> {
        let mut mistakes = Vec::new();
        if let Some(signature) = &self.signature {
            mistakes.extend(mistaken_count("/signature/secrets", &signature.secrets));
        }
        if self.batch_events_max == 0 {
            mistakes.push(BuildError::at("/batch_events_max", "is 0; write at least 1"));
        }
        mistakes
    }
}

impl Authentication {
    fn mistake(&self) -> Option<BuildError> {
        match self {
            Self::Signature(signature) => {
                mistaken_count("/auth/signature/secrets", &signature.secrets)
            }
            Self::Bearer(bearer) => mistaken_count("/auth/bearer/tokens", &bearer.tokens),
            Self::Basic(basic) if basic.username.contains(':') => Some(BuildError::at(
                "/auth/basic/username",
                "has a colon, which no sender can express; choose another name",
            )),
            Self::Basic(_) | Self::Unauthenticated(Admission::Accepted) => None,
        }
    }
}

impl EventId {
    fn mistake(&self) -> Option<BuildError> {
        let is_name = HeaderName::from_bytes(self.header.as_bytes()).is_ok();
        let message = || format!("`{}` cannot be a header's name", self.header);
        (!is_name).then(|| BuildError::at("/event_id/header", message()))
    }
}

fn mistaken_count(pointer: &str, secrets: &[SecretRef]) -> Option<BuildError> {
    let message = format!("has {} entries; write one, or two while it is changed", secrets.len());
    (!(1..=2).contains(&secrets.len())).then(|| BuildError::at(pointer, message))
}

/// Paths are compared as they are sent, so nothing in one may need an escape.
fn mistaken_path(path: &str) -> Option<BuildError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let is_good = path.len() > 1 && path.starts_with('/') && path.bytes().all(is_plain);
    let message = || {
        format!(
            "`{path}` is no path for a webhook; begin with `/`, use letters, digits and `-._~/`"
        )
    };
    (!is_good).then(|| BuildError::at("/path", message()))
}

const fn body_max_default() -> ByteSize {
    ByteSize::new(1 << 20)
}

const fn batch_events_max_default() -> usize {
    100
}

const fn batch_bytes_max_default() -> ByteSize {
    ByteSize::new(900_000)
}

const fn timeout_default() -> HumanDuration {
    HumanDuration::from_seconds(10)
}
