//! Makes one chunk durable after the other.
//!
//! A chunk is one write and one sync, and the next one begins after it. If either fails, nothing of the chunk counts, and
//! what the disk holds there is not relied on ever again: a page whose sync failed looks clean afterwards. The segment is
//! sealed at its last synced chunk and the chunk is written once more to another one, under a position of its own.

use std::io;

use tracing::warn;

use super::super::{Chunk, JournalError, Position};
use super::disk::Access;
use super::engine::{Engine, WriteError};
use super::fresh::Written;
use super::header::ChunkHeader;
use super::segment::{FIRST_BLOCK, HEADER_BLOCKS, Segment, offset_of};
use super::writer::{Draft, OpenSegment, Writer};

/// Why one try failed: before anything was written, or while it was.
enum TryError {
    NoSegment(WriteError),
    Write(io::Error),
}

impl Engine {
    /// Makes the chunk durable, then visible.
    pub(super) fn append(&self, chunk: &Chunk) -> Result<Position, JournalError> {
        if self.access == Access::Read {
            return Err(JournalError::ReadOnly);
        }
        let mut writer = self.writer.lock();
        if let Some(position) = writer.recent.position(chunk.id()) {
            return Ok(position);
        }
        self.refuse_during_pause()?;
        self.regain_reserve().map_err(|cause| self.set_failure(cause))?;
        let mut totals = self.catalog.lock().totals.clone();
        totals.add(chunk.added());
        writer.draft.fill(chunk, &totals);
        self.refuse_too_large(&writer)?;

        let (segment, header) =
            self.write_twice(&mut writer).map_err(|cause| self.set_failure(cause))?;

        self.hand_over(chunk, &header, &mut writer.draft);
        writer.acknowledge(&header);
        self.clear_failure();
        self.catalog.lock().append(&segment, &header, totals);
        self.head.send_replace(Some(header.position));
        Ok(header.position)
    }

    /// Keeps the chunk, which is durable now, for the readers near the head. They look for it once the catalog has it.
    fn hand_over(&self, chunk: &Chunk, header: &ChunkHeader, draft: &mut Draft) {
        if let Some(events) = chunk.events().filter(|_| self.fresh.is_used()) {
            self.fresh.add(Written {
                origin: header.origin(),
                records: header.records,
                bytes: draft.take(),
                body: header.body(),
                events: events.clone(),
            });
        }
    }

    fn refuse_during_pause(&self) -> Result<(), JournalError> {
        let now = self.clock.instant();
        match &*self.failure.lock() {
            Some(failure) if !failure.allows_try(now) => Err(failure.to_error(now)),
            _ => Ok(()),
        }
    }

    fn refuse_too_large(&self, writer: &Writer) -> Result<(), JournalError> {
        let blocks_max = self.options.segment_blocks() - HEADER_BLOCKS;
        if writer.draft.blocks() > blocks_max {
            let bytes = offset_of(writer.draft.blocks());
            return Err(JournalError::ChunkTooLarge { bytes, bytes_max: offset_of(blocks_max) });
        }
        Ok(())
    }

    fn write_twice(&self, writer: &mut Writer) -> Result<(Segment, ChunkHeader), WriteError> {
        let first = match self.write_once(writer) {
            Ok(written) => return Ok(written),
            Err(TryError::NoSegment(cause)) => return Err(cause),
            Err(TryError::Write(error)) => error,
        };
        warn!(error = %first, "Write to the journal failed, trying another segment");
        self.write_once(writer).map_err(|error| match error {
            TryError::NoSegment(cause) => cause,
            TryError::Write(error) => error.into(),
        })
    }

    fn write_once(&self, writer: &mut Writer) -> Result<(Segment, ChunkHeader), TryError> {
        let place = self.find_place(writer).map_err(TryError::NoSegment)?;
        let header = writer.place(&place, self.epoch, self.clock.now_ms());
        if let Err(error) = place.write(writer.draft.bytes()) {
            self.seal(place);
            return Err(TryError::Write(error));
        }
        let segment = place.segment.clone();
        writer.open = Some(OpenSegment { segment: place.segment, block: header.end() });
        Ok((segment, header))
    }

    /// Returns where the draft goes: behind the last chunk, or at the beginning of another segment.
    fn find_place(&self, writer: &mut Writer) -> Result<OpenSegment, WriteError> {
        let blocks = writer.draft.blocks();
        match writer.open.take() {
            Some(open) if open.has_room(blocks) => Ok(open),
            _ => Ok(OpenSegment { segment: self.next_segment(blocks)?, block: FIRST_BLOCK }),
        }
    }

    /// Gives up a segment after a failed write. What it holds stays; if that is nothing it can be made ready anew.
    fn seal(&self, place: OpenSegment) {
        if place.block == FIRST_BLOCK {
            self.catalog.lock().failed.push_back(place.segment);
        }
    }
}
