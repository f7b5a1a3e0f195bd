//! Which segment holds what: the engine's map, kept in memory and made anew at every start.
//!
//! Of a sealed segment it knows its first chunk and, from the next segment's first chunk, its last one. The places of the
//! chunks within are read from their headers when a reader first comes there, and forgotten when sixteen other segments
//! have been read since: a start reads two blocks per segment, whatever the backlog, and memory does not grow with it.

use std::collections::VecDeque;

use super::super::{Damage, JournalOptions, Position, Totals};
use super::header::ChunkHeader;
use super::segment::{FIRST_BLOCK, Segment, offset_of};

/// Where one chunk is within its segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) position: Position,
    pub(super) block: u32,
    pub(super) blocks: u32,
}

/// A segment that holds chunks.
pub(super) struct Kept {
    pub(super) segment: Segment,
    /// The oldest chunk in it that has a good header.
    pub(super) first: ChunkHeader,
    /// The newest chunk in it that was acknowledged.
    pub(super) last: Position,
    /// The block behind that one where it is known, otherwise the end of the file.
    pub(super) end: u32,
    places: Option<Vec<Place>>,
    read_at: u64,
}

/// The segments of the journal, the chunks' places in them as far as they are needed, and the damage found.
#[derive(Default)]
pub(super) struct Catalog {
    /// Segments with chunks, the oldest first; the last one is, or was, written to.
    pub(super) kept: VecDeque<Kept>,
    /// Segments made ready for chunks.
    pub(super) ready: VecDeque<Segment>,
    /// Segments that hold nothing of value and must be made ready first.
    pub(super) spare: VecDeque<Segment>,
    /// Segments that hold nothing of value because the disk failed to take it.
    pub(super) failed: VecDeque<Segment>,
    /// Everything before it is behind every checkpoint.
    pub(super) released: Option<Position>,
    pub(super) number_next: u32,
    /// How many records the journal ever held.
    pub(super) records_through: u64,
    pub(super) totals: Totals,
    pub(super) damages: Vec<Damage>,
    /// How many copies are being made: none of the segments is given up meanwhile.
    pub(super) holds: u32,
    reads: u64,
}

/// What the catalog says about the chunk behind a position.
pub(super) enum Next {
    /// There is none.
    None,
    /// It is here.
    At(Segment, Place),
    /// It is in this segment; the places of its chunks have to be read first.
    Unread(Unread),
}

/// A sealed segment whose chunks' places are not known, its first chunk and that of the next segment.
pub(super) struct Unread {
    pub(super) segment: Segment,
    pub(super) first: ChunkHeader,
    pub(super) next: ChunkHeader,
}

impl Kept {
    /// Returns a segment the places of whose chunks are read when they are needed.
    pub(super) fn sealed(segment: Segment, first: ChunkHeader, last: Position) -> Self {
        let end = segment.end();
        Self { segment, first, last, end, places: None, read_at: 0 }
    }

    /// Returns a segment with these chunks, which may all be damaged; `first` is its first header, whatever its body.
    pub(super) fn scanned(segment: Segment, first: ChunkHeader, chunks: &[ChunkHeader]) -> Self {
        let last = chunks.last().unwrap_or(&first);
        Self {
            segment,
            first,
            last: last.position,
            end: last.end(),
            places: Some(chunks.iter().map(Place::of).collect()),
            read_at: 0,
        }
    }
}

impl Place {
    pub(super) fn of(header: &ChunkHeader) -> Self {
        Self { position: header.position, block: header.block, blocks: header.blocks() }
    }
}

impl Catalog {
    pub(super) fn head(&self) -> Option<Position> {
        self.kept.back().map(|kept| kept.last)
    }

    pub(super) fn tail(&self) -> Option<Position> {
        self.kept.front().map(|kept| kept.first.position)
    }

    /// Adds a chunk that is durable, and takes over the sums as of its end.
    pub(super) fn append(&mut self, segment: &Segment, header: &ChunkHeader, totals: Totals) {
        self.records_through = header.records_through;
        self.totals = totals;
        if let Some(open) = self.kept.back_mut()
            && open.segment.is_same(segment)
        {
            open.last = header.position;
            open.end = header.end();
            open.places.get_or_insert_default().push(Place::of(header));
            return;
        }
        self.kept.push_back(Kept::scanned(segment.clone(), *header, &[*header]));
        self.forget_places();
    }

    /// Finds the first chunk behind `after`.
    pub(super) fn next(&mut self, after: Option<Position>) -> Next {
        let start = self.kept.partition_point(|kept| Some(kept.last) <= after);
        for index in start..self.kept.len() {
            match self.next_in(index, after) {
                Next::None => {}
                found => return found,
            }
        }
        Next::None
    }

    fn next_in(&mut self, index: usize, after: Option<Position>) -> Next {
        self.look_in(index, |places| {
            places.get(places.partition_point(|place| Some(place.position) <= after))
        })
    }

    /// Finds the last chunk before `before`, or the last of all.
    pub(super) fn last(&mut self, before: Option<Position>) -> Next {
        let is_before = |position: Position| before.is_none_or(|before| position < before);
        for index in (0..self.kept.len()).rev() {
            let last_in =
                |places: &'_ [Place]| places.iter().rposition(|place| is_before(place.position));
            let found = self.look_in(index, |places| places.get(last_in(places)?));
            if !matches!(found, Next::None) {
                return found;
            }
        }
        Next::None
    }

    /// Looks for a chunk in one segment.
    fn look_in(&mut self, index: usize, choose: impl Fn(&[Place]) -> Option<&Place>) -> Next {
        self.reads += 1;
        let next = self.kept.get(index + 1).map(|kept| kept.first);
        let Some(kept) = self.kept.get_mut(index) else { return Next::None };
        kept.read_at = self.reads;
        let segment = kept.segment.clone();
        match (&kept.places, next) {
            (Some(places), _) => {
                choose(places).map_or(Next::None, |place| Next::At(segment, *place))
            }
            (None, Some(next)) => Next::Unread(Unread { segment, first: kept.first, next }),
            // Only sealed segments go without places, and behind a sealed one there is another.
            (None, None) => Next::None,
        }
    }

    /// Keeps the places of a segment's chunks, if the segment is still kept.
    pub(super) fn learn(&mut self, segment: &Segment, chunks: &[ChunkHeader]) {
        if let Some(kept) = self.kept_mut(segment) {
            kept.places = Some(chunks.iter().map(Place::of).collect());
            self.forget_places();
        }
    }

    /// Returns the last chunk known before this one of the segment.
    pub(super) fn before(&self, segment: &Segment, position: Position) -> Option<Position> {
        let kept = self.kept.iter().find(|kept| kept.segment.is_same(segment))?;
        let earlier = kept.places.as_ref()?.iter().rev().find(|place| place.position < position);
        earlier.map(|place| place.position).or(kept.first.previous)
    }

    /// Leaves out a chunk from now on, because it is damaged.
    pub(super) fn leave_out(&mut self, segment: &Segment, position: Position) {
        if let Some(places) = self.kept_mut(segment).and_then(|kept| kept.places.as_mut()) {
            places.retain(|place| place.position != position);
        }
    }

    /// Tells whether the segment still holds what it held when it was looked up.
    pub(super) fn keeps(&self, segment: &Segment) -> bool {
        self.kept.iter().any(|kept| kept.segment.is_same(segment))
    }

    fn kept_mut(&mut self, segment: &Segment) -> Option<&mut Kept> {
        self.kept.iter_mut().find(|kept| kept.segment.is_same(segment))
    }

    /// Forgets the places of the segment read longest ago if too many are known; never those of the newest segment.
    fn forget_places(&mut self) {
        let newest = self.kept.len().saturating_sub(1);
        let known = || self.kept.iter().take(newest).filter(|kept| kept.places.is_some());
        if known().count() <= SEGMENTS_KNOWN_MAX {
            return;
        }
        let oldest_read = known().map(|kept| kept.read_at).min();
        let forgotten = self
            .kept
            .iter_mut()
            .take(newest)
            .find(|kept| kept.places.is_some() && Some(kept.read_at) == oldest_read);
        if let Some(kept) = forgotten {
            kept.places = None;
        }
    }

    /// Returns how many bytes of chunks there are from this block of this segment on.
    pub(super) fn bytes_from(&self, segment: &Segment, block: u32) -> u64 {
        let Some(index) = self.kept.iter().position(|kept| kept.segment.is_same(segment)) else {
            return 0;
        };
        let later = self.kept.range(index + 1..).map(|kept| kept.end.saturating_sub(FIRST_BLOCK));
        let here = self.kept.get(index).map_or(0, |kept| kept.end.saturating_sub(block));
        later.chain([here]).map(offset_of).sum()
    }

    /// Returns the position before the newest segment that begins before this time, or before the oldest of all.
    pub(super) fn segment_before(&self, time_ms: i64) -> Option<Position> {
        let begins_before = |kept: &&Kept| kept.first.committed_at_ms < time_ms;
        let newest = self.kept.iter().rev().find(begins_before);
        newest.or_else(|| self.kept.front()).and_then(|kept| kept.first.previous)
    }

    /// Returns how many bytes the files occupy.
    pub(super) fn bytes(&self) -> u64 {
        let kept = self.kept.iter().map(|kept| &kept.segment);
        let empty = self.ready.iter().chain(&self.spare).chain(&self.failed);
        kept.chain(empty).map(Segment::bytes).sum()
    }

    /// Returns how many of the oldest segments are behind every checkpoint; never the newest segment.
    pub(super) fn released_segments(&self) -> usize {
        if self.holds > 0 {
            return 0;
        }
        let newest = self.kept.len().saturating_sub(1);
        let released = |kept: &&Kept| Some(kept.last) < self.released;
        self.kept.iter().take(newest).take_while(released).count()
    }

    /// Returns how many of those need not be kept for their history either.
    pub(super) fn recyclable_segments(&self, options: &JournalOptions, now_ms: i64) -> usize {
        let keep_ms = i64::try_from(options.keep.as_millis()).unwrap_or(i64::MAX);
        let mut bytes: u64 = self.kept.iter().map(|kept| kept.segment.bytes()).sum();
        // A segment is as old as its last chunk, and that is older than the next segment's first.
        let with_next =
            self.kept.iter().zip(self.kept.iter().skip(1)).take(self.released_segments());
        with_next
            .take_while(|(kept, next)| {
                let is_old = now_ms.saturating_sub(next.first.committed_at_ms) >= keep_ms;
                let is_too_much = bytes > options.keep_bytes;
                bytes = bytes.saturating_sub(kept.segment.bytes());
                is_old || is_too_much
            })
            .count()
    }

    /// Adds damage; false if it is part of what has been found before.
    pub(super) fn add_damage(&mut self, damage: Damage) -> bool {
        let covers =
            |known: &Damage| known.after <= damage.after && damage.through <= known.through;
        let is_new = !self.damages.iter().any(covers);
        if is_new {
            self.damages.push(damage);
        }
        is_new
    }
}

/// Takes the first segment that has room for a chunk of so many blocks.
pub(super) fn take_fitting(segments: &mut VecDeque<Segment>, blocks: u32) -> Option<Segment> {
    let fits = |segment: &Segment| segment.has_room(FIRST_BLOCK, blocks);
    let index = segments.iter().position(fits)?;
    segments.remove(index)
}

/// Each costs 24 bytes per chunk, so up to 400 KB for a segment of the smallest chunks.
const SEGMENTS_KNOWN_MAX: usize = 16;
