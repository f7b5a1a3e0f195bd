//! What a hub does once a minute: lets go of what every reader has passed, forgets what is past its
//! time, and checks that the ledger balances.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use signalbox_pipeline::follow::DESK_READER;
use signalbox_pipeline::stream::{Checkpoint, pending};
use signalbox_store::desk::{RangeRow, Reader, StreamCheckpoint, Writer};
use signalbox_store::journal::{Journal, Position};

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
        self.let_go().await?;
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

    /// Has the journal let go of what every reader has passed. It does so in a transaction of the desk, as
    /// whoever moves a checkpoint back does: neither acts on checkpoints that the other is changing. What was
    /// moved forward in the same transaction may yet be taken back, so what was committed counts as well.
    async fn let_go(&self) -> anyhow::Result<()> {
        let (journal, readers) = (Arc::clone(&self.stores.journal), self.readers());
        let (desk, kept) = (self.stores.desk.clone(), self.kept.clone());
        let release = move |writer: &Writer<'_>| {
            let committed = |reader: &Reader<'_>| Ok((reader.checkpoints()?, reader.ranges()?));
            let (stored, ranges) = desk.read_now(committed)?;
            let stored = [stored, writer.checkpoints()?].concat();
            let ranges = [ranges, writer.ranges()?].concat();
            let passed = passed_by_all(journal.as_ref(), &readers, &stored);
            Ok(passed.and_then(|passed| {
                journal.release(kept.before(before_ranges(passed, &ranges)?));
                Ok(())
            }))
        };
        self.stores.desk.write("let go of the journal", release).await?
    }

    /// Returns who reads the journal: the desk, and the configured streams.
    fn readers(&self) -> BTreeSet<String> {
        let active = self.active.lock();
        let streams = active.integrations.iter().filter(|integration| integration.is_stream);
        let streams = streams.map(|stream| stream.name.to_string());
        streams.chain([DESK_READER.to_owned()]).collect()
    }
}

/// Returns the smaller of a position and where ranges begin: they can still be sent again.
fn before_ranges(
    passed: Option<Position>,
    ranges: &[RangeRow],
) -> anyhow::Result<Option<Position>> {
    ranges.iter().try_fold(passed, |smallest, range| {
        Ok(smallest.min(Checkpoint::parse(&range.position)?.position()))
    })
}

/// Returns the smallest checkpoint; `None` while a reader has none.
fn passed_by_all(
    journal: &dyn Journal,
    readers: &BTreeSet<String>,
    checkpoints: &[StreamCheckpoint],
) -> anyhow::Result<Option<Position>> {
    let Some(head) = journal.head() else { return Ok(None) };
    let head = journal.chunk(head)?;
    let mut smallest: Option<Position> = None;
    for stored in checkpoints {
        let checkpoint = Checkpoint::parse(&stored.position)?;
        // A stream that was removed keeps only what still waits for it.
        if let Some(head) = head.as_ref().filter(|_| !readers.contains(&stored.reader))
            && pending(journal, &stored.reader, checkpoint, head)? == 0
        {
            continue;
        }
        let Some(position) = checkpoint.position() else { return Ok(None) };
        smallest = Some(smallest.map_or(position, |known| known.min(position)));
    }
    Ok(smallest)
}
