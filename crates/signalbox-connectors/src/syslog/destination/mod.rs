//! Events and alerts on their way to a receiver of syslog.
//!
//! Encoding is pure, so that a message sent twice is the same twice: receivers drop the copy by the
//! event's uid or the delivery key, which every form carries.

mod alert;
mod cef;
mod event;
mod frame;
mod story;

use std::time::Duration;

use async_trait::async_trait;
use signalbox_sdk::role::{Batch, BatchLimits, CheckReport, Destination, Encoding, Item, Outcome};
use signalbox_sdk::{BuildError, Context, Error};

use self::frame::Framer;
use super::client::SyslogClient;
use super::config::SendConfig;

/// A receiver of syslog.
pub(super) struct SyslogDestination {
    framer: Framer,
    client: SyslogClient,
    limits: BatchLimits,
    timeout: Duration,
}

impl SyslogDestination {
    /// Makes a destination; nothing is connected yet.
    ///
    /// # Errors
    /// What the schema cannot see, and files of TLS that are of no use.
    pub(super) fn new(config: &SendConfig, context: &Context) -> Result<Self, Vec<BuildError>> {
        let mistakes = config.mistakes();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let bytes_max = config.batch_bytes_max.as_bytes();
        let limits = BatchLimits {
            events_max: config.batch_events_max,
            bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
        };
        let client = SyslogClient::new(config, context);
        let timeout = config.timeout.as_duration();
        Ok(Self { framer: Framer::new(config), client, limits, timeout })
    }
}

#[async_trait]
impl Destination for SyslogDestination {
    fn limits(&self) -> BatchLimits {
        self.limits
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match item {
            Item::Event(event) => self.framer.event(event, out),
            Item::Notification(notification) => self.framer.notification(notification, out),
        }
    }

    fn encoding(&self) -> Option<Encoding> {
        Some(Encoding::new("syslog", &self.framer))
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        self.client.deliver(batch).await
    }

    fn unproven(&self) -> Option<&'static str> {
        self.client.unproven()
    }

    async fn check(&self) -> CheckReport {
        self.client.check().await
    }
}
