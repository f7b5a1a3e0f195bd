//! How far a stream is done, and how much is left to do.

use std::fmt;

use signalbox_store::journal::{EventPosition, Journal, JournalError, Position, StoredChunk};

/// How far a stream is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkpoint {
    /// Nothing yet: the journal's beginning.
    Start,
    /// Everything up to the end of this chunk.
    Chunk(Position),
    /// Everything up to and including this event.
    Event(EventPosition),
}

/// A checkpoint that does not read back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no checkpoint; restore the desk from a backup")]
pub struct CheckpointError(String);

impl Checkpoint {
    /// Parses the stored form.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let parsed = if text.is_empty() {
            Some(Self::Start)
        } else if text.contains('.') {
            text.parse().ok().map(Self::Event)
        } else {
            text.parse().ok().map(Self::Chunk)
        };
        parsed.ok_or_else(|| CheckpointError(text.to_owned()))
    }

    /// Returns the chunk that the checkpoint is in or at the end of.
    pub fn position(self) -> Option<Position> {
        match self {
            Self::Start => None,
            Self::Chunk(position) | Self::Event(EventPosition { position, .. }) => Some(position),
        }
    }

    /// Returns whether an event is one of those that are done.
    pub fn includes(self, event: EventPosition) -> bool {
        self.reach() >= Some((event.position, event.index))
    }

    /// Returns whether everything is done that is done at `other`.
    pub fn has_reached(self, other: Self) -> bool {
        self.reach() >= other.reach()
    }

    fn reach(self) -> Option<(Position, u32)> {
        match self {
            Self::Start => None,
            Self::Chunk(position) => Some((position, u32::MAX)),
            Self::Event(EventPosition { position, index }) => Some((position, index)),
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => Ok(()),
            Self::Chunk(position) => position.fmt(f),
            Self::Event(position) => position.fmt(f),
        }
    }
}

/// Counts the pairs of `stream` between its checkpoint and `head`, by the sums that chunks carry: those
/// taken, and those a route suppressed, which are accepted too until the checkpoint passes them.
///
/// # Errors
/// Those of the journal.
pub fn pending(
    journal: &dyn Journal,
    stream: &str,
    checkpoint: Checkpoint,
    head: &StoredChunk,
) -> Result<u64, JournalError> {
    let accepted = |chunk: &StoredChunk| accepted_through(chunk, stream);
    let Some(position) = checkpoint.position() else { return Ok(accepted(head)) };
    let Some(chunk) = journal.chunk(position)? else {
        return match journal.tail() {
            Some(tail) if position < tail => since_tail(journal, stream, head),
            _ => recount(journal, stream, checkpoint, head),
        };
    };
    Ok(accepted(head).saturating_sub(accepted(&chunk)) + begun(&chunk, stream, checkpoint))
}

/// Counts the pairs of everything that is kept.
fn since_tail(
    journal: &dyn Journal,
    stream: &str,
    head: &StoredChunk,
) -> Result<u64, JournalError> {
    let accepted =
        |chunk: &StoredChunk| chunk.totals().streams.get(stream).map_or(0, |t| t.accepted);
    let first = journal.read(None, 1)?;
    let Some(first) = first.first() else { return Ok(0) };
    Ok(accepted(head).saturating_sub(accepted(first)) + accepted_in(first, stream, 0))
}

/// Counts the same by looking at every event: what [`pending`] must agree with.
///
/// # Errors
/// Those of the journal.
pub fn recount(
    journal: &dyn Journal,
    stream: &str,
    checkpoint: Checkpoint,
    head: &StoredChunk,
) -> Result<u64, JournalError> {
    let mut after = checkpoint.position();
    let mut sum = match after {
        Some(position) => {
            journal.chunk(position)?.map_or(0, |chunk| begun(&chunk, stream, checkpoint))
        }
        None => 0,
    };
    loop {
        let chunks = journal.read(after, READ_BYTES)?;
        let kept = chunks.iter().filter(|chunk| chunk.position() <= head.position());
        sum += kept.map(|chunk| accepted_in(chunk, stream, 0)).sum::<u64>();
        after = chunks.last().map(StoredChunk::position);
        if after.is_none_or(|position| position >= head.position()) {
            return Ok(sum);
        }
    }
}

/// What is left of the chunk that the checkpoint is in.
fn begun(chunk: &StoredChunk, stream: &str, checkpoint: Checkpoint) -> u64 {
    match checkpoint {
        Checkpoint::Event(event) => accepted_in(chunk, stream, event.index.saturating_add(1)),
        _ => 0,
    }
}

/// The stream's sum as of the chunk's end.
pub(super) fn accepted_through(chunk: &StoredChunk, stream: &str) -> u64 {
    chunk.totals().streams.get(stream).map_or(0, |totals| totals.accepted)
}

/// The stream's pairs in a chunk, from an index on.
pub(super) fn accepted_in(chunk: &StoredChunk, stream: &str, from: u32) -> u64 {
    let accepted: Vec<bool> = chunk
        .decisions()
        .map(|decision| decision.takes(stream) || decision.suppressed_by(stream).is_some())
        .collect();
    let decisions = chunk.record_decisions().skip(from as usize).flatten();
    decisions.filter(|decision| accepted.get(*decision).is_some_and(|is| *is)).count() as u64
}

/// How much of the journal is read at once while it is counted: some chunks.
const READ_BYTES: usize = 256 * 1024;
