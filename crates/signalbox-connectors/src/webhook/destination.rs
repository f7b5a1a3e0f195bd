//! Sends notifications one by one and events in batches; a request is taken whole or not at all.

use std::time::Duration;

use async_trait::async_trait;
use http::StatusCode;
use signalbox_sdk::http::{BaseUrl, HttpOptions, reach};
use signalbox_sdk::role::{Batch, BatchLimits, CheckReport, Destination, Encoding, Item, Outcome};
use signalbox_sdk::{BuildError, Context, Error, ErrorKind};

use super::client::WebhookClient;
use super::config::SendConfig;
use super::wire;

/// A program that the hub sends to.
pub(super) struct WebhookDestination {
    client: WebhookClient,
    limits: BatchLimits,
    options: HttpOptions,
}

impl WebhookDestination {
    /// Makes a destination of a configuration without mistakes.
    ///
    /// # Errors
    /// Where the CA file cannot be read or a value does not fit this machine.
    pub(super) fn new(config: SendConfig, context: &Context) -> Result<Self, BuildError> {
        let too_large = |_| BuildError::at("/batch_bytes_max", "is too large for this machine");
        let bytes_max = config.batch_bytes_max.as_bytes().try_into().map_err(too_large)?;
        let limits = BatchLimits { events_max: config.batch_events_max, bytes_max };
        let options = HttpOptions {
            timeout: config.timeout.as_duration(),
            ca: config.ca,
            ..HttpOptions::default()
        };
        let client = WebhookClient::new(config.url, &options, context);
        let mut client = client.map_err(|what| BuildError::at("/ca", what))?;
        if let Some(signature) = config.signature {
            client = client.with_signature(signature);
        }
        if let Some(bearer) = config.bearer {
            client = client.with_bearer(bearer);
        }
        Ok(Self { client, limits, options })
    }
}

#[async_trait]
impl Destination for WebhookDestination {
    fn limits(&self) -> BatchLimits {
        self.limits
    }

    fn timeout(&self) -> Duration {
        self.options.timeout
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        wire::encode(item, out)
    }

    fn encoding(&self) -> Option<Encoding> {
        Some(Encoding::new("webhook", &()))
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        let outcome = match self.client.post(&batch.id, wire::body(batch)).await {
            Ok(()) => Outcome::Done(None),
            Err(error) => Outcome::Failed(error),
        };
        vec![outcome; batch.len()]
    }

    async fn check(&self) -> CheckReport {
        let mut report = CheckReport::default();
        let base = match self.client.base() {
            Ok(base) => base,
            Err(error) => {
                report.failed("address", error.to_string(), "mend the secret that `url` names");
                return report;
            }
        };
        if !reach(&base, self.options.timeout, &mut report).await {
            return report;
        }
        match self.client.head().await {
            Ok(status) => {
                report.passed(transport(&base), "the receiver answers");
                judge_head(status, &mut report);
            }
            Err(error) if error.kind() == ErrorKind::Unauthorized => report.failed(
                "credentials",
                error.to_string(),
                "mend the secrets that `signature` and `bearer` name",
            ),
            Err(error) => report.failed(
                transport(&base),
                error.to_string(),
                "check that the receiver speaks HTTP there and has a good certificate (`ca`)",
            ),
        }
        if report.is_good() && !self.client.proves_itself() {
            report.warning(
                "credentials",
                "requests are neither signed nor carry a token",
                "set `signature`, or `bearer`, so that the receiver can tell that they are ours",
            );
        }
        report
    }
}

fn transport(base: &BaseUrl) -> &'static str {
    if base.is_plain() { "http" } else { "tls" }
}

/// A `HEAD` is harmless, but a webhook need not know it: only some answers say something.
fn judge_head(status: StatusCode, report: &mut CheckReport) {
    let answered = format!("`HEAD` is answered {}", status.as_u16());
    match status {
        StatusCode::UNAUTHORIZED => report.failed(
            "credentials",
            answered,
            "compare the secret of `signature` and the token of `bearer` with the receiver's",
        ),
        StatusCode::GONE => report.failed(
            "permission",
            answered,
            "the receiver has given this address up; ask for its new one and set `url`",
        ),
        _ if status.is_redirection() => report.failed(
            "permission",
            answered,
            "redirects are not followed; set `url` to the address it leads to",
        ),
        _ if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED => {
            report.failed("permission", answered, "the receiver fails; look at its log");
        }
        _ if status.is_success() || KNOWS_POST_ONLY.contains(&status) => report.passed(
            "permission",
            format!("{answered}; only a delivery proves signature and permission"),
        ),
        _ => report.warning(
            "permission",
            answered,
            "receivers that know POST only may answer so; if deliveries fail too, check `url`",
        ),
    }
}

/// How a receiver usually says that it takes POST only.
const KNOWS_POST_ONLY: [StatusCode; 2] =
    [StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_IMPLEMENTED];
