//! How a request is authorized, and what is tried once when it is refused.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use signalbox_model::secret::{Secret, SecretRef, SecretResolver};
use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::Context;
use signalbox_sdk::auth::{ClientCredentials, TokenEndpoint};
use signalbox_sdk::http::HttpClient;

use crate::servicenow::config::{AuthConfig, ServiceNowConfig};

/// The account of an integration.
pub(super) enum Credentials {
    /// The password is read at each use, so trying again is trying with the newest.
    Basic { username: String, password: SecretRef, secrets: Arc<dyn SecretResolver> },
    /// Tokens are kept until they expire or are refused.
    OAuth(Box<ClientCredentials>),
}

/// What one request was authorized with.
pub(super) struct Authorization {
    header: HeaderValue,
    token: Option<Secret>,
}

impl Authorization {
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }
}

impl Credentials {
    pub(super) fn new(config: &ServiceNowConfig, http: &HttpClient, context: &Context) -> Self {
        match &config.auth {
            AuthConfig::Basic(basic) => Self::Basic {
                username: basic.username.clone(),
                password: basic.password.clone(),
                secrets: context.secrets.clone(),
            },
            AuthConfig::OAuth(oauth) => {
                let endpoint = TokenEndpoint {
                    url: config.url.join("oauth_token.do"),
                    client_id: oauth.client_id.clone(),
                    client_secret: oauth.client_secret.clone(),
                    authentication: oauth.client_authentication,
                    scope: None,
                };
                Self::OAuth(Box::new(ClientCredentials::new(endpoint, http.clone(), context)))
            }
        }
    }

    pub(super) async fn authorize(&self) -> Result<Authorization, Error> {
        match self {
            Self::Basic { username, password, secrets } => {
                let password = secrets.resolve(password).map_err(|error| {
                    Error::new(ErrorKind::Unauthorized, OPERATION, format!("password: {error}"))
                })?;
                let pair = STANDARD.encode(format!("{username}:{}", password.expose()));
                header(&format!("Basic {pair}"), None)
            }
            Self::OAuth(tokens) => {
                let token = tokens.token().await?;
                header(&format!("Bearer {}", token.expose()), Some(token.clone()))
            }
        }
    }

    /// Forgets what was refused.
    pub(super) fn renew(&self, refused: &Authorization) {
        if let (Self::OAuth(tokens), Some(token)) = (self, &refused.token) {
            tokens.invalidate(token);
        }
    }

    /// Returns what to look at when the account is refused.
    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::Basic { .. } => {
                "check user name and password; where they are right, the instance restricts basic \
                 authentication: mark the account `Web service access only`, give it the role \
                 `snc_basic_auth_api_access`, or use `method: oauth`"
            }
            Self::OAuth(_) => {
                "check that the application of the OAuth registry is active and its application \
                 user has the role `snc_platform_rest_api_access`"
            }
        }
    }
}

fn header(value: &str, token: Option<Secret>) -> Result<Authorization, Error> {
    let mut header = HeaderValue::from_str(value).map_err(|_| {
        let what = "the credentials hold characters that no header can carry";
        Error::new(ErrorKind::Unauthorized, OPERATION, what)
    })?;
    header.set_sensitive(true);
    Ok(Authorization { header, token })
}

const OPERATION: &str = "authorize at ServiceNow";
