//! Values as they were written into literals of the field's kind.

use std::net::IpAddr;

use ipnet::IpNet;
use signalbox_model::Severity;
use signalbox_model::time::Timestamp;

use super::super::ast::Literal;
use super::super::caseless::Caseless;
use super::super::error::{Mistake, Mistakes, Span, nearest, shown};
use super::super::field::{Field, Kind};
use super::super::grammar::{Spanned, WrittenValue};
use super::super::pattern::Pattern;

/// Reads a value to compare with.
pub(super) fn literal(field: &Field, value: WrittenValue<'_>) -> Result<Literal, Mistake> {
    let literal = match field.kind() {
        Kind::Text => text(value).map(|text| Literal::Text(Caseless::new(&text))),
        Kind::Address => text(value).and_then(|text| network(&text)),
        Kind::Integer => word(value).and_then(|word| word.parse().ok()).map(Literal::Integer),
        Kind::Float => word(value).and_then(float),
        Kind::Boolean => word(value).and_then(boolean),
        Kind::Time => text(value).and_then(|text| Timestamp::parse(&text).ok()).map(Literal::Time),
        Kind::Severity => severity(value).map(Literal::Severity),
        Kind::Json => json(value),
        Kind::Object => None,
    };
    literal.ok_or_else(|| misfit(field, value))
}

/// Reads a text to search for.
pub(super) fn part(field: &Field, value: WrittenValue<'_>) -> Result<Caseless, Mistake> {
    let text = text(value).ok_or_else(|| misfit_text(field, value))?;
    if text.is_empty() {
        let help = "write what to search for, or use EXISTS";
        return Err(Mistake::new("every text contains the empty text").help(help));
    }
    Ok(Caseless::new(&text))
}

/// Reads a regular expression; a mistake inside it is noted at its place inside it.
pub(super) fn pattern(
    field: &Field,
    value: &Spanned<WrittenValue<'_>>,
    mistakes: &mut Mistakes<'_>,
) -> Option<Pattern> {
    let WrittenValue::Quoted(quoted) = value.value else {
        mistakes.add(value.span, misfit_text(field, value.value));
        return None;
    };
    match Pattern::compile(quoted) {
        Ok(pattern) => Some(pattern),
        Err(invalid) => {
            let start = value.span.start + QUOTE_BYTES;
            let span = Span::new(start + invalid.range.start, start + invalid.range.end);
            let message = format!("invalid regular expression: {}", invalid.message);
            mistakes.add(span, Mistake::new(message));
            None
        }
    }
}

/// Returns a quoted value without the backslashes that protect quotes and backslashes. Any other
/// backslash is one: paths of Windows are common here, line breaks are not.
fn text(value: WrittenValue<'_>) -> Option<String> {
    let WrittenValue::Quoted(quoted) = value else { return None };
    let mut text = String::with_capacity(quoted.len());
    let mut characters = quoted.chars().peekable();
    while let Some(character) = characters.next() {
        let is_protected = |next: &char| matches!(next, '\\' | '\'' | '"');
        let protected = (character == '\\').then(|| characters.next_if(is_protected)).flatten();
        text.push(protected.unwrap_or(character));
    }
    Some(text)
}

const fn word(value: WrittenValue<'_>) -> Option<&str> {
    match value {
        WrittenValue::Word(word) => Some(word),
        WrittenValue::Quoted(_) => None,
    }
}

fn network(text: &str) -> Option<Literal> {
    let address = || text.parse::<IpAddr>().ok().map(|address| address.to_canonical().into());
    text.parse::<IpNet>().ok().or_else(address).map(Literal::Network)
}

fn float(word: &str) -> Option<Literal> {
    let number = word.parse::<f64>().ok()?;
    number.is_finite().then_some(Literal::Float(number))
}

fn boolean(word: &str) -> Option<Literal> {
    let is_true = word.eq_ignore_ascii_case("true");
    (is_true || word.eq_ignore_ascii_case("false")).then_some(Literal::Boolean(is_true))
}

/// A severity is a word of a closed list, so it needs no quotes; or its OCSF number.
fn severity(value: WrittenValue<'_>) -> Option<Severity> {
    match value {
        WrittenValue::Quoted(word) => Severity::parse(word),
        WrittenValue::Word(word) => {
            let by_number = || word.parse().ok().and_then(Severity::from_id);
            Severity::parse(word).or_else(by_number)
        }
    }
}

/// JSON may hold anything, so the value itself says what it is.
fn json(value: WrittenValue<'_>) -> Option<Literal> {
    if let Some(text) = text(value) {
        return Some(Literal::Text(Caseless::new(&text)));
    }
    let word = word(value)?;
    let integer = word.parse().ok().map(Literal::Integer);
    integer.or_else(|| float(word)).or_else(|| boolean(word))
}

fn misfit(field: &Field, value: WrittenValue<'_>) -> Mistake {
    let kind = field.kind();
    let written = match value {
        WrittenValue::Quoted(text) => format!("`'{}'`", shown(text)),
        WrittenValue::Word(word) => format!("`{}`", shown(word)),
    };
    let message = format!("`{}` holds {kind}, and {written} is none", shown(field.name()));
    let help = match kind {
        Kind::Text | Kind::Json | Kind::Object => return misfit_text(field, value),
        Kind::Address => "write an address or a network in quotes, such as `'10.0.0.0/8'`",
        Kind::Integer => "write a whole number without quotes, such as `443`",
        Kind::Float => "write a number without quotes, such as `7.5`",
        Kind::Boolean => "write `true` or `false`, without quotes",
        Kind::Time => "write a time in quotes, such as `'2026-03-01T12:00:00Z'`",
        Kind::Severity => return Mistake::new(message).help(severity_help(value)),
    };
    Mistake::new(message).help(help)
}

/// What has no quotes where a text belongs is a text without quotes or another field.
fn misfit_text(field: &Field, value: WrittenValue<'_>) -> Mistake {
    let (WrittenValue::Word(word) | WrittenValue::Quoted(word)) = value;
    let message = format!(
        "`{}` is compared with a text, and `{}` has no quotes",
        shown(field.name()),
        shown(word)
    );
    if Field::find(word).is_ok() {
        return Mistake::new(message).help("two fields cannot be compared with each other");
    }
    let bare = word.trim_matches(TYPOGRAPHIC_QUOTES);
    Mistake::new(message).help(format!("write `'{}'`", shown(bare)))
}

fn severity_help(value: WrittenValue<'_>) -> String {
    let (WrittenValue::Word(word) | WrittenValue::Quoted(word)) = value;
    let words = Severity::ALL.map(|severity| severity.caption().to_ascii_lowercase());
    match nearest(&word.to_ascii_lowercase(), words.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `'{near}'`?"),
        None => format!("the severities are {}", words.join(", ")),
    }
}

/// A quote is one byte long, whichever it is.
const QUOTE_BYTES: usize = 1;

/// What word processors make of quotes.
const TYPOGRAPHIC_QUOTES: [char; 6] = ['‘', '’', '“', '”', '„', '`'];
