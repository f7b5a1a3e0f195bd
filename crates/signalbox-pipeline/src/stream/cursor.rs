//! Where a stream is in the journal, and what comes next for it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use signalbox_model::IntegrationName;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{Destination, EventItem};
use signalbox_store::disk_work;
use signalbox_store::journal::{
    ChunkDecoder, EventPosition, Journal, JournalError, Position, StoredChunk,
};

use super::StreamError;
use super::batch::{BatchBuilder, Outgoing, Passed, SentItem};

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
fn accepted_through(chunk: &StoredChunk, stream: &str) -> u64 {
    chunk.totals().streams.get(stream).map_or(0, |totals| totals.accepted)
}

fn accepted_in(chunk: &StoredChunk, stream: &str, from: u32) -> u64 {
    let accepted: Vec<bool> = chunk
        .decisions()
        .map(|decision| decision.takes(stream) || decision.suppressed_by(stream).is_some())
        .collect();
    let records = chunk.records().filter(|record| record.index >= from);
    records
        .filter(|record| {
            record.decision.and_then(|decision| accepted.get(decision)).is_some_and(|is| *is)
        })
        .count() as u64
}

/// How much of the journal a stream holds in memory: some chunks.
const READ_BYTES: usize = 256 * 1024;

/// A stream's place in the journal, with the batches cut from what was read.
pub(super) struct Cursor {
    stream: IntegrationName,
    read_to: Checkpoint,
    /// Where it ends; none follows the head.
    last: Option<Position>,
    ready: VecDeque<Outgoing>,
    builder: Option<BatchBuilder>,
    decoder: ChunkDecoder,
    idle: Option<(Checkpoint, Passed)>,
    /// The stream's sum as of where it has read to, to see what is missing behind it.
    accepted: Option<u64>,
    settled_at: tokio::time::Instant,
}

impl Cursor {
    pub(super) fn new(
        stream: IntegrationName,
        checkpoint: Checkpoint,
        last: Option<Position>,
    ) -> std::io::Result<Self> {
        Ok(Self {
            stream,
            read_to: checkpoint,
            last,
            ready: VecDeque::new(),
            builder: None,
            decoder: ChunkDecoder::new()?,
            idle: None,
            accepted: (checkpoint == Checkpoint::Start).then_some(0),
            settled_at: tokio::time::Instant::now(),
        })
    }

    /// Returns the next batch, or `None` at the head.
    pub(super) async fn next(
        &mut self,
        journal: &Arc<dyn Journal>,
        destination: &dyn Destination,
    ) -> Result<Option<Outgoing>, StreamError> {
        if self.accepted.is_none() {
            self.accepted = self.accepted_so_far(journal)?;
        }
        while self.ready.is_empty() {
            let chunks = self.read(journal).await?;
            if chunks.is_empty() {
                return Ok(None);
            }
            for chunk in &chunks {
                self.cut(chunk, destination)?;
            }
            self.flush();
        }
        let mut next = self.ready.pop_front();
        if let (Some(next), Some((_, passed))) = (&mut next, self.idle.take()) {
            next.passed += passed;
        }
        Ok(next)
    }

    /// Returns the stream's sum as of the chunk it is in; `None` where that chunk is damaged itself.
    fn accepted_so_far(&self, journal: &Arc<dyn Journal>) -> Result<Option<u64>, JournalError> {
        let Some(position) = self.read_to.position() else { return Ok(Some(0)) };
        let chunk = journal.chunk(position)?;
        Ok(chunk.map(|chunk| accepted_through(&chunk, self.stream.as_str())))
    }

    /// Puts a batch back that could not be settled.
    pub(super) fn put_back(&mut self, outgoing: Outgoing) {
        self.ready.push_front(outgoing);
    }

    /// Learns that a batch is settled.
    pub(super) fn settled(&mut self) {
        self.settled_at = tokio::time::Instant::now();
    }

    /// Returns whether events were passed that concern other streams only.
    pub(super) fn is_ahead(&self) -> bool {
        self.idle.is_some() && self.ready.is_empty()
    }

    /// Returns how long ago the checkpoint was last written.
    pub(super) fn rested(&self) -> Duration {
        self.settled_at.elapsed()
    }

    /// Takes the place that was reached without anything to send, and the pairs before it.
    pub(super) fn take_idle(&mut self) -> Option<(Checkpoint, Passed)> {
        if !self.ready.is_empty() {
            return None;
        }
        self.settled_at = tokio::time::Instant::now();
        self.idle.take()
    }

    async fn read(&mut self, journal: &Arc<dyn Journal>) -> Result<Vec<StoredChunk>, StreamError> {
        // A chunk that was begun is read again from its index.
        if let Checkpoint::Event(event) = self.read_to
            && let Some(chunk) = journal.chunk(event.position)?
            && (event.index as usize) + 1 < chunk.len()
        {
            return Ok(vec![chunk]);
        }
        let (journal, after) = (Arc::clone(journal), self.read_to.position());
        let task = disk_work::spawn(move || journal.read(after, READ_BYTES));
        let Ok(chunks) = task.await else { return Ok(Vec::new()) };
        let mut chunks = chunks?;
        chunks.retain(|chunk| self.last.is_none_or(|last| chunk.position() <= last));
        Ok(chunks)
    }

    /// Cuts a chunk into batches, from where the stream is in it.
    fn cut(
        &mut self,
        chunk: &StoredChunk,
        destination: &dyn Destination,
    ) -> Result<(), StreamError> {
        let from = match self.read_to {
            Checkpoint::Event(event) if event.position == chunk.position() => event.index + 1,
            _ => 0,
        };
        let stream = self.stream.as_str();
        let verdicts: Vec<(bool, bool)> = chunk
            .decisions()
            .map(|decision| (decision.takes(stream), decision.suppressed_by(stream).is_some()))
            .collect();
        let builder = self.builder.get_or_insert_with(|| BatchBuilder::new(destination.limits()));
        let mut pairs = 0;
        if verdicts.iter().any(|(is_taken, is_suppressed)| *is_taken || *is_suppressed) {
            let events = self.decoder.events(chunk)?;
            for (record, json) in events.iter().filter(|(record, _)| record.index >= from) {
                let verdict = record.decision.and_then(|decision| verdicts.get(decision));
                let position = chunk.event_position(record.index);
                pairs += u64::from(matches!(verdict, Some((true, _) | (_, true))));
                match verdict {
                    Some((true, _)) => {
                        let time = Timestamp::from_millis(record.time_ms);
                        let event = EventItem { json, time, source: record.integration };
                        let item = SentItem { position, time };
                        self.ready.extend(builder.push(destination, item, event));
                    }
                    Some((_, true)) => builder.suppress(position),
                    _ => {}
                }
            }
        }
        // The sums go on where those of the chunk before ended, unless a chunk between is damaged.
        let accepted = accepted_through(chunk, stream);
        if let Some(before) = self.accepted.replace(accepted)
            && from == 0
        {
            builder.lose(accepted.saturating_sub(pairs).saturating_sub(before));
        }
        builder.reach(Checkpoint::Chunk(chunk.position()));
        self.read_to = Checkpoint::Chunk(chunk.position());
        Ok(())
    }

    /// Ends the batch being filled: there is nothing more to fill it with.
    fn flush(&mut self) {
        let Some(builder) = &mut self.builder else { return };
        match builder.take() {
            Some(outgoing) => self.ready.push_back(outgoing),
            None => {
                if let Some((checkpoint, mut passed)) = builder.take_idle() {
                    passed += self.idle.map_or(Passed::default(), |(_, passed)| passed);
                    self.idle = Some((checkpoint, passed));
                }
            }
        }
    }
}
