//! The 256 bytes that begin a segment, a chunk and the manifest.
//!
//! ```text
//! 0   what it begins, 8 bytes
//! 8   format version, u32
//! 12  CRC-32C of all other bytes, u32
//! 16  the fields, little-endian, then zeros
//! ```
//!
//! These places and the length are the same in every version, so that a version is believed only when the checksum holds:
//! a flipped bit never looks like a newer format.

use super::super::{JournalId, Position};

pub(super) const FRAME_BYTES: usize = 256;
/// The newest format we read, and the one we write.
pub(super) const FORMAT_VERSION: u32 = 1;
const CRC: std::ops::Range<usize> = 12..16;

/// Why 256 bytes are not the frame looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FrameError {
    /// Something else, or damaged.
    Invalid,
    /// Good, but of a version newer than ours.
    Newer(u32),
}

/// Writes a frame field by field.
pub(super) struct FrameWriter {
    bytes: [u8; FRAME_BYTES],
    end: usize,
}

impl FrameWriter {
    pub(super) fn new(magic: &[u8; 8]) -> Self {
        let mut writer = Self { bytes: [0; FRAME_BYTES], end: 0 };
        writer.put(magic);
        writer.u32(FORMAT_VERSION);
        writer.u32(0);
        writer
    }

    pub(super) fn put(&mut self, field: &[u8]) {
        for (place, byte) in self.bytes.iter_mut().skip(self.end).zip(field) {
            *place = *byte;
        }
        self.end += field.len();
    }

    pub(super) fn u32(&mut self, field: u32) {
        self.put(&field.to_le_bytes());
    }

    pub(super) fn u64(&mut self, field: u64) {
        self.put(&field.to_le_bytes());
    }

    pub(super) fn journal(&mut self, journal: JournalId) {
        self.put(journal.0.as_bytes());
    }

    /// Writes a position; none is epoch 0, which no start ever has.
    pub(super) fn position(&mut self, position: Option<Position>) {
        self.u32(position.map_or(0, Position::epoch));
        self.u64(position.map_or(0, Position::sequence));
    }

    pub(super) fn finish(mut self) -> [u8; FRAME_BYTES] {
        self.end = CRC.start;
        self.u32(checksum(&self.bytes));
        self.bytes
    }
}

/// Reads a frame field by field, once its checksum held.
pub(super) struct FrameReader<'a> {
    rest: &'a [u8],
}

impl<'a> FrameReader<'a> {
    pub(super) fn open(bytes: &'a [u8], magic: &[u8; 8]) -> Result<Self, FrameError> {
        let frame = bytes.first_chunk::<FRAME_BYTES>().ok_or(FrameError::Invalid)?;
        let mut reader = Self { rest: frame };
        if reader.array() != *magic {
            return Err(FrameError::Invalid);
        }
        let version = reader.u32();
        if reader.u32() != checksum(frame) {
            return Err(FrameError::Invalid);
        }
        if version > FORMAT_VERSION { Err(FrameError::Newer(version)) } else { Ok(reader) }
    }

    /// The fields of a frame end long before its bytes do, so a field is always there.
    pub(super) fn array<const N: usize>(&mut self) -> [u8; N] {
        let Some((field, rest)) = self.rest.split_first_chunk() else { return [0; N] };
        self.rest = rest;
        *field
    }

    pub(super) fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    pub(super) fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    pub(super) fn journal(&mut self) -> JournalId {
        JournalId(uuid::Uuid::from_bytes(self.array()))
    }

    pub(super) fn position(&mut self) -> Option<Position> {
        let (epoch, sequence) = (self.u32(), self.u64());
        (epoch != 0).then_some(Position::new(epoch, sequence))
    }
}

fn checksum(frame: &[u8; FRAME_BYTES]) -> u32 {
    let (before, rest) = frame.split_at(CRC.start);
    let after = rest.get(CRC.len()..).unwrap_or_default();
    crc32c::crc32c_append(crc32c::crc32c(before), after)
}
