//! The webhook's part of the configuration.

use std::collections::BTreeMap;

use http::HeaderName;
use schemars::JsonSchema;
use serde::Deserialize;

use signalbox_model::config::ByteSize;
use signalbox_model::secret::SecretRef;
use signalbox_sdk::BuildError;

use crate::prisma_cloud::wire::PUSHED_KEYS;

/// A path that the tenant posts alerts to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// The path to post to; default `/hooks/` and the integration's name.
    #[serde(default)]
    pub path: Option<String>,
    /// The custom header that proves the sender; default `X-Signalbox-Token`. The product signs
    /// nothing: a static header is all there is.
    #[serde(default = "header_default")]
    pub header: String,
    /// That header's value, long and random; two while it is being changed.
    #[schemars(length(min = 1, max = 2))]
    pub secrets: Vec<SecretRef>,
    /// The largest body; default `4MiB`. A larger one is answered 413.
    #[serde(default = "body_max_default")]
    #[schemars(extend("x-signalbox-minimum" = "1kB", "x-signalbox-maximum" = "100MiB"))]
    pub body_max: ByteSize,
    /// For a payload that was edited in the product: what its keys are called, by their usual name,
    /// such as `alertId: id`. Keys that are not listed have their usual name.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl WebhookConfig {
    /// Returns the mistakes that the schema cannot see.
    pub(super) fn mistakes(&self) -> Vec<BuildError> {
        let mut mistakes = Vec::new();
        if let Err(error) = HeaderName::from_bytes(self.header.as_bytes()) {
            let what = format!("`{}` is no name of a header: {error}", self.header);
            mistakes.push(BuildError::at("/webhook/header", what));
        }
        let is_path = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if self.path.as_ref().is_some_and(|p| !p.starts_with('/') || !p.bytes().all(is_path)) {
            let what = "is no path; begin with `/` and use letters, digits and `-._~/`";
            mistakes.push(BuildError::at("/webhook/path", what));
        }
        let unknown = self.fields.keys().filter(|key| !PUSHED_KEYS.contains(&key.as_str()));
        mistakes.extend(unknown.map(|key| {
            let what =
                format!("is no key of the payload; known are `{}`", PUSHED_KEYS.join("`, `"));
            BuildError::at(format!("/webhook/fields/{key}"), what)
        }));
        mistakes
    }
}

fn header_default() -> String {
    "X-Signalbox-Token".to_owned()
}

const fn body_max_default() -> ByteSize {
    ByteSize::new(4 << 20)
}
