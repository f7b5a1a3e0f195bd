//! Encodes items as lines and hands batches of them to the writer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use signalbox_model::Clock;
use signalbox_sdk::role::{
    AlertDocument, Batch, BatchLimits, CheckReport, Destination, Encoding, Item, Outcome,
};
use signalbox_sdk::{Context, Error, ErrorKind};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::config::Config;
use super::failure::Failure;
use super::rotation::Rotation;
use super::writer::Writer;

/// A file that events and alerts are written to.
pub(super) struct FileDestination {
    path: PathBuf,
    writer: Arc<Mutex<Writer>>,
    clock: Arc<dyn Clock>,
}

impl FileDestination {
    /// Makes a destination of a configuration without mistakes; nothing is opened yet.
    pub(super) fn new(config: Config, context: &Context) -> Self {
        let path = config.path.clone();
        let writer = Arc::new(Mutex::new(Writer::new(Rotation::new(config))));
        Self { path, writer, clock: context.clock.clone() }
    }

    /// Runs `work` where it may block. Work that has begun is finished even if nobody waits for it
    /// any more, so a line is never left half written. On a disk that never answers one thread hangs, however
    /// often it is tried: the turn is waited for outside of the threads.
    async fn with_writer<F>(&self, work: F) -> Result<(), Error>
    where
        F: FnOnce(&mut Writer) -> Result<(), Failure> + Send + 'static,
    {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        match spawn_blocking(move || work(&mut writer)).await {
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

    fn encoding(&self) -> Option<Encoding> {
        Some(Encoding::new("file", &()))
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        let (lines, now) = (batch.body.clone(), self.clock.now());
        let outcome = match self.with_writer(move |writer| writer.append(&lines, now)).await {
            Ok(()) => Outcome::Done(None),
            Err(error) => Outcome::Failed(error),
        };
        vec![outcome; batch.len()]
    }

    fn file(&self) -> Option<&Path> {
        Some(&self.path)
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use signalbox_model::IntegrationName;
    use signalbox_model::secret::FixedSecrets;
    use tokio::runtime::Builder;
    use tokio::time::timeout;

    use super::*;

    const A_WHILE: Duration = Duration::from_secs(3600);

    #[test]
    fn a_disk_that_never_answers_takes_one_thread_however_often_it_is_tried() {
        let secrets = Arc::new(FixedSecrets::default());
        let context = Context::new(IntegrationName::new("archive"), secrets);
        let config = serde_json::from_value(serde_json::json!({"path": "/nowhere/a"})).unwrap();
        let destination = FileDestination::new(config, &context);
        let batch = Batch { id: "1".into(), body: Bytes::from_static(b"{}\n"), ends: vec![3] };
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).max_blocking_threads(1).build();

        let answer = runtime.unwrap().block_on(async {
            let _hanging = Arc::clone(&destination.writer).lock_owned().await;
            for _ in 0..3 {
                assert!(timeout(A_WHILE, destination.deliver(&batch)).await.is_err());
            }
            spawn_blocking(|| "another").await
        });

        assert_eq!(answer.unwrap(), "another");
    }
}
