//! Follow: the one reader that feeds the desk from the journal.
//!
//! Its checkpoint moves in the transaction of its effect, so a crash anywhere leaves nothing to
//! reconcile. A chunk without findings or quarantined parts costs a look at its directory; while it is new, that and a
//! few findings are looked at where the follower is, without a thread for the disk.

mod alert_decision;
mod finding;
mod missing;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, IntegrationName};
use signalbox_store::desk::{Desk, DeskError, QuarantineRow, StreamProgress, Writer};
use signalbox_store::disk_work;
use signalbox_store::journal::{ChunkDecoder, Journal, JournalError, Position, StoredChunk};
use tokio_util::sync::CancellationToken;

use crate::evaluate::NotifyPlan;
use crate::wake::Wakes;

pub(crate) use alert_decision::resolve_canary;
pub use alert_decision::{PersonalChange, change_by_person};
pub use finding::FoundEvent;
pub(crate) use missing::{Candidates, MissingAlerts};

/// The desk's name among the readers of the journal.
pub const DESK_READER: &str = "desk";

/// Feeds the desk.
pub struct Follower {
    /// Where it reads.
    pub journal: Arc<dyn Journal>,
    /// Where its effect goes.
    pub desk: Desk,
    /// Wakes the destinations that have something to do.
    pub wakes: Wakes,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

/// Why the desk does not follow.
#[derive(Debug, thiserror::Error)]
enum FollowError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("the checkpoint `{0}` does not read back; restore the desk from a backup")]
    Checkpoint(String),
    #[error("{0}")]
    Decode(String),
}

/// What a read of the journal has for the desk.
struct Harvest {
    position: Position,
    findings: Vec<FoundEvent>,
    quarantined: Vec<QuarantineRow>,
    /// How far polled sources have read, by what the checkpoint is kept by.
    sources: BTreeMap<String, Vec<u8>>,
}

impl Harvest {
    fn up_to(position: Position) -> Self {
        let (findings, quarantined) = (Vec::new(), Vec::new());
        Self { position, findings, quarantined, sources: BTreeMap::new() }
    }

    fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.quarantined.is_empty() && self.sources.is_empty()
    }
}

/// How much of the journal is read at once: some thousand events, of which what concerns the desk is held in memory and
/// becomes one transaction.
const READ_BYTES: usize = 512 * 1024;

/// So many findings are read at once, where others wait for their turn: some 10 µs each.
const FINDINGS_AT_ONCE: usize = 32;

/// After an error of the disk, how long until the next try.
const RETRY: Duration = Duration::from_secs(5);

/// A checkpoint past chunks that concern nobody is written this often at most.
const IDLE_CHECKPOINT: Duration = Duration::from_secs(1);

impl Follower {
    /// Follows until stopped; errors of the disk are logged and tried again.
    pub async fn run(self, stop: CancellationToken) {
        let mut head = self.journal.subscribe();
        let mut state = FollowState::default();
        loop {
            head.borrow_and_update();
            let waits = match self.follow(&mut state).await {
                Ok(true) if !stop.is_cancelled() => {
                    self.write_idle_checkpoint_or_log(&mut state).await;
                    continue;
                }
                Ok(_) => None,
                Err(error) => {
                    // What the desk has of the failed read is what its checkpoint says.
                    state.position = None;
                    tracing::error!(error = %error, "The desk does not follow the journal, trying again in {RETRY:?}");
                    Some(RETRY)
                }
            };
            let idle = waits.unwrap_or(if state.is_behind { IDLE_CHECKPOINT } else { FOREVER });
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                changed = head.changed(), if waits.is_none() => if changed.is_err() { break },
                () = tokio::time::sleep(idle) => {}
            }
            self.write_idle_checkpoint_or_log(&mut state).await;
        }
        if let Err(error) = self.write_checkpoint(&mut state).await {
            tracing::error!(error = %error, "The desk's checkpoint could not be written while stopping");
        }
    }

    /// Reads on once. Says whether there may be more.
    async fn follow(&self, state: &mut FollowState) -> Result<bool, FollowError> {
        let after = match state.position {
            Some(position) => position,
            None => *state.position.insert(self.stored_position()?),
        };
        if after >= self.journal.head() {
            return Ok(false);
        }
        let Some(harvest) = self.harvest(after, state).await? else { return Ok(false) };
        let position = harvest.position;
        if harvest.is_empty() {
            state.is_behind = true;
        } else {
            self.apply(harvest, state).await?;
            state.is_behind = false;
            state.written_at = Some(tokio::time::Instant::now());
        }
        state.position = Some(Some(position));
        Ok(true)
    }

    /// Takes what concerns the desk out of what lies behind `after`: on a thread, where it is not in memory or is much.
    async fn harvest(
        &self,
        after: Option<Position>,
        state: &mut FollowState,
    ) -> Result<Option<Harvest>, FollowError> {
        let fresh = self.journal.read_fresh(after, READ_BYTES);
        if !fresh.is_empty() && is_little(&fresh) {
            return harvest(&fresh, &mut state.decoder);
        }
        let (journal, mut decoder) = (Arc::clone(&self.journal), state.decoder.take());
        let task = disk_work::spawn(move || {
            let harvest = harvest(&journal.read(after, READ_BYTES)?, &mut decoder)?;
            Ok::<_, FollowError>((harvest, decoder))
        });
        let Ok(harvested) = task.await else { return Ok(None) };
        let (harvest, decoder) = harvested?;
        state.decoder = decoder;
        Ok(harvest)
    }

    fn stored_position(&self) -> Result<Option<Position>, FollowError> {
        let stored = self.desk.read_now(|reader| reader.checkpoint(DESK_READER))?;
        let Some(stored) = stored.filter(|stored| !stored.position.is_empty()) else {
            return Ok(None);
        };
        let position = stored.position.parse();
        position.map(Some).map_err(|_| FollowError::Checkpoint(stored.position))
    }

    async fn apply(&self, harvest: Harvest, state: &mut FollowState) -> Result<(), FollowError> {
        for finding in &harvest.findings {
            self.load_plan(&finding.rule_set, state)?;
        }
        let plans = state.plans.clone();
        let moment = alert_decision::Moment { now: self.clock.now(), epoch: self.journal.epoch() };
        let apply = move |writer: &Writer<'_>| {
            let mut wanted = BTreeSet::new();
            for row in &harvest.quarantined {
                writer.put_quarantine(row)?;
            }
            for finding in &harvest.findings {
                let plan = plans.get(&finding.rule_set);
                alert_decision::apply(writer, finding, plan.map(Arc::as_ref), moment, &mut wanted)?;
            }
            for (key, checkpoint) in &harvest.sources {
                writer.set_source_checkpoint(key, checkpoint)?;
            }
            let position = harvest.position.to_string();
            writer.move_checkpoint(DESK_READER, &position, StreamProgress::default())?;
            Ok(wanted)
        };
        let wanted: BTreeSet<IntegrationName> = self.desk.write("apply findings", apply).await?;
        for destination in wanted {
            self.wakes.wake(&destination);
        }
        Ok(())
    }

    fn load_plan(&self, hash: &str, state: &mut FollowState) -> Result<(), FollowError> {
        if state.plans.contains_key(hash) {
            return Ok(());
        }
        let body = self.desk.read_now(|reader| reader.rule_set(hash))?;
        let plan = body.and_then(|body| serde_json::from_str::<NotifyPlan>(&body).ok());
        let Some(plan) = plan else {
            return Err(FollowError::Decode(format!(
                "version `{hash}` of the rules is not on the desk; restore the desk from a backup"
            )));
        };
        let mut plans = HashMap::clone(&state.plans);
        plans.insert(hash.to_owned(), Arc::new(plan));
        state.plans = Arc::new(plans);
        Ok(())
    }

    async fn write_idle_checkpoint_or_log(&self, state: &mut FollowState) {
        if let Err(error) = self.write_idle_checkpoint(state).await {
            tracing::error!(error = %error, "The desk's checkpoint could not be written");
        }
    }

    async fn write_idle_checkpoint(&self, state: &mut FollowState) -> Result<(), FollowError> {
        let is_due = state.written_at.is_none_or(|at| at.elapsed() >= IDLE_CHECKPOINT);
        if is_due { self.write_checkpoint(state).await } else { Ok(()) }
    }

    async fn write_checkpoint(&self, state: &mut FollowState) -> Result<(), FollowError> {
        let Some(Some(position)) = state.position.filter(|_| state.is_behind) else {
            return Ok(());
        };
        let change = move |writer: &Writer<'_>| {
            writer.move_checkpoint(DESK_READER, &position.to_string(), StreamProgress::default())
        };
        self.desk.write("move the desk's checkpoint", change).await?;
        state.is_behind = false;
        state.written_at = Some(tokio::time::Instant::now());
        Ok(())
    }
}

/// Longer than any wait that matters; a wake-up comes from the journal.
const FOREVER: Duration = Duration::from_secs(3600);

#[derive(Default)]
struct FollowState {
    position: Option<Option<Position>>,
    plans: Arc<HashMap<String, Arc<NotifyPlan>>>,
    is_behind: bool,
    written_at: Option<tokio::time::Instant>,
    /// Kept from read to read, with the memory it decompresses into.
    decoder: Option<ChunkDecoder>,
}

/// Returns whether what concerns the desk of these chunks is read in less than a millisecond.
fn is_little(chunks: &[StoredChunk]) -> bool {
    let findings: usize = chunks.iter().map(StoredChunk::findings).sum();
    findings <= FINDINGS_AT_ONCE && chunks.iter().all(|chunk| chunk.quarantined() == 0)
}

/// Takes out of these chunks what concerns the desk; none where there are none.
fn harvest(
    chunks: &[StoredChunk],
    decoder: &mut Option<ChunkDecoder>,
) -> Result<Option<Harvest>, FollowError> {
    let Some(last) = chunks.last() else { return Ok(None) };
    let mut harvest = Harvest::up_to(last.position());
    for chunk in chunks {
        if chunk.findings() > 0 {
            harvest_findings(chunk, ready(decoder)?, &mut harvest)?;
        }
        if chunk.quarantined() > 0 {
            harvest_quarantined(chunk, ready(decoder)?, &mut harvest)?;
        }
        let read = chunk.checkpoints().map(|(key, bytes)| (key.to_owned(), bytes.to_owned()));
        harvest.sources.extend(read);
    }
    Ok(Some(harvest))
}

fn ready(decoder: &mut Option<ChunkDecoder>) -> Result<&mut ChunkDecoder, FollowError> {
    match decoder {
        Some(decoder) => Ok(decoder),
        none => {
            let made = ChunkDecoder::new();
            Ok(none.insert(made.map_err(|error| FollowError::Decode(error.to_string()))?))
        }
    }
}

fn harvest_findings(
    chunk: &StoredChunk,
    decoder: &mut ChunkDecoder,
    harvest: &mut Harvest,
) -> Result<(), FollowError> {
    let rule_set = hex(chunk.rule_set());
    let events = decoder.events(chunk).map_err(|error| FollowError::Decode(error.to_string()))?;
    for (record, json) in events.iter().filter(|(record, _)| record.finding.is_some()) {
        let decision = record.decision.and_then(|decision| chunk.decision(decision));
        let position = chunk.event_position(record.index);
        match FoundEvent::read(position, &record, decision, &rule_set, json) {
            Ok(finding) => harvest.findings.push(finding),
            Err(error) => tracing::error!(
                event.position = %chunk.event_position(record.index), error = %error,
                "A finding does not read back and is left out, this is a bug"
            ),
        }
    }
    Ok(())
}

fn harvest_quarantined(
    chunk: &StoredChunk,
    decoder: &mut ChunkDecoder,
    harvest: &mut Harvest,
) -> Result<(), FollowError> {
    let originals =
        decoder.originals(chunk).map_err(|error| FollowError::Decode(error.to_string()))?;
    for (record, bytes) in originals.iter() {
        let Some(reason) = record.reason else { continue };
        harvest.quarantined.push(QuarantineRow {
            position: chunk.event_position(record.index).to_string(),
            integration: record.integration.to_owned(),
            received_at: Timestamp::from_millis(record.received_at_ms),
            reason: reason.to_owned(),
            bytes: bytes.to_owned(),
        });
    }
    Ok(())
}

/// The text form of a rule set's hash, as it stands on the desk.
pub fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
