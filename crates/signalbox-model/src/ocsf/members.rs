//! JSON taken apart one level at a time, without copying: values stay slices of the text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::value::Value;

/// The members of an object, in order; keys without their escapes.
pub type Members<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

/// Returns the members of an object; `None` where the bytes are something else.
pub fn members_of(bytes: &[u8]) -> Option<Members<'_>> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    serde_json::from_slice::<Object<'_>>(bytes).ok().map(|object| object.0)
}

/// Returns the elements of a list; `None` where the text is something else.
pub fn elements_of(json: &str) -> Option<Vec<&RawValue>> {
    if json.starts_with('[') { serde_json::from_str(json).ok() } else { None }
}

/// Returns a text without its quotes and escapes; `None` where the value is none.
pub fn text_of(value: &RawValue) -> Option<Cow<'_, str>> {
    let json = value.get();
    let quoted = json.strip_prefix('"')?.strip_suffix('"')?;
    if !quoted.contains('\\') {
        return Some(Cow::Borrowed(quoted));
    }
    serde_json::from_str::<String>(json).ok().map(Cow::Owned)
}

/// Calls `take` with what the value is; objects, lists and texts whose escapes make no sense (half
/// a surrogate pair) as JSON. `None` for `null`.
pub fn with_value<T>(value: &RawValue, take: impl FnOnce(Value<'_>) -> T) -> Option<T> {
    let json = value.get();
    Some(match json.as_bytes().first()? {
        b'n' => return None,
        b'"' => match text_of(value) {
            Some(text) => take(Value::Text(&text)),
            None => take(Value::Json(json)),
        },
        b't' => take(Value::Boolean(true)),
        b'f' => take(Value::Boolean(false)),
        b'{' | b'[' => take(Value::Json(json)),
        _ => match json.parse() {
            Ok(integer) => take(Value::Integer(integer)),
            Err(_) => take(json.parse().map_or(Value::Json(json), Value::Float)),
        },
    })
}

/// An object, taken apart.
pub struct Object<'a>(pub Members<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor).map(Self)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::with_capacity(16);
        while let Some((Key(key), value)) = map.next_entry()? {
            members.push((key, value));
        }
        Ok(members)
    }
}

/// A key, borrowed where nothing in it is escaped; `Cow` alone would always copy.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
