//! Finds the end of a journal that is being opened, and names what is damaged.
//!
//! Of every segment two blocks are read: its header and its first chunk's. The first chunk names the last one before it,
//! and so says where the segment before ends and whether that segment, or part of it, was written but never acknowledged.
//! Only the newest segment is read whole: what follows its last good chunk decides between damage and a torn tail. Bodies
//! in sealed segments are verified when they are read, and chunks missing from them are found then: the same damage,
//! named later, and never taken for the end of the journal, because their end is known from the segment behind them.

use std::io;

use super::super::Position;
use super::catalog::{Catalog, Kept};
use super::folder::Folder;
use super::header::ChunkHeader;
use super::scan::{Extent, Gap, Scan, scan};
use super::segment::{FIRST_BLOCK, Segment};
use super::writer::OpenSegment;

/// What a start finds.
#[derive(Default)]
pub(super) struct Recovered {
    pub(super) catalog: Catalog,
    /// What is missing of acknowledged chunks, and from which segment.
    pub(super) gaps: Vec<(Segment, Gap)>,
    /// The segment that was written to last, and the block behind its last chunk.
    pub(super) open: Option<OpenSegment>,
    /// The last chunk in it, if nothing follows it: whether it was synced is not known.
    pub(super) last: Option<ChunkHeader>,
    /// The last position that was acknowledged, readable or not.
    pub(super) previous: Option<Position>,
    pub(super) committed_at_ms: i64,
    /// The newest position found, acknowledged or not.
    pub(super) newest: Option<Position>,
}

/// Finds the chunks of the journal, from the newest segment to the oldest.
pub(super) fn recover(folder: Folder) -> io::Result<Recovered> {
    let mut recovered = Recovered::default();
    recovered.catalog.number_next = folder.number_next;
    // An empty segment is made ready again, for the sync of its header may have failed and only look done.
    recovered.catalog.spare.extend(folder.empty);

    let is_given_up = |(_, first): &(Segment, ChunkHeader)| Some(first.position) < folder.floor;
    let (given_up, mut used): (Vec<_>, Vec<_>) = folder.used.into_iter().partition(is_given_up);
    recovered.catalog.spare.extend(given_up.into_iter().map(|(segment, _)| segment));
    used.sort_by_key(|(_, first)| first.position);
    let Some(mut next) = used.pop() else { return Ok(recovered) };
    recovered.take_newest(&next.0, &next.1)?;
    while let Some((segment, first)) = used.pop() {
        if next.1.previous < Some(first.position) {
            recovered.catalog.spare.push_back(segment);
            continue;
        }
        recovered.take_sealed(&segment, &first, &next)?;
        next = (segment, first);
    }
    recovered.note_missing_front(None, &next);
    Ok(recovered)
}

impl Recovered {
    /// Takes the segment that was written to last. What follows its last chunk is the torn tail: it is written over.
    fn take_newest(&mut self, segment: &Segment, first: &ChunkHeader) -> io::Result<()> {
        let found = scan(segment, first, Extent::Open { through: None })?;
        self.add_gaps(segment, &found);
        let last = found.chunks.last().copied();
        let Some(newest) = found.torn.or(last) else { return Ok(()) };

        self.newest = Some(newest.position);
        self.committed_at_ms = newest.committed_at_ms;
        if found.torn.is_some() {
            self.previous = newest.previous;
            self.catalog.records_through = newest.records_before();
        } else {
            self.previous = Some(newest.position);
            self.catalog.records_through = newest.records_through;
            self.last = last;
        }
        let block = found.torn.map_or(newest.end(), |torn| torn.block);
        self.open = Some(OpenSegment { segment: segment.clone(), block });
        if last.is_some() {
            self.catalog.kept.push_front(Kept::scanned(segment.clone(), *first, &found.chunks));
        }
        Ok(())
    }

    /// Takes a segment behind which another one begins.
    fn take_sealed(
        &mut self,
        segment: &Segment,
        first: &ChunkHeader,
        next: &(Segment, ChunkHeader),
    ) -> io::Result<()> {
        match next.1.previous {
            // The usual case: nothing is read until a reader comes here.
            Some(last) if next.1.block == FIRST_BLOCK && !self.catalog.kept.is_empty() => {
                self.catalog.kept.push_front(Kept::sealed(segment.clone(), *first, last));
                return Ok(());
            }
            _ => {}
        }
        let extent = if next.1.block == FIRST_BLOCK {
            Extent::Sealed(next.1)
        } else {
            Extent::Open { through: next.1.previous }
        };
        let found = scan(segment, first, extent)?;
        self.add_gaps(segment, &found);
        if let Some(torn) = found.torn {
            self.gaps.push((segment.clone(), Gap::of(&torn)));
        }
        self.note_missing_front(found.torn.or(found.chunks.last().copied()), next);
        self.catalog.kept.push_front(Kept::scanned(segment.clone(), *first, &found.chunks));
        Ok(())
    }

    /// Notes what is missing between the last chunk of one segment and a first chunk that is not where a first chunk is.
    fn note_missing_front(&mut self, last: Option<ChunkHeader>, next: &(Segment, ChunkHeader)) {
        let (segment, first) = next;
        let last_position = last.map(|last| last.position);
        let Some(through) = first.previous.filter(|previous| Some(*previous) > last_position)
        else {
            return;
        };
        if first.block > FIRST_BLOCK {
            let blocks = (FIRST_BLOCK, first.block);
            let gap = Gap::between(last.as_ref(), through, first, blocks);
            self.gaps.push((segment.clone(), gap));
        }
    }

    fn add_gaps(&mut self, segment: &Segment, found: &Scan) {
        self.gaps.extend(found.gaps.iter().map(|gap| (segment.clone(), *gap)));
    }
}
