//! What the next append needs to know, and the chunk it is writing.

use std::collections::{HashMap, VecDeque};
use std::io;

use super::super::{Chunk, ChunkId, Position, Totals};
use super::frame::FRAME_BYTES;
use super::header::{BLOCK_BYTES, ChunkHeader};
use super::recover::Recovered;
use super::segment::{Segment, offset_of};

/// The end of the journal, as whoever appends sees it.
pub(super) struct Writer {
    pub(super) open: Option<OpenSegment>,
    pub(super) sequence_next: u64,
    pub(super) end: JournalEnd,
    pub(super) recent: RecentChunks,
    pub(super) draft: Draft,
}

/// What the last acknowledged chunk left behind.
#[derive(Clone, Default)]
pub(super) struct JournalEnd {
    pub(super) position: Option<Position>,
    pub(super) records_through: u64,
    pub(super) committed_at_ms: i64,
}

/// The segment being written to and the block behind its last chunk.
pub(super) struct OpenSegment {
    pub(super) segment: Segment,
    pub(super) block: u32,
}

/// The chunk being written: room for its header, the body, the sums, zeros up to whole blocks. Its memory is used again.
#[derive(Default)]
pub(super) struct Draft {
    bytes: Vec<u8>,
    id: ChunkId,
    records: u32,
    body_bytes: u32,
    body_crc: u32,
}

/// The positions of the last chunks by their ids, so that a repeated append is known.
#[derive(Default)]
pub(super) struct RecentChunks {
    positions: HashMap<ChunkId, Position>,
    order: VecDeque<ChunkId>,
}

impl Writer {
    /// Returns a writer that goes on where the last start ended.
    pub(super) fn new(found: &mut Recovered) -> Self {
        let end = JournalEnd {
            position: found.previous,
            records_through: found.catalog.records_through,
            committed_at_ms: found.committed_at_ms,
        };
        Self {
            open: found.open.take(),
            sequence_next: found.newest.map_or(0, Position::sequence) + 1,
            end,
            recent: RecentChunks::default(),
            draft: Draft::default(),
        }
    }

    /// Gives the draft its place and position. Each try uses up a sequence: what a failed one may have left on the disk
    /// must not bear the position of another chunk.
    pub(super) fn place(&mut self, place: &OpenSegment, epoch: u32, now_ms: i64) -> ChunkHeader {
        let header = ChunkHeader {
            journal: place.segment.journal,
            segment: place.segment.number,
            generation: place.segment.generation,
            block: place.block,
            position: Position::new(epoch, self.sequence_next),
            previous: self.end.position,
            id: self.draft.id,
            committed_at_ms: now_ms.max(self.end.committed_at_ms),
            records: self.draft.records,
            records_through: self.end.records_through + u64::from(self.draft.records),
            body_bytes: self.draft.body_bytes,
            body_crc: self.draft.body_crc,
        };
        self.sequence_next += 1;
        self.draft.put_header(&header);
        header
    }

    /// Moves the end of the journal behind the draft, which is durable now.
    pub(super) fn acknowledge(&mut self, header: &ChunkHeader) {
        self.end = JournalEnd {
            position: Some(header.position),
            records_through: header.records_through,
            committed_at_ms: header.committed_at_ms,
        };
        self.recent.add(header.id, header.position);
        self.draft.shrink();
    }
}

impl OpenSegment {
    pub(super) fn has_room(&self, blocks: u32) -> bool {
        self.segment.has_room(self.block, blocks)
    }

    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.segment.file.write_all_at(bytes, offset_of(self.block))?;
        self.segment.file.sync_data()
    }
}

impl Draft {
    /// Takes a chunk and the sums as of its end.
    pub(super) fn fill(&mut self, chunk: &Chunk, totals: &Totals) {
        self.bytes.clear();
        self.bytes.resize(FRAME_BYTES, 0);
        self.bytes.extend_from_slice(chunk.body());
        totals.encode(&mut self.bytes);
        let body = self.bytes.get(FRAME_BYTES..).unwrap_or_default();
        self.body_bytes = u32::try_from(body.len()).unwrap_or(u32::MAX);
        self.body_crc = crc32c::crc32c(body);
        self.bytes.resize(self.bytes.len().next_multiple_of(BLOCK_BYTES), 0);
        (self.id, self.records) = (chunk.id(), chunk.records());
    }

    fn put_header(&mut self, header: &ChunkHeader) {
        for (place, byte) in self.bytes.iter_mut().zip(header.encode()) {
            *place = byte;
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn blocks(&self) -> u32 {
        u32::try_from(self.bytes.len() / BLOCK_BYTES).unwrap_or(u32::MAX)
    }

    /// One very large event must not hold its memory forever.
    fn shrink(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(DRAFT_BYTES_KEPT);
    }
}

impl RecentChunks {
    pub(super) fn position(&self, id: ChunkId) -> Option<Position> {
        self.positions.get(&id).copied()
    }

    fn add(&mut self, id: ChunkId, position: Position) {
        self.positions.insert(id, position);
        self.order.push_back(id);
        if self.order.len() > RECENT_CHUNKS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.positions.remove(&oldest);
        }
    }
}

const RECENT_CHUNKS_MAX: usize = 1024;
const DRAFT_BYTES_KEPT: usize = 1024 * 1024;
