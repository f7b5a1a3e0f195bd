//! What an operator writes about a HEC integration: one that is sent to, or one that sends.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use signalbox_model::config::{ByteSize, HumanDuration};
use signalbox_model::secret::SecretRef;
use signalbox_sdk::http::BaseUrl;
use signalbox_sdk::role::Listen;
use signalbox_sdk::{BuildError, Context};

/// A HEC integration; `direction` says which way the events go.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(tag = "direction", rename_all = "lowercase")]
pub enum Config {
    /// The hub is the collector: other programs send their events to it.
    Receive(ReceiveConfig),
    /// The hub sends events and notifications to Splunk.
    Send(SendConfig),
}

/// A collector that other programs send to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveConfig {
    /// Where the collector listens; default `127.0.0.1:8088` without TLS.
    #[serde(default = "listen_default")]
    pub listen: Listen,
    /// The tokens that senders may use, at least one.
    #[schemars(length(min = 1))]
    pub tokens: Vec<TokenConfig>,
    /// The largest request, as sent and after unpacking gzip; default `10MiB`. A larger one is
    /// answered 413.
    #[serde(default = "body_max_default")]
    #[schemars(extend("x-signalbox-minimum" = "1kB", "x-signalbox-maximum" = "100MiB"))]
    pub body_max: ByteSize,
    /// The mapping for events of tokens that name none themselves. Without one an OCSF event is
    /// taken over as it is and anything else becomes a Base Event.
    #[serde(default)]
    pub mapping: Option<String>,
}

/// One token and what it means for the events sent with it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenConfig {
    /// A name for people and mappings (attribute `token`), unique within the integration.
    pub name: String,
    /// The token itself, usually a GUID.
    pub token: SecretRef,
    /// Whether the token is accepted; default true. Otherwise senders are told "Token disabled".
    #[serde(default = "enabled_default")]
    pub enabled: bool,
    /// Whether senders are answered at once and ask for the commit later, over their channel (Splunk's
    /// indexer acknowledgement); default false: the answer comes after the commit.
    #[serde(default)]
    pub acknowledgement: bool,
    /// The index of events that name none; default none.
    #[serde(default)]
    pub index: Option<String>,
    /// The indexes that events may name; default any. Others are refused with "Incorrect index".
    #[serde(default)]
    pub indexes: BTreeSet<String>,
    /// The `source` of events that name none; default none.
    #[serde(default)]
    pub source: Option<String>,
    /// The `sourcetype` of events that name none; default none.
    #[serde(default)]
    pub sourcetype: Option<String>,
    /// The mapping for the token's events; default the integration's `mapping`.
    #[serde(default)]
    pub mapping: Option<String>,
}

/// A Splunk that the hub sends to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendConfig {
    /// The collector's address, such as `https://splunk.example.com:8088`; the path
    /// `/services/collector/event` may follow or be left out.
    pub url: BaseUrl,
    /// The HEC token.
    pub token: SecretRef,
    /// The index to write to; default the token's own default index.
    #[serde(default)]
    pub index: Option<String>,
    /// The `host` of every event; default none, which Splunk fills with the hub's address.
    #[serde(default)]
    pub host: Option<String>,
    /// The `source` of every event; default the name of the integration the event came from.
    #[serde(default)]
    pub source: Option<String>,
    /// The `sourcetype` of every event; default `_json`.
    #[serde(default = "sourcetype_default")]
    pub sourcetype: String,
    /// Indexed fields added to every event, such as `site: berlin`; default none.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Whether the token has indexer acknowledgement and an event counts as delivered only when
    /// Splunk has indexed it; default false: when Splunk has taken it.
    #[serde(default)]
    pub acknowledgement: bool,
    /// Whether requests are compressed; default false. Saves traffic, costs about as much processor
    /// time as all other work on an event.
    #[serde(default)]
    pub gzip: bool,
    /// The most events in one request; default 1000.
    #[serde(default = "batch_events_max_default")]
    #[schemars(range(min = 1, max = 10_000))]
    pub batch_events_max: usize,
    /// The largest request before compression; default `900kB`, for Splunk Cloud documents 1 MB. A
    /// larger event goes alone.
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
    pub(super) fn mistakes(&self, context: &Context) -> Vec<BuildError> {
        let mut mistakes = Vec::new();
        if self.tokens.is_empty() {
            mistakes.push(BuildError::at("/tokens", "is empty; list at least one token"));
        }
        mistakes.extend(unknown_mapping("/mapping", self.mapping.as_deref(), context));
        for (place, token) in self.tokens.iter().enumerate() {
            let before = self.tokens.iter().take(place);
            mistakes.extend(token.mistakes(&format!("/tokens/{place}"), before, context));
        }
        mistakes
    }
}

impl TokenConfig {
    fn mistakes<'a>(
        &self,
        at: &str,
        mut before: impl Iterator<Item = &'a Self> + Clone,
        context: &Context,
    ) -> Vec<BuildError> {
        let mut mistakes = Vec::new();
        if before.clone().any(|other| other.name == self.name) {
            let message = format!("`{}` is the name of another token; choose another", self.name);
            mistakes.push(BuildError::at(format!("{at}/name"), message));
        }
        if let Some(other) = before.find(|other| other.token == self.token) {
            let message = format!("is the token of `{}` already; give each its own", other.name);
            mistakes.push(BuildError::at(format!("{at}/token"), message));
        }
        if let Some(index) = self.index.as_ref().filter(|index| !self.may_write_to(index)) {
            let message = format!("`{index}` is not among `indexes`; add it there");
            mistakes.push(BuildError::at(format!("{at}/index"), message));
        }
        mistakes.extend(unknown_mapping(
            &format!("{at}/mapping"),
            self.mapping.as_deref(),
            context,
        ));
        mistakes
    }

    /// Returns whether events may name `index`.
    pub(super) fn may_write_to(&self, index: &str) -> bool {
        self.indexes.is_empty() || self.indexes.contains(index)
    }
}

fn unknown_mapping(at: &str, name: Option<&str>, context: &Context) -> Option<BuildError> {
    let error = context.mapping(name?).err()?;
    Some(BuildError::at(at, error))
}

fn listen_default() -> Listen {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    Listen { address, tls: None, behind_proxy: None }
}

const fn body_max_default() -> ByteSize {
    ByteSize::new(10 << 20)
}

const fn enabled_default() -> bool {
    true
}

fn sourcetype_default() -> String {
    "_json".to_owned()
}

const fn batch_events_max_default() -> usize {
    1000
}

const fn batch_bytes_max_default() -> ByteSize {
    ByteSize::new(900_000)
}

const fn timeout_default() -> HumanDuration {
    HumanDuration::from_seconds(10)
}

/// The port of HEC in every installation of Splunk.
const PORT: u16 = 8088;
