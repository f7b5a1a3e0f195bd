//! Encodes items as lines and hands batches of them to the writer.

use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use signalbox_model::Clock;
use signalbox_sdk::role::{
    AlertDocument, Batch, BatchLimits, CheckReport, Destination, Item, Outcome,
};
use signalbox_sdk::{Context, Error, ErrorKind};
use tokio::task::spawn_blocking;

use super::config::Config;
use super::failure::Failure;
use super::rotation::Rotation;
use super::writer::Writer;

/// A file that events and alerts are written to.
pub(super) struct FileDestination {
    writer: Arc<Mutex<Writer>>,
    clock: Arc<dyn Clock>,
}

impl FileDestination {
    /// Makes a destination of a configuration without mistakes; nothing is opened yet.
    pub(super) fn new(config: Config, context: &Context) -> Self {
        let writer = Writer::new(Rotation::new(config));
        Self { writer: Arc::new(Mutex::new(writer)), clock: context.clock.clone() }
    }

    /// Runs `work` where it may block. Work that has begun is finished even if nobody waits for it
    /// any more, so a line is never left half written.
    async fn with_writer<F>(&self, work: F) -> Result<(), Error>
    where
        F: FnOnce(&mut Writer) -> Result<(), Failure> + Send + 'static,
    {
        let writer = self.writer.clone();
        match spawn_blocking(move || work(&mut writer.lock())).await {
            Ok(result) => result.map_err(Error::from),
            Err(error) => Err(Error::new(ErrorKind::Bug, "write file", error.to_string())),
        }
    }
}

#[async_trait]
impl Destination for FileDestination {
    fn limits(&self) -> BatchLimits {
        LIMITS
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match item {
            Item::Event(event) => out.extend_from_slice(event.json),
            Item::Notification(notification) => {
                let document = AlertDocument::of(notification);
                serde_json::to_writer(&mut *out, &document).map_err(|error| {
                    Error::new(ErrorKind::Bug, "encode notification", error.to_string())
                })?;
            }
        }
        out.push(b'\n');
        Ok(())
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        let (lines, now) = (batch.body.clone(), self.clock.now());
        let outcome = match self.with_writer(move |writer| writer.append(&lines, now)).await {
            Ok(()) => Outcome::Done(None),
            Err(error) => Outcome::Failed(error),
        };
        vec![outcome; batch.len()]
    }

    /// The line is written and synced.
    fn unproven(&self) -> Option<&'static str> {
        None
    }

    async fn check(&self) -> CheckReport {
        let mut report = CheckReport::default();
        match self.with_writer(|writer| writer.probe()).await {
            Ok(()) => report.passed("file", "it can be opened for writing"),
            Err(error) => report.failed("file", error.to_string(), "mend what is said there"),
        }
        report
    }
}

/// One sync per batch; larger batches would only make the lines wait.
const LIMITS: BatchLimits = BatchLimits { events_max: 1000, bytes_max: 900_000 };
