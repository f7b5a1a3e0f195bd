//! What the journal holds for a stream: how old it is, and how much.

use signalbox_model::time::Timestamp;
use signalbox_store::desk::{RangeRow, StreamCheckpoint};
use signalbox_store::journal::{Backlog, Journal, JournalError};

use super::{Checkpoint, CheckpointError, pending};

/// What waits for a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeldEvents {
    /// Since when the oldest of it waits: since it was committed, or since it was told to be sent again.
    pub oldest_at: Option<Timestamp>,
    /// How many bytes of the journal it is in.
    pub bytes: u64,
}

/// Why it could not be seen.
#[derive(Debug, thiserror::Error)]
pub enum HeldError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A checkpoint does not read back.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl HeldEvents {
    /// Returns both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            oldest_at: self.oldest_at.into_iter().chain(other.oldest_at).min(),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

/// Returns everything that waits for a stream: behind its checkpoint, and in those of its ranges that are being
/// sent. Dead ones wait for a person.
///
/// # Errors
/// Where the journal cannot be read.
pub fn held_events(
    journal: &dyn Journal,
    stored: &StreamCheckpoint,
    ranges: &[RangeRow],
) -> Result<HeldEvents, HeldError> {
    let mut held = behind_checkpoint(journal, stored)?;
    for range in ranges.iter().filter(|range| range.revived_at.is_some()) {
        held = held.and(in_range(journal, range)?);
    }
    Ok(held)
}

/// Returns what waits behind a stream's checkpoint; nothing where none of it is for this stream. What a person had
/// it go back to waits since then.
pub(super) fn behind_checkpoint(
    journal: &dyn Journal,
    stored: &StreamCheckpoint,
) -> Result<HeldEvents, HeldError> {
    let checkpoint = Checkpoint::parse(&stored.position)?;
    let head = journal.head().map(|head| journal.chunk(head)).transpose()?.flatten();
    let Some(head) = head else { return Ok(HeldEvents::default()) };
    if pending(journal, &stored.reader, checkpoint, &head)? == 0 {
        return Ok(HeldEvents::default());
    }
    let Backlog { bytes, oldest_committed_at_ms, .. } = journal.backlog(checkpoint.position())?;
    let committed_at = oldest_committed_at_ms.map(Timestamp::from_millis);
    let oldest_at = committed_at.map(|at| stored.replayed_at.map_or(at, |again| at.max(again)));
    Ok(HeldEvents { oldest_at, bytes })
}

/// Returns what is left of a range that is being sent: it waits since it was told to be.
pub(super) fn in_range(journal: &dyn Journal, range: &RangeRow) -> Result<HeldEvents, HeldError> {
    let behind = |text: &str| -> Result<u64, HeldError> {
        Ok(journal.backlog(Checkpoint::parse(text)?.position())?.bytes)
    };
    let bytes = behind(&range.position)?.saturating_sub(behind(&range.last)?);
    Ok(HeldEvents { oldest_at: range.revived_at, bytes })
}
