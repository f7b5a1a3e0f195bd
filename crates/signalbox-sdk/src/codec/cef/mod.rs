//! The Common Event Format: `CEF:0|vendor|product|version|class id|name|severity|key=value …`.
//!
//! Reading is lenient, for senders are: whatever can be read is, and what was wrong stands beside it
//! as a [`Fault`]. Only a line without a header is refused. Nothing is copied; escapes are taken
//! away when a value is asked for. A line that was cut at its end cannot be told from a whole one.
//!
//! Writing is strict: keys are of the dictionary or letters and digits, everything is escaped, and
//! texts are cut at the dictionary's limits.
//!
//! ```
//! use signalbox_sdk::codec::cef::{Cef, Field};
//!
//! let cef = Cef::parse("CEF:0|Acme|Gate|1.2|42|Door forced|8|src=10.0.0.1 msg=a\\=b")?;
//! assert_eq!(cef.vendor.text(), "Acme");
//! assert_eq!(cef.last(Field::Message).map(|value| value.text().into_owned()), Some("a=b".into()));
//! # Ok::<(), signalbox_sdk::codec::Fault>(())
//! ```
//!
//! Facts: ArcSight's implementation standard, revisions 16 (2010) to 26 (read 2026-11-22).

mod dictionary;
mod extension;
mod header;
mod key;
mod label;
mod slot;
mod value;
mod write;

#[cfg(test)]
mod tests;

use jiff::tz::TimeZone;
use signalbox_model::time::Timestamp;
use signalbox_model::{Severity, SeverityColumn};

pub use dictionary::{Field, Kind};
pub use extension::{Pair, Pairs, Split};
pub use header::find;
pub use key::Key;
pub use label::Labeled;
pub use slot::{Slot, SlotKind};
pub use value::{HeaderText, Value};
pub use write::{CefHeader, CefWriter, InvalidKey};

use super::date::{self, Dating};
use super::fault::{Fault, Reason};
use super::severity;

/// A CEF line, borrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cef<'a> {
    /// The version of the format: 0, or 1 where the newer dictionary is used. Read alike.
    pub version: u32,
    /// Who made the product. Some senders leave it empty, like the two below.
    pub vendor: HeaderText<'a>,
    /// The product.
    pub product: HeaderText<'a>,
    /// The product's version.
    pub product_version: HeaderText<'a>,
    /// What kind of event it is, in the product's own numbering ("device event class id").
    pub class_id: HeaderText<'a>,
    /// What happened, in words.
    pub name: HeaderText<'a>,
    /// How bad it is, as sent; see [`severity`](Self::severity).
    pub severity: HeaderText<'a>,
    /// The pairs of the extension.
    pub pairs: Pairs<'a>,
    /// Text before the first key: empty but in a faulty line.
    pub stray: &'a str,
    /// What is wrong with the line; the first thing of several.
    pub fault: Option<Fault>,
}

impl<'a> Cef<'a> {
    /// Reads a line, with whatever stands before its `CEF:`. One allocation, for the pairs.
    ///
    /// # Errors
    /// When there is no `CEF:` with a version and a bar.
    pub fn parse(line: &'a str) -> Result<Self, Fault> {
        Self::parse_into(line, Split::default(), Pairs::default())
    }

    /// Reads a line as [`parse`](Self::parse) does, with a rule for free text, into pairs whose
    /// storage is there already ([`Pairs::reuse`]).
    ///
    /// # Errors
    /// When there is no `CEF:` with a version and a bar.
    pub fn parse_into(line: &'a str, split: Split<'_>, pairs: Pairs<'a>) -> Result<Self, Fault> {
        let missing = Fault { at: 0, reason: Reason::NoCef };
        let mark = find(line).ok_or(missing)?;
        Self::parse_tagged(line, mark + "CEF:".len(), split, pairs)
    }

    /// Reads a line from behind its `CEF:`, where a syslog parser took that for the tag; `at` is
    /// where the version stands, blanks before it.
    ///
    /// # Errors
    /// When no version with a bar stands there.
    pub fn parse_tagged(
        line: &'a str,
        at: usize,
        split: Split<'_>,
        mut pairs: Pairs<'a>,
    ) -> Result<Self, Fault> {
        let line = line.trim_end_matches(['\r', '\n', '\0']);
        let missing = Fault { at, reason: Reason::NoCef };
        let (version, from) = header::version(line, at).ok_or(missing)?;
        let header = header::read(line, from);
        let [vendor, product, product_version, class_id, name, severity] = header.fields;
        let extension = line.get(header.extension..).unwrap_or_default();
        pairs.0.clear();
        pairs.0.reserve(extension.len() / BYTES_PER_PAIR);
        let before = extension::split(extension, split, &mut pairs.0);
        let stray = before.trim_ascii();
        let text = Fault { at: header.extension, reason: Reason::TextWithoutKey };
        let fault = header.fault.or((!stray.is_empty()).then_some(text));
        Ok(Self {
            version,
            vendor,
            product,
            product_version,
            class_id,
            name,
            severity,
            pairs,
            stray,
            fault,
        })
    }

    /// Returns the first value of a key that is not empty, whichever of its names was used.
    pub fn first(&self, field: Field) -> Option<Value<'a>> {
        self.values(field).next()
    }

    /// Returns the last value of a key that is not empty: of a repeated key, most readers keep it.
    pub fn last(&self, field: Field) -> Option<Value<'a>> {
        self.values(field).next_back()
    }

    /// Returns all values of a key that are not empty.
    pub fn values(&self, field: Field) -> impl DoubleEndedIterator<Item = Value<'a>> {
        let of_field = move |pair: &&Pair<'a>| pair.key == Key::Field(field);
        let values = self.pairs.iter().filter(of_field).map(|pair| pair.value);
        values.filter(|value| !value.is_empty())
    }

    /// Returns the last value of a key of the sender's own that is not empty.
    pub fn last_named(&self, name: &str) -> Option<Value<'a>> {
        let named = self.pairs.iter().rev().filter(|pair| pair.name == name);
        named.map(|pair| pair.value).find(|value| !value.is_empty())
    }

    /// Returns the custom values under their labels, and all other labels with nothing.
    ///
    /// A label may stand before or behind its value. Without one, the key as sent is the name. Of
    /// several equal names the later ones end in `_2`, `_3`, ….
    pub fn labeled(&self) -> Vec<Labeled<'a>> {
        label::labeled(&self.pairs)
    }

    /// Returns how bad the event is, by the column of the product or of CEF.
    pub fn severity(&self, column: &SeverityColumn) -> Severity {
        severity::fold(self.severity.raw(), column)
    }

    /// Returns the last time of a key, in the zone of the line (`dtz`) where the time has none.
    pub fn time(&self, field: Field, dating: &Dating<'_>) -> Option<Timestamp> {
        date::read(&self.last(field)?.unquoted(), &self.dating(dating))
    }

    /// Returns how the line's times are read: in the zone of its `dtz`, where that is one.
    pub fn dating<'b>(&self, dating: &Dating<'b>) -> Dating<'b> {
        let zone = self.last(Field::DeviceTimeZone);
        let zone: Option<TimeZone> = zone.and_then(|zone| dating.zone_of(&zone.unquoted()));
        dating.with_zone(zone)
    }
}

/// Room for pairs: recorded lines have one in 25 bytes, so that few lines make the storage grow.
const BYTES_PER_PAIR: usize = 16;
