//! Fills a chunk, record by record, and finishes it.
//!
//! Per record there is one copy into each compressor and some ten bytes of directory; memory is asked for per chunk and
//! per distinct name or decision, never per record.

use std::io;
use std::sync::Arc;

use super::column::ColumnWriter;
use super::decision::DecisionTable;
use super::dictionary::Dictionary;
use super::error::check_length;
use super::layout::{Counts, Layout, Part};
use super::plain::Home;
use super::rows::{FLAG_EVENT_ID, FLAG_FINDING, FLAG_ORIGINAL, FLAG_QUARANTINE};
use super::wire::{put_bytes, put_signed, put_text, put_varint};
use super::{
    CHUNK_BYTES_MAX, CHUNK_RAW_BYTES_MAX, CHUNK_RECORDS_MAX, Chunk, ChunkId, EventRecord,
    FindingKey, IntakeTotals, NAME_BYTES_MAX, QuarantineRecord, RECORD_BYTES_MAX, RecordError,
    RuleNames, TEXT_BYTES_MAX, Totals,
};

/// Builds one chunk after the other.
pub struct ChunkBuilder {
    rules: Arc<RuleNames>,
    rules_next: Option<Arc<RuleNames>>,
    counts: Counts,
    received_at_ms: i64,
    dictionary: Dictionary,
    decisions: DecisionTable,
    rows: Vec<u8>,
    findings: Vec<u8>,
    reasons: Vec<u8>,
    checkpoints: Vec<(u16, Vec<u8>)>,
    added: Totals,
    events: ColumnWriter,
    originals: ColumnWriter,
    home: Home,
}

impl ChunkBuilder {
    /// Returns a builder whose decisions refer to `rules`.
    ///
    /// # Errors
    /// If there is no memory for the compressors, about 2 MB.
    pub fn new(rules: Arc<RuleNames>) -> io::Result<Self> {
        Ok(Self {
            rules,
            rules_next: None,
            counts: Counts::default(),
            received_at_ms: 0,
            dictionary: Dictionary::default(),
            decisions: DecisionTable::default(),
            rows: Vec::new(),
            findings: Vec::new(),
            reasons: Vec::new(),
            checkpoints: Vec::new(),
            added: Totals::default(),
            events: ColumnWriter::gathering(HELD_BYTES_MAX)?,
            originals: ColumnWriter::new()?,
            home: Home::default(),
        })
    }

    /// Takes another rule set: at once if the builder is empty, otherwise from the next chunk on.
    pub fn use_rules(&mut self, rules: Arc<RuleNames>) {
        if self.is_empty() {
            self.rules = rules;
        } else {
            self.rules_next = Some(rules);
        }
    }

    /// Returns the rule set that the decisions of the chunk being built refer to.
    pub fn rules(&self) -> &Arc<RuleNames> {
        &self.rules
    }

    /// Returns how many records have been pushed.
    pub fn len(&self) -> usize {
        self.counts.records as usize
    }

    /// Tells whether there is nothing to commit: no record, no checkpoint and no count.
    pub fn is_empty(&self) -> bool {
        self.counts.records == 0 && self.checkpoints.is_empty() && self.added.intake.is_empty()
    }

    /// Tells whether no further record fits, however small. A larger one may be [`RecordError::Full`] before.
    pub fn is_full(&self) -> bool {
        !self.has_room(0, 0, 0)
    }

    /// Appends an event and returns its index in the chunk.
    ///
    /// # Errors
    /// `Full` asks to finish the chunk and push the event again. The others are about this event only.
    pub fn push_event(&mut self, event: &EventRecord<'_>) -> Result<u32, RecordError> {
        let original_bytes = event.original.map_or(0, <[u8]>::len);
        check_record(event.json.len() + original_bytes)?;
        check_event(event)?;
        let finding_bytes = event.finding.and_then(|key| key.event_id).map_or(0, str::len);
        let integration = self.dictionary.intern("integration's name", event.integration)?;
        let decision = self.decisions.number(event.decision, &self.rules, &mut self.dictionary)?;
        if !self.has_room(event.json.len() + 1, original_bytes, finding_bytes) {
            return Err(RecordError::Full);
        }

        self.events.write(event.json)?;
        self.events.write(b"\n")?;
        self.put_row_start(event_flags(event), integration, event.received_at_ms);
        put_signed(&mut self.rows, event.time_ms.wrapping_sub(event.received_at_ms));
        put_varint(&mut self.rows, decision as u64);
        put_varint(&mut self.rows, event.json.len() as u64);
        if let Some(original) = event.original {
            self.put_original(original)?;
        }
        if let Some(key) = event.finding {
            self.put_finding(&key);
        }
        self.decisions.count(decision);
        Ok(self.next_index())
    }

    /// Appends bytes that did not map and returns their index in the chunk.
    ///
    /// # Errors
    /// As [`ChunkBuilder::push_event`].
    pub fn push_quarantine(&mut self, record: &QuarantineRecord<'_>) -> Result<u32, RecordError> {
        check_record(record.bytes.len())?;
        let reason = cut(record.reason, REASON_BYTES_MAX);
        let integration = self.dictionary.intern("integration's name", record.integration)?;
        if !self.has_room(0, record.bytes.len(), reason.len()) {
            return Err(RecordError::Full);
        }

        self.put_row_start(FLAG_QUARANTINE | FLAG_ORIGINAL, integration, record.received_at_ms);
        self.put_original(record.bytes)?;
        put_text(&mut self.reasons, reason);
        self.counts.quarantined += 1;
        Ok(self.next_index())
    }

    /// Stores how far a source has been read, so that it is durable with the events before it. The last one counts.
    ///
    /// It never makes a chunk full: a page's checkpoint belongs with the page's last event.
    ///
    /// # Errors
    /// `TooLong`, or `Full` if there are too many names.
    pub fn put_checkpoint(
        &mut self,
        integration: &str,
        checkpoint: &[u8],
    ) -> Result<(), RecordError> {
        check_length("source's checkpoint", checkpoint.len(), TEXT_BYTES_MAX)?;
        let number = self.dictionary.intern("integration's name", integration)?;
        self.checkpoints.retain(|(other, _)| *other != number);
        self.checkpoints.push((number, checkpoint.to_owned()));
        Ok(())
    }

    /// Adds what became of what an integration received since the last chunk.
    ///
    /// # Errors
    /// `TooLong`.
    pub fn count_intake(
        &mut self,
        integration: &str,
        added: IntakeTotals,
    ) -> Result<(), RecordError> {
        check_length("integration's name", integration.len(), NAME_BYTES_MAX)?;
        self.added.count_intake(integration, added);
        Ok(())
    }

    /// Returns the finished chunk and begins the next one.
    ///
    /// # Errors
    /// If the compressor fails, for want of memory; the builder must be discarded then.
    pub fn finish(&mut self, id: ChunkId) -> io::Result<Chunk> {
        let mut body = Vec::with_capacity(self.stored_bytes_max());
        let mut layout = Layout::reserve(&mut body, self.rules.hash, self.counts);
        layout.put(&mut body, Part::Names, self.dictionary.encoded());
        layout.put(&mut body, Part::Decisions, self.decisions.encoded());
        layout.put(&mut body, Part::Rows, &self.rows);
        layout.put(&mut body, Part::Findings, &self.findings);
        layout.put(&mut body, Part::Reasons, &self.reasons);
        layout.put(&mut body, Part::Checkpoints, &self.encoded_checkpoints());
        layout.set_raw_bytes(self.events.raw_bytes(), self.originals.raw_bytes());
        layout.set_length(Part::Events, self.events.finish_into(&mut body)?);
        layout.set_length(Part::Originals, self.originals.finish_into(&mut body)?);
        layout.write(&mut body);
        let events = self.events.gathered().map(|column| self.home.hold(column));

        let mut added = std::mem::take(&mut self.added);
        self.decisions.add_to(&mut added, &self.rules);
        let counts = self.counts;
        self.clear()?;
        Ok(Chunk { id, counts, body, added, events })
    }

    fn has_room(&self, event_bytes: usize, original_bytes: usize, detail_bytes: usize) -> bool {
        let raw = self.events.raw_bytes() + self.originals.raw_bytes();
        let compressed = self.events.compressed_bytes_max(event_bytes)
            + self.originals.compressed_bytes_max(original_bytes);
        self.counts.records == 0
            || self.len() < CHUNK_RECORDS_MAX
                && raw + event_bytes + original_bytes <= CHUNK_RAW_BYTES_MAX
                && self.directory_bytes() + detail_bytes + compressed <= ROOM_BYTES
    }

    fn directory_bytes(&self) -> usize {
        self.dictionary.encoded().len()
            + self.decisions.encoded().len()
            + self.rows.len()
            + self.findings.len()
            + self.reasons.len()
    }

    fn stored_bytes_max(&self) -> usize {
        let checkpoints: usize = self.checkpoints.iter().map(|(_, bytes)| bytes.len() + 8).sum();
        Layout::FIXED_BYTES
            + self.directory_bytes()
            + checkpoints
            + self.events.compressed_bytes_max(0)
            + self.originals.compressed_bytes_max(0)
    }

    fn put_row_start(&mut self, flags: u8, integration: u16, received_at_ms: i64) {
        self.rows.push(flags);
        put_varint(&mut self.rows, u64::from(integration));
        put_signed(&mut self.rows, received_at_ms.wrapping_sub(self.received_at_ms));
        self.received_at_ms = received_at_ms;
    }

    fn put_original(&mut self, original: &[u8]) -> io::Result<()> {
        put_varint(&mut self.rows, original.len() as u64);
        self.originals.write(original)
    }

    fn put_finding(&mut self, key: &FindingKey<'_>) {
        self.findings.extend_from_slice(&key.fingerprint);
        if let Some(event_id) = key.event_id {
            put_text(&mut self.findings, event_id);
        }
        self.counts.findings += 1;
    }

    fn next_index(&mut self) -> u32 {
        let index = self.counts.records;
        self.counts.records += 1;
        index
    }

    fn encoded_checkpoints(&self) -> Vec<u8> {
        let mut encoded = Vec::new();
        for (integration, checkpoint) in &self.checkpoints {
            put_varint(&mut encoded, u64::from(*integration));
            put_bytes(&mut encoded, checkpoint);
        }
        encoded
    }

    fn clear(&mut self) -> io::Result<()> {
        self.events.clear()?;
        self.originals.clear()?;
        self.counts = Counts::default();
        self.received_at_ms = 0;
        self.dictionary.clear();
        self.decisions.clear();
        self.rows.clear();
        self.findings.clear();
        self.reasons.clear();
        self.checkpoints.clear();
        if let Some(rules) = self.rules_next.take() {
            self.rules = rules;
        }
        Ok(())
    }
}

fn event_flags(event: &EventRecord<'_>) -> u8 {
    let mut flags = 0;
    if event.original.is_some() {
        flags |= FLAG_ORIGINAL;
    }
    if let Some(key) = event.finding {
        flags |= FLAG_FINDING;
        if key.event_id.is_some() {
            flags |= FLAG_EVENT_ID;
        }
    }
    flags
}

fn check_event(event: &EventRecord<'_>) -> Result<(), RecordError> {
    if memchr::memchr(b'\n', event.json).is_some() {
        return Err(RecordError::NotOneLine);
    }
    let event_id = event.finding.and_then(|key| key.event_id);
    check_length("event id", event_id.map_or(0, str::len), TEXT_BYTES_MAX)
}

fn check_record(bytes: usize) -> Result<(), RecordError> {
    if bytes > RECORD_BYTES_MAX {
        return Err(RecordError::TooLarge { bytes, bytes_max: RECORD_BYTES_MAX });
    }
    Ok(())
}

fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or_default()
}

const REASON_BYTES_MAX: usize = 1024;
/// Up to so much of the events is handed to readers as it was written: a thousand events are about 1 MB.
const HELD_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The largest chunk less its fixed part, the numbers of one row, and the names and the decision that a record may bring.
const ROOM_BYTES: usize = CHUNK_BYTES_MAX - 16 * 1024;
