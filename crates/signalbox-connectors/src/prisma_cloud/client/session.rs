//! Logging in and staying logged in.
//!
//! The platform's token lives ten minutes and can be extended; a Compute console's says sixty and
//! wraps one of ten, which nothing extends. So both are renewed after five, whatever they say: no call
//! is ever sent with a token that could end while it is under way.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use signalbox_model::secret::{Secret, SecretRef, SecretResolver};
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, Error, ErrorKind};
use signalbox_sdk::Context;
use signalbox_sdk::auth::{SharedToken, Token};
use signalbox_sdk::http::{BaseUrl, HttpClient};

use super::answer;
use super::call::Call;
use crate::prisma_cloud::config::PrismaCloudConfig;
use crate::prisma_cloud::wire::LoginAnswer;

/// A login and what is sent with it.
pub(super) struct Session {
    base: BaseUrl,
    door: Door,
    http: HttpClient,
    access_key: SecretRef,
    secret_key: SecretRef,
    secrets: Arc<dyn SecretResolver>,
    clock: Arc<dyn Clock>,
    token: SharedToken,
}

/// Where one logs in.
pub(super) enum Door {
    /// At the platform's API, as a user of one tenant.
    Platform { tenant: Option<String> },
    /// At a Compute console.
    Compute { version: String },
}

impl Session {
    /// Makes a session; nothing is sent yet.
    pub(super) fn new(
        base: BaseUrl,
        door: Door,
        config: &PrismaCloudConfig,
        http: HttpClient,
        context: &Context,
    ) -> Result<Self, String> {
        let (Some(access_key), Some(secret_key)) = (&config.access_key, &config.secret_key) else {
            return Err("`access_key` and `secret_key` are needed".to_owned());
        };
        Ok(Self {
            base,
            door,
            http,
            access_key: access_key.clone(),
            secret_key: secret_key.clone(),
            secrets: context.secrets.clone(),
            clock: context.clock.clone(),
            token: SharedToken::new(context.clock.clone()),
        })
    }

    /// Returns now.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sends `call` and returns the body of a good answer; anything else is classified. A call that is
    /// refused with 401 is repeated once, after a new login.
    pub(super) async fn send(&self, call: Call) -> Result<Bytes, Error> {
        self.send_for_answer(call).await.map(Response::into_body)
    }

    /// As [`send`](Self::send), for those who read headers too.
    pub(super) async fn send_for_answer(&self, call: Call) -> Result<Response<Bytes>, Error> {
        let token = self.authorize().await?;
        let mut answer = self.send_as(&call, Some(&token)).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            self.token.invalidate(&token);
            let token = self.authorize().await?;
            answer = self.send_as(&call, Some(&token)).await?;
        }
        answer::judge(call.operation, call.effect, answer, self.now())
    }

    /// Returns a token that is good for the next five minutes.
    pub(super) async fn authorize(&self) -> Result<Secret, Error> {
        self.token.get(|old| self.renew(old)).await
    }

    /// Logs in anew, without keeping the token.
    pub(super) async fn login(&self) -> Result<LoginAnswer, Error> {
        let operation = self.door.operation();
        let key = |name, reference| {
            let secret = self.secrets.resolve(reference);
            secret.map_err(|error| {
                Error::new(ErrorKind::Unauthorized, operation, format!("{name}: {error}"))
            })
        };
        let mut body = json!({
            "username": key("access key", &self.access_key)?.expose(),
            "password": key("secret key", &self.secret_key)?.expose(),
        });
        if let Door::Platform { tenant: Some(tenant) } = &self.door {
            body["prismaId"] = json!(tenant);
        }
        let call = Call::login(operation, self.door.path()).with_json(&body)?;
        let answer = self.send_as(&call, None).await?;
        let body = answer::judge(operation, call.effect, answer, self.now())?.into_body();
        answer::read_secretly(operation, &body)
    }

    async fn renew(&self, old: Option<Token>) -> Result<Token, Error> {
        let asked_at = self.now();
        let extended = match old.filter(|old| self.is_extendable(old, asked_at)) {
            Some(old) => self.extend(&old.text).await,
            None => None,
        };
        let text = match extended {
            Some(text) => text,
            None => self.first_token().await?,
        };
        Ok(Token { text, usable_until: asked_at.saturating_add(RENEWED_AFTER) })
    }

    fn is_extendable(&self, old: &Token, now: Timestamp) -> bool {
        let ends = old.usable_until.saturating_add(LIFETIME - RENEWED_AFTER - MARGIN);
        matches!(self.door, Door::Platform { .. }) && now < ends
    }

    /// Extends a token; whatever goes wrong, a login is tried next and tells its own story.
    async fn extend(&self, old: &Secret) -> Option<Secret> {
        let call = Call::get("extend token", "auth_token/extend".to_owned());
        let answer = self.send_as(&call, Some(old)).await.ok()?;
        let good = answer::judge(call.operation, call.effect, answer, self.now()).ok()?;
        let answer: LoginAnswer = answer::read_secretly(call.operation, good.body()).ok()?;
        answer.token.filter(|token| !token.expose().is_empty())
    }

    async fn first_token(&self) -> Result<Secret, Error> {
        let token = self.login().await?.token.filter(|token| !token.expose().is_empty());
        token.ok_or_else(|| {
            let what = "the answer holds no token; check the address";
            Error::new(ErrorKind::Unavailable, self.door.operation(), what).with_status(200)
        })
    }

    async fn send_as(&self, call: &Call, token: Option<&Secret>) -> Result<Response<Bytes>, Error> {
        let authorization = token.map(|token| self.door.header(token)).transpose()?;
        let request = call.request(&self.base, authorization)?;
        let answer = self.http.send(request).await;
        answer.map_err(|error| answer::lost(error, call.operation, call.effect))
    }
}

impl Door {
    fn operation(&self) -> &'static str {
        match self {
            Self::Platform { .. } => "log in to Prisma Cloud",
            Self::Compute { .. } => "log in to the Compute console",
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Platform { .. } => "login".to_owned(),
            Self::Compute { version } => format!("api/{version}/authenticate"),
        }
    }

    fn header(&self, token: &Secret) -> Result<(&'static str, HeaderValue), Error> {
        let (name, text) = match self {
            Self::Platform { .. } => ("x-redlock-auth", token.expose().to_owned()),
            Self::Compute { .. } => ("authorization", format!("Bearer {}", token.expose())),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| {
            let what = "the token holds characters that no header can carry";
            Error::new(ErrorKind::Unavailable, self.operation(), what)
        })?;
        value.set_sensitive(true);
        Ok((name, value))
    }
}

/// How long a token lives (vendor's API guide, read 2026-11-22).
const LIFETIME: Duration = Duration::from_secs(600);

/// Half of its life: a call that starts just before has five minutes to end, and its timeout is less.
const RENEWED_AFTER: Duration = Duration::from_secs(300);

/// A token is not extended in its last half minute, for clocks differ.
const MARGIN: Duration = Duration::from_secs(30);
