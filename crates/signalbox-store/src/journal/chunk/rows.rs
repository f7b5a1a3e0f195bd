//! The directory's row of each record: what it is and where its bytes begin and end.

use std::ops::Range;

use super::ChunkError;
use super::layout::{Counts, Layout};
use super::wire::Cursor;

/// The bits at the beginning of a row.
pub(super) const FLAG_QUARANTINE: u8 = 1;
pub(super) const FLAG_FINDING: u8 = 2;
pub(super) const FLAG_ORIGINAL: u8 = 4;
pub(super) const FLAG_EVENT_ID: u8 = 8;

/// One record in the directory. The ranges are of the columns before compression; `detail` is where its entry in the part
/// of findings or of reasons begins.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) flags: u8,
    pub(super) integration: u16,
    pub(super) decision: u16,
    pub(super) received_at_ms: i64,
    pub(super) time_ms: i64,
    pub(super) json: Range<usize>,
    pub(super) original: Range<usize>,
    pub(super) detail: usize,
}

impl Row {
    /// Returns the index of its decision; none if it is quarantined.
    pub(super) fn decision(&self) -> Option<usize> {
        (!self.has(FLAG_QUARANTINE)).then_some(usize::from(self.decision))
    }

    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// Reads the rows of a chunk, and beside them the findings and reasons they point to.
pub(super) struct RowReader<'a> {
    rows: Cursor<'a>,
    findings: Cursor<'a>,
    reasons: Cursor<'a>,
    names: usize,
    decisions: usize,
    seen: Counts,
    received_at_ms: i64,
    events_end: usize,
    originals_end: usize,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(
        [rows, findings, reasons]: [&'a [u8]; 3],
        names: usize,
        decisions: usize,
    ) -> Self {
        Self {
            rows: Cursor::new(rows, "table of records"),
            findings: Cursor::new(findings, "table of findings"),
            reasons: Cursor::new(reasons, "table of reasons"),
            names,
            decisions,
            seen: Counts::default(),
            received_at_ms: 0,
            events_end: 0,
            originals_end: 0,
        }
    }

    /// Reads all rows and proves that they and the layout say the same.
    pub(super) fn read(mut self, layout: &Layout) -> Result<Vec<Row>, ChunkError> {
        let mut rows = Vec::with_capacity(layout.counts.records as usize);
        while !self.rows.is_empty() {
            rows.push(self.row()?);
        }
        let agrees = self.seen == layout.counts
            && self.events_end == layout.events_raw_bytes as usize
            && self.originals_end == layout.originals_raw_bytes as usize;
        if !agrees {
            return Err(self.rows.error());
        }
        self.findings.finish()?;
        self.reasons.finish()?;
        Ok(rows)
    }

    fn row(&mut self) -> Result<Row, ChunkError> {
        let flags = self.rows.byte()?;
        let integration = self.rows.index(self.names)?;
        self.received_at_ms = self.received_at_ms.wrapping_add(self.rows.signed()?);
        self.seen.records += 1;
        let mut row = Row {
            flags,
            integration,
            decision: 0,
            received_at_ms: self.received_at_ms,
            time_ms: self.received_at_ms,
            json: self.events_end..self.events_end,
            original: self.originals_end..self.originals_end,
            detail: 0,
        };
        if row.has(FLAG_QUARANTINE) {
            self.quarantine(&mut row)?
        } else {
            self.event(&mut row)?
        }
        Ok(row)
    }

    fn event(&mut self, row: &mut Row) -> Result<(), ChunkError> {
        row.time_ms = row.received_at_ms.wrapping_add(self.rows.signed()?);
        row.decision = self.rows.index(self.decisions)?;
        row.json.end += self.length()?;
        // The line break that follows each event in its column.
        self.events_end = row.json.end + 1;
        if row.has(FLAG_ORIGINAL) {
            self.original(row)?;
        }
        if row.has(FLAG_FINDING) {
            self.finding(row)?;
        }
        let known = FLAG_ORIGINAL | FLAG_FINDING | FLAG_EVENT_ID;
        if row.flags & !known == 0 { Ok(()) } else { Err(self.rows.error()) }
    }

    fn finding(&mut self, row: &mut Row) -> Result<(), ChunkError> {
        row.detail = self.findings.offset();
        self.findings.array::<32>()?;
        if row.has(FLAG_EVENT_ID) {
            self.findings.long_text()?;
        }
        self.seen.findings += 1;
        Ok(())
    }

    fn quarantine(&mut self, row: &mut Row) -> Result<(), ChunkError> {
        self.original(row)?;
        row.detail = self.reasons.offset();
        self.reasons.long_text()?;
        self.seen.quarantined += 1;
        let expected = FLAG_QUARANTINE | FLAG_ORIGINAL;
        if row.flags == expected { Ok(()) } else { Err(self.rows.error()) }
    }

    fn original(&mut self, row: &mut Row) -> Result<(), ChunkError> {
        row.original.end += self.length()?;
        self.originals_end = row.original.end;
        Ok(())
    }

    /// Reads a length; 32 bits at most, so that a sum of 1,000 cannot overflow.
    fn length(&mut self) -> Result<usize, ChunkError> {
        let length = self.rows.varint()?;
        u32::try_from(length).map(|length| length as usize).map_err(|_| self.rows.error())
    }
}
