//! What a JSON value is, read from its text only when an attribute wants it.

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

/// A value that is there.
#[derive(Clone, Debug)]
pub(super) enum Given<'a> {
    /// A text without its quotes and escapes.
    Text(Cow<'a, str>),
    /// A number, in the digits as received.
    Number(&'a RawValue),
    /// True or false.
    Boolean(bool),
    /// A list.
    List(&'a RawValue),
    /// An object.
    Object(&'a RawValue),
}

impl<'a> Given<'a> {
    /// Reads a value; `None` for `null`, the empty text and the empty list, which say that there
    /// is none.
    pub(super) fn read(raw: &'a RawValue) -> Option<Self> {
        match raw.get().as_bytes().first() {
            Some(b'"') => text(raw).filter(|text| !text.is_empty()).map(Self::Text),
            Some(b't') => Some(Self::Boolean(true)),
            Some(b'f') => Some(Self::Boolean(false)),
            Some(b'[') => Some(Self::List(raw)).filter(|_| !is_empty_list(raw)),
            Some(b'{') => Some(Self::Object(raw)),
            Some(b'n') | None => None,
            Some(_) => Some(Self::Number(raw)),
        }
    }

    /// Returns the value as a text, for ids and for words to look up.
    pub(super) fn as_text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Boolean(true) => "true",
            Self::Boolean(false) => "false",
            Self::Number(raw) | Self::List(raw) | Self::Object(raw) => raw.get(),
        }
    }
}

/// The shape of the value, never the value.
impl fmt::Display for Given<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(formatter, "a text of {} bytes", text.len()),
            Self::Number(raw) => write!(formatter, "a number of {} bytes", raw.get().len()),
            Self::Boolean(_) => formatter.write_str("a boolean"),
            Self::List(_) => formatter.write_str("a list"),
            Self::Object(_) => formatter.write_str("an object"),
        }
    }
}

/// Returns a text that stands in the JSON as it is, without escapes.
pub(super) fn plain_text(raw: &RawValue) -> Option<&str> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

fn is_empty_list(raw: &RawValue) -> bool {
    let inner = raw.get().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.trim_ascii().is_empty())
}

/// Takes quotes and escapes off.
fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let unescaped = || serde_json::from_str(raw.get()).ok().map(Cow::Owned);
    plain_text(raw).map(Cow::Borrowed).or_else(unescaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(json: &str) -> Option<Given<'_>> {
        Given::read(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn values_are_told_apart_by_their_first_character() {
        let text = |json| match given(json) {
            Some(Given::Text(text)) => text.into_owned(),
            other => format!("{other:?}"),
        };

        assert_eq!(text(r#""a b""#), "a b");
        assert_eq!(text(r#""a\"\u00fc""#), "a\"ü");
        assert!(matches!(given("-1.50"), Some(Given::Number(raw)) if raw.get() == "-1.50"));
        assert!(matches!(given("false"), Some(Given::Boolean(false))));
        assert!(matches!(given("[1]"), Some(Given::List(_))));
        assert!(matches!(given("{}"), Some(Given::Object(_))));
    }

    #[test]
    fn null_the_empty_text_and_the_empty_list_are_nothing() {
        for json in ["null", "\"\"", "[]", "[ ]"] {
            assert!(given(json).is_none(), "{json}");
        }
    }

    #[test]
    fn a_value_is_described_by_its_shape_alone() {
        let shapes = ["\"hunter2\"", "12345", "1e3", "true", "[1]", "{}"];

        let described = shapes.map(|json| given(json).unwrap().to_string());

        assert_eq!(
            described,
            [
                "a text of 7 bytes",
                "a number of 5 bytes",
                "a number of 3 bytes",
                "a boolean",
                "a list",
                "an object"
            ]
        );
    }
}
