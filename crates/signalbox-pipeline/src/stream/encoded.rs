//! The events of one chunk as a destination takes them: encoded together, then cut into batches without being copied.

use std::ops::Range;

use bytes::Bytes;
use signalbox_model::Error;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{Destination, EventItem, Item};
use signalbox_store::journal::{EventPosition, Events, RecordView, StoredChunk, StoredDecision};

use super::batch::SentItem;

/// What an event means for a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pair {
    /// It is sent.
    Sent,
    /// A route keeps it away.
    Suppressed,
    /// It is for others.
    None,
}

impl Pair {
    pub(super) fn of(decision: StoredDecision<'_>, stream: &str) -> Self {
        match (decision.takes(stream), decision.suppressed_by(stream)) {
            (true, _) => Self::Sent,
            (false, Some(_)) => Self::Suppressed,
            (false, None) => Self::None,
        }
    }
}

/// What of a chunk concerns a stream, in order.
#[derive(Default)]
pub(super) struct EncodedChunk {
    /// The encoded events, one after the other.
    pub(super) body: Bytes,
    pub(super) entries: Vec<Entry>,
}

/// An event that concerns the stream.
pub(super) enum Entry {
    /// It is sent, in the form that is here in the body.
    Sent(SentItem, Range<usize>),
    /// The destination can never take it.
    Refused(SentItem, Box<Error>),
    /// A route keeps it away.
    Suppressed(EventPosition),
}

impl EncodedChunk {
    /// Encodes the events of a chunk from an index on that `pair_of` says are sent into `body`, which is empty.
    pub(super) fn new(
        (chunk, events): (&StoredChunk, Events<'_>),
        from: u32,
        destination: &dyn Destination,
        mut body: Vec<u8>,
        mut pair_of: impl FnMut(EventPosition, &RecordView<'_>, &[u8]) -> Pair,
    ) -> Self {
        let mut entries = Vec::with_capacity(chunk.len());
        for (record, json) in events.iter().filter(|(record, _)| record.index >= from) {
            let position = chunk.event_position(record.index);
            match pair_of(position, &record, json) {
                Pair::Sent => {
                    let time = Timestamp::from_millis(record.time_ms);
                    let event = EventItem { json, time, source: record.integration };
                    entries.push(encode(destination, event, position, &mut body));
                }
                Pair::Suppressed => entries.push(Entry::Suppressed(position)),
                Pair::None => {}
            }
        }
        Self { body: Bytes::from(body), entries }
    }

    /// Returns what of it is behind an index.
    pub(super) fn entries_from(&self, index: u32) -> &[Entry] {
        let first = self.entries.partition_point(|entry| entry.position().index < index);
        self.entries.get(first..).unwrap_or_default()
    }

    /// Returns what it takes of the memory.
    pub(super) fn memory_bytes(&self) -> usize {
        self.body.len() + self.entries.len() * size_of::<Entry>() + size_of::<Self>()
    }
}

impl Entry {
    fn position(&self) -> EventPosition {
        match self {
            Self::Sent(item, _) | Self::Refused(item, _) => item.position,
            Self::Suppressed(position) => *position,
        }
    }
}

fn encode(
    destination: &dyn Destination,
    event: EventItem<'_>,
    position: EventPosition,
    body: &mut Vec<u8>,
) -> Entry {
    let (start, item) = (body.len(), SentItem { position, time: event.time });
    match destination.encode(&Item::Event(event), body) {
        Ok(()) => Entry::Sent(item, start..body.len()),
        Err(error) => {
            body.truncate(start);
            Entry::Refused(item, Box::new(error))
        }
    }
}
