//! Events and notifications on their way to Splunk.
//!
//! HEC has no deduplication: what is sent twice is indexed twice. Events carry `metadata.uid` and
//! notifications their delivery key, also as an indexed field, so that a search can `dedup` them.
//! After a refusal inside a batch, the events behind the refused one were not taken. They come
//! back as `Throttled` without a wait: the pipeline sends them again at once, and it costs neither
//! an attempt nor the breaker anything, for nothing was wrong with them.

mod alert;
mod envelope;
mod unconfirmed;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;

use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, StepKind};
use signalbox_sdk::http::HttpOptions;
use signalbox_sdk::role::{
    Batch, BatchLimits, CheckReport, Confirmation, Destination, Encoding, Item, Notification,
    Outcome, Token,
};
use signalbox_sdk::{BuildError, Context, Error, ErrorKind};

use self::alert::AlertEvent;
use self::envelope::Envelope;
use self::unconfirmed::Unconfirmed;
use super::check::check;
use super::client::{AckId, HecClient, Refusal};
use super::config::SendConfig;

/// A Splunk that takes events.
pub(super) struct HecDestination {
    config: SendConfig,
    client: HecClient,
    envelope: Envelope,
    unconfirmed: Unconfirmed,
}

impl HecDestination {
    pub(super) fn new(config: SendConfig, context: &Context) -> Result<Self, Vec<BuildError>> {
        let options = HttpOptions {
            timeout: config.timeout.as_duration(),
            ca: config.ca.clone(),
            ..HttpOptions::default()
        };
        let client = HecClient::new(&config.url, config.token.clone(), &options, context);
        let client = client.map_err(|what| vec![BuildError::at("/ca", what)])?;
        let client = if config.gzip { client.with_gzip() } else { client };
        let (envelope, unconfirmed) = (Envelope::of(&config), Unconfirmed::new(&*context.random));
        Ok(Self { config, client, envelope, unconfirmed })
    }

    fn encode_notification(&self, item: &Notification, out: &mut Vec<u8>) -> Result<(), Error> {
        let event = AlertEvent::of(item);
        let json = serde_json::to_vec(&event)
            .map_err(|error| Error::new(ErrorKind::Bug, ENCODE, error.to_string()))?;
        let key = item.key.to_string();
        let id = item.alert.id.to_string();
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        fields.extend(self.config.fields.iter().map(|(name, value)| (&**name, &**value)));
        fields.extend(item.rendered.fields.iter().map(|(name, value)| (&**name, &**value)));
        fields.extend([("delivery_key", &*key), ("alert_id", &*id)]);
        let time = time_of(item.step, &item.alert);
        self.envelope.write_with_fields(time, item.alert.source.as_str(), &json, &fields, out);
        Ok(())
    }

    /// What is true of events that were taken: done, unless Splunk tells later.
    fn taken(&self, ack_id: Option<AckId>) -> Outcome {
        let ack_id = ack_id.filter(|_| self.config.acknowledgement);
        ack_id.map_or(Outcome::Done(None), |id| Outcome::Unconfirmed(self.unconfirmed.add(id)))
    }

    fn refused(&self, refusal: &Refusal, count: usize) -> Vec<Outcome> {
        let failed = Outcome::Failed(refusal.error.clone());
        let Some(position) = refusal.position.filter(|position| *position < count) else {
            return vec![failed; count];
        };
        let taken = self.taken(refusal.ack_id.filter(|_| position > 0));
        let outcome = |place: usize| match place.cmp(&position) {
            Ordering::Less => taken.clone(),
            Ordering::Equal => failed.clone(),
            Ordering::Greater => Outcome::Failed(not_taken()),
        };
        (0..count).map(outcome).collect()
    }
}

#[async_trait]
impl Destination for HecDestination {
    fn limits(&self) -> BatchLimits {
        let bytes_max = self.config.batch_bytes_max.as_bytes();
        BatchLimits {
            events_max: self.config.batch_events_max,
            bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
        }
    }

    fn timeout(&self) -> Duration {
        self.config.timeout.as_duration()
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match item {
            Item::Event(event) => {
                self.envelope.write(event.time, event.source, event.json, out);
                Ok(())
            }
            Item::Notification(notification) => self.encode_notification(notification, out),
        }
    }

    fn encoding(&self) -> Option<Encoding> {
        Some(Encoding::new("splunk_hec", &self.envelope))
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        match self.client.send_events(batch.body.clone()).await {
            Ok(accepted) => vec![self.taken(accepted.ack_id); batch.len()],
            Err(refusal) => self.refused(&refusal, batch.len()),
        }
    }

    async fn confirm(&self, tokens: &[Token]) -> Result<Vec<Confirmation>, Error> {
        let asked: BTreeSet<AckId> =
            self.unconfirmed.waiting(tokens).into_iter().take(ACKS_MAX).collect();
        if !asked.is_empty() {
            let indexed = self.client.get_acks(&asked).await?;
            self.unconfirmed.confirm(&indexed);
        }
        Ok(self.unconfirmed.state_of(tokens))
    }

    fn unproven(&self) -> Option<&'static str> {
        let words = "that it was indexed: Splunk says so only with `acknowledgement: true`, where the \
                     token permits it";
        (!self.config.acknowledgement).then_some(words)
    }

    fn confirm_pace(&self) -> (Duration, Duration) {
        (Duration::from_secs(1), CONFIRM_MAX)
    }

    async fn check(&self) -> CheckReport {
        check(&self.client, &self.config).await
    }
}

/// The step's own moment.
fn time_of(step: StepKind, alert: &Alert) -> Timestamp {
    match step {
        StepKind::Open => alert.opened_at,
        StepKind::Update(_) => alert.last_seen_at,
        StepKind::Resolve(_) => alert.resolved_at.unwrap_or(alert.last_seen_at),
    }
}

fn not_taken() -> Error {
    let at_once = ErrorKind::Throttled { retry_after: Some(Duration::ZERO) };
    Error::new(at_once, "send events", "not taken, for an earlier event of the batch was refused")
}

const ENCODE: &str = "encode a notification";

/// An acknowledgement that is not given within five minutes never comes; the events are sent again.
const CONFIRM_MAX: Duration = Duration::from_secs(300);

/// Ids in one question, so that the answer stays far below what is read of one.
const ACKS_MAX: usize = 10_000;
