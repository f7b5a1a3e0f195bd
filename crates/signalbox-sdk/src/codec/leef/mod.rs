//! The Log Event Extended Format of QRadar: `LEEF:1.0|vendor|product|version|event id|` and
//! attributes between tabs, or `LEEF:2.0|…|^|` and attributes between carets.
//!
//! Nothing is escaped in LEEF, so nothing can be ambiguous: a line is cut at the delimiter, and an
//! attribute at its first `=`. Nothing is copied.
//!
//! ```
//! use signalbox_sdk::codec::leef::{Attribute, Leef};
//!
//! let leef = Leef::parse("LEEF:2.0|Acme|Gate|1.2|42|^|src=10.0.0.1^url=/?a=b")?;
//! assert_eq!(leef.event_id, "42");
//! assert_eq!(leef.last(Attribute::Url), Some("/?a=b"));
//! # Ok::<(), signalbox_sdk::codec::Fault>(())
//! ```
//!
//! Facts: IBM's guide to LEEF, version 2 (read 2026-11-22).

mod attribute;
mod header;

#[cfg(test)]
mod tests;

use std::ops::Deref;

use signalbox_model::time::Timestamp;
use signalbox_model::{Severity, SeverityColumn};

pub use attribute::Attribute;
pub use header::find;

use super::date::{self, Dating};
use super::fault::{Fault, Reason};
use super::severity;

/// A LEEF line, borrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leef<'a> {
    /// The version of the format: 1 or 2.
    pub version: u8,
    /// Who made the product.
    pub vendor: &'a str,
    /// The product.
    pub product: &'a str,
    /// The product's version.
    pub product_version: &'a str,
    /// What kind of event it is, in the product's own numbering.
    pub event_id: &'a str,
    /// What stands between the attributes.
    pub delimiter: char,
    /// The attributes.
    pub pairs: Pairs<'a>,
    /// What is wrong with the line; the first thing of several.
    pub fault: Option<Fault>,
}

/// An attribute and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The name as sent.
    pub name: &'a str,
    /// The attribute, where LEEF has one of that name.
    pub attribute: Option<Attribute>,
    /// The value as sent, without surrounding blanks. It may be empty.
    pub value: &'a str,
}

/// The attributes of a line, in its order; repeated ones are all kept. The storage of one line can
/// serve another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs<'a>(Vec<Pair<'a>>);

impl Pairs<'_> {
    /// Returns the empty storage, for another line.
    pub fn reuse<'b>(mut self) -> Pairs<'b> {
        self.0.clear();
        // Collected in place: the elements differ in their lifetime only, and there are none.
        let none = |_: Pair<'_>| Pair { name: "", attribute: None, value: "" };
        Pairs(self.0.into_iter().map(none).collect())
    }
}

impl<'a> Deref for Pairs<'a> {
    type Target = [Pair<'a>];

    fn deref(&self) -> &[Pair<'a>] {
        &self.0
    }
}

impl<'a> Leef<'a> {
    /// Reads a line, with whatever stands before its `LEEF:`. One allocation, for the attributes.
    ///
    /// # Errors
    /// When there is no `LEEF:` with a version and a bar.
    pub fn parse(line: &'a str) -> Result<Self, Fault> {
        Self::parse_into(line, Pairs::default())
    }

    /// Reads a line as [`parse`](Self::parse) does, into storage that is there already.
    ///
    /// # Errors
    /// When there is no `LEEF:` with a version and a bar.
    pub fn parse_into(line: &'a str, pairs: Pairs<'a>) -> Result<Self, Fault> {
        let missing = Fault { at: 0, reason: Reason::NoLeef };
        let mark = find(line).ok_or(missing)?;
        Self::parse_tagged(line, mark + "LEEF:".len(), pairs)
    }

    /// Reads a line from behind its `LEEF:`, where a syslog parser took that for the tag; `at` is
    /// where the version stands, blanks before it.
    ///
    /// # Errors
    /// When no version with a bar stands there.
    pub fn parse_tagged(line: &'a str, at: usize, mut pairs: Pairs<'a>) -> Result<Self, Fault> {
        let line = line.trim_end_matches(['\r', '\n', '\0']);
        let missing = Fault { at, reason: Reason::NoLeef };
        let (version, from) = header::version(line, at).ok_or(missing)?;
        let header = header::read(line, version, from);
        let rest = line.get(header.attributes..).unwrap_or_default();
        pairs.0.clear();
        let stray = split(rest, header.delimiter, &mut pairs.0);
        let text = stray.map(|at| header.attributes + at);
        let text = text.map(|at| Fault { at, reason: Reason::TextWithoutKey });
        let [vendor, product, product_version, event_id] = header.fields;
        Ok(Self {
            version,
            vendor,
            product,
            product_version,
            event_id,
            delimiter: header.delimiter,
            pairs,
            fault: header.fault.or(text),
        })
    }

    /// Returns the last value of an attribute that is not empty.
    pub fn last(&self, attribute: Attribute) -> Option<&'a str> {
        self.values(attribute).next_back()
    }

    /// Returns all values of an attribute that are not empty.
    pub fn values(&self, attribute: Attribute) -> impl DoubleEndedIterator<Item = &'a str> {
        let of_attribute = move |pair: &&Pair<'a>| pair.attribute == Some(attribute);
        let values = self.pairs.iter().filter(of_attribute).map(|pair| pair.value);
        values.filter(|value| !value.is_empty())
    }

    /// Returns the last value of an attribute of the sender's own that is not empty.
    pub fn last_named(&self, name: &str) -> Option<&'a str> {
        let named = self.pairs.iter().rev().filter(|pair| pair.name == name);
        named.map(|pair| pair.value).find(|value| !value.is_empty())
    }

    /// Returns how bad the event is (`sev`), by the column of the product; unknown without one. Only
    /// the first word counts: one product puts CEF's custom values behind it.
    pub fn severity(&self, column: &SeverityColumn) -> Severity {
        let sent = self.last(Attribute::Sev).unwrap_or_default();
        severity::fold(sent.split_ascii_whitespace().next().unwrap_or_default(), column)
    }

    /// Returns when the event happened (`devTime`): by the pattern sent with it, or, where that is
    /// missing or wrong, in any form that is known.
    pub fn time(&self, dating: &Dating<'_>) -> Option<Timestamp> {
        let time = self.last(Attribute::DevTime)?;
        let pattern = self.last(Attribute::DevTimeFormat);
        let by_pattern = pattern.and_then(|pattern| date::read_as(time, pattern, dating));
        by_pattern.or_else(|| date::read(time, dating))
    }
}

/// Cuts attributes apart; returns where the first text without `=` stands.
fn split<'a>(text: &'a str, delimiter: char, pairs: &mut Vec<Pair<'a>>) -> Option<usize> {
    let (mut at, mut stray) = (0, None);
    for piece in text.split(delimiter) {
        match piece.split_once('=') {
            Some((name, value)) => {
                let (name, value) = (name.trim_ascii(), value.trim_ascii());
                pairs.push(Pair { name, attribute: Attribute::resolve(name), value });
            }
            None if piece.trim_ascii().is_empty() => {}
            None => stray = stray.or(Some(at)),
        }
        at += piece.len() + delimiter.len_utf8();
    }
    stray
}
