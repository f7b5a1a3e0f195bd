//! The header of a CEF line: where it begins, its six fields after the version, and their repair.
//!
//! A header is believed when it has all its bars and its severity is a number or a word anybody
//! knows. Otherwise one of three things has usually happened, and is looked for in this order: the
//! extension began early, the name holds a bar that was not escaped, or the sender has words of its
//! own for severities.

use std::iter;

use memchr::{memchr_iter, memchr2};

use super::extension::first_key;
use super::value::HeaderText;
use crate::codec::eights;
use crate::codec::fault::{Fault, Reason};
use crate::codec::severity::is_severity;

/// A header, and where the extension begins.
pub(super) struct Header<'a> {
    pub(super) fields: [HeaderText<'a>; FIELDS],
    pub(super) extension: usize,
    pub(super) fault: Option<Fault>,
}

/// Finds the first `CEF:` that a version and a bar follow: its offset.
///
/// Relays that took `CEF:` for the tag of a syslog message put a blank after it; that is tolerated.
/// What stands before it (a byte order mark, one syslog header or several) does not matter.
pub fn find(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // Colons are few, and a search for one byte needs no preparation.
    let mut ends = memchr_iter(b':', bytes).map(|colon| colon + 1);
    let is_mark = |end: &usize| {
        bytes.get(..*end).is_some_and(|before| before.ends_with(MARK))
            && version(text, *end).is_some()
    };
    ends.find(is_mark).map(|end| end - MARK.len())
}

/// Reads the version at `at`, past blanks: it, and where its bar ends.
pub(super) fn version(text: &str, at: usize) -> Option<(u32, usize)> {
    let rest = text.get(at..)?;
    let digits = rest.trim_start_matches(' ');
    let end = digits.bytes().position(|byte| !byte.is_ascii_digit())?;
    if end == 0 || digits.as_bytes().get(end) != Some(&b'|') {
        return None;
    }
    let version = digits.get(..end)?.parse().unwrap_or(u32::MAX);
    Some((version, at + rest.len() - digits.len() + end + 1))
}

/// Reads the fields from behind the version's bar.
pub(super) fn read(line: &str, from: usize) -> Header<'_> {
    let mut fields = [""; FIELDS];
    let (mut found, mut at) = (0, from);
    for (field, bar) in fields.iter_mut().zip(bars(line.as_bytes(), from)) {
        *field = line.get(at..bar).unwrap_or_default();
        (found, at) = (found + 1, bar + 1);
    }
    let mut cut = Cut { line, from, fields, found, extension: at, fault: None };
    if found < FIELDS {
        cut.finish_short();
    } else if !is_severity(cut.fields[SEVERITY]) {
        cut.mend();
    }
    cut.find_break();
    let Cut { fields, extension, fault, .. } = cut;
    Header { fields: fields.map(HeaderText), extension, fault }
}

/// A header as its bars cut it.
struct Cut<'a> {
    line: &'a str,
    from: usize,
    fields: [&'a str; FIELDS],
    found: usize,
    extension: usize,
    fault: Option<Fault>,
}

impl<'a> Cut<'a> {
    /// Bars are lacking: the rest is the next field, the extension, or both.
    fn finish_short(&mut self) {
        if self.begin_early() {
            return;
        }
        let rest = self.line.get(self.extension..).unwrap_or_default();
        let key = first_key(rest).unwrap_or(rest.len());
        let field = rest.get(..key).unwrap_or_default().trim_ascii();
        let is_field = !field.is_empty();
        if let Some(place) = self.fields.get_mut(self.found).filter(|_| is_field) {
            *place = field;
            self.found += 1;
        }
        let end = self.extension;
        self.extension += key;
        // Only the bar behind the severity is lacking: nothing is lost by it.
        if self.found < FIELDS {
            self.say_short(end);
        }
    }

    /// The severity is no severity.
    fn mend(&mut self) {
        if !self.begin_early() {
            self.join_name();
        }
    }

    /// Where a field begins with `key=`, the extension has begun, with a bar in one of its values.
    fn begin_early(&mut self) -> bool {
        let fields = self.fields.iter().enumerate().take(self.found).skip(1);
        let mut early = fields.filter(|(_, field)| first_key(field) == Some(0));
        let Some((first, _)) = early.next() else { return false };
        self.extension = self.start_of(first);
        self.found = first;
        if let Some(swallowed) = self.fields.get_mut(first..) {
            swallowed.fill("");
        }
        self.say_short(self.extension);
        true
    }

    /// Looks behind the header for a field that is a severity, before any pair: then a bar in the
    /// name has moved everything.
    fn join_name(&mut self) {
        let (mut at, mut moved) = (self.extension, None);
        for bar in bars(self.line.as_bytes(), self.extension) {
            let piece = self.line.get(at..bar).unwrap_or_default();
            if first_key(piece).is_some() {
                break;
            }
            if is_severity(piece) {
                moved = Some((at, bar));
            }
            at = bar + 1;
        }
        let Some((severity, bar)) = moved else { return };
        let name = self.start_of(NAME);
        self.fields[NAME] = self.line.get(name..severity - 1).unwrap_or_default();
        self.fields[SEVERITY] = self.line.get(severity..bar).unwrap_or_default();
        self.extension = bar + 1;
        self.fault = Some(Fault { at: name, reason: Reason::BarInName });
    }

    fn find_break(&mut self) {
        let header = self.line.get(self.from..self.extension).unwrap_or_default();
        if let Some(at) = memchr2(b'\n', b'\r', header.as_bytes())
            && self.fault.is_none()
        {
            self.fault = Some(Fault { at: self.from + at, reason: Reason::BreakInHeader });
        }
    }

    fn say_short(&mut self, at: usize) {
        // The version is a field of the header too.
        let found = u8::try_from(self.found + 1).unwrap_or(u8::MAX);
        self.fault = Some(Fault { at, reason: Reason::ShortHeader { found, wanted: 7 } });
    }

    fn start_of(&self, field: usize) -> usize {
        let before: usize = self.fields.iter().take(field).map(|field| field.len() + 1).sum();
        self.from + before
    }
}

/// The bars that are not escaped.
fn bars(bytes: &[u8], from: usize) -> impl Iterator<Item = usize> {
    let mut at = from;
    let all = iter::from_fn(move || {
        let bar = eights::find(b'|', bytes, at)?;
        at = bar + 1;
        Some(bar)
    });
    all.filter(move |bar| {
        let before = bytes.get(from..*bar).unwrap_or_default().iter().rev();
        before.take_while(|byte| **byte == b'\\').count() % 2 == 0
    })
}

/// Vendor, product, product version, class id, name, severity.
const FIELDS: usize = 6;
const NAME: usize = 4;
const SEVERITY: usize = 5;

const MARK: &[u8] = b"CEF:";
