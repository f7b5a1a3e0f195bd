//! The header of a LEEF line, and the delimiter between its attributes.
//!
//! Version 1.0 has tabs; version 2.0 names its delimiter in a sixth field, as itself or in
//! hexadecimal. Senders of 1.0 use bars and carets all the same, and senders of 2.0 forget the field:
//! then what stands there is an attribute already. So the delimiter is looked for where the one that
//! should be there is not.

use memchr::{memchr, memmem};

use crate::codec::fault::{Fault, Reason};

/// A header, and where the attributes begin.
pub(super) struct Header<'a> {
    pub(super) fields: [&'a str; FIELDS],
    pub(super) delimiter: char,
    pub(super) attributes: usize,
    pub(super) fault: Option<Fault>,
}

/// Finds the first `LEEF:` that a version and a bar follow: its offset. What stands before it does
/// not matter.
pub fn find(text: &str) -> Option<usize> {
    let mut marks = memmem::find_iter(text.as_bytes(), MARK);
    marks.find(|mark| version(text, mark + MARK.len()).is_some())
}

/// Reads the version at `at`, past blanks: its first number, and where its bar ends.
pub(super) fn version(text: &str, at: usize) -> Option<(u8, usize)> {
    let rest = text.get(at..)?;
    let number = rest.trim_start_matches(' ');
    // No further than the version may reach: in hostile text there are thousands of marks and no bar.
    let bar = number.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.')?;
    let (version, behind) = number.split_at_checked(bar)?;
    if !behind.starts_with('|') {
        return None;
    }
    let (whole, fraction) = version.split_once('.').unwrap_or((version, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    Some((whole.parse().unwrap_or(u8::MAX), at + rest.len() - number.len() + bar + 1))
}

/// Reads the fields from behind the version's bar.
pub(super) fn read(line: &str, version: u8, from: usize) -> Header<'_> {
    let mut fields = [""; FIELDS];
    let (mut at, mut found) = (from, 0);
    for field in &mut fields {
        let rest = line.get(at..).unwrap_or_default();
        let Some(bar) = memchr(b'|', rest.as_bytes()) else { break };
        *field = rest.get(..bar).unwrap_or_default();
        (at, found) = (at + bar + 1, found + 1);
    }
    let short = Reason::ShortHeader { found: found + 1, wanted: 5 };
    let fault = (usize::from(found) < FIELDS).then_some(Fault { at, reason: short });
    let named = if version >= 2 { sixth(line, at) } else { None };
    let attributes = named.map_or(at, |(_, end)| end);
    let rest = line.get(attributes..).unwrap_or_default();
    let wanted = named.map_or(Some('\t'), |(delimiter, _)| delimiter);
    let delimiter = actual(rest, wanted);
    let is_wrong = named.is_some() && wanted != Some(delimiter);
    let wrong = is_wrong.then_some(Fault { at, reason: Reason::WrongDelimiter });
    Header { fields, delimiter, attributes, fault: fault.or(wrong) }
}

/// The sixth field of version 2.0, if it is there: the delimiter it means, and where it ends.
fn sixth(line: &str, at: usize) -> Option<(Option<char>, usize)> {
    let rest = line.get(at..)?;
    // The field may hold the bar itself: `||src=` has an empty field or a bar as the delimiter, and
    // means the bar only where bars follow.
    let bar = memchr(b'|', rest.as_bytes())?;
    let field = rest.get(..bar)?;
    if field.contains('=') {
        return None;
    }
    Some((delimiter(field), at + bar + 1))
}

/// Reads a delimiter: one character, `x5E`, `0x5E`, or nothing for a tab.
fn delimiter(field: &str) -> Option<char> {
    let mut letters = field.chars();
    match (letters.next(), letters.next()) {
        (None, _) => Some('\t'),
        (Some(one), None) => Some(one),
        _ => {
            let digits = field.trim_start_matches(['0', '\\']).strip_prefix(['x', 'X', 'u'])?;
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
        }
    }
}

/// The delimiter that is really there: the wanted one, or the first that an attribute follows.
fn actual(attributes: &str, wanted: Option<char>) -> char {
    if let Some(wanted) = wanted.filter(|wanted| attributes.contains(*wanted)) {
        return wanted;
    }
    let separates = |delimiter: &char| {
        let mut pieces = attributes.split(*delimiter).skip(1);
        pieces.next().is_some() && pieces.all(|piece| piece.is_empty() || begins_with_key(piece))
    };
    CANDIDATES.into_iter().find(separates).or(wanted).unwrap_or('\t')
}

fn begins_with_key(piece: &str) -> bool {
    let is_key = |key: &str| {
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    piece.split_once('=').is_some_and(|(key, _)| is_key(key))
}

/// Vendor, product, product version, event id.
pub(super) const FIELDS: usize = 4;

/// What real senders use, the likeliest first.
const CANDIDATES: [char; 6] = ['\t', '|', '^', ';', ',', '\u{1f}'];

const MARK: &[u8] = b"LEEF:";
