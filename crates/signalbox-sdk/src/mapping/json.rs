//! Reading one JSON document along a [`Shape`].
//!
//! Nothing is copied: values stay slices of the body, exactly as received (numbers keep their
//! digits, texts their escapes), and only objects and lists that a path leads through are taken
//! apart. What no path leads to is kept beside, for `unmapped`. Where a key is repeated the last
//! one counts.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::shape::{Node, Shape};
use super::value::plain_text;

/// What was read of a document.
#[derive(Debug)]
pub(super) struct Document<'a> {
    /// The value of each slot of the shape; `None` where the document has none.
    pub(super) values: Vec<Option<&'a RawValue>>,
    /// The list that the shape splits the document at.
    pub(super) items: Items<'a>,
    /// The document itself, as far as it was taken apart.
    pub(super) root: Part<'a>,
}

/// The list that becomes the events.
#[derive(Debug)]
pub(super) enum Items<'a> {
    /// The document has none, or no list was asked for.
    Missing,
    /// There is something else in its place.
    NotAList,
    /// The elements, as received.
    List(Vec<&'a RawValue>),
}

/// A value as far as it was taken apart.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// The slot that holds the same value.
    pub(super) slot: Option<usize>,
    /// What it is.
    pub(super) content: Content<'a>,
}

impl<'a> Part<'a> {
    /// Returns the value, if it is a text without escapes.
    pub(super) fn plain_text(&self) -> Option<&'a str> {
        match self.content {
            Content::Whole(raw) => plain_text(raw),
            _ => None,
        }
    }
}

/// What a part is.
#[derive(Debug)]
pub(super) enum Content<'a> {
    /// A value that no path leads into, or no path could.
    Whole(&'a RawValue),
    /// An object, its keys unescaped.
    Object(Vec<(Cow<'a, str>, Part<'a>)>),
    /// A list.
    List(Vec<Part<'a>>),
}

/// Reads `text` along `shape`.
///
/// # Errors
/// When the text is no JSON, is nested too deep on a path, or has too many items. The messages
/// name places, never values.
pub(super) fn read<'a>(text: &'a str, shape: &Shape) -> Result<Document<'a>, serde_json::Error> {
    let mut found = Found { values: vec![None; shape.slots], items: Items::Missing };
    let reader = Reader::new(&shape.root, &mut found);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let is_object = text.trim_ascii_start().starts_with('{');
    let root = match shape.root.slot {
        // The usual case, without a first pass over the whole to find its end.
        None if is_object => Part { slot: None, content: deserializer.deserialize_map(reader)? },
        _ => reader.deserialize(&mut deserializer)?,
    };
    deserializer.end()?;
    Ok(Document { values: found.values, items: found.items, root })
}

/// What has been found so far.
struct Found<'a> {
    values: Vec<Option<&'a RawValue>>,
    items: Items<'a>,
}

/// Reads a value of which `node` says what is wanted.
struct Reader<'a, 'r> {
    node: &'r Node,
    found: &'r mut Found<'a>,
}

impl<'a, 'r> Reader<'a, 'r> {
    fn new(node: &'r Node, found: &'r mut Found<'a>) -> Self {
        if node.is_split {
            found.items = Items::NotAList;
        }
        Self { node, found }
    }

    fn at<'s>(&'s mut self, node: Option<&'s Node>) -> Reader<'a, 's> {
        Reader::new(node.unwrap_or(Node::NOTHING), self.found)
    }

    /// Takes a value, and looks inside if something is wanted there.
    fn take(self, raw: &'a RawValue) -> Result<Part<'a>, serde_json::Error> {
        let slot = self.node.slot;
        if let Some(value) = slot.and_then(|slot| self.found.values.get_mut(slot)) {
            *value = Some(raw);
        }
        let mut deserializer = serde_json::Deserializer::from_str(raw.get());
        let content = match raw.get().as_bytes().first() {
            Some(b'{') if self.node.looks_inside() => deserializer.deserialize_map(self)?,
            Some(b'[') if self.node.looks_inside() => deserializer.deserialize_seq(self)?,
            _ => Content::Whole(raw),
        };
        Ok(Part { slot, content })
    }

    /// Takes the elements of the list that becomes the events.
    fn split<A: SeqAccess<'a>>(&mut self, mut list: A) -> Result<Content<'a>, A::Error> {
        let mut items = Vec::new();
        while let Some(raw) = list.next_element::<&RawValue>()? {
            let node = self.node.element(items.len());
            if node.is_some() {
                self.at(node).take(raw).map_err(A::Error::custom)?;
            }
            items.push(raw);
            if items.len() > ITEMS_MAX {
                return Err(A::Error::custom(format_args!("more than {ITEMS_MAX} items")));
            }
        }
        self.found.items = Items::List(items);
        Ok(Content::List(Vec::new()))
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'de, '_> {
    type Value = Part<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Part<'de>, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        self.take(raw).map_err(D::Error::custom)
    }
}

/// Takes a value apart.
impl<'de> Visitor<'de> for Reader<'de, '_> {
    type Value = Content<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Content<'de>, A::Error> {
        let mut members = Vec::with_capacity(MEMBERS_USUAL);
        while let Some(Key(key)) = map.next_key()? {
            let node = self.node.key(&key);
            let part = map.next_value_seed(self.at(node))?;
            members.push((key, part));
        }
        drop_repeated(&mut members);
        Ok(Content::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Content<'de>, A::Error> {
        if self.node.is_split {
            return self.split(list);
        }
        let mut parts = Vec::new();
        while let Some(part) = list.next_element_seed(self.at(self.node.element(parts.len())))? {
            parts.push(part);
        }
        Ok(Content::List(parts))
    }
}

/// A key, borrowed unless it has escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}

/// Keeps the last member of each key.
fn drop_repeated(members: &mut Vec<(Cow<'_, str>, Part<'_>)>) {
    let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
    keys.sort_unstable();
    if keys.array_windows().all(|[one, next]| one != next) {
        return;
    }
    let mut seen = HashSet::new();
    members.reverse();
    members.retain(|(key, _)| seen.insert(key.clone()));
    members.reverse();
}

/// Enough for most objects without growing, and small enough for the rest.
const MEMBERS_USUAL: usize = 16;

/// The longest list that is split; senders batch some hundreds.
pub(super) const ITEMS_MAX: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::super::path::Path;
    use super::*;

    fn shape(paths: &[&str]) -> Shape {
        let mut shape = Shape::default();
        for path in paths {
            shape.add(&Path::parse(path).unwrap().steps);
        }
        shape
    }

    /// Returns what the slots of `paths` hold.
    fn values<'a>(text: &'a str, paths: &[&str]) -> Vec<Option<&'a str>> {
        let document = read(text, &shape(paths)).unwrap();
        document.values.into_iter().map(|value| value.map(RawValue::get)).collect()
    }

    #[test]
    fn values_are_found_as_received() {
        let text = r#" {"a": {"b": [1.10, {"c": "x\n"}]}, "d": null, "e.f": true} "#;

        let found = values(text, &["a.b[0]", "a.b[1].c", "d", r#""e.f""#, "a.x", "d.x", "a.b[2]"]);

        assert_eq!(
            found,
            [Some("1.10"), Some(r#""x\n""#), Some("null"), Some("true"), None, None, None]
        );
    }

    #[test]
    fn a_value_and_its_inside_are_read_together() {
        let found = values(r#"{"a": {"b": 1}}"#, &["a", "a.b", "."]);

        assert_eq!(found, [Some(r#"{"b": 1}"#), Some("1"), Some(r#"{"a": {"b": 1}}"#)]);
    }

    #[test]
    fn the_last_of_a_repeated_key_counts() {
        let document = read(r#"{"a": 1, "b": 2, "a": 3, "b": 4}"#, &shape(&["a"])).unwrap();

        let Content::Object(members) = document.root.content else { panic!("an object") };
        assert_eq!(document.values[0].unwrap().get(), "3");
        assert_eq!(members.iter().map(|(key, _)| key.as_ref()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn the_list_to_split_is_told_from_anything_else() {
        let mut shape = shape(&["list[0].id"]);
        shape.split_at(&Path::parse("list").unwrap().steps);
        let items = |text| match read(text, &shape).unwrap().items {
            Items::List(items) => {
                items.into_iter().map(RawValue::get).collect::<Vec<_>>().join("|")
            }
            other => format!("{other:?}"),
        };

        assert_eq!(items(r#"{"list": [ {"id": 7}, 2 ]}"#), r#"{"id": 7}|2"#);
        assert_eq!(items(r#"{"list": {}}"#), "NotAList");
        assert_eq!(items(r#"{"list": null}"#), "NotAList");
        assert_eq!(items(r#"{"other": []}"#), "Missing");
    }

    #[test]
    fn a_broken_document_is_refused_without_showing_its_values() {
        let error = read(r#"{"a": "hunter2""#, &shape(&["a"])).unwrap_err();

        assert_eq!(error.to_string(), "EOF while parsing an object at line 1 column 15");
        assert!(read("{} {}", &shape(&[])).is_err());
    }
}
