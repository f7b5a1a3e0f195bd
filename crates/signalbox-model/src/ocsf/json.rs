//! JSON kept as text, for the attributes OCSF leaves open (`data`, `unmapped`).
//!
//! The text was checked once, when it was made, and holds no space between its tokens: it can be
//! copied into an event as it is, and an event stays one line. What many parsers refuse a whole
//! document for is made readable: a number larger than any floating-point number is kept as a text, half
//! a surrogate pair as U+FFFD.

use std::fmt;

use compact_str::{CompactString, ToCompactString};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use thiserror::Error;

use super::surrogate;
use super::value::ValueRef;
use super::writer;

/// Valid, compact JSON text of any shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(CompactString);

impl Json {
    /// Checks and compacts JSON text.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn parse(text: &str) -> Result<Self, InvalidJson> {
        serde_json::from_str::<IgnoredAny>(text).map_err(|_| InvalidJson)?;
        Ok(Self(compact(&surrogate::mend(text))))
    }

    /// Makes a JSON string of a text.
    pub fn text(text: &str) -> Self {
        let mut bytes = Vec::with_capacity(text.len() + 2);
        writer::write_text(text, &mut bytes);
        // Escaping adds ASCII only, so nothing is replaced here.
        Self(CompactString::from_utf8_lossy(&bytes))
    }

    /// Makes a JSON number of a whole number.
    pub fn integer(number: i64) -> Self {
        Self(number.to_compact_string())
    }

    /// Makes a JSON number; `None` when there is none for it (not a number, infinite).
    pub fn float(number: f64) -> Option<Self> {
        let mut bytes = Vec::with_capacity(24);
        writer::write_float(number, &mut bytes);
        number.is_finite().then(|| Self(CompactString::from_utf8_lossy(&bytes)))
    }

    /// Makes a JSON boolean.
    pub const fn boolean(is_true: bool) -> Self {
        Self(CompactString::const_new(if is_true { "true" } else { "false" }))
    }

    /// Returns the JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what the JSON holds, as a text, number or boolean where it is one that can be
    /// borrowed: a string with escapes inside stays JSON.
    pub fn value(&self) -> ValueRef<'_> {
        let text = self.0.as_str();
        match text.as_bytes().first() {
            Some(b'"') => string(text).map_or(ValueRef::Json(text), ValueRef::Text),
            Some(b't') => ValueRef::Boolean(true),
            Some(b'f') => ValueRef::Boolean(false),
            Some(b'-' | b'0'..=b'9') => number(text).unwrap_or(ValueRef::Json(text)),
            _ => ValueRef::Json(text),
        }
    }
}

/// Serde has checked this text.
impl From<&RawValue> for Json {
    fn from(raw: &RawValue) -> Self {
        Self(compact(&surrogate::mend(raw.get())))
    }
}

impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A text that is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not JSON; give one complete JSON value")]
pub struct InvalidJson;

/// Drops the space between tokens, and puts numbers that are too large between quotes.
fn compact(json: &str) -> CompactString {
    if !json.bytes().any(|byte| byte.is_ascii_whitespace()) && !may_hold_huge_number(json) {
        return CompactString::new(json);
    }
    let mut compact = CompactString::with_capacity(json.len());
    let mut rest = json.trim_ascii_start();
    while !rest.is_empty() {
        let (token, behind) = rest.split_at(token_length(rest));
        let marks = if is_huge_number(token) { "\"" } else { "" };
        compact.extend([marks, token, marks]);
        rest = behind.trim_ascii_start();
    }
    compact
}

/// Cheap, and never wrong where it says no.
fn may_hold_huge_number(json: &str) -> bool {
    let has_exponent = |pair: &[u8]| matches!(pair, [b'0'..=b'9', b'e' | b'E']);
    json.len() > DIGITS_MAX || json.as_bytes().windows(2).any(has_exponent)
}

fn is_huge_number(token: &str) -> bool {
    token.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        && token.parse::<f64>().is_ok_and(f64::is_infinite)
}

/// Returns how long the first token is: a string, a sign, or a word or number.
fn token_length(json: &str) -> usize {
    let bytes = json.as_bytes();
    match bytes.first() {
        Some(b'"') => string_length(bytes),
        Some(b'{' | b'}' | b'[' | b']' | b',' | b':') => 1,
        _ => {
            let is_end = |byte: &u8| b"{}[],: \t\r\n\"".contains(byte);
            bytes.iter().position(is_end).unwrap_or(bytes.len())
        }
    }
}

/// Behind the opening quote, a backslash takes the next character with it.
fn string_length(bytes: &[u8]) -> usize {
    let mut is_escaped = false;
    let is_end = |byte: &u8| {
        let is_quote = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_quote
    };
    let end = bytes.iter().skip(1).position(is_end);
    end.map_or(bytes.len(), |at| at + 2)
}

/// As many digits every floating-point number of 64 bits can have.
const DIGITS_MAX: usize = 308;

fn string(json: &str) -> Option<&str> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

fn number(json: &str) -> Option<ValueRef<'_>> {
    if let Ok(integer) = json.parse() {
        return Some(ValueRef::Integer(integer));
    }
    json.parse().ok().map(ValueRef::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_kept_without_the_space_between_its_tokens() {
        let json = Json::parse("{ \"a b\": [1,\n 2],\t\"c\\\" d\": \"\\\\\" }").unwrap();

        assert_eq!(json.as_str(), "{\"a b\":[1,2],\"c\\\" d\":\"\\\\\"}");
    }

    #[test]
    fn a_number_that_no_parser_need_take_is_kept_as_a_text() {
        let long = "9".repeat(400);
        for (json, kept) in [
            ("1e999", "\"1e999\"".to_owned()),
            ("[-1E+400 , 1e-999,1e308]", "[\"-1E+400\",1e-999,1e308]".to_owned()),
            ("{\"1e999\":\"\\\"1e999\"}", "{\"1e999\":\"\\\"1e999\"}".to_owned()),
            (&format!("{{\"a\":{long}}}"), format!("{{\"a\":\"{long}\"}}")),
        ] {
            let raw: &RawValue = serde_json::from_str(json).unwrap();

            assert_eq!(Json::from(raw).as_str(), kept);
            assert!(serde_json::from_str::<serde_json::Value>(&kept).is_ok());
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced_wherever_it_stands() {
        let raw: &RawValue = serde_json::from_str(r#"{"\ud800":["\udc00 \ud83d\ude00"]}"#).unwrap();

        assert_eq!(Json::from(raw).as_str(), r#"{"\ufffd":["\ufffd \ud83d\ude00"]}"#);
    }

    #[test]
    fn text_that_is_no_json_is_refused() {
        for text in ["", "{", "{} {}", "nul", "'a'", "{\"a\":}"] {
            assert_eq!(Json::parse(text), Err(InvalidJson), "{text}");
        }
    }

    #[test]
    fn simple_values_are_read_as_what_they_are() {
        let value = |text| Json::parse(text).unwrap();

        assert_eq!(value("\"a b\"").value(), ValueRef::Text("a b"));
        assert_eq!(value("-5").value(), ValueRef::Integer(-5));
        assert_eq!(value("2.5e3").value(), ValueRef::Float(2500.0));
        assert_eq!(value("true").value(), ValueRef::Boolean(true));
        assert_eq!(value("null").value(), ValueRef::Json("null"));
        assert_eq!(value("\"a\\nb\"").value(), ValueRef::Json("\"a\\nb\""));
    }

    #[test]
    fn a_made_string_is_escaped() {
        assert_eq!(Json::text("say \"hi\"\n").as_str(), "\"say \\\"hi\\\"\\n\"");
        assert_eq!(Json::float(f64::NAN), None);
    }
}
