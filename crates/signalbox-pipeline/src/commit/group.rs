//! Building a group's chunks and appending them.

use std::sync::Arc;

use bytes::Bytes;
use signalbox_model::ocsf::Text;
use signalbox_model::{Fingerprint, IntegrationName};
use signalbox_sdk::role::Checkpoint;
use signalbox_store::journal::{
    ChunkBuilder, ChunkId, Decision, EventRecord, FindingKey, IntakeTotals, Journal,
    QuarantineRecord, RecordError, RuleNames,
};

use super::GroupError;
use super::buffers::Group;

/// What one request, page or read of a source becomes: committed as a whole, then answered.
#[derive(Debug)]
pub struct Submission {
    /// The source.
    pub integration: IntegrationName,
    /// The rules that decided about its events.
    pub rules: Arc<RuleNames>,
    /// The records in order.
    pub records: Vec<PreparedRecord>,
    /// The events' JSON, one after the other.
    pub json: Vec<u8>,
    /// The distinct decisions that the records refer to.
    pub decisions: Vec<Decision>,
    /// How many raw events it came from.
    pub received: u64,
    /// How many of their parts were known already and have no record.
    pub duplicates: u64,
    /// How many of its events could not be read in their format.
    pub parse_errors: u64,
    /// How far a polled source has read with these events; committed with the last of them.
    pub checkpoint: Option<SourceCheckpoint>,
    /// Who sends it again where it is not committed.
    pub repeated_by: RepeatedBy,
}

/// How far a polled source has read.
#[derive(Clone, Debug)]
pub struct SourceCheckpoint {
    /// What the checkpoint is kept by.
    pub key: String,
    /// What only the source understands.
    pub checkpoint: Checkpoint,
}

/// Who sends a submission again where it is not committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatedBy {
    /// The sender, which is told so: it counts as refused.
    Sender,
    /// The line, which holds it: it counts when it is taken.
    Line,
}

/// A record with when it came.
#[derive(Debug)]
pub struct PreparedRecord {
    /// In milliseconds since 1970.
    pub received_at_ms: i64,
    /// What it is.
    pub content: Prepared,
}

/// What a record holds.
#[derive(Debug)]
pub enum Prepared {
    /// An event.
    Event {
        /// The end of its JSON in the submission's; it begins where the one before ends.
        json_end: usize,
        /// Its own time, in milliseconds since 1970.
        time_ms: i64,
        /// Its decision, by index.
        decision: usize,
        /// Its original, where it is kept.
        original: Option<Original>,
        /// What identifies it, if it is a finding.
        finding: Option<(Fingerprint, Option<Text>)>,
        /// Whether the line made it itself from an event that an alert rule matched.
        is_derived: bool,
    },
    /// Bytes that did not map.
    Quarantine {
        /// The bytes as received.
        original: Original,
        /// Why.
        reason: String,
    },
}

/// Bytes as received, shared with the request they came in.
pub type Original = Bytes;

impl Submission {
    /// Returns what it takes of a buffer, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let originals = self.records.iter().map(|record| match &record.content {
            Prepared::Event { original, .. } => original.as_ref().map_or(0, Bytes::len),
            Prepared::Quarantine { original, reason } => original.len() + reason.len(),
        });
        self.json.len() + originals.sum::<usize>() + self.records.len() * RECORD_BYTES
    }

    fn totals(&self) -> IntakeTotals {
        let mut totals = IntakeTotals {
            received: self.received,
            duplicate: self.duplicates,
            ..IntakeTotals::default()
        };
        for record in &self.records {
            match record.content {
                Prepared::Event { is_derived: false, .. } => totals.accepted += 1,
                Prepared::Event { .. } => {}
                Prepared::Quarantine { .. } => totals.quarantined += 1,
            }
        }
        totals
    }
}

/// What a record costs beside its bytes, roughly.
const RECORD_BYTES: usize = 128;

/// Appends the group to the journal, in as many chunks as it needs, and notes how many of its members are
/// durable, which is all of them unless it fails. The builder is kept from group to group and thrown away
/// when a group fails half-built.
pub(super) fn commit(
    group: &mut Group,
    kept: &mut Option<ChunkBuilder>,
    journal: &dyn Journal,
) -> Result<(), GroupError> {
    let Some(rules) = group.members.first().map(|member| Arc::clone(&member.submission.rules))
    else {
        return Ok(());
    };
    let builder = match kept.take() {
        Some(builder) => builder,
        None => ChunkBuilder::new(rules)?,
    };
    let Group { members, counted, durable } = group;
    let mut chunks = Chunks { builder, journal, pushed: 0, counted, durable };
    for (integration, counted) in chunks.counted.iter() {
        chunks.builder.count_intake(integration.as_str(), *counted).map_err(GroupError::Record)?;
    }
    for member in members {
        chunks.push_submission(&member.submission)?;
        chunks.pushed += 1;
    }
    chunks.append()?;
    *kept = Some(chunks.builder);
    Ok(())
}

/// The chunks that a group becomes, one after the other.
struct Chunks<'a> {
    builder: ChunkBuilder,
    journal: &'a dyn Journal,
    /// Members whose records all are in the chunk being built, or before it.
    pushed: usize,
    /// What was counted besides, until a chunk has it.
    counted: &'a mut Vec<(IntegrationName, IntakeTotals)>,
    durable: &'a mut usize,
}

impl Chunks<'_> {
    fn push_submission(&mut self, submission: &Submission) -> Result<(), GroupError> {
        if self.builder.rules().hash != submission.rules.hash {
            self.append()?;
            self.builder.use_rules(Arc::clone(&submission.rules));
        }
        let mut start = 0;
        for record in &submission.records {
            let json = match &record.content {
                Prepared::Event { json_end, .. } => start..*json_end,
                Prepared::Quarantine { .. } => start..start,
            };
            start = json.end;
            let json = submission.json.get(json).unwrap_or_default();
            match push(submission, record, json, &mut self.builder) {
                Err(RecordError::Full) => {
                    self.append()?;
                    push(submission, record, json, &mut self.builder)
                        .map_err(GroupError::Record)?;
                }
                outcome => {
                    outcome.map_err(GroupError::Record)?;
                }
            }
        }
        if let Some(SourceCheckpoint { key, checkpoint }) = &submission.checkpoint {
            let put = self.builder.put_checkpoint(key, checkpoint.as_bytes());
            put.map_err(GroupError::Record)?;
        }
        let integration = submission.integration.as_str();
        self.builder.count_intake(integration, submission.totals()).map_err(GroupError::Record)
    }

    fn append(&mut self) -> Result<(), GroupError> {
        if !self.builder.is_empty() {
            let chunk = self.builder.finish(ChunkId::draw())?;
            self.journal.append(&chunk)?;
            self.counted.clear();
        }
        *self.durable = self.pushed;
        Ok(())
    }
}

fn push(
    submission: &Submission,
    record: &PreparedRecord,
    json: &[u8],
    builder: &mut ChunkBuilder,
) -> Result<u32, RecordError> {
    let integration = submission.integration.as_str();
    let received_at_ms = record.received_at_ms;
    match &record.content {
        Prepared::Event { time_ms, decision, original, finding, .. } => {
            let empty = Decision::default();
            builder.push_event(&EventRecord {
                integration,
                received_at_ms,
                time_ms: *time_ms,
                decision: submission.decisions.get(*decision).unwrap_or(&empty),
                json,
                original: original.as_deref(),
                finding: finding.as_ref().map(|(fingerprint, event_id)| FindingKey {
                    fingerprint: *fingerprint.as_bytes(),
                    event_id: event_id.as_deref(),
                }),
            })
        }
        Prepared::Quarantine { original, reason } => builder.push_quarantine(&QuarantineRecord {
            integration,
            received_at_ms,
            bytes: original,
            reason,
        }),
    }
}
