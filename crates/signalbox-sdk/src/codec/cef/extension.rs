//! The extension of a CEF line: pairs that blanks separate, whose values hold blanks themselves.
//!
//! A pair begins where a plausible key stands between a blank and an `=`; any other `=` is text of
//! the value before it, for senders leave it unescaped in base64, URLs and sentences. That is read from the
//! `=` backwards: a word of the dictionary is a key, and of any other word each byte is looked at.

use std::ops::Deref;

use memchr::memchr_iter;

use super::dictionary::Kind;
use super::key::Key;
use super::value::Value;
use crate::codec::eights;

/// A pair of the extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The key as sent.
    pub name: &'a str,
    /// What the key is.
    pub key: Key,
    /// The value.
    pub value: Value<'a>,
}

/// What begins a new pair inside a value that is free text (`msg`, `request`, `reason`, …).
///
/// `msg=logon failed user=bob` is a message with a word `user=`, or a message and a pair; nothing in
/// the line tells which. Elsewhere every plausible key begins a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split<'k> {
    /// Every plausible key. The default, for recorded lines of some thirty products had some two
    /// hundred keys of the sender's own behind free text, and one sentence with a word and `=`.
    #[default]
    Strict,
    /// Keys of the dictionary, numbered custom keys, and those that begin with one of these words
    /// (`ad.`, `TrendMicroDs`): for senders known to write `word=` into their messages.
    Dictionary(&'k [&'k str]),
}

/// The pairs of a line, in its order; repeated keys are all kept.
/// The storage of one line can serve another, so that reading allocates nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs<'a>(pub(super) Vec<Pair<'a>>);

impl<'a> Pairs<'a> {
    /// Returns the empty storage, for another line.
    pub fn reuse<'b>(mut self) -> Pairs<'b> {
        self.0.clear();
        // Collected in place: the elements differ in their lifetime only, and there are none.
        let none = |_: Pair<'a>| Pair { name: "", key: Key::Unknown, value: Value("") };
        Pairs(self.0.into_iter().map(none).collect())
    }
}

impl<'a> Deref for Pairs<'a> {
    type Target = [Pair<'a>];

    fn deref(&self) -> &[Pair<'a>] {
        &self.0
    }
}

/// Splits an extension; returns the text before the first key, which should be blank.
pub(super) fn split<'a>(text: &'a str, rule: Split<'_>, pairs: &mut Vec<Pair<'a>>) -> &'a str {
    let (mut first, mut value_from) = (text.len(), 0);
    eights::each_with_word(b'=', text.as_bytes(), |equals, word| {
        let Some((name_from, key)) = resolve_before(text, equals, word) else { return };
        let name = text.get(name_from..equals).unwrap_or_default();
        match pairs.last_mut() {
            Some(open) if rule.takes_as_text(open.key, name, key) => return,
            // The blank before the key belongs to neither.
            Some(open) => {
                open.value = Value(text.get(value_from..name_from - 1).unwrap_or_default());
            }
            None => first = name_from,
        }
        pairs.push(Pair { name, key, value: Value("") });
        value_from = equals + 1;
    });
    if let Some(last) = pairs.last_mut() {
        last.value = Value(text.get(value_from..).unwrap_or_default());
    }
    text.get(..first).unwrap_or_default()
}

/// Returns where the first key of the text begins.
pub(super) fn first_key(text: &str) -> Option<usize> {
    memchr_iter(b'=', text.as_bytes()).find_map(|equals| key_before(text.as_bytes(), equals))
}

impl Split<'_> {
    /// Returns whether `name=` is text of the value of `open`.
    fn takes_as_text(self, open: Key, name: &str, key: Key) -> bool {
        let Self::Dictionary(own) = self else { return false };
        let is_free = matches!(open, Key::Field(field) if field.kind() == Kind::FreeText);
        is_free && key == Key::Unknown && !own.iter().any(|start| name.starts_with(start))
    }
}

/// Returns where the key before an `=` begins, and what it is; `word` is where the last word before it does.
fn resolve_before(text: &str, equals: usize, word: usize) -> Option<(usize, Key)> {
    // What the dictionary has is plausible: no byte of it need be looked at alone.
    if let Some(key) = text.as_bytes().get(word..equals).and_then(Key::usual) {
        return Some((word, key));
    }
    let from = key_before(text.as_bytes(), equals)?;
    Some((from, Key::resolve(text.get(from..equals)?)))
}

/// Returns where the key before an `=` begins: after a blank, or at the start.
///
/// An escaped `=` has no key before it, for a backslash is in none.
fn key_before(bytes: &[u8], equals: usize) -> Option<usize> {
    let before = bytes.get(..equals)?;
    let length = before.iter().rev().take_while(|byte| IN_KEY[usize::from(**byte)]).count();
    let (outside, key) = before.split_at(equals - length);
    let follows_blank = outside.last().is_none_or(u8::is_ascii_whitespace);
    (follows_blank && is_plausible(key)).then_some(outside.len())
}

/// Returns whether a word can be a key: `ad.Error_,Code` and `ad.field[0]` can, `--path` of a command
/// line and `1` of `OR 1=1` cannot.
fn is_plausible(key: &[u8]) -> bool {
    let ([first, .., last] | [first @ last]) = key else { return false };
    let begins_well = first.is_ascii_alphabetic()
        || *first == b'_'
        || (first.is_ascii_digit() && !key.iter().all(u8::is_ascii_digit));
    begins_well && (last.is_ascii_alphanumeric() || matches!(last, b'_' | b']'))
}

/// The bytes that keys have; the standard has letters and digits only.
static IN_KEY: [bool; 256] = {
    let mut is_in = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        is_in[byte] = (byte as u8).is_ascii_alphanumeric()
            || matches!(byte as u8, b'_' | b'.' | b'-' | b'[' | b']' | b',');
        byte += 1;
    }
    is_in
};
