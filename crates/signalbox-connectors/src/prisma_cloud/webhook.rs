//! Takes what the tenant posts. A static header is all the proof that the product offers, so it is
//! compared in constant time and nothing is parsed before.

mod unpack;

use std::sync::Arc;

use http::{HeaderName, Method, StatusCode};
use serde_json::json;

use signalbox_model::secret::{SecretRef, SecretResolver};
use signalbox_sdk::auth::is_secret;
use signalbox_sdk::role::{
    Answer, Attributes, Committed, Decoded, Endpoint, RawEvent, Reply, Request, Webhook,
};
use signalbox_sdk::{BuildError, Context};

use super::config::WebhookConfig;

/// The path that a tenant posts to.
pub(super) struct PrismaWebhook {
    endpoint: Endpoint,
    header: HeaderName,
    references: Vec<SecretRef>,
    secrets: Arc<dyn SecretResolver>,
}

impl PrismaWebhook {
    /// Makes the path of a configuration without mistakes.
    ///
    /// # Errors
    /// Where a value does not fit this machine.
    pub(super) fn new(config: &WebhookConfig, context: &Context) -> Result<Self, BuildError> {
        let too_large = |_| BuildError::at("/webhook/body_max", "is too large for this machine");
        let body_bytes_max = config.body_max.as_bytes().try_into().map_err(too_large)?;
        let no_header = |_| BuildError::at("/webhook/header", "is no name of a header");
        let path = config.path.clone().unwrap_or_else(|| format!("/hooks/{}", context.integration));
        Ok(Self {
            endpoint: Endpoint { listen: None, paths: vec![path], body_bytes_max },
            header: HeaderName::from_bytes(config.header.as_bytes()).map_err(no_header)?,
            references: config.secrets.clone(),
            secrets: context.secrets.clone(),
        })
    }
}

impl Webhook for PrismaWebhook {
    fn endpoint(&self) -> Endpoint {
        self.endpoint.clone()
    }

    fn verify(&self, request: &Request) -> Result<(), Answer> {
        let Some(presented) = request.headers.get(&self.header) else {
            let what = format!("the header `{}` is missing", self.header);
            return Err(refuse(StatusCode::UNAUTHORIZED, &what));
        };
        let read = self.references.iter().map(|reference| self.secrets.resolve(reference));
        let (secrets, faults): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
        let mut secrets = secrets.into_iter().flatten();
        if secrets.any(|secret| is_secret(presented.as_bytes(), &secret)) {
            return Ok(());
        }
        if faults.is_empty() {
            let what = format!("the header `{}` is not the one agreed on", self.header);
            return Err(refuse(StatusCode::UNAUTHORIZED, &what));
        }
        // It may be right, and we cannot tell: the product retries a 503.
        let what = "senders cannot be checked at the moment; send it again later";
        Err(refuse(StatusCode::SERVICE_UNAVAILABLE, what).with_header("retry-after", "60"))
    }

    fn decode(&self, request: &Request) -> Result<Decoded, Answer> {
        if request.method != Method::POST {
            let what = format!("`{}` is not taken here; send alerts with POST", request.method);
            let refusal = refuse(StatusCode::METHOD_NOT_ALLOWED, &what);
            return Err(refusal.with_header("allow", "POST"));
        }
        let parts =
            unpack::unpack(&request.body).map_err(|what| refuse(StatusCode::BAD_REQUEST, &what))?;
        let attributes = Attributes::default();
        let event = |body| RawEvent {
            body,
            received: request.received,
            event_id: None,
            attributes: attributes.clone(),
        };
        Ok(Decoded { events: parts.into_iter().map(event).collect(), reply: Reply::Default })
    }

    fn answer(&self, committed: Committed) -> Answer {
        match committed {
            Committed::Yes => Answer::json(StatusCode::OK, r#"{"status":"accepted"}"#),
            Committed::No { retry_after } => {
                let seconds = retry_after.as_millis().div_ceil(1000).max(1);
                let what = "nothing was kept of this request; send it again later";
                refuse(StatusCode::SERVICE_UNAVAILABLE, what)
                    .with_header("retry-after", seconds.to_string())
            }
        }
    }
}

fn refuse(status: StatusCode, what: &str) -> Answer {
    Answer::json(status, json!({ "error": what }).to_string())
}
