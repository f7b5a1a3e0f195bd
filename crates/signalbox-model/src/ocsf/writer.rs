//! JSON straight into bytes.
//!
//! Every member is written with a comma behind it, and closing an object or list replaces the
//! last comma: no state says whether a member is the first. Text that JSON wants nothing escaped of, as
//! nearly all is, is copied whole; other text in runs up to the next such byte, found by a table of all
//! 256 bytes. UTF-8 passes as it is.

use std::io::Write as _;

use super::json::Json;
use super::object::Object;
use super::profile::{Facet, Facets};

/// Writes one event.
#[derive(Debug)]
pub struct JsonWriter<'a> {
    out: &'a mut Vec<u8>,
    native: Facets,
    filled: Facets,
}

impl<'a> JsonWriter<'a> {
    /// Begins an event of a class that has the `native` facets without a profile.
    pub(super) const fn new(out: &'a mut Vec<u8>, native: Facets) -> Self {
        Self { out, native, filled: Facets::NONE }
    }

    /// Notes that an attribute of `facet` was written, so that its profile is declared.
    pub fn note(&mut self, facet: Facet) {
        self.filled.insert(facet);
    }

    /// Returns the facets written so far that need a profile.
    pub(super) const fn declared(&self) -> Facets {
        self.filled.without(self.native)
    }

    /// Writes a key with its quotes and colon.
    #[inline]
    pub fn key(&mut self, key: &'static [u8]) {
        self.out.extend_from_slice(key);
    }

    /// Writes a key that is not known at compile time.
    pub(super) fn open_key(&mut self, key: &str) {
        write_quoted(key, b"\":", self.out);
    }

    /// Writes a text value.
    #[inline]
    pub fn text(&mut self, text: &str) {
        write_quoted(text, b"\",", self.out);
    }

    /// Writes a text of OCSF's own, of which nothing is to be escaped.
    #[inline]
    pub(super) fn word(&mut self, word: &'static str) {
        self.out.push(b'"');
        self.out.extend_from_slice(word.as_bytes());
        self.out.extend_from_slice(b"\",");
    }

    /// Writes a whole number.
    pub fn integer(&mut self, number: i64) {
        // Most are ids, of one digit.
        if let Ok(digit @ 0..=9) = u8::try_from(number) {
            self.out.extend_from_slice(&[b'0' + digit, b',']);
            return;
        }
        write_integer(number, self.out);
        self.out.push(b',');
    }

    /// Writes a number with a fraction, which must be finite.
    pub fn float(&mut self, number: f64) {
        write_float(number, self.out);
        self.out.push(b',');
    }

    /// Writes a boolean.
    pub fn boolean(&mut self, is_true: bool) {
        self.out.extend_from_slice(if is_true { b"true," } else { b"false," });
    }

    /// Writes JSON as it is.
    pub fn json(&mut self, json: &Json) {
        self.out.extend_from_slice(json.as_str().as_bytes());
        self.out.push(b',');
    }

    /// Writes an object with its braces.
    pub fn object(&mut self, object: &impl Object) {
        self.braced(|writer| object.write_members(writer));
    }

    /// Writes the braces around what `members` writes.
    pub(super) fn braced(&mut self, members: impl FnOnce(&mut Self)) {
        self.out.push(b'{');
        members(self);
        self.close(b'}');
    }

    /// Writes a list, each item by `item`.
    pub fn list<T>(&mut self, items: impl Iterator<Item = T>, item: impl Fn(&mut Self, T)) {
        self.out.push(b'[');
        for value in items {
            item(self, value);
        }
        self.close(b']');
    }

    /// Ends the event: nothing stands behind its brace.
    pub(super) fn finish(self) {
        self.out.pop_if(|byte| *byte == b',');
    }

    fn close(&mut self, bracket: u8) {
        self.out.pop_if(|byte| *byte == b',');
        self.out.extend_from_slice(&[bracket, b',']);
    }
}

/// Appends a JSON string.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    write_quoted(text, b"\"", out);
}

/// Appends a JSON string that ends with `end`: the quote, and what stands behind it.
fn write_quoted<const N: usize>(text: &str, end: &[u8; N], out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 1 + N);
    out.push(b'"');
    if is_clean(bytes) {
        out.extend_from_slice(bytes)
    } else {
        write_escaped(bytes, out)
    }
    out.extend_from_slice(end);
}

/// Whether nothing is to be escaped. Blocks of a fixed size are compared at once; the last one overlaps the
/// one before, so that no byte is looked at alone but in the shortest texts.
#[inline]
fn is_clean(bytes: &[u8]) -> bool {
    if let Some(last) = bytes.last_chunk::<16>() {
        let (blocks, _) = bytes.as_chunks::<16>();
        return blocks.iter().all(is_clean_block) && is_clean_block(last);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        return is_clean_block(first) & is_clean_block(last);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let [[a, b, c, d], [e, f, g, h]] = [*first, *last];
        return is_clean_block(&[a, b, c, d, e, f, g, h]);
    }
    bytes.iter().all(|byte| ESCAPES[usize::from(*byte)] == 0)
}

#[inline]
fn is_clean_block<const N: usize>(block: &[u8; N]) -> bool {
    let is_escaped = |byte: &u8| (*byte < 0x20) | (*byte == b'"') | (*byte == b'\\');
    !block.iter().fold(false, |found, byte| found | is_escaped(byte))
}

fn write_escaped(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    while let Some(clean) = rest.iter().position(|byte| ESCAPES[usize::from(*byte)] != 0) {
        let (run, tail) = rest.split_at(clean);
        out.extend_from_slice(run);
        if let Some((byte, tail)) = tail.split_first() {
            write_escape(*byte, out);
            rest = tail;
        }
    }
    out.extend_from_slice(rest);
}

fn write_escape(byte: u8, out: &mut Vec<u8>) {
    match ESCAPES[usize::from(byte)] {
        b'u' => {
            let digit = |nibble: u8| HEX[usize::from(nibble & 15)];
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)]);
        }
        letter => out.extend_from_slice(&[b'\\', letter]),
    }
}

/// Appends a whole number.
pub(super) fn write_integer(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a number, always with a point or exponent: OCSF refuses `9` where it wants `9.0`.
pub(super) fn write_float(number: f64, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    write!(out, "{number:?}").unwrap_or_default();
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// What follows the backslash, or zero where the byte stands for itself.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        table[control] = b'u';
        control += 1;
    }
    table[0x08] = b'b';
    table[0x09] = b't';
    table[0x0A] = b'n';
    table[0x0C] = b'f';
    table[0x0D] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_survives_the_way_through_json() {
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();

        let mut out = Vec::new();
        write_text(&all, &mut out);

        assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), all);
    }

    #[test]
    fn what_is_escaped_is_found_wherever_it_stands() {
        for length in 0..40 {
            for at in 0..length {
                for letter in ["\"", "\\", "\n", "\u{1f}", "\u{7f}", "é"] {
                    let text = format!("{}{letter}{}", "a".repeat(at), "b".repeat(length - at));
                    let mut out = Vec::new();
                    write_text(&text, &mut out);
                    assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
                }
            }
        }
    }

    #[test]
    fn numbers_are_written_as_rust_reads_them() {
        for number in [0, 1, -1, 10, 99, 1_772_366_400_000, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            write_integer(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }

    #[test]
    fn a_float_is_never_written_as_an_integer() {
        let mut out = Vec::new();

        write_float(9.0, &mut out);

        assert_eq!(out, b"9.0");
    }
}
