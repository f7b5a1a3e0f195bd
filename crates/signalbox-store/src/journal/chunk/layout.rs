//! Where the parts of a chunk's body are.
//!
//! ```text
//! 0    rule-set hash, 32 bytes
//! 32   records, findings, quarantined records, u32 each, little-endian
//! 44   bytes of: names, decisions, rows, findings, reasons, checkpoints, events, originals, u32 each
//! 76   bytes before compression of: events, originals, u32 each
//! 84   the parts in that order, then the table of sums to the end
//! ```

use std::ops::Range;

use super::wire::Cursor;
use super::{CHUNK_RECORDS_MAX, ChunkError, RECORD_BYTES_MAX};

/// How many records of which kind a chunk holds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(in crate::journal) struct Counts {
    pub(in crate::journal) records: u32,
    pub(in crate::journal) findings: u32,
    pub(in crate::journal) quarantined: u32,
}

/// The parts of a body before the table of sums, in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Names,
    Decisions,
    Rows,
    Findings,
    Reasons,
    Checkpoints,
    Events,
    Originals,
}

const PARTS: usize = 8;
const FIXED_BYTES: usize = 84;
/// An event of the largest size and its line break, or the quarantined bytes of the largest size.
const COLUMN_BYTES_MAX: usize = RECORD_BYTES_MAX + 1;

/// The beginning of a body: what is in it and where.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Layout {
    pub(super) rule_set: [u8; 32],
    pub(super) counts: Counts,
    lengths: [u32; PARTS],
    pub(super) events_raw_bytes: u32,
    pub(super) originals_raw_bytes: u32,
}

impl Layout {
    pub(super) const FIXED_BYTES: usize = FIXED_BYTES;

    /// Reserves its place at the beginning of a body that is being written.
    pub(super) fn reserve(body: &mut Vec<u8>, rule_set: [u8; 32], counts: Counts) -> Self {
        body.resize(FIXED_BYTES, 0);
        Self { rule_set, counts, ..Self::default() }
    }

    /// Appends a part.
    pub(super) fn put(&mut self, body: &mut Vec<u8>, part: Part, bytes: &[u8]) {
        body.extend_from_slice(bytes);
        self.set_length(part, bytes.len());
    }

    /// Notes how long a part is that was appended.
    pub(super) fn set_length(&mut self, part: Part, length: usize) {
        if let Some(place) = self.lengths.get_mut(part as usize) {
            *place = u32_of(length);
        }
    }

    /// Notes how long the columns are before compression.
    pub(super) fn set_raw_bytes(&mut self, events: usize, originals: usize) {
        self.events_raw_bytes = u32_of(events);
        self.originals_raw_bytes = u32_of(originals);
    }

    /// Writes itself into the place reserved.
    pub(super) fn write(&self, body: &mut [u8]) {
        let counts = [self.counts.records, self.counts.findings, self.counts.quarantined];
        let raw = [self.events_raw_bytes, self.originals_raw_bytes];
        let numbers = counts.iter().chain(&self.lengths).chain(&raw);
        let bytes =
            self.rule_set.into_iter().chain(numbers.flat_map(|number| number.to_le_bytes()));
        for (place, byte) in body.iter_mut().zip(bytes) {
            *place = byte;
        }
    }

    pub(super) fn decode(body: &[u8]) -> Result<Self, ChunkError> {
        let mut cursor = Cursor::new(body, "directory");
        let rule_set = cursor.array()?;
        let counts =
            Counts { records: cursor.u32()?, findings: cursor.u32()?, quarantined: cursor.u32()? };
        let mut lengths = [0; PARTS];
        for length in &mut lengths {
            *length = cursor.u32()?;
        }
        let layout = Self {
            rule_set,
            counts,
            lengths,
            events_raw_bytes: cursor.u32()?,
            originals_raw_bytes: cursor.u32()?,
        };
        layout.check(body.len()).then_some(layout).ok_or(cursor.error())
    }

    fn check(&self, body_bytes: usize) -> bool {
        let Counts { records, findings, quarantined } = self.counts;
        self.totals().start <= body_bytes
            && records as usize <= CHUNK_RECORDS_MAX
            && findings <= records
            && quarantined <= records
            && self.events_raw_bytes as usize <= COLUMN_BYTES_MAX
            && self.originals_raw_bytes as usize <= COLUMN_BYTES_MAX
    }

    /// Returns where a part is. The sum cannot overflow: eight numbers of 32 bits.
    pub(super) fn range(&self, part: Part) -> Range<usize> {
        let before: usize =
            self.lengths.iter().take(part as usize).map(|length| *length as usize).sum();
        let length = self.lengths.get(part as usize).map_or(0, |length| *length as usize);
        let start = FIXED_BYTES + before;
        start..start + length
    }

    /// Returns where the table of sums begins; it reaches to the end of the body.
    pub(super) fn totals(&self) -> std::ops::RangeFrom<usize> {
        self.range(Part::Originals).end..
    }
}

/// No part reaches 4 GiB: the builder bounds the records, and names and checkpoints are bounded in number and length.
fn u32_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
