//! What one commit holds, in columns.
//!
//! A reader sees from a chunk's directory what is in it (counts, decisions, sums) without reading an event, takes the
//! events with one decompression, and skips the originals unless it wants them. Names of streams, routes, rules and
//! integrations are stored as names, once per chunk, never as indexes into a configuration that may change.

mod builder;
mod column;
mod decision;
mod decoder;
mod dictionary;
mod error;
mod layout;
mod plain;
mod record;
mod rows;
mod stored;
#[cfg(test)]
mod tests;
mod totals;
mod wire;

use std::fmt;

use uuid::Uuid;

use super::{EventPosition, Position};

pub use builder::ChunkBuilder;
pub use decision::{Decision, RuleNames, StoredDecision, Suppression};
pub use decoder::{ChunkDecoder, Events, Originals};
pub use error::{ChunkError, RecordError};
pub(in crate::journal) use plain::PlainColumn;
pub use record::{EventRecord, FindingKey, QuarantineRecord, RecordKind, RecordView};
pub(in crate::journal) use stored::Origin;
pub use stored::StoredChunk;
pub use totals::{IntakeTotals, StreamTotals, Totals};

/// How many records a chunk holds at most.
pub const CHUNK_RECORDS_MAX: usize = 1_000;
/// How many bytes a chunk of several records occupies at most, compressed: one sync of this size stays below 1 ms.
pub const CHUNK_BYTES_MAX: usize = 512 * 1024;
/// How many bytes the columns of several records hold at most before compression: what a reader must hold in memory.
pub const CHUNK_RAW_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How many bytes one record, its event and its original together, may have; such a record is alone in its chunk.
/// Three times the largest body that is taken in (10 MiB), for what escaping adds.
pub const RECORD_BYTES_MAX: usize = 32 * 1024 * 1024;
/// How long a name of a stream, route, rule or integration may be, in bytes.
pub const NAME_BYTES_MAX: usize = 255;
/// How long an event id or a source's checkpoint may be, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

/// The identity of a chunk, drawn by whoever builds it: a repeated append is known by it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ChunkId(pub u128);

impl ChunkId {
    /// Draws a new id, ordered by time.
    pub fn draw() -> Self {
        Self(Uuid::now_v7().as_u128())
    }
}

impl fmt::Debug for ChunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_u128(self.0).fmt(f)
    }
}

/// A finished chunk, ready to be appended.
#[derive(Clone, Debug)]
pub struct Chunk {
    id: ChunkId,
    counts: layout::Counts,
    body: Vec<u8>,
    added: Totals,
    events: Option<PlainColumn>,
}

impl Chunk {
    /// Returns its id.
    pub fn id(&self) -> ChunkId {
        self.id
    }

    /// Returns how many records it holds.
    pub fn len(&self) -> usize {
        self.counts.records as usize
    }

    /// Tells whether it holds no record; it may still hold checkpoints and counts.
    pub fn is_empty(&self) -> bool {
        self.counts.records == 0
    }

    /// Returns how many bytes it occupies, without the journal's own header and sums.
    pub fn stored_bytes(&self) -> usize {
        self.body.len()
    }

    /// Returns what it adds to the sums of the journal.
    pub fn added(&self) -> &Totals {
        &self.added
    }

    /// Returns how many records it holds, as its header says it.
    pub(in crate::journal) fn records(&self) -> u32 {
        self.counts.records
    }

    /// Returns the column of events as it was before compression, unless it is large.
    pub(in crate::journal) fn events(&self) -> Option<&PlainColumn> {
        self.events.as_ref()
    }

    /// Returns the encoded columns.
    pub(in crate::journal) fn body(&self) -> &[u8] {
        &self.body
    }
}
