//! The small pieces a chunk's directory is made of: variable-length numbers, texts, and a reader that trusts nothing.

use super::{ChunkError, NAME_BYTES_MAX};

/// Appends a number, seven bits a byte, the lowest first.
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a signed number so that small ones of either sign are short.
pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_varint(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// Appends a length and that many bytes.
pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a length and a text.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

/// Reads one part of a chunk from its beginning; whatever does not fit is an error that names the part.
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    bytes: usize,
    part: &'static str,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], part: &'static str) -> Self {
        Self { rest: bytes, bytes: bytes.len(), part }
    }

    pub(super) fn error(&self) -> ChunkError {
        ChunkError::new(self.part)
    }

    /// Returns how much has been read.
    pub(super) fn offset(&self) -> usize {
        self.bytes - self.rest.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], ChunkError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(|| self.error())?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], ChunkError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(|| self.error())?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, ChunkError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u32(&mut self) -> Result<u32, ChunkError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn varint(&mut self) -> Result<u64, ChunkError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                return Err(self.error());
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.error())
    }

    pub(super) fn signed(&mut self) -> Result<i64, ChunkError> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Reads how many things follow. Each takes a byte at least, so a count beyond the rest is a lie.
    pub(super) fn count(&mut self) -> Result<usize, ChunkError> {
        let count = self.varint()?;
        usize::try_from(count).ok().filter(|count| *count <= self.rest.len()).ok_or(self.error())
    }

    /// Reads an index below `end`.
    pub(super) fn index(&mut self, end: usize) -> Result<u16, ChunkError> {
        let index = self.varint()?;
        let index = u16::try_from(index).map_err(|_| self.error())?;
        if usize::from(index) < end { Ok(index) } else { Err(self.error()) }
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], ChunkError> {
        let length = self.count()?;
        self.take(length)
    }

    /// Reads a text that is as short as a name must be.
    pub(super) fn text(&mut self) -> Result<&'a str, ChunkError> {
        let text = self.long_text()?;
        if text.len() <= NAME_BYTES_MAX { Ok(text) } else { Err(self.error()) }
    }

    pub(super) fn long_text(&mut self) -> Result<&'a str, ChunkError> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).map_err(|_| self.error())
    }

    /// Proves that nothing is left over.
    pub(super) fn finish(self) -> Result<(), ChunkError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error()) }
    }
}
