//! What the mapping had no attribute for, kept under its own name.

use std::ops::ControlFlow;

use compact_str::format_compact;

use super::Text;
use super::attribute::Attribute;
use super::convert;
use super::json::Json;
use super::object::Visitor;
use super::value::{FieldKind, Mismatch, Value, ValueRef};
use super::writer::JsonWriter;

/// OCSF's `unmapped`: an open object whose keys stay in the order they came.
///
/// Keys are taken as they are; a point in a key is part of it. A key set again holds the new
/// value in the old place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unmapped {
    entries: Vec<(Text, Leftover)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Leftover {
    Text(Text),
    Json(Json),
}

impl Unmapped {
    /// Keeps a text.
    pub fn insert_text(&mut self, key: &str, text: &str) {
        self.insert(key, Leftover::Text(Text::new(text)));
    }

    /// Keeps a text beside what is there: where the key is taken, it goes on as `key_2`, `key_3`, ….
    /// Costs a look at every key, as setting one does.
    pub fn add_text(&mut self, key: &str, text: &str) {
        let is_taken = self.entries.iter().any(|(name, _)| name == key);
        let name = if is_taken { self.free_name(key) } else { Text::new(key) };
        self.entries.push((name, Leftover::Text(Text::new(text))));
    }

    /// Makes room for as many further keys.
    pub fn reserve(&mut self, additional: usize) {
        self.entries.reserve(additional);
    }

    /// Keeps JSON of any shape.
    pub fn insert_json(&mut self, key: &str, json: Json) {
        self.insert(key, Leftover::Json(json));
    }

    /// Returns what is kept under a key.
    pub fn get(&self, key: &str) -> Option<ValueRef<'_>> {
        self.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Returns keys and values in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ValueRef<'_>)> {
        self.entries.iter().map(|(key, leftover)| (key.as_str(), leftover.value()))
    }

    /// Whether nothing is kept.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the number of keys.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Keeps an assigned value: JSON and numbers as they are, the rest as text.
    pub(super) fn assign(&mut self, key: &str, value: Value<'_>) -> Result<(), Mismatch> {
        match value {
            Value::Text(text) => self.insert_text(key, text),
            Value::Timestamp(_) => {
                self.insert(key, Leftover::Text(convert::to_text(value)?));
            }
            _ => self.insert_json(key, convert::to_json(value)?),
        }
        Ok(())
    }

    /// Numbers on from the keys that begin alike, so that a key repeated a thousand times is not
    /// tried a thousand times.
    fn free_name(&self, key: &str) -> Text {
        let is_alike =
            |name: &str| name.strip_prefix(key).is_some_and(|rest| rest.starts_with('_'));
        let alike = self.entries.iter().filter(|(name, _)| is_alike(name)).count();
        let mut names = (alike + 2..).map(|number| format_compact!("{key}_{number}"));
        names.find(|name| self.get(name).is_none()).unwrap_or_default()
    }

    fn insert(&mut self, key: &str, leftover: Leftover) {
        match self.entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = leftover,
            None => self.entries.push((Text::new(key), leftover)),
        }
    }
}

impl Leftover {
    fn value(&self) -> ValueRef<'_> {
        match self {
            Self::Text(text) => ValueRef::Text(text),
            Self::Json(json) => json.value(),
        }
    }
}

/// Without a key all values are visited; keys are beyond compiled steps.
impl Attribute for Unmapped {
    const KIND: FieldKind = FieldKind::Json;
    const IS_ASSIGNABLE: bool = false;

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.entries.iter().try_for_each(|(_, leftover)| visitor(leftover.value()))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        Err(convert::mismatch(Self::KIND, value))
    }

    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if self.entries.is_empty() {
            return;
        }
        writer.key(key);
        writer.braced(|writer| {
            for (name, leftover) in &self.entries {
                writer.open_key(name);
                match leftover {
                    Leftover::Text(text) => writer.text(text),
                    Leftover::Json(json) => writer.json(json),
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_taken_goes_on_with_a_number() {
        let mut unmapped = Unmapped::default();
        for (key, text) in [("a", "1"), ("a_3", "x"), ("a", "2"), ("a", "3"), ("b", "4")] {
            unmapped.add_text(key, text);
        }

        let kept: Vec<_> = unmapped.iter().map(|(key, value)| (key, value.as_text())).collect();

        assert_eq!(
            kept,
            [
                ("a", Some("1")),
                ("a_3", Some("x")),
                ("a_4", Some("2")),
                ("a_5", Some("3")),
                ("b", Some("4"))
            ]
        );
    }
}
