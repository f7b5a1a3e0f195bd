//! The names of one chunk, each stored once.

use std::collections::HashMap;

use super::error::check_length;
use super::wire::{Cursor, put_text};
use super::{ChunkError, NAME_BYTES_MAX, RecordError};

/// Gives each name of the chunk being built a number.
#[derive(Default)]
pub(super) struct Dictionary {
    numbers: HashMap<String, u16>,
    encoded: Vec<u8>,
}

impl Dictionary {
    /// Returns the number of a name; `part` says of what, should it be too long. The 65,537th name asks for a new chunk.
    pub(super) fn intern(&mut self, part: &'static str, name: &str) -> Result<u16, RecordError> {
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        check_length(part, name.len(), NAME_BYTES_MAX)?;
        let number = u16::try_from(self.numbers.len()).map_err(|_| RecordError::Full)?;
        self.numbers.insert(name.to_owned(), number);
        put_text(&mut self.encoded, name);
        Ok(number)
    }

    pub(super) fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    pub(super) fn clear(&mut self) {
        self.numbers.clear();
        self.encoded.clear();
    }
}

/// The names of a stored chunk.
#[derive(Debug)]
pub(super) struct Names(Vec<Box<str>>);

impl Names {
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, ChunkError> {
        let mut cursor = Cursor::new(bytes, "dictionary of names");
        let mut names = Vec::new();
        while !cursor.is_empty() {
            names.push(cursor.text()?.into());
        }
        Ok(Self(names))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the name with this number; numbers are checked when a chunk is opened.
    pub(super) fn get(&self, number: u16) -> &str {
        self.0.get(usize::from(number)).map_or("", |name| name)
    }
}
