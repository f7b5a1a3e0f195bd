//! What an operator writes about a ServiceNow integration.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use signalbox_model::config::HumanDuration;
use signalbox_model::secret::SecretRef;
use signalbox_sdk::BuildError;
use signalbox_sdk::auth::ClientAuthentication;
use signalbox_sdk::http::{BaseUrl, HttpOptions};

/// A ServiceNow instance in which alerts become incidents.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceNowConfig {
    /// The instance's address, such as `https://acme.service-now.com`.
    pub url: BaseUrl,
    /// The account that writes the incidents.
    pub auth: AuthConfig,
    /// The name of the group that new incidents are assigned to, as in the product; default none. A
    /// name that the instance does not know fails `check`; an incident is created all the same,
    /// without a group and with a work note that says so.
    #[serde(default)]
    pub assignment_group: Option<String>,
    /// The user name (`user_name`, not the full name) of the caller of new incidents; default none.
    /// A name that the instance does not know is treated like an unknown group.
    #[serde(default)]
    pub caller: Option<String>,
    /// The category of new incidents, by its value, such as `software`; default the instance's own.
    #[serde(default)]
    pub category: Option<String>,
    /// The channel of new incidents (`contact_type`), by its value, such as `monitoring`; default the
    /// instance's own.
    #[serde(default)]
    pub contact_type: Option<String>,
    /// The resolution code of incidents that the hub resolves; default `Solution provided`. It must be
    /// one of the instance's choices: others are dropped silently, and then resolving is refused.
    #[serde(default = "close_code_default")]
    pub close_code: String,
    /// The resolution notes of incidents that the hub resolves; default a sentence that says so.
    #[serde(default = "close_notes_default")]
    pub close_notes: String,
    /// The longest a call may take, connecting included; default `10s`.
    #[serde(default = "timeout_default")]
    #[schemars(extend("x-signalbox-minimum" = "100ms", "x-signalbox-maximum" = "10m"))]
    pub timeout: HumanDuration,
    /// A PEM file with certificate authorities to trust besides the system's; default none.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// How the account proves itself.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "lowercase")]
pub enum AuthConfig {
    /// User name and password. The account must be marked "Web service access only", or have the role
    /// `snc_basic_auth_api_access`, where the instance restricts basic authentication.
    Basic(BasicConfig),
    /// OAuth 2.0 client credentials, granted by the instance itself.
    OAuth(OAuthConfig),
}

/// A user name and a password.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicConfig {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: SecretRef,
}

/// An OAuth application of the instance's registry.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OAuthConfig {
    /// The application's client id.
    pub client_id: String,
    /// The application's client secret.
    pub client_secret: SecretRef,
    /// How id and secret are sent: `body` (default) or `basic`.
    #[serde(default)]
    pub client_authentication: ClientAuthentication,
}

impl ServiceNowConfig {
    /// Returns the mistakes that the schema cannot see.
    pub(super) fn mistakes(&self) -> Vec<BuildError> {
        let queried = [
            ("/assignment_group", self.assignment_group.as_deref()),
            ("/caller", self.caller.as_deref()),
        ];
        let (account, name) = match &self.auth {
            AuthConfig::Basic(basic) => ("/auth/username", &basic.username),
            AuthConfig::OAuth(oauth) => ("/auth/client_id", &oauth.client_id),
        };
        let written = [
            (account, Some(name.as_str())),
            ("/category", self.category.as_deref()),
            ("/contact_type", self.contact_type.as_deref()),
            ("/close_code", Some(self.close_code.as_str())),
            ("/close_notes", Some(self.close_notes.as_str())),
        ];
        let empty = queried.iter().chain(&written).filter_map(|(at, value)| is_empty(at, *value));
        empty.chain(queried.iter().filter_map(|(at, value)| is_script(at, *value))).collect()
    }

    /// Returns how calls are made.
    pub(super) fn http_options(&self) -> HttpOptions {
        let timeout = self.timeout.as_duration();
        HttpOptions { timeout, ca: self.ca.clone(), ..HttpOptions::default() }
    }
}

fn is_empty(at: &str, value: Option<&str>) -> Option<BuildError> {
    let is_empty = value.is_some_and(|value| value.trim().is_empty());
    is_empty.then(|| BuildError::at(at, "is empty; write a value, or leave the key out"))
}

/// Queries run a value that begins like this as a script on the instance.
fn is_script(at: &str, value: Option<&str>) -> Option<BuildError> {
    let is_script = value?.trim_start().to_ascii_lowercase().starts_with("javascript:");
    is_script.then(|| BuildError::at(at, "begins with `javascript:`; write a plain name"))
}

fn close_code_default() -> String {
    "Solution provided".to_owned()
}

fn close_notes_default() -> String {
    "Resolved by Signalbox: the alert behind this incident is over.".to_owned()
}

const fn timeout_default() -> HumanDuration {
    HumanDuration::from_seconds(10)
}
