//! What a hub does once a minute: lets go of what every reader has passed, forgets what is past its
//! time, and checks that the ledger balances.

use std::sync::Arc;
use std::time::Duration;

use signalbox_pipeline::follow::DESK_READER;
use signalbox_pipeline::stream::{Checkpoint, pending};
use signalbox_store::desk::Writer;
use signalbox_store::journal::Position;

use super::{Hub, ledger};

const EVERY: Duration = Duration::from_secs(60);

/// How long event ids are kept, so that a duplicate is known.
const EVENT_IDS: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long findings stay on the desk after they were last seen.
const FINDINGS: Duration = Duration::from_secs(90 * 24 * 3600);

impl Hub {
    pub(super) fn start_housekeeping(self: &Arc<Self>) {
        let hub = Arc::clone(self);
        self.tasks.spawn(async move {
            loop {
                tokio::select! {
                    () = hub.stop.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => {}
                }
                if let Err(error) = hub.keep_house().await {
                    tracing::error!(error = %error, "Housekeeping failed, trying again in {EVERY:?}");
                }
            }
        });
    }

    /// Looks for damage in the desk's file once after the start: it takes long, so nobody waits for it.
    pub(super) fn start_inspection(self: &Arc<Self>) {
        let hub = Arc::clone(self);
        self.tasks.spawn(async move {
            let desk = hub.stores.desk.clone();
            match tokio::task::spawn_blocking(move || desk.inspect()).await {
                Ok(Ok(found)) => {
                    for finding in &found {
                        tracing::error!("The desk is damaged: {finding}");
                    }
                    *hub.desk_damage.lock() = found;
                }
                Ok(Err(error)) => {
                    tracing::warn!(error = %error, "The desk could not be looked through")
                }
                Err(_) => {}
            }
        });
    }

    async fn keep_house(&self) -> anyhow::Result<()> {
        if let Some(position) = self.passed_by_all().await? {
            self.stores.journal.release(position);
        }
        let now = self.world.clock.now();
        let before = |age: Duration| {
            let millis = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
            signalbox_model::time::Timestamp::from_millis(now.as_millis().saturating_sub(millis))
        };
        let (ids, findings) = (before(EVENT_IDS), before(FINDINGS));
        self.stores
            .desk
            .write("forget what is old", move |w: &Writer<'_>| w.forget_before(ids, findings))
            .await?;
        let view = ledger::read_ledger(&self.stores, false).await?;
        for finding in &view.findings {
            tracing::error!("The ledger does not balance: {finding}");
        }
        Ok(())
    }

    /// Returns whether a reader of the journal is the desk or a configured stream.
    fn reads(&self, reader: &str) -> bool {
        let active = self.active.lock();
        let mut streams = active.integrations.iter().filter(|integration| integration.is_stream);
        reader == DESK_READER || streams.any(|stream| stream.name.as_str() == reader)
    }

    /// Returns the smallest checkpoint; `None` while a reader has none.
    async fn passed_by_all(&self) -> anyhow::Result<Option<Position>> {
        let checkpoints = self.stores.desk.read(|reader| reader.checkpoints()).await?;
        let Some(head) = self.stores.journal.head() else { return Ok(None) };
        let head = self.stores.journal.chunk(head)?;
        let mut smallest: Option<Position> = None;
        for stored in checkpoints {
            // A stream that was removed keeps only what still waits for it.
            if let Some(head) = head.as_ref().filter(|_| !self.reads(&stored.reader)) {
                let checkpoint = Checkpoint::parse(&stored.position)?;
                if pending(self.stores.journal.as_ref(), &stored.reader, checkpoint, head)? == 0 {
                    continue;
                }
            }
            let Some(position) = Checkpoint::parse(&stored.position)?.position() else {
                return Ok(None);
            };
            smallest = Some(smallest.map_or(position, |known| known.min(position)));
        }
        Ok(smallest)
    }
}
