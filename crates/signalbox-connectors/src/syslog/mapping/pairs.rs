//! `key=value` in all its handwritings: quotes or none, blanks, commas, tabs, bars or semicolons
//! between pairs, a colon for the equals sign.
//!
//! A message is taken for pairs only if it begins with one and has three of them; a sentence with an
//! `=` stays a sentence.

use std::borrow::Cow;

/// A key and its value, without quotes.
pub(in crate::syslog) type Pair<'a> = (&'a str, Cow<'a, str>);

/// Takes a message apart; `None` where it is something else. What stands before the first pair comes
/// with them.
pub(in crate::syslog) fn read(text: &str) -> Option<(&str, Vec<Pair<'_>>)> {
    let first = first_key(text)?;
    let (before, rest) = text.split_at_checked(first)?;
    if before.len() > BEFORE_MAX {
        return None;
    }
    let pairs = pairs(rest, separator(rest));
    (pairs.len() >= PAIRS_MIN).then(|| (before.trim_ascii(), pairs))
}

/// Takes apart text that is known to be pairs.
pub(in crate::syslog) fn pairs(text: &str, separator: Separator) -> Vec<Pair<'_>> {
    let mut pairs = Vec::with_capacity(text.len() / 24);
    let mut rest = text;
    while let Some((key, behind)) = key(rest) {
        let (value, behind) = value(behind, separator);
        pairs.push((key, value));
        rest = behind.trim_start_matches(is_between);
        // A piece that is no pair: the next one begins behind it.
        if key_length(rest).is_none() {
            rest = first_key(rest).and_then(|at| rest.get(at..)).unwrap_or_default();
        }
    }
    pairs
}

/// What stands between pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syslog) enum Separator {
    /// A blank, a comma or a semicolon before the next key: values may hold blanks.
    Loose,
    /// This character and no other.
    Exact(char),
}

/// Says what separates pairs: a tab or a bar, if the next key follows one.
fn separator(text: &str) -> Separator {
    for mark in ['\t', '|'] {
        let follows_key = |(_, behind): (&str, &str)| key_length(behind).is_some();
        if text.split_once(mark).is_some_and(follows_key) {
            return Separator::Exact(mark);
        }
    }
    Separator::Loose
}

fn key(text: &str) -> Option<(&str, &str)> {
    let length = key_length(text)?;
    let (key, behind) = text.split_at_checked(length)?;
    Some((key, behind.get(1..)?))
}

/// The length of the key that begins here, if an `=` or a `:` with a quote follows it.
fn key_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let length = bytes.iter().take(KEY_MAX).take_while(|byte| is_in_key(**byte)).count();
    let begins_well =
        bytes.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_');
    let ends_well = matches!(bytes.get(length..)?, [b'=', ..] | [b':', b'"', ..]);
    (begins_well && ends_well).then_some(length)
}

/// Where the first key begins, behind a character that may stand between pairs.
fn first_key(text: &str) -> Option<usize> {
    if key_length(text).is_some() {
        return Some(0);
    }
    let starts = text.char_indices().filter(|(_, letter)| is_between(*letter));
    let mut starts = starts.map(|(at, letter)| at + letter.len_utf8());
    starts.find(|at| text.get(*at..).is_some_and(|rest| key_length(rest).is_some()))
}

/// Takes a value: between quotes, or up to the separator.
fn value(text: &str, separator: Separator) -> (Cow<'_, str>, &str) {
    let quoted = text.strip_prefix('"').and_then(|inner| quoted(inner, '"'));
    let quoted = quoted.or_else(|| text.strip_prefix('\'').and_then(|inner| quoted_single(inner)));
    if let Some((value, behind)) = quoted {
        return (value, behind);
    }
    let end = match separator {
        Separator::Exact(mark) => text.find(mark).unwrap_or(text.len()),
        Separator::Loose => loose_end(text),
    };
    let (value, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    (Cow::Borrowed(value.trim_ascii().trim_end_matches([',', ';'])), behind)
}

/// Where a value without quotes ends: before the next key.
fn loose_end(text: &str) -> usize {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(is_between)) {
        let end = at + found;
        let behind = text.get(end..).unwrap_or_default();
        let next = behind.trim_start_matches(is_between);
        if key_length(next).is_some() {
            return end;
        }
        at = end + behind.len() - next.len();
    }
    text.len()
}

fn quoted_single(inner: &str) -> Option<(Cow<'_, str>, &str)> {
    quoted(inner, '\'')
}

/// Takes what stands before the closing quote; a backslash lets a quote stand inside.
fn quoted(inner: &str, quote: char) -> Option<(Cow<'_, str>, &str)> {
    let mut is_escaped = false;
    let mut has_escapes = false;
    for (at, letter) in inner.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if letter == '\\' {
            is_escaped = true;
            has_escapes |= inner.get(at + 1..).is_some_and(|rest| rest.starts_with(quote));
        } else if letter == quote {
            let value = inner.get(..at)?;
            let value = if has_escapes {
                Cow::Owned(value.replace(&format!("\\{quote}"), &quote.to_string()))
            } else {
                Cow::Borrowed(value)
            };
            return Some((value, inner.get(at + 1..)?));
        }
    }
    None
}

fn is_between(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | ',' | ';' | '|')
}

fn is_in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// With fewer it may be a sentence.
const PAIRS_MIN: usize = 3;

/// Some write what kind of log it is before the pairs.
const BEFORE_MAX: usize = 48;

const KEY_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<Vec<String>> {
        let (before, pairs) = read(text)?;
        let pairs = pairs.iter().map(|(key, value)| format!("{key}={value}"));
        Some(std::iter::once(before.to_owned()).chain(pairs).collect())
    }

    #[test]
    fn quotes_blanks_and_other_separators_are_read() {
        assert_eq!(
            shown(r#"id=fw time="1 x" msg="a \"b\" c=d" src=10.0.0.1:80:X1 note=two words"#),
            Some(
                [
                    "",
                    "id=fw",
                    "time=1 x",
                    r#"msg=a "b" c=d"#,
                    "src=10.0.0.1:80:X1",
                    "note=two words"
                ]
                .map(String::from)
                .into()
            )
        );
        assert_eq!(
            shown("flows a=1\tb=x y=z\tc=\td=4"),
            Some(["flows", "a=1", "b=x y=z", "c=", "d=4"].map(String::from).into())
        );
        assert_eq!(
            shown("a=1|b=2, 3|c=x|d=4|"),
            Some(["", "a=1", "b=2, 3", "c=x", "d=4"].map(String::from).into())
        );
        assert_eq!(
            shown(r#"a:"1"; b:"2"; c:"3"; d:"4""#),
            Some(["", "a=1", "b=2", "c=3", "d=4"].map(String::from).into())
        );
    }

    #[test]
    fn a_sentence_is_no_pairs() {
        assert_eq!(shown("session opened for user root by (uid=0)"), None);
        assert_eq!(shown("a=1 b=2 c"), None);
        assert_eq!(shown(""), None);
        assert_eq!(shown("="), None);
    }
}
