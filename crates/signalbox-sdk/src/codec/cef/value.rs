//! A field of the header and a value of the extension: as sent, with the escapes taken away on demand.
//!
//! Senders escape badly. A backslash goes only before what the standard lets escape (and before `|`
//! and `/`, which many escape needlessly); elsewhere it is kept, for most are Windows paths.

use std::borrow::Cow;
use std::net::IpAddr;

use memchr::memchr_iter;

use crate::codec::eights;

/// A field of the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HeaderText<'a>(pub(super) &'a str);

impl<'a> HeaderText<'a> {
    /// Returns the field as sent.
    pub const fn raw(self) -> &'a str {
        self.0
    }

    /// Returns the field without surrounding blanks and without escapes.
    pub fn text(self) -> Cow<'a, str> {
        unescape(self.0.trim_ascii(), header_escape)
    }

    /// Returns the field without escapes, with its surrounding blanks.
    pub fn exact(self) -> Cow<'a, str> {
        unescape(self.0, header_escape)
    }
}

/// A value of the extension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Value<'a>(pub(super) &'a str);

impl<'a> Value<'a> {
    /// Returns the value as sent.
    pub const fn raw(self) -> &'a str {
        self.0
    }

    /// Returns the value without surrounding blanks and without escapes: what a mapper wants.
    pub fn text(self) -> Cow<'a, str> {
        unescape(self.0.trim_ascii(), value_escape)
    }

    /// Returns the value without escapes, with its surrounding blanks.
    pub fn exact(self) -> Cow<'a, str> {
        unescape(self.0, value_escape)
    }

    /// Returns [`text`](Self::text) without the one pair of quotes around all of it, which some
    /// products put there.
    pub fn unquoted(self) -> Cow<'a, str> {
        unescape(without_quotes(self.0.trim_ascii()), value_escape)
    }

    /// Returns whether nothing but blanks was sent.
    pub fn is_empty(self) -> bool {
        self.0.trim_ascii().is_empty()
    }

    /// Returns the whole number that was sent.
    pub fn integer(self) -> Option<i64> {
        without_quotes(self.0.trim_ascii()).parse().ok()
    }

    /// Returns the IP address that was sent.
    pub fn address(self) -> Option<IpAddr> {
        without_quotes(self.0.trim_ascii()).parse().ok()
    }
}

/// What stands for a backslash and the letter after it, if the two are an escape.
type Escape = fn(u8) -> Option<char>;

const fn header_escape(letter: u8) -> Option<char> {
    match letter {
        b'|' | b'\\' | b'=' | b'/' => Some(letter as char),
        _ => None,
    }
}

const fn value_escape(letter: u8) -> Option<char> {
    match letter {
        b'=' | b'\\' | b'|' | b'/' => Some(letter as char),
        b'n' => Some('\n'),
        b'r' => Some('\r'),
        _ => None,
    }
}

#[inline]
fn unescape(text: &str, escape: Escape) -> Cow<'_, str> {
    match eights::has(b'\\', text.as_bytes()) {
        true => Cow::Owned(without_escapes(text, escape)),
        false => Cow::Borrowed(text),
    }
}

fn without_escapes(text: &str, escape: Escape) -> String {
    let bytes = text.as_bytes();
    let mut plain = String::with_capacity(text.len());
    let mut done = 0;
    for backslash in memchr_iter(b'\\', bytes) {
        // The second of two is the letter of an escape, not the start of one.
        let is_letter = backslash < done;
        let letter = bytes.get(backslash + 1).copied();
        if let (false, Some(letter)) = (is_letter, letter.and_then(escape)) {
            plain.push_str(text.get(done..backslash).unwrap_or_default());
            plain.push(letter);
            done = backslash + 2;
        }
    }
    plain.push_str(text.get(done..).unwrap_or_default());
    plain
}

fn without_quotes(text: &str) -> &str {
    match text.as_bytes() {
        [first @ (b'"' | b'\''), .., last] if first == last => {
            text.get(1..text.len() - 1).unwrap_or(text)
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_escapes_of_the_standard_and_needless_ones_are_taken_away() {
        assert_eq!(Value(r"a\=b\\c\nd\re\|f\/g").text(), "a=b\\c\nd\re|f/g");
        assert_eq!(HeaderText(r"a\|b\\c\=d").text(), r"a|b\c=d");
    }

    #[test]
    fn unknown_escapes_and_a_last_backslash_stay() {
        assert_eq!(Value(r#"C:\Users\x \" \xc3 \"#).text(), r#"C:\Users\x \" \xc3 \"#);
        assert_eq!(HeaderText(r"C:\new").text(), r"C:\new");
        assert_eq!(Value(r"a\\\=b\\n").text(), r"a\=b\n");
    }

    #[test]
    fn a_value_without_escapes_is_borrowed() {
        assert!(matches!(Value("10.0.0.1").text(), Cow::Borrowed("10.0.0.1")));
    }

    #[test]
    fn only_a_pair_of_quotes_around_everything_goes() {
        assert_eq!(Value(r#" "Affected User" "#).unquoted(), "Affected User");
        assert_eq!(Value("'1'").integer(), Some(1));
        assert_eq!(Value(r#""half"#).unquoted(), r#""half"#);
        assert_eq!(Value(r#"""#).unquoted(), r#"""#);
    }

    #[test]
    fn numbers_and_addresses_are_read_past_blanks() {
        assert_eq!(Value(" 8080 ").integer(), Some(8080));
        assert_eq!(Value("-").integer(), None);
        assert_eq!(Value("::1").address(), Some(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1u16])));
        assert_eq!(Value("host").address(), None);
    }
}
