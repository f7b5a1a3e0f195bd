//! Filling batches from chunks, within the destination's limits.

use std::collections::VecDeque;
use std::ops::{AddAssign, Range};

use bytes::Bytes;
use signalbox_model::Error;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{Batch, BatchLimits};
use signalbox_store::desk::ItemState;
use signalbox_store::journal::EventPosition;

use super::Checkpoint;
use super::encoded::{EncodedChunk, Entry};

/// A batch with what is known of its items.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    /// What is sent.
    pub(super) batch: Batch,
    /// Its items, in order.
    pub(super) items: Vec<SentItem>,
    /// Items between that the destination can never take.
    pub(super) refused: Vec<(SentItem, Error)>,
    /// Pairs between that are not sent.
    pub(super) passed: Passed,
    /// How often a probe found that everything is refused.
    pub(super) probes_refused: usize,
    /// The checkpoint once all of it is settled.
    pub(super) end: Checkpoint,
    /// What became of each item, as far as it is known.
    pub(super) fates: Vec<Option<Fate>>,
    /// Attempts that count, since the last one that anything passed in.
    pub(super) attempts: u32,
    /// When it was first tried.
    pub(super) first_attempt_at: Option<Timestamp>,
}

/// What became of an item of a batch.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// The destination has it.
    Delivered,
    /// It failed alone: tried again on its own time, or given up.
    Aside(Error, ItemState),
}

impl Outgoing {
    /// Returns the items whose fate is open, in order.
    pub(super) fn open(&self) -> Vec<usize> {
        let fates = self.fates.iter().enumerate();
        fates.filter(|(_, fate)| fate.is_none()).map(|(index, _)| index).collect()
    }

    /// Returns what is sent together: all that is open, or for a probe one item before the rest. While
    /// everything is refused each probe takes another item, for the first may be a poison of its own.
    pub(super) fn groups(&self, is_probe: bool) -> VecDeque<Vec<usize>> {
        let mut open = self.open();
        let mut groups = VecDeque::new();
        if is_probe && open.len() > 1 {
            let probe = open.remove(self.probes_refused % open.len());
            groups.push_back(vec![probe]);
        }
        if !open.is_empty() {
            groups.push_back(open);
        }
        groups
    }

    /// Opens the fate of refused items again: not they were the problem.
    pub(super) fn reopen_refused(&mut self) {
        self.probes_refused += 1;
        for fate in &mut self.fates {
            if matches!(fate, Some(Fate::Aside(_, ItemState::Dead))) {
                *fate = None;
            }
        }
    }

    /// Returns how many of its items are given up.
    pub(super) fn dead(&self) -> u64 {
        let is_dead = |fate: &&Option<Fate>| matches!(fate, Some(Fate::Aside(_, ItemState::Dead)));
        (self.refused.len() + self.fates.iter().filter(is_dead).count()) as u64
    }

    pub(super) fn set_fate(&mut self, index: usize, fate: Fate) {
        if let Some(open) = self.fates.get_mut(index) {
            *open = Some(fate);
        }
    }
}

/// An event on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct SentItem {
    pub(super) position: EventPosition,
    pub(super) time: Timestamp,
}

/// Pairs that a stream goes past without sending them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Passed {
    /// A route keeps them from it.
    pub(super) suppressed: u64,
    /// The journal cannot read them any more.
    pub(super) lost: u64,
}

impl AddAssign for Passed {
    fn add_assign(&mut self, more: Self) {
        self.suppressed += more.suppressed;
        self.lost += more.lost;
    }
}

/// A batch being filled.
pub(super) struct BatchBuilder {
    limits: BatchLimits,
    pieces: Vec<Piece>,
    /// How long the pieces are together.
    bytes: usize,
    ends: Vec<usize>,
    items: Vec<SentItem>,
    refused: Vec<(SentItem, Error)>,
    passed: Passed,
    end: Option<Checkpoint>,
}

/// Events of a batch that stand together in the body of a chunk.
struct Piece {
    body: Bytes,
    range: Range<usize>,
}

impl BatchBuilder {
    pub(super) fn new(limits: BatchLimits) -> Self {
        Self {
            limits,
            pieces: Vec::new(),
            bytes: 0,
            ends: Vec::new(),
            items: Vec::new(),
            refused: Vec::new(),
            passed: Passed::default(),
            end: None,
        }
    }

    /// Adds what concerns the stream of a chunk, from an index on; the batches that are full go to `ready`.
    pub(super) fn add(&mut self, chunk: &EncodedChunk, from: u32, ready: &mut VecDeque<Outgoing>) {
        for entry in chunk.entries_from(from) {
            match entry {
                Entry::Sent(item, range) => {
                    if self.is_full_before(range.len()) {
                        ready.extend(self.take());
                    }
                    self.push(*item, &chunk.body, range);
                }
                Entry::Refused(item, error) => {
                    self.refused.push((*item, Error::clone(error)));
                    self.end = Some(Checkpoint::Event(item.position));
                }
                Entry::Suppressed(position) => {
                    self.passed.suppressed += 1;
                    self.end = Some(Checkpoint::Event(*position));
                }
            }
        }
    }

    /// Tells whether the batch has to end before an event of so many bytes; a larger one goes alone.
    fn is_full_before(&self, bytes: usize) -> bool {
        let is_over = self.bytes + bytes > self.limits.bytes_max;
        !self.ends.is_empty() && (is_over || self.ends.len() >= self.limits.events_max)
    }

    fn push(&mut self, item: SentItem, body: &Bytes, range: &Range<usize>) {
        self.bytes += range.len();
        self.ends.push(self.bytes);
        self.items.push(item);
        self.end = Some(Checkpoint::Event(item.position));
        match self.pieces.last_mut() {
            Some(last) if last.goes_on(body, range) => last.range.end = range.end,
            _ => self.pieces.push(Piece { body: body.clone(), range: range.clone() }),
        }
    }

    /// Counts pairs that the journal cannot read any more.
    pub(super) fn lose(&mut self, pairs: u64) {
        self.passed.lost += pairs;
    }

    /// Says that everything up to `end` was looked at.
    pub(super) fn reach(&mut self, end: Checkpoint) {
        self.end = Some(end);
    }

    /// Takes what has gathered; `None` where nothing has.
    pub(super) fn take(&mut self) -> Option<Outgoing> {
        if self.items.is_empty() && self.refused.is_empty() {
            return None;
        }
        let end = self.end.take()?;
        let first = self.items.first().or(self.refused.first().map(|(item, _)| item));
        let id = first.map(|item| batch_id(item.position)).unwrap_or_default();
        let fates = vec![None; self.items.len()];
        let body = join(&std::mem::take(&mut self.pieces), std::mem::take(&mut self.bytes));
        Some(Outgoing {
            batch: Batch { id, body, ends: std::mem::take(&mut self.ends) },
            items: std::mem::take(&mut self.items),
            refused: std::mem::take(&mut self.refused),
            passed: std::mem::take(&mut self.passed),
            probes_refused: 0,
            end,
            fates,
            attempts: 0,
            first_attempt_at: None,
        })
    }

    /// Takes how far was looked without finding anything to send.
    pub(super) fn take_idle(&mut self) -> Option<(Checkpoint, Passed)> {
        Some((self.end.take()?, std::mem::take(&mut self.passed)))
    }
}

impl Piece {
    /// Tells whether the range follows in the same body.
    fn goes_on(&self, body: &Bytes, range: &Range<usize>) -> bool {
        self.range.end == range.start && self.body.as_ptr() == body.as_ptr()
    }
}

/// Returns one body of all pieces: what stands together already is not copied.
fn join(pieces: &[Piece], bytes: usize) -> Bytes {
    if let [piece] = pieces {
        return piece.body.slice(piece.range.clone());
    }
    let mut body = Vec::with_capacity(bytes);
    for Piece { body: of, range } in pieces {
        body.extend_from_slice(of.get(range.clone()).unwrap_or_default());
    }
    Bytes::from(body)
}

/// Cuts some items out of a batch, in order, for sending them again or alone.
pub(super) fn part(outgoing: &Outgoing, indexes: &[usize]) -> Batch {
    let encoded: Vec<Bytes> = outgoing.batch.items().collect();
    let mut body = Vec::new();
    let mut ends = Vec::with_capacity(indexes.len());
    for item in indexes.iter().filter_map(|index| encoded.get(*index)) {
        body.extend_from_slice(item);
        ends.push(body.len());
    }
    let first = indexes.first().and_then(|index| outgoing.items.get(*index));
    let id = first.map_or_else(|| outgoing.batch.id.clone(), |item| batch_id(item.position));
    Batch { id, body: Bytes::from(body), ends }
}

/// Names a batch by its first event, without the period that Standard Webhooks forbids in ids.
pub(super) fn batch_id(first: EventPosition) -> String {
    first.to_string().replace('.', "-")
}
