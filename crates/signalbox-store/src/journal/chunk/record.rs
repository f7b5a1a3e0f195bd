//! One record: as it is given to the builder and as it reads back.

use super::Decision;

/// An event on its way into a chunk.
#[derive(Clone, Copy, Debug)]
pub struct EventRecord<'a> {
    /// The integration it came from.
    pub integration: &'a str,
    /// When it was received, in milliseconds since 1970.
    pub received_at_ms: i64,
    /// The event's own time, in milliseconds since 1970.
    pub time_ms: i64,
    /// What routing decided, by indexes into the builder's rule names.
    pub decision: &'a Decision,
    /// The normalised event as compact JSON on one line, without a line break at its end.
    pub json: &'a [u8],
    /// The bytes as received, where they are kept.
    pub original: Option<&'a [u8]>,
    /// What identifies it, if it is a finding.
    pub finding: Option<FindingKey<'a>>,
}

/// Authentic input that could not be mapped, on its way into a chunk.
#[derive(Clone, Copy, Debug)]
pub struct QuarantineRecord<'a> {
    /// The integration it came from.
    pub integration: &'a str,
    /// When it was received, in milliseconds since 1970.
    pub received_at_ms: i64,
    /// The bytes as received.
    pub bytes: &'a [u8],
    /// Why it could not be mapped; cut at 1,024 bytes.
    pub reason: &'a str,
}

/// What identifies a finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FindingKey<'a> {
    /// SHA-256 over what names the finding at its source.
    pub fingerprint: [u8; 32],
    /// The source's id of this event, where it gives one.
    pub event_id: Option<&'a str>,
}

/// Whether a record is an event or was quarantined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordKind {
    /// A normalised event.
    Event,
    /// Bytes that could not be mapped; they are in the column of originals.
    Quarantine,
}

/// What a stored chunk says of one record without decompressing anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordView<'a> {
    /// Its index in the chunk.
    pub index: u32,
    /// What it is.
    pub kind: RecordKind,
    /// The integration it came from.
    pub integration: &'a str,
    /// When it was received, in milliseconds since 1970.
    pub received_at_ms: i64,
    /// The event's own time, in milliseconds since 1970; when it was received if quarantined.
    pub time_ms: i64,
    /// The index of its decision in [`super::StoredChunk::decisions`]; none if quarantined.
    pub decision: Option<usize>,
    /// How many bytes its JSON has; 0 if quarantined.
    pub json_bytes: usize,
    /// Whether the chunk holds its original.
    pub has_original: bool,
    /// What identifies it, if it is a finding.
    pub finding: Option<FindingKey<'a>>,
    /// Why it was quarantined.
    pub reason: Option<&'a str>,
}
