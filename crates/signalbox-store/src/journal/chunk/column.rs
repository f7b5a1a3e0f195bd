//! A column of bytes, compressed while it is filled.
//!
//! Compressing as records come means that the size so far is known and that the work is spread over the records. zstd
//! emits a block for every 128 KiB, so it is called once for each. Up to a limit the bytes stay as they were written, for
//! whoever wants them so once the column is finished.
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
    /// All that was written, as long as it is no more than `gathered_bytes_max`.
    gathered: Vec<u8>,
    gathered_bytes_max: usize,
    /// How much of that the encoder has.
    encoded_bytes: usize,
    little_encoder: Compressor<'static>,
    encoder: Encoder<'static>,
    compressed: Vec<u8>,
    raw_bytes: usize,
}

impl ColumnWriter {
    /// Returns an empty column.
    pub(super) fn new() -> io::Result<Self> {
        Self::gathering(LITTLE_BYTES)
    }

    /// Returns an empty column that can be taken as it was written too, up to so many bytes.
    pub(super) fn gathering(gathered_bytes_max: usize) -> io::Result<Self> {
        let mut encoder = Encoder::new(LEVEL)?;
        encoder.set_parameter(CParameter::WindowLog(WINDOW_LOG))?;
        Ok(Self {
            gathered: Vec::new(),
            gathered_bytes_max,
            encoded_bytes: 0,
            little_encoder: Compressor::new(LITTLE_LEVEL)?,
            encoder,
            compressed: Vec::new(),
            raw_bytes: 0,
        })
    }

    /// Appends bytes. After an error the column is good for [`ColumnWriter::clear`] only.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.raw_bytes += bytes.len();
        if self.raw_bytes <= self.gathered_bytes_max {
            self.gathered.extend_from_slice(bytes);
            return self.compress_gathered(BLOCK_BYTES);
        }
        self.compress_gathered(1)?;
        self.gathered.clear();
        self.encoded_bytes = 0;
        self.compress(bytes)
    }

    /// Compresses what was gathered, in pieces of at most a block and no less than so many bytes.
    fn compress_gathered(&mut self, piece_bytes_min: usize) -> io::Result<()> {
        while self.gathered.len() - self.encoded_bytes >= piece_bytes_min {
            let gathered = std::mem::take(&mut self.gathered);
            let rest = gathered.get(self.encoded_bytes..).unwrap_or_default();
            let piece = rest.get(..BLOCK_BYTES).unwrap_or(rest);
            self.encoded_bytes += piece.len();
            let compressed = self.compress(piece);
            self.gathered = gathered;
            compressed?;
        }
        Ok(())
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

    /// Appends the finished column; an empty column has no bytes at all. The next one begins with
    /// [`ColumnWriter::clear`].
    pub(super) fn finish_into(&mut self, out: &mut Vec<u8>) -> io::Result<usize> {
        if self.raw_bytes == 0 {
            return Ok(0);
        }
        if self.raw_bytes <= LITTLE_BYTES {
            self.compressed.reserve(zstd::zstd_safe::compress_bound(self.gathered.len()));
            self.little_encoder.compress_to_buffer(&self.gathered, &mut self.compressed)?;
        } else {
            self.compress_gathered(1)?;
            self.end_frame()?;
        }
        out.extend_from_slice(&self.compressed);
        Ok(self.compressed.len())
    }

    /// Returns the column as it was written, unless that is too much, to be taken before [`ColumnWriter::clear`].
    pub(super) fn gathered(&mut self) -> Option<&mut Vec<u8>> {
        let is_whole = self.gathered.len() == self.raw_bytes;
        is_whole.then_some(&mut self.gathered)
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
        self.gathered.clear();
        self.encoded_bytes = 0;
        self.compressed.clear();
        self.raw_bytes = 0;
        self.encoder.reinit()
    }
}

const BLOCK_OVERHEAD_BYTES: usize = 3;
/// The longest frame header and the checksum zstd may write.
const FRAME_OVERHEAD_BYTES: usize = 22;
