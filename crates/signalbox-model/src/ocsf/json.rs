//! JSON kept as text, for the attributes OCSF leaves open (`data`, `unmapped`).
//!
//! The text was checked once, when it was made, and holds no space between its tokens: it can be
//! copied into an event as it is, and an event stays one line.

use std::fmt;

use compact_str::{CompactString, ToCompactString};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use thiserror::Error;

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
        Ok(Self(compact(text)))
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
        Self(compact(raw.get()))
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

/// Drops the space between tokens.
fn compact(json: &str) -> CompactString {
    if !json.bytes().any(|byte| byte.is_ascii_whitespace()) {
        return CompactString::new(json);
    }
    let mut compact = CompactString::with_capacity(json.len());
    let (mut is_in_string, mut is_escaped) = (false, false);
    for character in json.chars() {
        if is_in_string || !character.is_ascii_whitespace() {
            compact.push(character);
        }
        if character == '"' && !is_escaped {
            is_in_string = !is_in_string;
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    compact
}

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
