//! Reads chunks, and answers what a checkpoint needs to know.
//!
//! A segment may be recycled while it is read. It is taken out of the catalog before it is overwritten, so what does not
//! verify is damage only if the catalog still keeps the segment afterwards.

use std::io;

use super::super::{
    Backlog, CheckpointError, Damage, JournalError, JournalId, Position, StoredChunk,
};
use super::catalog::{Next, Place, Unread};
use super::engine::Engine;
use super::header::BLOCK_BYTES;
use super::scan::{Extent, Gap, scan};
use super::segment::{Segment, offset_of};

impl Engine {
    pub(super) fn read(
        &self,
        after: Option<Position>,
        bytes_max: usize,
    ) -> Result<Vec<StoredChunk>, JournalError> {
        let (mut chunks, mut bytes, mut after) = (Vec::new(), 0, after);
        while let Some((segment, place)) = self.find(after)? {
            bytes += place.bytes();
            if bytes > bytes_max && !chunks.is_empty() {
                break;
            }
            chunks.extend(self.load(&segment, place)?);
            after = Some(place.position);
        }
        Ok(chunks)
    }

    /// Reads as far as chunks are held, and asks neither the disk for them nor for where they are.
    pub(super) fn read_fresh(&self, after: Option<Position>, bytes_max: usize) -> Vec<StoredChunk> {
        let (mut chunks, mut bytes, mut after) = (Vec::new(), 0, after);
        loop {
            let next = self.catalog.lock().next(after);
            let Next::At(_, place) = next else { return chunks };
            bytes += place.bytes();
            if bytes > bytes_max && !chunks.is_empty() {
                return chunks;
            }
            let Some(chunk) = self.fresh.get(place.position) else { return chunks };
            chunks.push(chunk);
            after = Some(place.position);
        }
    }

    pub(super) fn chunk(&self, position: Position) -> Result<Option<StoredChunk>, JournalError> {
        match self.find_exactly(position)? {
            Some((segment, place)) => self.load(&segment, place),
            None => Ok(None),
        }
    }

    /// Finds the first chunk behind `after`, reading the headers of its segment if that has not been read lately.
    fn find(&self, after: Option<Position>) -> Result<Option<(Segment, Place)>, JournalError> {
        loop {
            let next = self.catalog.lock().next(after);
            match next {
                Next::None => return Ok(None),
                Next::At(segment, place) => return Ok(Some((segment, place))),
                Next::Unread(unread) => self.learn(&unread)?,
            }
        }
    }

    fn find_exactly(&self, position: Position) -> Result<Option<(Segment, Place)>, JournalError> {
        let Some(sequence) = position.sequence().checked_sub(1) else { return Ok(None) };
        let before = Position::new(position.epoch(), sequence);
        Ok(self.find(Some(before))?.filter(|(_, place)| place.position == position))
    }

    /// Returns the newest readable position before `before`, or the newest of all.
    pub(super) fn last_before(
        &self,
        before: Option<Position>,
    ) -> Result<Option<Position>, JournalError> {
        loop {
            let last = self.catalog.lock().last(before);
            match last {
                Next::None => return Ok(None),
                Next::At(_, place) => return Ok(Some(place.position)),
                Next::Unread(unread) => self.learn(&unread)?,
            }
        }
    }

    fn learn(&self, unread: &Unread) -> Result<(), JournalError> {
        let Unread { segment, first, next } = unread;
        let found = scan(segment, first, Extent::Sealed(*next))
            .map_err(|source| read_error(segment, first.block, source))?;
        for gap in &found.gaps {
            self.note_damage(segment, gap);
        }
        self.catalog.lock().learn(segment, &found.chunks);
        Ok(())
    }

    /// Reads one chunk, or takes it as it was written; none if it is damaged or has been recycled meanwhile.
    fn load(&self, segment: &Segment, place: Place) -> Result<Option<StoredChunk>, JournalError> {
        if let Some(chunk) = self.fresh.get(place.position) {
            return Ok(Some(chunk));
        }
        let mut bytes = vec![0; place.bytes()];
        let read = segment
            .file
            .read_at(&mut bytes, offset_of(place.block))
            .map_err(|source| read_error(segment, place.block, source))?;
        bytes.truncate(read);
        let chunk = open_chunk(segment, place, bytes);
        if chunk.is_none() && self.note_damage(segment, &self.gap_at(segment, place)) {
            self.catalog.lock().leave_out(segment, place.position);
        }
        Ok(chunk)
    }

    /// Describes a chunk that was found by its header and does not verify; the header may be gone by now.
    fn gap_at(&self, segment: &Segment, place: Place) -> Gap {
        let header = segment.read_chunk_header(place.block).ok().flatten();
        match header.filter(|header| header.position == place.position) {
            Some(header) => Gap::of(&header),
            None => {
                let after = self.catalog.lock().before(segment, place.position);
                Gap::at(after, place.position, (place.block, place.block + place.blocks))
            }
        }
    }

    pub(super) fn backlog(&self, after: Option<Position>) -> Result<Backlog, JournalError> {
        let Some((segment, place)) = self.find(after)? else { return Ok(Backlog::default()) };
        let header = segment
            .read_chunk_header(place.block)
            .map_err(|source| read_error(&segment, place.block, source))?;
        let catalog = self.catalog.lock();
        let through = catalog.records_through;
        Ok(Backlog {
            records: header.map_or(0, |header| through.saturating_sub(header.records_before())),
            bytes: catalog.bytes_from(&segment, place.block),
            oldest_committed_at_ms: header.map(|header| header.committed_at_ms),
        })
    }

    /// Finds the segment by the catalog, and the chunk in it by the headers.
    pub(super) fn before(&self, time_ms: i64) -> Result<Option<Position>, JournalError> {
        let mut before = self.catalog.lock().segment_before(time_ms);
        while let Some((segment, place)) = self.find(before)? {
            let header = segment
                .read_chunk_header(place.block)
                .map_err(|source| read_error(&segment, place.block, source))?;
            if header.is_some_and(|header| header.committed_at_ms >= time_ms) {
                break;
            }
            before = Some(place.position);
        }
        Ok(before)
    }

    pub(super) fn verify_checkpoint(
        &self,
        journal: JournalId,
        position: Position,
    ) -> Result<(), CheckpointError> {
        let (head, tail) = self.ends();
        if journal != self.journal {
            let (expected, found) = (journal, self.journal);
            return Err(CheckpointError::OtherJournal { position, expected, found });
        }
        if self.is_damaged(position) {
            return Ok(());
        }
        if Some(position) > head {
            return Err(CheckpointError::BeyondHead { position, head });
        }
        if self.is_before_tail(position) {
            return Err(CheckpointError::Recycled { position, tail });
        }
        match self.is_known(position) {
            Ok(true) => Ok(()),
            Ok(false) => Err(CheckpointError::Unknown { position }),
            Err(error) => Err(CheckpointError::Unreadable { position, reason: error.to_string() }),
        }
    }

    fn ends(&self) -> (Option<Position>, Option<Position>) {
        let catalog = self.catalog.lock();
        (catalog.head(), catalog.tail())
    }

    /// Tells whether chunks behind the position are no longer kept. The one right before the tail misses nothing.
    fn is_before_tail(&self, position: Position) -> bool {
        let catalog = self.catalog.lock();
        let first = catalog.kept.front().map(|kept| kept.first);
        first.is_some_and(|first| Some(position) < first.previous)
    }

    /// Tells whether the position was ever acknowledged, as far as the journal reaches back.
    fn is_known(&self, position: Position) -> Result<bool, JournalError> {
        if self.find_exactly(position)?.is_some() {
            return Ok(true);
        }
        // Looking for it may have found damage.
        if self.is_damaged(position) {
            return Ok(true);
        }
        let catalog = self.catalog.lock();
        let before_first = catalog.kept.front().and_then(|kept| kept.first.previous);
        Ok(before_first == Some(position))
    }

    /// Tells whether the chunk was acknowledged and is known to be damaged.
    fn is_damaged(&self, position: Position) -> bool {
        self.catalog.lock().damages.iter().any(|damage| covers(damage, position))
    }
}

/// Tells whether the damage took the chunk at this position. Where its beginning is not known it is only sure of its end.
fn covers(damage: &Damage, position: Position) -> bool {
    let is_within = damage.after.is_some_and(|after| after < position && position < damage.through);
    is_within || position == damage.through
}

impl Place {
    fn bytes(&self) -> usize {
        self.blocks as usize * BLOCK_BYTES
    }
}

/// Returns the chunk in these bytes if it is the one that was here, whole and unchanged.
fn open_chunk(segment: &Segment, place: Place, bytes: Vec<u8>) -> Option<StoredChunk> {
    let header = segment.chunk_header(&bytes, place.block)?;
    let range = header.body();
    let body = bytes.get(range.clone())?;
    if header.position != place.position || crc32c::crc32c(body) != header.body_crc {
        return None;
    }
    StoredChunk::open(header.origin(), bytes, range).ok()
}

fn read_error(segment: &Segment, block: u32, source: io::Error) -> JournalError {
    JournalError::Read { file: segment.name(), offset: offset_of(block), source }
}
