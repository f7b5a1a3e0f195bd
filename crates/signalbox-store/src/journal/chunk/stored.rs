//! A chunk as it reads back from the journal.
//!
//! Opening one checks the whole directory: every number is within its bound and every length adds up. After that nothing
//! can be out of range, and only the columns themselves may still fail to decompress.

use std::ops::Range;
use std::sync::Arc;

use super::decision::StoredDecisions;
use super::dictionary::Names;
use super::layout::{Layout, Part};
use super::rows::{FLAG_EVENT_ID, FLAG_FINDING, FLAG_ORIGINAL, FLAG_QUARANTINE, Row, RowReader};
use super::wire::Cursor;
use super::{
    ChunkError, ChunkId, EventPosition, FindingKey, PlainColumn, Position, RecordKind, RecordView,
    StoredDecision, Totals,
};

/// A durable chunk and its place; cloning shares it.
#[derive(Clone, Debug)]
pub struct StoredChunk(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    origin: Origin,
    bytes: Vec<u8>,
    body: Range<usize>,
    layout: Layout,
    names: Names,
    decisions: StoredDecisions,
    rows: Vec<Row>,
    checkpoints: Vec<(u16, Range<usize>)>,
    totals: Totals,
    events: Option<PlainColumn>,
}

/// What the journal's own header says of a chunk.
#[derive(Clone, Copy, Debug)]
pub(in crate::journal) struct Origin {
    pub(in crate::journal) position: Position,
    pub(in crate::journal) id: ChunkId,
    pub(in crate::journal) committed_at_ms: i64,
}

impl StoredChunk {
    /// Checks and opens the body at `body` of the bytes that were read.
    pub(in crate::journal) fn open(
        origin: Origin,
        bytes: Vec<u8>,
        body: Range<usize>,
    ) -> Result<Self, ChunkError> {
        Self::open_with(origin, bytes, body, None)
    }

    /// Does the same where the events as they were before compression are at hand.
    pub(in crate::journal) fn open_with(
        origin: Origin,
        bytes: Vec<u8>,
        body: Range<usize>,
        events: Option<PlainColumn>,
    ) -> Result<Self, ChunkError> {
        let whole = bytes.get(body.clone()).ok_or(ChunkError::new("body"))?;
        let layout = Layout::decode(whole)?;
        let part = |part| whole.get(layout.range(part)).unwrap_or_default();
        let names = Names::decode(part(Part::Names))?;
        let decisions = StoredDecisions::decode(part(Part::Decisions), &names)?;
        let tables = [part(Part::Rows), part(Part::Findings), part(Part::Reasons)];
        let rows = RowReader::new(tables, names.len(), decisions.len()).read(&layout)?;
        let checkpoints = decode_checkpoints(part(Part::Checkpoints), names.len())?;
        let totals = Totals::decode(whole.get(layout.totals()).unwrap_or_default())?;
        let events = events.filter(|plain| plain.bytes().len() == layout.events_raw_bytes as usize);
        let opened = Opened {
            origin,
            bytes,
            body,
            layout,
            names,
            decisions,
            rows,
            checkpoints,
            totals,
            events,
        };
        Ok(Self(Arc::new(opened)))
    }

    /// Returns where in the journal it is.
    pub fn position(&self) -> Position {
        self.0.origin.position
    }

    /// Returns the position of one of its records.
    pub fn event_position(&self, index: u32) -> EventPosition {
        self.0.origin.position.event(index)
    }

    /// Returns its id.
    pub fn id(&self) -> ChunkId {
        self.0.origin.id
    }

    /// Returns when it was committed, in milliseconds since 1970.
    pub fn committed_at_ms(&self) -> i64 {
        self.0.origin.committed_at_ms
    }

    /// Returns SHA-256 of the rule set that decided about its events.
    pub fn rule_set(&self) -> &[u8; 32] {
        &self.0.layout.rule_set
    }

    /// Returns how many bytes it occupies, without the journal's header.
    pub fn stored_bytes(&self) -> usize {
        self.0.body.len()
    }

    /// Returns how many records it holds.
    pub fn len(&self) -> usize {
        self.0.rows.len()
    }

    /// Tells whether it holds no record; it may still hold checkpoints and counts.
    pub fn is_empty(&self) -> bool {
        self.0.rows.is_empty()
    }

    /// Returns how many of its records are findings.
    pub fn findings(&self) -> usize {
        self.0.layout.counts.findings as usize
    }

    /// Returns how many of its records were quarantined.
    pub fn quarantined(&self) -> usize {
        self.0.layout.counts.quarantined as usize
    }

    /// Tells whether an alert rule matches any of its events.
    pub fn has_rule_matches(&self) -> bool {
        self.decisions().any(|decision| decision.rules().next().is_some())
    }

    /// Returns the distinct decisions made about its events; a record names its own by index.
    pub fn decisions(&self) -> impl Iterator<Item = StoredDecision<'_>> {
        self.0.decisions.iter(&self.0.names)
    }

    /// Returns the decision with this index.
    pub fn decision(&self, index: usize) -> Option<StoredDecision<'_>> {
        self.0.decisions.get(index, &self.0.names)
    }

    /// Returns what it says of each record, in order.
    pub fn records(&self) -> impl ExactSizeIterator<Item = RecordView<'_>> {
        self.0.rows.iter().enumerate().map(|(index, row)| self.view(index as u32, row))
    }

    /// Returns the index of each record's decision, in order; none if it is quarantined.
    pub fn record_decisions(&self) -> impl ExactSizeIterator<Item = Option<usize>> {
        self.0.rows.iter().map(Row::decision)
    }

    /// Returns what it says of one record.
    pub fn record(&self, index: u32) -> Option<RecordView<'_>> {
        self.0.rows.get(index as usize).map(|row| self.view(index, row))
    }

    /// Returns the sources' checkpoints in it: the integration and its bytes.
    pub fn checkpoints(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.checkpoints.iter().map(|(integration, range)| {
            let bytes = self.part(Part::Checkpoints).get(range.clone());
            (self.0.names.get(*integration), bytes.unwrap_or_default())
        })
    }

    /// Returns the sums of the journal as of its end.
    pub fn totals(&self) -> &Totals {
        &self.0.totals
    }

    pub(super) fn rows(&self) -> &[Row] {
        &self.0.rows
    }

    /// Returns a compressed column and its length before compression.
    pub(super) fn column(&self, part: Part) -> (&[u8], usize) {
        let raw_bytes = match part {
            Part::Events => self.0.layout.events_raw_bytes,
            _ => self.0.layout.originals_raw_bytes,
        };
        (self.part(part), raw_bytes as usize)
    }

    /// Tells whether it is so new that its events are at hand without being decompressed.
    pub fn is_fresh(&self) -> bool {
        self.0.events.is_some()
    }

    /// Returns the column of events as it was before compression, where it is at hand.
    pub(super) fn plain_events(&self) -> Option<&[u8]> {
        self.0.events.as_ref().map(PlainColumn::bytes)
    }

    fn part(&self, part: Part) -> &[u8] {
        let whole = self.0.bytes.get(self.0.body.clone()).unwrap_or_default();
        whole.get(self.0.layout.range(part)).unwrap_or_default()
    }

    fn view<'a>(&'a self, index: u32, row: &'a Row) -> RecordView<'a> {
        let is_quarantined = row.has(FLAG_QUARANTINE);
        RecordView {
            index,
            kind: if is_quarantined { RecordKind::Quarantine } else { RecordKind::Event },
            integration: self.0.names.get(row.integration),
            received_at_ms: row.received_at_ms,
            time_ms: row.time_ms,
            decision: row.decision(),
            json_bytes: row.json.len(),
            has_original: row.has(FLAG_ORIGINAL),
            finding: if row.has(FLAG_FINDING) { self.finding(row) } else { None },
            reason: if is_quarantined { self.reason(row) } else { None },
        }
    }

    fn finding(&self, row: &Row) -> Option<FindingKey<'_>> {
        let mut entry = self.entry(Part::Findings, row);
        let fingerprint = entry.array().ok()?;
        let event_id = if row.has(FLAG_EVENT_ID) { entry.long_text().ok() } else { None };
        Some(FindingKey { fingerprint, event_id })
    }

    fn reason(&self, row: &Row) -> Option<&str> {
        self.entry(Part::Reasons, row).long_text().ok()
    }

    fn entry(&self, part: Part, row: &Row) -> Cursor<'_> {
        Cursor::new(self.part(part).get(row.detail..).unwrap_or_default(), "table entry")
    }
}

fn decode_checkpoints(bytes: &[u8], names: usize) -> Result<Vec<(u16, Range<usize>)>, ChunkError> {
    let mut cursor = Cursor::new(bytes, "source checkpoints");
    let mut checkpoints = Vec::new();
    while !cursor.is_empty() {
        let integration = cursor.index(names)?;
        let length = cursor.bytes()?.len();
        checkpoints.push((integration, cursor.offset() - length..cursor.offset()));
    }
    Ok(checkpoints)
}
