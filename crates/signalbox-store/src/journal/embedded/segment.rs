//! One segment file: how it is made, made ready for use again, and read.
//!
//! A file is written once with zeros and synced, so that later writes change no metadata of the file system: overwriting
//! preallocated space syncs several times as often as appending. Making it ready again writes its header with the next
//! generation, which turns the chunks in it into leftovers; name, length and place on the disk stay. The header is there
//! twice, in the first block and in the last, for without it leftovers could be taken for what they once were.

use std::io;
use std::sync::Arc;

use super::super::JournalId;
use super::disk::{Disk, DiskFile};
use super::frame::{FRAME_BYTES, FrameError};
use super::header::{BLOCK_BYTES, ChunkHeader, SegmentHeader};

/// The block of a segment's first chunk; the one before it is the header.
pub(super) const FIRST_BLOCK: u32 = 1;
/// Blocks that hold no chunks: the header, and its copy at the end.
pub(super) const HEADER_BLOCKS: u32 = 2;
/// The number of a journal's first file.
pub(super) const FIRST_NUMBER: u32 = 1;
/// What is written at once while a file is filled: syncing often keeps the queue of the disk short for the commits.
const FILL_BYTES: usize = 1024 * 1024;

/// A segment file of one generation.
#[derive(Clone)]
pub(super) struct Segment {
    pub(super) journal: JournalId,
    pub(super) number: u32,
    /// 0 is a file that has never been made ready.
    pub(super) generation: u32,
    pub(super) blocks: u32,
    pub(super) file: Arc<dyn DiskFile>,
}

impl Segment {
    const SUFFIX: &'static str = ".segment";

    /// Returns the name of a segment's file.
    pub(super) fn file_name(number: u32) -> String {
        format!("{number:08}{}", Self::SUFFIX)
    }

    /// Returns the number in the name of a segment's file; none if it is another file.
    pub(super) fn number_of(file_name: &str) -> Option<u32> {
        let number = file_name.strip_suffix(Self::SUFFIX)?.parse().ok()?;
        (Self::file_name(number) == file_name).then_some(number)
    }

    pub(super) fn name(&self) -> String {
        Self::file_name(self.number)
    }

    pub(super) fn bytes(&self) -> u64 {
        offset_of(self.blocks)
    }

    /// Returns the block behind the last one that chunks may occupy.
    pub(super) fn end(&self) -> u32 {
        self.blocks.saturating_sub(1)
    }

    /// Tells whether a chunk of so many blocks fits in from `block` on.
    pub(super) fn has_room(&self, block: u32, blocks: u32) -> bool {
        blocks <= self.end().saturating_sub(block)
    }

    /// Tells whether both are the same file with the same chunks.
    pub(super) fn is_same(&self, other: &Segment) -> bool {
        (self.number, self.generation) == (other.number, other.generation)
    }

    /// Tells whether the file is as long as it should be, so that writing to it allocates nothing.
    pub(super) fn is_whole(&self) -> io::Result<bool> {
        Ok(self.file.length()? >= self.bytes())
    }

    /// Makes the file ready for chunks of the next generation and returns it as that. Whatever it held is gone then.
    pub(super) fn prepare(&self, disk: &dyn Disk) -> io::Result<Segment> {
        if self.generation == 0 || !self.is_whole()? {
            self.fill()?;
            disk.sync_folder()?;
        }
        let segment = Self { generation: self.generation + 1, ..self.clone() };
        let header = segment.header();
        segment.file.write_all_at(&header, 0)?;
        segment.file.write_all_at(&header, offset_of(segment.end()))?;
        segment.file.sync_data()?;
        Ok(segment)
    }

    fn fill(&self) -> io::Result<()> {
        let zeros = vec![0; FILL_BYTES];
        let mut offset = 0;
        while offset < self.bytes() {
            let length = FILL_BYTES.min((self.bytes() - offset) as usize);
            self.file.write_all_at(zeros.get(..length).unwrap_or_default(), offset)?;
            self.file.sync_data()?;
            offset += length as u64;
        }
        Ok(())
    }

    fn header(&self) -> Vec<u8> {
        let Self { journal, number, generation, blocks, .. } = *self;
        let mut block = SegmentHeader { journal, number, generation, blocks }.encode().to_vec();
        block.resize(BLOCK_BYTES, 0);
        block
    }

    /// Reads the header of a segment file, or else its copy; the error within says why it is none.
    pub(super) fn read_header(
        file: &dyn DiskFile,
        number: u32,
    ) -> io::Result<Result<SegmentHeader, FrameError>> {
        let is_ours = |header: &SegmentHeader| header.number == number;
        let last_block = (file.length()? / BLOCK_BYTES as u64).saturating_sub(1);
        let mut frame = [0; FRAME_BYTES];
        for offset in [0, last_block * BLOCK_BYTES as u64] {
            file.read_at(&mut frame, offset)?;
            match SegmentHeader::decode(&frame) {
                Err(FrameError::Invalid) => {}
                Ok(header) if !is_ours(&header) => {}
                known => return Ok(known),
            }
        }
        Ok(Err(FrameError::Invalid))
    }

    /// Reads the header of the chunk that begins at `block`; none if no chunk of this generation begins there.
    pub(super) fn read_chunk_header(&self, block: u32) -> io::Result<Option<ChunkHeader>> {
        let mut frame = [0; FRAME_BYTES];
        self.file.read_at(&mut frame, offset_of(block))?;
        Ok(self.chunk_header(&frame, block))
    }

    /// Returns the header in these bytes if it is of a chunk of this segment and generation at `block`.
    pub(super) fn chunk_header(&self, bytes: &[u8], block: u32) -> Option<ChunkHeader> {
        let header = ChunkHeader::decode(bytes)?;
        let is_ours = header.journal == self.journal
            && header.segment == self.number
            && header.generation == self.generation
            && header.block == block
            && header.end() <= self.end();
        is_ours.then_some(header)
    }
}

/// Returns where a block begins in its file.
pub(super) fn offset_of(block: u32) -> u64 {
    u64::from(block) * BLOCK_BYTES as u64
}
