//! Finds the chunks of one segment, and what is missing between them.
//!
//! Every chunk's header names the chunk acknowledged before it. So a header that names another one than the last that was
//! found proves that something between them was acknowledged and is damaged; and a chunk with a good header and a bad body
//! was acknowledged if any header follows it, for only one write is in flight. What is not proven so is the torn tail.

use std::io;

use super::super::Position;
use super::frame::FRAME_BYTES;
use super::header::{BLOCK_BYTES, ChunkHeader};
use super::segment::{FIRST_BLOCK, Segment, offset_of};

/// How far a scan goes and how much it believes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Extent {
    /// The segment is sealed and this is the first chunk of the next one. It names the last chunk here: headers suffice.
    Sealed(ChunkHeader),
    /// The last chunk is not known: bodies are verified too, and whatever follows the last good one is searched.
    Open {
        /// A chunk later than this was written but never acknowledged.
        through: Option<Position>,
    },
}

/// What a segment holds.
#[derive(Default, Debug)]
pub(super) struct Scan {
    pub(super) chunks: Vec<ChunkHeader>,
    pub(super) gaps: Vec<Gap>,
    /// A chunk at the end that was begun and not acknowledged: its header is good, its body is not.
    pub(super) torn: Option<ChunkHeader>,
}

/// A part of a segment that held acknowledged chunks and no longer does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Gap {
    pub(super) after: Option<Position>,
    pub(super) through: Position,
    pub(super) records: Option<u64>,
    pub(super) committed_after_ms: Option<i64>,
    pub(super) committed_before_ms: Option<i64>,
    pub(super) block: u32,
    pub(super) end: u32,
}

/// Scans the segment from its first chunk on.
pub(super) fn scan(segment: &Segment, first: &ChunkHeader, extent: Extent) -> io::Result<Scan> {
    let mut scanner = Scanner::new(segment, first.block, extent);
    while let Some(header) = scanner.next_header()? {
        scanner.take(header)?;
    }
    Ok(scanner.finish())
}

/// Returns the first chunk header at or behind `block`: of a sound segment the one exactly there.
pub(super) fn find_header(
    segment: &Segment,
    block: u32,
    after: Option<Position>,
) -> io::Result<Option<ChunkHeader>> {
    let is_later = |header: &ChunkHeader| Some(header.position) > after;
    match segment.read_chunk_header(block)?.filter(is_later) {
        Some(header) => Ok(Some(header)),
        None => hunt(segment, block + 1, is_later),
    }
}

/// Searches block by block, reading large pieces at once.
fn hunt(
    segment: &Segment,
    from: u32,
    accept: impl Fn(&ChunkHeader) -> bool,
) -> io::Result<Option<ChunkHeader>> {
    let mut piece = vec![0; HUNT_BLOCKS as usize * BLOCK_BYTES];
    let mut from = from;
    while from < segment.end() {
        let read = segment.file.read_at(&mut piece, offset_of(from))?;
        let blocks = piece.get(..read).unwrap_or_default().chunks(BLOCK_BYTES);
        let found = (from..)
            .zip(blocks)
            .find_map(|(number, bytes)| segment.chunk_header(bytes, number).filter(&accept));
        if found.is_some() || read < piece.len() {
            return Ok(found);
        }
        from += HUNT_BLOCKS;
    }
    Ok(None)
}

/// Returns the newest generation of any chunk in a file neither of whose headers is readable; 0 if there is none.
pub(super) fn newest_generation(segment: &Segment) -> io::Result<u32> {
    let mut block = vec![0; BLOCK_BYTES];
    let mut newest = 0;
    for number in FIRST_BLOCK..segment.end() {
        segment.file.read_at(&mut block, offset_of(number))?;
        let header = ChunkHeader::decode(&block).filter(|header| {
            (header.journal, header.segment, header.block)
                == (segment.journal, segment.number, number)
        });
        newest = newest.max(header.map_or(0, |header| header.generation));
    }
    Ok(newest)
}

/// Tells whether the body of a chunk is what its header says; `buffer` is used again.
pub(super) fn has_good_body(
    segment: &Segment,
    header: &ChunkHeader,
    buffer: &mut Vec<u8>,
) -> io::Result<bool> {
    buffer.resize(header.body_bytes as usize, 0);
    let read = segment.file.read_at(buffer, offset_of(header.block) + FRAME_BYTES as u64)?;
    Ok(read == buffer.len() && crc32c::crc32c(buffer) == header.body_crc)
}

struct Scanner<'a> {
    segment: &'a Segment,
    extent: Extent,
    /// The last header found, whatever its body.
    last: Option<ChunkHeader>,
    /// Where the next chunk should begin.
    block: u32,
    found: Scan,
    buffer: Vec<u8>,
}

impl<'a> Scanner<'a> {
    fn new(segment: &'a Segment, block: u32, extent: Extent) -> Self {
        let (found, buffer) = (Scan::default(), Vec::new());
        Self { segment, extent, last: None, block, found, buffer }
    }

    fn last_position(&self) -> Option<Position> {
        self.last.map(|header| header.position)
    }

    fn next_header(&self) -> io::Result<Option<ChunkHeader>> {
        let through = match self.extent {
            Extent::Sealed(next) if self.last_position() >= next.previous => return Ok(None),
            Extent::Sealed(next) => next.previous,
            Extent::Open { through } => through,
        };
        let header = find_header(self.segment, self.block, self.last_position())?;
        Ok(header.filter(|header| through.is_none_or(|through| header.position <= through)))
    }

    fn take(&mut self, header: ChunkHeader) -> io::Result<()> {
        if let Some(acknowledged) = self.found.torn.take() {
            self.found.gaps.push(Gap::of(&acknowledged));
        }
        if let Some(through) = self.missing_before(&header) {
            self.found.gaps.push(self.gap(through, &header, header.block));
        }
        (self.last, self.block) = (Some(header), header.end());
        let is_good = matches!(self.extent, Extent::Sealed(_))
            || has_good_body(self.segment, &header, &mut self.buffer)?;
        if is_good {
            self.found.chunks.push(header);
        } else {
            self.found.torn = Some(header);
        }
        Ok(())
    }

    /// Returns the last chunk that is missing before this one. What is missing before the segment's first chunk is not
    /// this segment's to say.
    fn missing_before(&self, header: &ChunkHeader) -> Option<Position> {
        let last = self.last?.position;
        header.previous.filter(|previous| *previous > last)
    }

    fn finish(mut self) -> Scan {
        if let Extent::Sealed(next) = self.extent
            && let Some(through) = next.previous
            && self.last_position() < Some(through)
        {
            self.found.gaps.push(self.gap(through, &next, self.segment.end()));
        }
        self.found
    }

    fn gap(&self, through: Position, next: &ChunkHeader, end: u32) -> Gap {
        Gap::between(self.last.as_ref(), through, next, (self.block, end))
    }
}

impl Gap {
    /// Describes what is missing between two headers, and which blocks of the segment it was in.
    pub(super) fn between(
        last: Option<&ChunkHeader>,
        through: Position,
        next: &ChunkHeader,
        (block, end): (u32, u32),
    ) -> Self {
        Self {
            after: last.map(|last| last.position),
            through,
            records: last.map(|last| next.records_before().saturating_sub(last.records_through)),
            committed_after_ms: last.map(|last| last.committed_at_ms),
            committed_before_ms: Some(next.committed_at_ms),
            block,
            end,
        }
    }

    /// Describes a chunk whose header was good once and is not any more.
    pub(super) fn at(after: Option<Position>, through: Position, (block, end): (u32, u32)) -> Self {
        let (records, committed_after_ms, committed_before_ms) = (None, None, None);
        Self { after, through, records, committed_after_ms, committed_before_ms, block, end }
    }

    /// Describes a chunk with a good header and a damaged body.
    pub(super) fn of(header: &ChunkHeader) -> Self {
        Self {
            after: header.previous,
            through: header.position,
            records: Some(u64::from(header.records)),
            committed_after_ms: None,
            committed_before_ms: Some(header.committed_at_ms),
            block: header.block,
            end: header.end(),
        }
    }
}

/// 1 MiB: what makes the disk read ahead.
const HUNT_BLOCKS: u32 = 256;
