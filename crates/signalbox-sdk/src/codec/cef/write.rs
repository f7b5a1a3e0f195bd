//! Writes CEF lines that strict and naive readers take alike.
//!
//! Whoever may choose a user name must not be able to write a pair: values are escaped without
//! exception, and keys are never data. Readers differ in what they make of a break in the header, so
//! there a break becomes a blank; a zero byte, at which some end the line, becomes one everywhere.

use std::fmt::Write as _;

use signalbox_model::Severity;
use thiserror::Error;

use super::dictionary::Field;
use super::key::Key;
use super::slot::Slot;

/// The header of a line to be written. Texts are cut at the limits of the standard.
#[derive(Clone, Copy, Debug)]
pub struct CefHeader<'a> {
    /// Who made the product, in up to 63 bytes.
    pub vendor: &'a str,
    /// The product, in up to 63 bytes.
    pub product: &'a str,
    /// The product's version, in up to 31 bytes.
    pub product_version: &'a str,
    /// What kind of event it is, in up to 1023 bytes: a rule's name, never an event's.
    pub class_id: &'a str,
    /// What happened, in up to 512 bytes: the same words for all events of a kind.
    pub name: &'a str,
    /// How bad it is.
    pub severity: Severity,
}

/// A line in the making. Pairs without a value are left out.
#[derive(Clone, Debug)]
pub struct CefWriter {
    line: String,
    is_first: bool,
    bytes_max: usize,
}

/// A text that cannot be a key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` cannot be a key of CEF; use up to 64 letters and digits, a letter first")]
pub struct InvalidKey(String);

impl CefWriter {
    /// Begins a line. `CEF:0` is version 0, which every reader takes.
    pub fn new(header: &CefHeader<'_>) -> Self {
        let mut line = String::with_capacity(LINE_BYTES);
        line.push_str("CEF:0|");
        for (text, limit) in [
            (header.vendor, 63),
            (header.product, 63),
            (header.product_version, 31),
            (header.class_id, 1023),
            (header.name, 512),
            (severity(header.severity), 7),
        ] {
            push_header(&mut line, cut(text, limit));
            line.push('|');
        }
        Self { line, is_first: true, bytes_max: usize::MAX }
    }

    /// Leaves out, from now on, every pair that would make the line longer than this. Whatever is most
    /// wanted is written first.
    #[must_use]
    pub fn within(mut self, bytes_max: usize) -> Self {
        self.bytes_max = bytes_max;
        self
    }

    /// Writes a key of the dictionary by its short name.
    pub fn field(&mut self, field: Field, value: &str) -> &mut Self {
        self.pair(format_args!("{field}"), cut(value, field.limit().unwrap_or(usize::MAX)))
    }

    /// Writes a number, or a time as milliseconds since 1970.
    pub fn number(&mut self, field: Field, number: i64) -> &mut Self {
        self.field(field, &number.to_string())
    }

    /// Writes a custom value behind its label; a label without a value is left out too.
    pub fn custom(&mut self, slot: Slot, label: &str, value: &str) -> &mut Self {
        if value.is_empty() {
            return self;
        }
        let (start, was_first) = (self.line.len(), self.is_first);
        self.pair(format_args!("{slot}Label"), cut(label, slot.label_limit()));
        let end = self.line.len();
        self.pair(format_args!("{slot}"), cut(value, slot.limit().unwrap_or(usize::MAX)));
        if self.line.len() == end {
            // A label alone would be read as a value of that name.
            self.take_back(start, was_first);
        }
        self
    }

    /// Writes a key by its name: of the dictionary, or one of our own.
    ///
    /// # Errors
    /// When the name is not made of letters and digits, a letter first.
    pub fn named(&mut self, name: &str, value: &str) -> Result<&mut Self, InvalidKey> {
        let is_key = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.len() <= KEY_BYTES_MAX
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_key {
            return Err(InvalidKey(cut(name, KEY_BYTES_MAX).to_owned()));
        }
        let limit = match Key::resolve(name) {
            Key::Field(field) => field.limit(),
            Key::Custom(slot) => slot.limit(),
            Key::Label(slot) => Some(slot.label_limit()),
            Key::Unknown => None,
        };
        Ok(self.pair(format_args!("{name}"), cut(value, limit.unwrap_or(usize::MAX))))
    }

    /// Returns the line, without an end.
    pub fn finish(self) -> String {
        self.line
    }

    fn pair(&mut self, key: std::fmt::Arguments<'_>, value: &str) -> &mut Self {
        if value.is_empty() {
            return self;
        }
        let (start, was_first) = (self.line.len(), self.is_first);
        if !std::mem::take(&mut self.is_first) {
            self.line.push(' ');
        }
        // Writing to a string does not fail.
        if write!(self.line, "{key}=").is_ok() {
            push_value(&mut self.line, value);
        }
        if self.line.len() > self.bytes_max {
            self.take_back(start, was_first);
        }
        self
    }

    fn take_back(&mut self, start: usize, was_first: bool) {
        self.line.truncate(start);
        self.is_first = was_first;
    }
}

/// The number that CEF has for a severity.
const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Unknown | Severity::Other => "Unknown",
        Severity::Informational => "0",
        Severity::Low => "3",
        Severity::Medium => "5",
        Severity::High => "8",
        Severity::Critical | Severity::Fatal => "10",
    }
}

fn push_header(line: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '\\' => line.push_str(r"\\"),
            '|' => line.push_str(r"\|"),
            '\r' | '\n' | '\0' => line.push(' '),
            letter => line.push(letter),
        }
    }
}

fn push_value(line: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '\\' => line.push_str(r"\\"),
            '=' => line.push_str(r"\="),
            '\n' => line.push_str(r"\n"),
            '\r' => line.push_str(r"\r"),
            '\0' => line.push(' '),
            letter => line.push(letter),
        }
    }
}

/// The text, in at most so many bytes; no character is cut apart.
fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

/// Room for a usual line.
const LINE_BYTES: usize = 512;

const KEY_BYTES_MAX: usize = 64;
