//! Where a stream is in the journal, and what comes next for it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use signalbox_model::IntegrationName;
use signalbox_sdk::role::Destination;
use signalbox_store::desk::DeskError;
use signalbox_store::disk_work;
use signalbox_store::journal::{
    ChunkDecoder, ChunkError, EventPosition, Journal, JournalError, Position, RecordView,
    StoredChunk,
};

use super::StreamError;
use super::batch::{BatchBuilder, Outgoing, Passed};
use super::bodies::Bodies;
use super::checkpoint::{Checkpoint, accepted_in, accepted_through};
use super::encoded::{EncodedChunk, Pair};
use super::shared::SharedEncoding;
use crate::reevaluate::{SecondLook, StreamAnew};

/// How much of the journal a stream holds in memory: some chunks.
const READ_BYTES: usize = 256 * 1024;

/// Memory for what is sent is kept for so long after it was last used.
const MEMORY_KEPT: Duration = Duration::from_secs(1);

/// Decides anew which events a stream is sent.
pub(super) struct Anew {
    /// Asks the rules in force.
    pub(super) look: SecondLook,
    /// What of their answers is for the stream.
    pub(super) stream: StreamAnew,
}

impl Anew {
    fn pair(
        &mut self,
        position: EventPosition,
        record: &RecordView<'_>,
        json: &[u8],
        then: Pair,
    ) -> Pair {
        let took = then == Pair::Sent;
        let decided = self.look.at(record, json);
        let takes = self.stream.takes(decided.map(|(_, decision)| decision), took);
        if self.stream.is_sent(position, took, takes) { Pair::Sent } else { Pair::None }
    }
}

/// A stream's place in the journal, with the batches cut from what was read.
pub(super) struct Cursor {
    stream: IntegrationName,
    read_to: Checkpoint,
    /// Where it ends; none follows the head.
    last: Option<Position>,
    /// What decides about its events instead of what was decided when they came.
    anew: Option<Anew>,
    ready: VecDeque<Outgoing>,
    builder: Option<BatchBuilder>,
    decoder: ChunkDecoder,
    /// What other streams encode too.
    shared: Option<SharedEncoding>,
    bodies: Bodies,
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
            anew: None,
            ready: VecDeque::new(),
            builder: None,
            decoder: ChunkDecoder::new()?,
            shared: None,
            bodies: Bodies::default(),
            idle: None,
            accepted: (checkpoint == Checkpoint::Start).then_some(0),
            settled_at: tokio::time::Instant::now(),
        })
    }

    /// Has it decided anew about what it reads.
    pub(super) fn deciding(self, anew: Anew) -> Self {
        Self { anew: Some(anew), ..self }
    }

    /// Has it take what other streams encode too. Not for one that decides anew: what it sends is its own.
    pub(super) fn sharing(self, shared: Option<SharedEncoding>) -> Self {
        Self { shared, ..self }
    }

    /// Reads on by some chunks where no batch is ready. Says whether there was something to read: at the head, or at the
    /// end, there is not.
    ///
    /// What is read may hold nothing to send, and a long stretch of that must not keep whoever calls from stopping or from
    /// other work. So it is one read, and not as many as it takes.
    pub(super) async fn read_on(
        &mut self,
        journal: &Arc<dyn Journal>,
        destination: &dyn Destination,
    ) -> Result<bool, StreamError> {
        if !self.ready.is_empty() {
            return Ok(true);
        }
        if self.accepted.is_none() && self.anew.is_none() {
            self.accepted = self.accepted_so_far(journal)?;
        }
        let chunks = self.read(journal).await?;
        for chunk in &chunks {
            self.cut(chunk, destination)?;
        }
        self.flush();
        Ok(!chunks.is_empty())
    }

    /// Takes the next batch, where one is ready.
    pub(super) fn take(&mut self) -> Option<Outgoing> {
        let mut next = self.ready.pop_front()?;
        if let Some((_, passed)) = self.idle.take() {
            next.passed += passed;
        }
        Some(next)
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

    /// Returns whether another batch of what was read is ready.
    pub(super) fn has_batch(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Returns whether events were passed that concern other streams only.
    pub(super) fn is_ahead(&self) -> bool {
        self.idle.is_some() && self.ready.is_empty()
    }

    /// Returns how long ago the checkpoint was last written.
    pub(super) fn rested(&self) -> Duration {
        self.settled_at.elapsed()
    }

    /// Lets go of memory where nothing was sent for a while.
    pub(super) fn rest(&mut self) {
        if self.rested() >= MEMORY_KEPT {
            self.bodies.clear();
        }
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
        let after = self.read_to.position();
        let mut chunks = journal.read_fresh(after, READ_BYTES);
        if chunks.is_empty() && after < journal.head() {
            let journal = Arc::clone(journal);
            let task = disk_work::spawn(move || journal.read(after, READ_BYTES));
            let Ok(read) = task.await else { return Err(DeskError::Stopping.into()) };
            chunks = read?;
        }
        chunks.retain(|chunk| self.last.is_none_or(|last| chunk.position() <= last));
        Ok(chunks)
    }

    /// Returns how many pairs damage took between this chunk and the one read before it: the stream's sums go on where
    /// those ended, unless a chunk between them is missing.
    fn missing_before(&self, chunk: &StoredChunk) -> u64 {
        let Some(before) = self.accepted.filter(|_| self.anew.is_none()) else { return 0 };
        let stream = self.stream.as_str();
        let accepted = accepted_through(chunk, stream);
        accepted.saturating_sub(accepted_in(chunk, stream, 0)).saturating_sub(before)
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
        let encoded = self.encode(chunk, from, destination)?;
        let missing = if from == 0 { self.missing_before(chunk) } else { 0 };
        self.accepted = Some(accepted_through(chunk, self.stream.as_str()));
        let builder = self.builder.get_or_insert_with(|| BatchBuilder::new(destination.limits()));
        if missing > 0 {
            // What was read so far ends before what is missing: whoever goes on behind it finds that again, so it
            // must not have been counted yet; and whoever goes on within this chunk does not.
            self.ready.extend(builder.take());
            builder.lose(missing);
        }
        builder.add(&encoded, from, &mut self.ready);
        builder.reach(Checkpoint::Chunk(chunk.position()));
        self.read_to = Checkpoint::Chunk(chunk.position());
        Ok(())
    }

    /// Encodes what the stream is sent of a chunk, at least from an index on, unless another stream has done so.
    fn encode(
        &mut self,
        chunk: &StoredChunk,
        from: u32,
        destination: &dyn Destination,
    ) -> Result<Arc<EncodedChunk>, StreamError> {
        let decisions = chunk.decisions();
        let pairs: Vec<_> =
            decisions.map(|decision| Pair::of(decision, self.stream.as_str())).collect();
        if self.anew.is_none() && pairs.iter().all(|pair| *pair == Pair::None) {
            return Ok(Arc::default());
        }
        match self.shared.clone().filter(|_| chunk.is_fresh()) {
            Some(shared) => {
                let encode = || self.encode_alone(chunk, &pairs, 0, destination);
                Ok(shared.encoded(chunk.position(), &pairs, encode)?)
            }
            None => Ok(Arc::new(self.encode_alone(chunk, &pairs, from, destination)?)),
        }
    }

    fn encode_alone(
        &mut self,
        chunk: &StoredChunk,
        pairs: &[Pair],
        from: u32,
        destination: &dyn Destination,
    ) -> Result<EncodedChunk, ChunkError> {
        let Self { anew, decoder, bodies, .. } = self;
        let events = decoder.events(chunk)?;
        let event_bytes = events.lines().len();
        let decide = |position, record: &RecordView<'_>, json: &[u8]| {
            let pair = record.decision.and_then(|decision| pairs.get(decision));
            let pair = pair.copied().unwrap_or(Pair::None);
            match anew {
                Some(anew) => anew.pair(position, record, json, pair),
                None => pair,
            }
        };
        let body = bodies.take(event_bytes);
        let encoded = EncodedChunk::new((chunk, events), from, destination, body, decide);
        bodies.lend(event_bytes, &encoded.body);
        Ok(encoded)
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
