//! Decides whether a request is authentic, before anything in it is parsed.
//!
//! What the sender did wrong is a 401 and said in words. What is wrong on our side, such as a secret
//! that cannot be read, is a 503: many senders give up for good on a 401, and it would not be their
//! fault. Our own words go to the log; strangers are not told how the hub is set up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use signalbox_model::IntegrationName;
use signalbox_model::secret::{Secret, SecretRef, SecretResolver};
use signalbox_sdk::Context;
use signalbox_sdk::auth::{SignatureError, is_secret};
use signalbox_sdk::role::{Answer, Request};
use tracing::error;

use super::config::{Admission, Authentication, Basic, Bearer, Signature};
use super::problem::problem;

/// Lets authentic requests in.
pub(super) struct Gate {
    authentication: Authentication,
    secrets: Arc<dyn SecretResolver>,
    integration: IntegrationName,
    /// A fault of ours is logged when it begins, not at every request.
    is_faulty: AtomicBool,
}

/// Why a request stays outside.
enum Refusal {
    /// The request proves nothing.
    Unproven {
        /// The scheme to prove it by, for `WWW-Authenticate`.
        scheme: &'static str,
        detail: String,
    },
    /// We cannot tell.
    Fault(String),
}

impl Gate {
    /// Makes a gate.
    pub(super) fn new(authentication: Authentication, context: &Context) -> Self {
        Self {
            authentication,
            secrets: context.secrets.clone(),
            integration: context.integration.clone(),
            is_faulty: AtomicBool::new(false),
        }
    }

    /// Lets `request` in, or says what to answer.
    pub(super) fn admit(&self, request: &Request) -> Result<(), Answer> {
        let verdict = match &self.authentication {
            Authentication::Signature(signature) => self.signature(signature, request),
            Authentication::Bearer(bearer) => self.bearer(bearer, request),
            Authentication::Basic(basic) => self.basic(basic, request),
            Authentication::Unauthenticated(Admission::Accepted) => Ok(()),
        };
        self.note(&verdict);
        verdict.map_err(Refusal::into_answer)
    }

    fn signature(&self, signature: &Signature, request: &Request) -> Result<(), Refusal> {
        let (keys, fault) = self.resolve(&signature.secrets);
        let form = signature.form;
        let verdict = form.verify(&request.headers, &request.body, &keys, request.received);
        verdict.map_err(|error| match (error, fault) {
            (SignatureError::Mismatch, Some(fault)) => Refusal::Fault(fault),
            (error @ SignatureError::Key, _) => Refusal::Fault(error.to_string()),
            (error, _) => Refusal::Unproven { scheme: "Signature", detail: error.to_string() },
        })
    }

    fn bearer(&self, bearer: &Bearer, request: &Request) -> Result<(), Refusal> {
        let scheme = "Bearer";
        let Some(presented) = credentials(request, scheme) else {
            return Err(Refusal::missing(scheme));
        };
        let (tokens, fault) = self.resolve(&bearer.tokens);
        if tokens.iter().any(|token| is_secret(presented.as_bytes(), token)) {
            return Ok(());
        }
        let detail = || "the token in `Authorization` is not the one agreed on".to_owned();
        Err(fault.map_or_else(|| Refusal::Unproven { scheme, detail: detail() }, Refusal::Fault))
    }

    fn basic(&self, basic: &Basic, request: &Request) -> Result<(), Refusal> {
        let scheme = "Basic";
        let Some(presented) = credentials(request, scheme) else {
            return Err(Refusal::missing(scheme));
        };
        let presented = STANDARD.decode(presented).unwrap_or_default();
        let password = self.secrets.resolve(&basic.password);
        let password = password.map_err(|error| Refusal::Fault(error.to_string()))?;
        // One comparison of the whole, so that the time does not tell a good name from a bad one.
        let expected = Secret::new(format!("{}:{}", basic.username, password.expose()));
        if is_secret(&presented, &expected) {
            return Ok(());
        }
        let detail = "the name and password in `Authorization` are not those agreed on".to_owned();
        Err(Refusal::Unproven { scheme, detail })
    }

    /// Reads what can be read: one of two secrets is enough while they are being changed.
    fn resolve(&self, references: &[SecretRef]) -> (Vec<Secret>, Option<String>) {
        let mut secrets = Vec::with_capacity(references.len());
        let mut fault = None;
        for reference in references {
            match self.secrets.resolve(reference) {
                Ok(secret) => secrets.push(secret),
                Err(error) => fault = Some(error.to_string()),
            }
        }
        (secrets, fault)
    }

    fn note(&self, verdict: &Result<(), Refusal>) {
        if verdict.is_ok() {
            self.is_faulty.store(false, Ordering::Relaxed);
        }
        let Err(Refusal::Fault(fault)) = verdict else { return };
        if !self.is_faulty.swap(true, Ordering::Relaxed) {
            let name = &self.integration;
            error!(
                integration = %name, error = %fault,
                "Webhook `{name}` cannot check its senders and answers 503"
            );
        }
    }
}

impl Refusal {
    fn missing(scheme: &'static str) -> Self {
        let detail = format!("the header `Authorization` is missing or not `{scheme} …`");
        Self::Unproven { scheme, detail }
    }

    fn into_answer(self) -> Answer {
        match self {
            Self::Unproven { scheme, detail } => problem(StatusCode::UNAUTHORIZED, &detail)
                .with_header("www-authenticate", format!("{scheme} realm=\"signalbox\"")),
            Self::Fault(_) => {
                let detail = "senders cannot be checked at the moment; send it again later";
                problem(StatusCode::SERVICE_UNAVAILABLE, detail)
                    .with_header("retry-after", RETRY_AFTER_SECONDS)
            }
        }
    }
}

/// Returns what follows `scheme` in `Authorization`; schemes are case-insensitive (RFC 9110 §11.1).
fn credentials<'a>(request: &'a Request, scheme: &str) -> Option<&'a str> {
    let (named, credentials) = request.header("authorization")?.split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then(|| credentials.trim_start())
}

/// A person has to mend a secret, which takes minutes.
const RETRY_AFTER_SECONDS: &str = "60";
