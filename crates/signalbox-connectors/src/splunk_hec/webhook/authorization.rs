//! Whose request it is: the token, and in which order HEC refuses what is wrong with it.
//!
//! No token at all comes first, then a header of another form, then an unknown token, then a token
//! that is switched off, and then a good one in the query. The scheme is compared byte for byte, as
//! Splunk does. Tokens are read at each use and compared in constant time.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use subtle::ConstantTimeEq as _;

use signalbox_model::IntegrationName;
use signalbox_model::ocsf::Text;
use signalbox_model::secret::{Secret, SecretResolver};
use signalbox_sdk::Context;
use signalbox_sdk::role::Request;

use super::super::config::TokenConfig;
use super::super::wire::Code;
use super::query::Query;

/// The tokens that are accepted.
pub(super) struct Tokens {
    integration: IntegrationName,
    secrets: Arc<dyn SecretResolver>,
    tokens: Vec<Token>,
}

/// One token and what it says about its events.
pub(super) struct Token {
    pub(super) config: TokenConfig,
    /// Its place in the configuration.
    pub(super) place: usize,
    /// What its events carry where they say nothing themselves.
    pub(super) name: Text,
    pub(super) index: Option<Text>,
    pub(super) source: Option<Text>,
    pub(super) sourcetype: Option<Text>,
    /// Whether it could not be read when last needed, so that this is logged once.
    is_unreadable: AtomicBool,
}

/// A token as a request carries it.
struct Presented<'a> {
    token: Cow<'a, str>,
    is_in_query: bool,
}

impl Tokens {
    pub(super) fn new(configs: &[TokenConfig], context: &Context) -> Self {
        let tokens = configs.iter().cloned().enumerate();
        Self {
            integration: context.integration.clone(),
            secrets: Arc::clone(&context.secrets),
            tokens: tokens.map(|(place, config)| Token::new(place, config)).collect(),
        }
    }

    /// Returns the request's token, or what is wrong with it.
    pub(super) fn authorize(&self, request: &Request, query: &Query) -> Result<&Token, Code> {
        let presented = present(request, query)?;
        let token = self.find(&presented.token)?;
        if !token.config.enabled {
            return Err(Code::TokenDisabled);
        }
        if presented.is_in_query { Err(Code::QueryAuthorizationDisabled) } else { Ok(token) }
    }

    /// Returns the header that a sender with the first enabled token sends.
    pub(super) fn first_header(&self) -> Result<HeaderValue, String> {
        let token = self.tokens.iter().find(|token| token.config.enabled);
        let token = token.ok_or("every token of the integration is disabled")?;
        let secret =
            self.secrets.resolve(&token.config.token).map_err(|error| error.to_string())?;
        let header = HeaderValue::try_from(format!("Splunk {}", secret.expose()));
        let mut header = header.map_err(|_| "the token has characters that no header takes")?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// Compares with every token, so that the time says nothing about which one is near.
    fn find(&self, presented: &str) -> Result<&Token, Code> {
        let mut found = None;
        let mut all_are_readable = true;
        for token in &self.tokens {
            match self.read(token) {
                Some(secret) if is_same(secret.expose(), presented) => found = Some(token),
                Some(_) => {}
                None => all_are_readable = false,
            }
        }
        // It may be the one that cannot be read now: its sender had better come back.
        let unknown = if all_are_readable { Code::InvalidToken } else { Code::ServerBusy };
        found.ok_or(unknown)
    }

    fn read(&self, token: &Token) -> Option<Secret> {
        let secret = self.secrets.resolve(&token.config.token);
        let was_unreadable = token.is_unreadable.swap(secret.is_err(), Ordering::Relaxed);
        if let (Err(error), false) = (&secret, was_unreadable) {
            tracing::error!(
                integration = %self.integration, error = %error,
                "Token `{}` of `{}` cannot be read, its senders are told to come back",
                token.name, self.integration,
            );
        }
        secret.ok()
    }
}

impl Token {
    fn new(place: usize, config: TokenConfig) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(Text::from);
        Self {
            place,
            name: Text::from(&config.name),
            index: text(&config.index),
            source: text(&config.source),
            sourcetype: text(&config.sourcetype),
            is_unreadable: AtomicBool::new(false),
            config,
        }
    }
}

/// Finds a token in the header, or else in the query.
fn present<'a>(request: &'a Request, query: &'a Query) -> Result<Presented<'a>, Code> {
    let Some(header) = request.headers.get(AUTHORIZATION) else {
        let token = query.get("token").ok_or(Code::TokenRequired)?;
        return Ok(Presented { token: Cow::Borrowed(token), is_in_query: true });
    };
    let header = header.to_str().map_err(|_| Code::InvalidAuthorization)?;
    let token = match header.split_once(' ') {
        Some(("Splunk", token)) => Some(Cow::Borrowed(token)),
        Some(("Basic", credentials)) => password(credentials).map(Cow::Owned),
        _ => None,
    };
    let token = token.ok_or(Code::InvalidAuthorization)?;
    Ok(Presented { token, is_in_query: false })
}

/// The password of HTTP's basic authentication is the token; the user does not matter.
fn password(credentials: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

fn is_same(secret: &str, presented: &str) -> bool {
    secret.as_bytes().ct_eq(presented.as_bytes()).into()
}
