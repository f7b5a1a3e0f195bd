//! A client of one webhook, and the one place where its answers are judged.
//!
//! Every attempt is signed anew with the time of the attempt; the id and the body stay the same, so
//! a receiver that remembers ids takes a repeated request once. Only 2xx is success. A 502, 503 or
//! 504 throttles when it names a wait; otherwise it counts as a failure, for a receiver that is
//! down behind its gateway must open the breaker. A 410 is the receiver's word that the address
//! will never work again, so the integration is parked rather than its items dropped one by one.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use signalbox_model::Clock;
use signalbox_model::secret::{Secret, SecretRef, SecretResolver};
use signalbox_sdk::auth::SignatureError;
use signalbox_sdk::http::{BaseUrl, Effect, HttpClient, HttpOptions, classify, retry_after};
use signalbox_sdk::{Context, Error, ErrorKind};

use super::address::{Address, Target};
use super::config::Signature;

/// A client of one webhook.
///
/// ```
/// # use std::sync::Arc;
/// # use signalbox_connectors::webhook::{Address, WebhookClient, WebhookSimulator};
/// # use signalbox_model::{IntegrationName, secret::FixedSecrets};
/// # use signalbox_sdk::Context;
/// # use signalbox_sdk::http::HttpOptions;
/// # use signalbox_sdk::testkit::{Server, Simulator};
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let simulator = WebhookSimulator::default();
/// # let server = Server::start(simulator.router(), 0).await?;
/// # let url = format!("http://{}/hook", server.address());
/// # let secrets = FixedSecrets::of_variables([
/// #     ("HOOK_URL", url.as_str()),
/// #     ("HOOK_TOKEN", WebhookSimulator::TOKEN),
/// # ]);
/// # let context = Context::new(IntegrationName::new("soar"), Arc::new(secrets));
/// let address = Address::Secret("env:HOOK_URL".parse()?);
/// let client = WebhookClient::new(address, &HttpOptions::default(), &context)?
///     .with_bearer("env:HOOK_TOKEN".parse()?);
///
/// client.post("delivery-1", r#"{"type":"door.opened"}"#.into()).await?;
///
/// assert_eq!(simulator.deliveries().len(), 1);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).map_err(|error| error.to_string())?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct WebhookClient {
    http: HttpClient,
    address: Address,
    signature: Option<Signature>,
    bearer: Option<SecretRef>,
    secrets: Arc<dyn SecretResolver>,
    clock: Arc<dyn Clock>,
}

impl WebhookClient {
    /// Creates a client that sends unsigned and without a token.
    ///
    /// # Errors
    /// Where the CA file cannot be read or the TLS stack cannot start.
    pub fn new(address: Address, options: &HttpOptions, context: &Context) -> Result<Self, String> {
        Ok(Self {
            http: HttpClient::new(options)?,
            address,
            signature: None,
            bearer: None,
            secrets: context.secrets.clone(),
            clock: context.clock.clone(),
        })
    }

    /// Signs every request from now on.
    #[must_use]
    pub fn with_signature(mut self, signature: Signature) -> Self {
        self.signature = Some(signature);
        self
    }

    /// Sends a token with every request from now on.
    #[must_use]
    pub fn with_bearer(mut self, bearer: SecretRef) -> Self {
        self.bearer = Some(bearer);
        self
    }

    /// Posts a JSON `body` once. `id` names it for the receiver and is the same at every attempt:
    /// visible ASCII without a period.
    ///
    /// # Errors
    /// Everything but a 2xx; `OutcomeUnknown` where the receiver may have taken it.
    pub async fn post(&self, id: &str, body: Bytes) -> Result<(), Error> {
        let target = self.target()?;
        let answer = self.send(&target, Method::POST, id, body, Effect::Writes).await?;
        if answer.status().is_success() { Ok(()) } else { Err(self.judge(&answer)) }
    }

    /// Asks for the headers of the address, which changes nothing, and returns the status.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn head(&self) -> Result<StatusCode, Error> {
        let target = self.target()?;
        let answer =
            self.send(&target, Method::HEAD, CHECK_ID, Bytes::new(), Effect::Reads).await?;
        Ok(answer.status())
    }

    /// Returns where it sends now, without a query.
    ///
    /// # Errors
    /// `Unauthorized` where the address is a secret that cannot be read or is no address.
    pub fn base(&self) -> Result<BaseUrl, Error> {
        self.target().map(|target| target.base)
    }

    /// Returns whether a receiver can tell that a request is ours.
    pub(super) fn proves_itself(&self) -> bool {
        self.signature.is_some() || self.bearer.is_some()
    }

    /// Sends once; what the answer repeats of our secrets is removed from it.
    async fn send(
        &self,
        target: &Target,
        method: Method,
        id: &str,
        body: Bytes,
        effect: Effect,
    ) -> Result<Response<Bytes>, Error> {
        let bearer = self.bearer.as_ref().map(|reference| self.secret(reference)).transpose()?;
        let mut headers = self.sign(id, &body)?;
        if let Some(bearer) = &bearer {
            headers.insert(AUTHORIZATION, bearer_header(bearer)?);
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = target.url.parse().map_err(|_| unusable("the address has no URI"))?;
        *request.headers_mut() = headers;
        let answer = self.http.send(request).await;
        let answer = answer.map_err(|error| error.into_error(OPERATION, effect))?;
        let bearer = bearer.as_ref().map(Secret::expose);
        let secrets = target.secret_parts.iter().map(String::as_str).chain(bearer);
        Ok(without(answer, secrets))
    }

    /// Returns the headers that name and sign `body`.
    fn sign(&self, id: &str, body: &[u8]) -> Result<HeaderMap, Error> {
        let mut signed = vec![(ID_HEADER, id.to_owned())];
        if let Some(Signature { form, secrets }) = &self.signature {
            let keys: Result<Vec<_>, _> = secrets.iter().map(|key| self.secret(key)).collect();
            let headers = form.sign(id, body, &keys?, self.clock.now());
            signed.extend(headers.map_err(|error| match error {
                SignatureError::Key => unusable(&error.to_string()),
                other => Error::new(ErrorKind::Bug, OPERATION, other.to_string()),
            })?);
        }
        let mut headers = HeaderMap::new();
        for (name, value) in signed {
            let value = HeaderValue::from_str(&value).map_err(|_| {
                Error::new(ErrorKind::Bug, OPERATION, format!("`{id}` cannot be a header's value"))
            })?;
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(headers)
    }

    fn judge(&self, answer: &Response<Bytes>) -> Error {
        let now = self.clock.now();
        let error = classify(OPERATION, answer, now);
        let status = answer.status();
        let wait = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait = wait.and_then(|value| retry_after(value, now));
        match status {
            StatusCode::GONE => Error::new(
                ErrorKind::Unauthorized,
                OPERATION,
                "the receiver says that this address is gone for good (HTTP 410); ask for its new \
                 one and set `url`",
            )
            .with_status(status.as_u16())
            .with_answer(answer.body()),
            StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT if wait.is_some() => {
                error.with_kind(ErrorKind::Throttled { retry_after: wait })
            }
            _ => error,
        }
    }

    fn target(&self) -> Result<Target, Error> {
        self.address.resolve(self.secrets.as_ref()).map_err(|what| unusable(&what))
    }

    fn secret(&self, reference: &SecretRef) -> Result<Secret, Error> {
        self.secrets.resolve(reference).map_err(|error| unusable(&error.to_string()))
    }
}

/// What must be mended in the configuration or its secrets concerns every item, so it parks.
fn unusable(what: &str) -> Error {
    Error::new(ErrorKind::Unauthorized, OPERATION, what)
}

fn bearer_header(token: &Secret) -> Result<HeaderValue, Error> {
    let value = HeaderValue::from_str(&format!("Bearer {}", token.expose()));
    let mut value =
        value.map_err(|_| unusable("the token has characters that no header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Replaces what must stay secret: many receivers answer a 404 with the path they were asked for.
fn without<'a>(answer: Response<Bytes>, secrets: impl Iterator<Item = &'a str>) -> Response<Bytes> {
    answer.map(|body| {
        let text = String::from_utf8_lossy(&body);
        let clean = secrets.fold(text.into_owned(), |text, secret| text.replace(secret, "***"));
        Bytes::from(clean)
    })
}

const OPERATION: &str = "send webhook";

/// Names a request even where it is not signed.
const ID_HEADER: &str = "webhook-id";

/// The id of requests that carry nothing.
const CHECK_ID: &str = "check";
