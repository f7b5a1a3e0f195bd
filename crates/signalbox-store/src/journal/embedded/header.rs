//! What begins a segment, a chunk and the manifest: their fields.

use std::ops::Range;

use super::super::chunk::Origin;
use super::super::{ChunkId, JournalId, Position};
use super::frame::{FRAME_BYTES, FrameError, FrameReader, FrameWriter};

/// Chunks begin at multiples of it: the page of the cache and the sector of most disks, so no write tears a neighbor.
pub(super) const BLOCK_BYTES: usize = 4096;

const SEGMENT_MAGIC: &[u8; 8] = b"SgnlbxSg";
const CHUNK_MAGIC: &[u8; 8] = b"SgnlbxCh";
const MANIFEST_MAGIC: &[u8; 8] = b"SgnlbxJn";

/// The first block of a segment file, and again the last. It is written when the segment is made ready and never while it holds chunks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SegmentHeader {
    pub(super) journal: JournalId,
    pub(super) number: u32,
    /// How often the file has been made ready: chunks of an earlier generation are leftovers.
    pub(super) generation: u32,
    /// The length of the file, both headers included.
    pub(super) blocks: u32,
}

impl SegmentHeader {
    pub(super) fn encode(&self) -> [u8; FRAME_BYTES] {
        let mut frame = FrameWriter::new(SEGMENT_MAGIC);
        frame.journal(self.journal);
        frame.u32(self.number);
        frame.u32(self.generation);
        frame.u32(self.blocks);
        frame.finish()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let mut frame = FrameReader::open(bytes, SEGMENT_MAGIC)?;
        Ok(Self {
            journal: frame.journal(),
            number: frame.u32(),
            generation: frame.u32(),
            blocks: frame.u32(),
        })
    }
}

/// The beginning of a chunk. It names its own place, so that bytes which went astray are never taken for another chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ChunkHeader {
    pub(super) journal: JournalId,
    pub(super) segment: u32,
    pub(super) generation: u32,
    pub(super) block: u32,
    pub(super) position: Position,
    /// The chunk acknowledged before this one: what proves that nothing is missing between the two.
    pub(super) previous: Option<Position>,
    pub(super) id: ChunkId,
    pub(super) committed_at_ms: i64,
    pub(super) records: u32,
    /// How many records the journal ever held, up to this chunk's end: what says how many were in a damaged range.
    pub(super) records_through: u64,
    pub(super) body_bytes: u32,
    pub(super) body_crc: u32,
}

impl ChunkHeader {
    pub(super) fn encode(&self) -> [u8; FRAME_BYTES] {
        let mut frame = FrameWriter::new(CHUNK_MAGIC);
        frame.journal(self.journal);
        frame.u32(self.segment);
        frame.u32(self.generation);
        frame.u32(self.block);
        frame.position(Some(self.position));
        frame.position(self.previous);
        frame.put(&self.id.0.to_le_bytes());
        frame.put(&self.committed_at_ms.to_le_bytes());
        frame.u32(self.records);
        frame.u64(self.records_through);
        frame.u32(self.body_bytes);
        frame.u32(self.body_crc);
        frame.finish()
    }

    /// A newer format begins a segment of its own, so a chunk of one is as foreign here as any other bytes.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut frame = FrameReader::open(bytes, CHUNK_MAGIC).ok()?;
        Some(Self {
            journal: frame.journal(),
            segment: frame.u32(),
            generation: frame.u32(),
            block: frame.u32(),
            position: frame.position()?,
            previous: frame.position(),
            id: ChunkId(u128::from_le_bytes(frame.array())),
            committed_at_ms: i64::from_le_bytes(frame.array()),
            records: frame.u32(),
            records_through: frame.u64(),
            body_bytes: frame.u32(),
            body_crc: frame.u32(),
        })
    }

    /// Returns how many blocks the chunk occupies.
    pub(super) fn blocks(&self) -> u32 {
        let bytes = FRAME_BYTES + self.body_bytes as usize;
        u32::try_from(bytes.div_ceil(BLOCK_BYTES)).unwrap_or(u32::MAX)
    }

    /// Returns the block behind the chunk.
    pub(super) fn end(&self) -> u32 {
        self.block.saturating_add(self.blocks())
    }

    /// Returns where its body is among its bytes.
    pub(super) fn body(&self) -> Range<usize> {
        FRAME_BYTES..FRAME_BYTES + self.body_bytes as usize
    }

    /// Returns what it says of the chunk to its readers.
    pub(super) fn origin(&self) -> Origin {
        let Self { position, id, committed_at_ms, .. } = *self;
        Origin { position, id, committed_at_ms }
    }

    /// Returns how many records the journal held before this chunk.
    pub(super) fn records_before(&self) -> u64 {
        self.records_through.saturating_sub(u64::from(self.records))
    }
}

/// The manifest of a journal's folder: whose it is, how often it was started, and what has been given up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Manifest {
    pub(super) journal: JournalId,
    pub(super) epoch: u32,
    /// Segments that begin before it have been given up: what is still in them is leftovers.
    pub(super) floor: Option<Position>,
}

impl Manifest {
    pub(super) const FILE: &'static str = "manifest";

    pub(super) fn encode(&self) -> [u8; FRAME_BYTES] {
        let mut frame = FrameWriter::new(MANIFEST_MAGIC);
        frame.journal(self.journal);
        frame.u32(self.epoch);
        frame.position(self.floor);
        frame.finish()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let mut frame = FrameReader::open(bytes, MANIFEST_MAGIC)?;
        Ok(Self { journal: frame.journal(), epoch: frame.u32(), floor: frame.position() })
    }
}
