//! The spanned tree: YAML values that remember where they stand.

use serde_json::{Map, Number, Value};

/// Where something stands. Line and column count from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Index of the file among the sources.
    pub(crate) file: usize,
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// First byte in the file.
    pub(crate) start: usize,
    /// First byte behind it.
    pub(crate) end: usize,
}

impl Span {
    /// Returns the span of a file as a whole.
    pub(crate) fn of_file(file: usize) -> Self {
        Self { file, line: 1, column: 1, start: 0, end: 0 }
    }
}

/// A value and its place.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) value: NodeValue,
    pub(crate) span: Span,
    /// The quote around a scalar, `'` or `"`.
    pub(crate) quote: Option<char>,
    /// The environment variable this value was taken from.
    pub(crate) variable: Option<String>,
    /// Whether the text may be shown. Only validation sets it, on what is known to be no secret.
    pub(crate) is_visible: bool,
}

/// What a node holds.
#[derive(Clone)]
pub(crate) enum NodeValue {
    Null,
    Boolean(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key and its value, in the order of the file.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

impl Node {
    /// Makes a node that nobody may see yet.
    pub(crate) fn new(value: NodeValue, span: Span) -> Self {
        Self { value, span, quote: None, variable: None, is_visible: false }
    }

    /// Returns the entry of a map.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            NodeValue::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// Tells whether this is a single value, neither list nor map.
    pub(crate) fn is_scalar(&self) -> bool {
        !matches!(self.value, NodeValue::List(_) | NodeValue::Map(_))
    }

    /// Returns the values directly below.
    pub(crate) fn children(&self) -> Box<dyn Iterator<Item = &Node> + '_> {
        match &self.value {
            NodeValue::List(items) => Box::new(items.iter()),
            NodeValue::Map(entries) => Box::new(entries.iter().map(|entry| &entry.value)),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// Returns the plain value, without places.
    pub(crate) fn to_json(&self) -> Value {
        match &self.value {
            NodeValue::Null => Value::Null,
            NodeValue::Boolean(value) => Value::Bool(*value),
            NodeValue::Number(number) => Value::Number(number.clone()),
            NodeValue::Text(text) => Value::String(text.clone()),
            NodeValue::List(items) => items.iter().map(Self::to_json).collect(),
            NodeValue::Map(entries) => Value::Object(entries_to_json(entries)),
        }
    }
}

impl NodeValue {
    /// Reads an unquoted scalar by the core schema of YAML 1.2 (section 10.3.2): `no` is a text.
    pub(crate) fn of_plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Boolean(true),
            "false" | "False" | "FALSE" => Self::Boolean(false),
            _ => number_of(text).map_or_else(|| Self::Text(text.to_owned()), Self::Number),
        }
    }
}

fn entries_to_json(entries: &[Entry]) -> Map<String, Value> {
    entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect()
}

fn number_of(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().map(Number::from);
    }
    let whole = text.strip_prefix('+').unwrap_or(text);
    let unsigned = whole.parse::<u64>().ok().map(Number::from);
    let signed = || whole.parse::<i64>().ok().map(Number::from);
    let decimal = || text.parse::<f64>().ok().and_then(Number::from_f64);
    unsigned.or_else(signed).or_else(decimal)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let read = |text: &str| Node::new(NodeValue::of_plain(text), Span::of_file(0)).to_json();

        assert_eq!(
            ["", "~", "true", "no", "on", "12", "-3", "+4", "0x1F", "0o17", "1.5", "1e3"].map(read),
            [
                json!(null),
                json!(null),
                json!(true),
                json!("no"),
                json!("on"),
                json!(12),
                json!(-3),
                json!(4),
                json!(31),
                json!(15),
                json!(1.5),
                json!(1000.0),
            ]
        );
        assert_eq!(
            ["1.2.3", "30s", "-", ".", "+-1", "0x", "1_000", ".nan", "10.0.0.0/8"].map(read),
            ["1.2.3", "30s", "-", ".", "+-1", "0x", "1_000", ".nan", "10.0.0.0/8"]
                .map(|text| json!(text))
        );
    }

    #[test]
    fn a_number_too_large_for_64_bits_stays_a_number() {
        assert_eq!(
            number_of("99999999999999999999").and_then(|number| number.as_f64()),
            Some(1e20)
        );
    }
}
