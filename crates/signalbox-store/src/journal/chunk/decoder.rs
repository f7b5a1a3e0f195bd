//! Decompresses the columns of stored chunks into memory that is used again.

use std::io;

use zstd::bulk::Decompressor;

use super::layout::Part;
use super::rows::{FLAG_ORIGINAL, FLAG_QUARANTINE};
use super::{ChunkError, RecordView, StoredChunk};

/// Decompresses one column of one chunk at a time.
pub struct ChunkDecoder {
    decompressor: Decompressor<'static>,
    column: Vec<u8>,
}

impl ChunkDecoder {
    /// Returns a decoder.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn new() -> io::Result<Self> {
        Ok(Self { decompressor: Decompressor::new()?, column: Vec::new() })
    }

    /// Returns the events of a chunk. Decompresses once, and not at all while the chunk is so new that its events are at
    /// hand; what it returns lives until the next call.
    ///
    /// # Errors
    /// If the column is not what a builder wrote.
    pub fn events<'a>(&'a mut self, chunk: &'a StoredChunk) -> Result<Events<'a>, ChunkError> {
        if let Some(column) = chunk.plain_events() {
            return Ok(Events { chunk, column });
        }
        let (compressed, raw_bytes) = chunk.column(Part::Events);
        self.fill(compressed, raw_bytes).ok_or(ChunkError::new("column of events"))?;
        Ok(Events { chunk, column: &self.column })
    }

    /// Returns the originals of a chunk and the quarantined bytes. Lives until the next call.
    ///
    /// # Errors
    /// If the column is not what a builder wrote.
    pub fn originals<'a>(
        &'a mut self,
        chunk: &'a StoredChunk,
    ) -> Result<Originals<'a>, ChunkError> {
        let (compressed, raw_bytes) = chunk.column(Part::Originals);
        self.fill(compressed, raw_bytes).ok_or(ChunkError::new("column of originals"))?;
        Ok(Originals { chunk, column: &self.column })
    }

    /// The layout bounds `raw_bytes`, so garbage cannot ask for more memory than a record may have.
    fn fill(&mut self, compressed: &[u8], raw_bytes: usize) -> Option<()> {
        self.column.clear();
        if raw_bytes == 0 {
            return compressed.is_empty().then_some(());
        }
        self.column.reserve(raw_bytes);
        self.decompressor.decompress_to_buffer(compressed, &mut self.column).ok()?;
        (self.column.len() == raw_bytes).then_some(())
    }
}

/// The normalised events of a chunk.
#[derive(Clone, Copy)]
pub struct Events<'a> {
    chunk: &'a StoredChunk,
    column: &'a [u8],
}

impl<'a> Events<'a> {
    /// Returns all events as one text, each followed by a line break; quarantined records are not in it.
    pub fn lines(&self) -> &'a [u8] {
        self.column
    }

    /// Returns the JSON of one event; none for a quarantined record.
    pub fn get(&self, index: u32) -> Option<&'a [u8]> {
        let row = self.chunk.rows().get(index as usize)?;
        if row.has(FLAG_QUARANTINE) { None } else { self.column.get(row.json.clone()) }
    }

    /// Returns each event in order, with what the chunk says of it.
    pub fn iter(&self) -> impl Iterator<Item = (RecordView<'a>, &'a [u8])> + use<'a> {
        let events = *self;
        self.chunk.records().filter_map(move |record| Some((record, events.get(record.index)?)))
    }
}

/// The bytes as received, of those records of a chunk that keep them.
#[derive(Clone, Copy)]
pub struct Originals<'a> {
    chunk: &'a StoredChunk,
    column: &'a [u8],
}

impl<'a> Originals<'a> {
    /// Returns the bytes as received of one record; none where they are not kept.
    pub fn get(&self, index: u32) -> Option<&'a [u8]> {
        let row = self.chunk.rows().get(index as usize)?;
        if row.has(FLAG_ORIGINAL) { self.column.get(row.original.clone()) } else { None }
    }

    /// Returns each record that keeps its bytes, with them.
    pub fn iter(&self) -> impl Iterator<Item = (RecordView<'a>, &'a [u8])> + use<'a> {
        let originals = *self;
        self.chunk.records().filter_map(move |record| Some((record, originals.get(record.index)?)))
    }
}
