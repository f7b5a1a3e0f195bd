//! OAuth 2.0 client credentials (RFC 6749 §4.4, read 2026-11-22): one access token for all calls of
//! an integration.
//!
//! The token stays in memory until shortly before it expires, by the clock, and is renewed once for
//! all calls in flight ([`SharedToken`]).
//!
//! A failure here is never the item's fault, so it is never `Rejected` nor `Malformed`: refused
//! credentials are `Unauthorized`, everything else `Unavailable` or `Throttled`.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_model::secret::{Secret, SecretRef, SecretResolver};
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, Error, ErrorKind};

use super::{SharedToken, Token};
use crate::Context;
use crate::http::{Effect, HttpClient, classify, encode_form};

/// Fetches, keeps and renews the access token of one integration.
pub struct ClientCredentials {
    endpoint: TokenEndpoint,
    http: HttpClient,
    secrets: Arc<dyn SecretResolver>,
    clock: Arc<dyn Clock>,
    kept: SharedToken,
}

/// Where tokens come from and what proves that they may be asked for.
#[derive(Clone, Debug)]
pub struct TokenEndpoint {
    /// The address that grants tokens.
    pub url: String,
    /// The client's public name.
    pub client_id: String,
    /// The client's secret, read at each request.
    pub client_secret: SecretRef,
    /// How the two are sent.
    pub authentication: ClientAuthentication,
    /// The scopes to ask for, separated by spaces, where the vendor wants any.
    pub scope: Option<String>,
}

/// How a client shows its id and secret to the token endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// As `client_id` and `client_secret` in the form. Servers differ less in reading it.
    #[default]
    Body,
    /// In the `Authorization` header, each form-encoded first, as RFC 6749 §2.3.1 wants it.
    Basic,
}

impl ClientCredentials {
    /// Creates a store without a token; the first call fetches one.
    pub fn new(endpoint: TokenEndpoint, http: HttpClient, context: &Context) -> Self {
        Self {
            endpoint,
            http,
            secrets: context.secrets.clone(),
            clock: context.clock.clone(),
            kept: SharedToken::new(context.clock.clone()),
        }
    }

    /// Returns a token that is still good, fetching one where needed. Dropping the future while it
    /// fetches leaves the fetching to the next caller.
    ///
    /// # Errors
    /// `Unauthorized` where the credentials are refused or cannot be read, otherwise `Unavailable`
    /// or `Throttled`.
    pub async fn token(&self) -> Result<Secret, Error> {
        self.kept.get(|_| self.fetch()).await
    }

    /// Drops `token` after the vendor refused it; the next call fetches another. Does nothing where
    /// another call has renewed it already.
    pub fn invalidate(&self, token: &Secret) {
        self.kept.invalidate(token);
    }

    async fn fetch(&self) -> Result<Token, Error> {
        let asked_at = self.clock.now();
        let request = self.request()?;
        let answer = self.http.send(request).await;
        let answer =
            answer.map_err(|error| blameless(error.into_error(OPERATION, Effect::Reads)))?;
        if !answer.status().is_success() {
            return Err(refusal(&answer, asked_at));
        }
        read_token(answer.body(), asked_at).ok_or_else(|| {
            // Its words are not kept: they may hold a token.
            let what = "the answer holds no bearer token; check the address of the token endpoint";
            Error::new(ErrorKind::Unavailable, OPERATION, what).with_status(200)
        })
    }

    fn request(&self) -> Result<Request<Bytes>, Error> {
        let endpoint = &self.endpoint;
        let secret = self.secrets.resolve(&endpoint.client_secret).map_err(|error| {
            Error::new(ErrorKind::Unauthorized, OPERATION, format!("client secret: {error}"))
        })?;
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(endpoint.scope.as_deref().map(|scope| ("scope", scope)));
        let mut request = Request::post(&endpoint.url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        match endpoint.authentication {
            ClientAuthentication::Body => {
                form.push(("client_id", &endpoint.client_id));
                form.push(("client_secret", secret.expose()));
            }
            ClientAuthentication::Basic => {
                let value = basic(&endpoint.client_id, &secret);
                request = request.header(header::AUTHORIZATION, value);
            }
        }
        request.body(Bytes::from(encode_form(&form))).map_err(|error| {
            Error::new(ErrorKind::Bug, OPERATION, format!("the request cannot be built: {error}"))
        })
    }
}

impl std::fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// RFC 6749 §5.1. `expires_in` may be absent, and some servers write it as text.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Secret,
    token_type: Option<String>,
    expires_in: Option<serde_json::Value>,
}

/// RFC 6749 §5.2.
#[derive(Deserialize)]
struct ErrorAnswer {
    error: String,
    error_description: Option<String>,
}

fn read_token(body: &[u8], asked_at: Timestamp) -> Option<Token> {
    let answer: TokenAnswer = serde_json::from_slice(body).ok()?;
    let is_bearer = answer.token_type.is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    let text = answer.access_token.expose();
    let is_sendable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    let lifetime = answer.expires_in.as_ref().and_then(seconds).unwrap_or(LIFETIME_DEFAULT);
    let usable_until = asked_at.saturating_add(lifetime - margin(lifetime));
    (is_bearer && is_sendable).then_some(Token { text: answer.access_token, usable_until })
}

fn seconds(value: &serde_json::Value) -> Option<Duration> {
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
    number.map(Duration::from_secs)
}

/// How long before its end a token is renewed: a tenth of its life, one to five minutes, and never
/// more than half of it.
fn margin(lifetime: Duration) -> Duration {
    (lifetime / 10).clamp(MARGIN_MIN, MARGIN_MAX).min(lifetime / 2)
}

/// Puts the server's code and words into an error; the status decides what follows, for some
/// servers answer wrong credentials with 401 and the code `server_error`.
fn refusal(answer: &Response<Bytes>, now: Timestamp) -> Error {
    let status = answer.status();
    let plain = blameless(classify(OPERATION, answer, now));
    let Ok(words) = serde_json::from_slice::<ErrorAnswer>(answer.body()) else { return plain };
    let is_passing = matches!(words.error.as_str(), "temporarily_unavailable" | "server_error");
    let kind = match plain.kind() {
        ErrorKind::Unauthorized if is_passing && status == StatusCode::BAD_REQUEST => {
            ErrorKind::Unavailable
        }
        kind => kind,
    };
    let said = [Some(words.error), words.error_description].into_iter().flatten();
    let said: String = said.collect::<Vec<_>>().join(": ").chars().take(WORDS_CHARS_MAX).collect();
    let advice = match kind {
        ErrorKind::Unauthorized => "; check client id, secret and scope",
        _ => "",
    };
    Error::new(kind, OPERATION, format!("the token endpoint says `{said}`{advice}"))
        .with_status(status.as_u16())
}

/// Moves the kinds that would blame the item whose call needed the token.
fn blameless(error: Error) -> Error {
    let kind = match error.kind() {
        ErrorKind::OutcomeUnknown | ErrorKind::Malformed => ErrorKind::Unavailable,
        ErrorKind::Rejected => ErrorKind::Unauthorized,
        kind => kind,
    };
    error.with_kind(kind)
}

fn basic(client_id: &str, secret: &Secret) -> String {
    // A pair without a name is encoded as `=value`.
    let encoded = |text| encode_form(&[("", text)]).split_off(1);
    let pair = format!("{}:{}", encoded(client_id), encoded(secret.expose()));
    format!("Basic {}", STANDARD.encode(pair))
}

const OPERATION: &str = "request access token";

/// The life of a token whose server does not say: short, and a 401 tells earlier.
const LIFETIME_DEFAULT: Duration = Duration::from_secs(300);

const MARGIN_MIN: Duration = Duration::from_secs(60);
const MARGIN_MAX: Duration = Duration::from_secs(300);

/// Enough for a vendor's reason and its trace ids.
const WORDS_CHARS_MAX: usize = 500;

#[cfg(test)]
mod tests;
