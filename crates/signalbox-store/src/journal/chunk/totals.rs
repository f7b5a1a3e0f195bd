//! The sums that every chunk carries, as of its end, so that pending is known without reading events.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ChunkError;
use super::wire::{Cursor, put_text, put_varint};

/// Sums since the journal was made, or what one chunk adds to them.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct Totals {
    /// Per stream: how many events routing decided about.
    pub streams: BTreeMap<String, StreamTotals>,
    /// Per integration: what became of what was received.
    pub intake: BTreeMap<String, IntakeTotals>,
}

/// The pairs (event, stream) of one stream.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
pub struct StreamTotals {
    /// Events that the stream takes, or would have taken but for a route.
    pub accepted: u64,
    /// Those of them that a route suppressed.
    pub suppressed: u64,
}

/// What became of what one integration received; `received` is counted by itself, not as the sum of the others.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
pub struct IntakeTotals {
    /// Raw events that arrived.
    pub received: u64,
    /// Committed as events.
    pub accepted: u64,
    /// Known already, by their event id.
    pub duplicate: u64,
    /// Committed as received, because they did not map.
    pub quarantined: u64,
    /// Not taken; the sender was told so.
    pub refused: u64,
}

impl Totals {
    /// Adds what a chunk adds.
    pub fn add(&mut self, added: &Totals) {
        for (stream, totals) in &added.streams {
            add_to_stream(&mut self.streams, stream, *totals);
        }
        for (integration, totals) in &added.intake {
            self.count_intake(integration, *totals);
        }
    }

    pub(super) fn count_intake(&mut self, integration: &str, added: IntakeTotals) {
        let sum = self.intake.entry(integration.to_owned()).or_default();
        sum.received = sum.received.saturating_add(added.received);
        sum.accepted = sum.accepted.saturating_add(added.accepted);
        sum.duplicate = sum.duplicate.saturating_add(added.duplicate);
        sum.quarantined = sum.quarantined.saturating_add(added.quarantined);
        sum.refused = sum.refused.saturating_add(added.refused);
    }

    pub(super) fn count_stream(&mut self, stream: &str, added: StreamTotals) {
        add_to_stream(&mut self.streams, stream, added);
    }

    /// Appends the sums behind the columns of a chunk.
    pub(in crate::journal) fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, self.streams.len() as u64);
        for (stream, totals) in &self.streams {
            put_text(out, stream);
            put_varint(out, totals.accepted);
            put_varint(out, totals.suppressed);
        }
        put_varint(out, self.intake.len() as u64);
        for (integration, totals) in &self.intake {
            put_text(out, integration);
            for count in totals.counts() {
                put_varint(out, count);
            }
        }
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, ChunkError> {
        let mut cursor = Cursor::new(bytes, "table of sums");
        let mut totals = Self::default();
        for _ in 0..cursor.count()? {
            let stream = cursor.text()?.to_owned();
            let sums = StreamTotals { accepted: cursor.varint()?, suppressed: cursor.varint()? };
            totals.streams.insert(stream, sums);
        }
        for _ in 0..cursor.count()? {
            let integration = cursor.text()?.to_owned();
            totals.intake.insert(integration, IntakeTotals::decode(&mut cursor)?);
        }
        cursor.finish()?;
        Ok(totals)
    }
}

impl IntakeTotals {
    fn counts(&self) -> [u64; 5] {
        [self.received, self.accepted, self.duplicate, self.quarantined, self.refused]
    }

    fn decode(cursor: &mut Cursor<'_>) -> Result<Self, ChunkError> {
        Ok(Self {
            received: cursor.varint()?,
            accepted: cursor.varint()?,
            duplicate: cursor.varint()?,
            quarantined: cursor.varint()?,
            refused: cursor.varint()?,
        })
    }
}

fn add_to_stream(streams: &mut BTreeMap<String, StreamTotals>, name: &str, added: StreamTotals) {
    let sum = streams.entry(name.to_owned()).or_default();
    sum.accepted = sum.accepted.saturating_add(added.accepted);
    sum.suppressed = sum.suppressed.saturating_add(added.suppressed);
}
