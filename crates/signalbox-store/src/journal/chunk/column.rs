//! A column of bytes, compressed while it is filled.
//!
//! Compressing as records come means that the size so far is known, that the work is spread over the records, and that
//! little is held uncompressed. zstd emits a block whenever it has gathered 128 KiB.
//!
//! A column of a few events is gathered and compressed at once, without the statistics that zstd makes of letters: to
//! make them, and to read them, costs more than all else about such a chunk, which fills whole pages anyway.

use std::io;

use zstd::bulk::Compressor;
use zstd::stream::raw::{CParameter, Encoder, InBuffer, Operation, OutBuffer};

/// As good as level 3 on such data and a third cheaper.
const LEVEL: i32 = 1;
/// zstd looks back 2 MiB: into all of most chunks. With less its buffer comes round within a chunk, and what wraps
/// around costs a tenth more to compress.
const WINDOW_LOG: u32 = 21;
/// Literals are stored as they are from level -1 down.
const LITTLE_LEVEL: i32 = -1;
/// Up to so much is gathered and compressed at once: a dozen events.
const LITTLE_BYTES: usize = 16 * 1024;
/// What zstd gathers before it compresses, and so how far the size may lag behind.
const BLOCK_BYTES: usize = 128 * 1024;
/// Room for one block that does not compress, and its header.
const STEP_BYTES: usize = BLOCK_BYTES + 64;

/// The compressed bytes of a column being filled.
pub(super) struct ColumnWriter {
    /// All that was written, as long as it is little.
    little: Vec<u8>,
    little_encoder: Compressor<'static>,
    encoder: Encoder<'static>,
    compressed: Vec<u8>,
    raw_bytes: usize,
}

impl ColumnWriter {
    pub(super) fn new() -> io::Result<Self> {
        let mut encoder = Encoder::new(LEVEL)?;
        encoder.set_parameter(CParameter::WindowLog(WINDOW_LOG))?;
        let little_encoder = Compressor::new(LITTLE_LEVEL)?;
        let (little, compressed) = (Vec::new(), Vec::new());
        Ok(Self { little, little_encoder, encoder, compressed, raw_bytes: 0 })
    }

    /// Appends bytes. After an error the column is good for [`ColumnWriter::clear`] only.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let is_little = self.raw_bytes + bytes.len() <= LITTLE_BYTES;
        self.raw_bytes += bytes.len();
        if is_little {
            self.little.extend_from_slice(bytes);
            return Ok(());
        }
        let mut little = std::mem::take(&mut self.little);
        self.compress(&little)?;
        little.clear();
        self.little = little;
        self.compress(bytes)
    }

    fn compress(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut input = InBuffer::around(bytes);
        while input.pos() < bytes.len() {
            self.compressed.reserve(STEP_BYTES);
            let end = self.compressed.len();
            let mut output = OutBuffer::around_pos(&mut self.compressed, end);
            self.encoder.run(&mut input, &mut output)?;
        }
        Ok(())
    }

    /// Returns how many bytes went in.
    pub(super) fn raw_bytes(&self) -> usize {
        self.raw_bytes
    }

    /// Returns how many bytes will come out at most, were `more` written first.
    pub(super) fn compressed_bytes_max(&self, more: usize) -> usize {
        let pending = self.raw_bytes % BLOCK_BYTES + more;
        let blocks = pending / BLOCK_BYTES + 1;
        self.compressed.len() + pending + blocks * BLOCK_OVERHEAD_BYTES + FRAME_OVERHEAD_BYTES
    }

    /// Appends the finished column and begins the next one; an empty column has no bytes at all.
    pub(super) fn finish_into(&mut self, out: &mut Vec<u8>) -> io::Result<usize> {
        if self.raw_bytes == 0 {
            return Ok(0);
        }
        if self.little.is_empty() {
            self.end_frame()?;
        } else {
            self.compressed.reserve(zstd::zstd_safe::compress_bound(self.little.len()));
            self.little_encoder.compress_to_buffer(&self.little, &mut self.compressed)?;
        }
        out.extend_from_slice(&self.compressed);
        let written = self.compressed.len();
        self.clear()?;
        Ok(written)
    }

    fn end_frame(&mut self) -> io::Result<()> {
        loop {
            self.compressed.reserve(STEP_BYTES);
            let end = self.compressed.len();
            let mut output = OutBuffer::around_pos(&mut self.compressed, end);
            if self.encoder.finish(&mut output, true)? == 0 {
                return Ok(());
            }
        }
    }

    /// Forgets what was written.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.little.clear();
        self.compressed.clear();
        self.raw_bytes = 0;
        self.encoder.reinit()
    }
}

const BLOCK_OVERHEAD_BYTES: usize = 3;
/// The longest frame header and the checksum zstd may write.
const FRAME_OVERHEAD_BYTES: usize = 22;
