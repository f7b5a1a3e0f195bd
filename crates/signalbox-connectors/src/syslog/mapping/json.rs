//! JSON objects as messages: top-level members by their names, one level below by both names.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::record::ITEMS_MAX;

/// A member: its path from the top, and its value as JSON.
pub(super) type Member<'a> = (Cow<'a, str>, &'a RawValue);

/// Returns the members of an object, those of objects in it as `outer.inner`.
///
/// # Errors
/// Where the text is no object: how far it was one, and why not.
pub(super) fn members(text: &str) -> Result<Vec<Member<'_>>, Broken> {
    if let Some(at) = too_deep(text) {
        return Err(Broken { at, why: format!("nested deeper than {DEPTH_MAX} levels") });
    }
    let object: Object<'_> = serde_json::from_str(text).map_err(|error| Broken {
        // A frame is one line, or nearly; the line ends before count as one byte each.
        at: text
            .split('\n')
            .take(error.line().saturating_sub(1))
            .map(|line| line.len() + 1)
            .sum::<usize>()
            + error.column().saturating_sub(1),
        why: error.to_string(),
    })?;
    let mut members = Vec::with_capacity(object.0.len());
    for (key, value) in object.0 {
        let inner =
            value.get().starts_with('{').then(|| serde_json::from_str::<Object<'_>>(value.get()));
        match inner {
            Some(Ok(inner))
                if members.len() + inner.0.len() <= ITEMS_MAX && !inner.0.is_empty() =>
            {
                let named = |(name, value)| (Cow::Owned(format!("{key}.{name}")), value);
                members.extend(inner.0.into_iter().map(named));
            }
            _ => members.push((key, value)),
        }
    }
    Ok(members)
}

/// Why a text that begins like an object is none.
#[derive(Debug)]
pub(super) struct Broken {
    /// Where, in bytes from its start.
    pub(super) at: usize,
    /// Why.
    pub(super) why: String,
}

/// Returns a scalar as text; `None` for lists, objects and `null`.
pub(super) fn scalar(value: &RawValue) -> Option<Cow<'_, str>> {
    let json = value.get();
    match json.as_bytes().first()? {
        b'{' | b'[' | b'n' => None,
        b'"' => {
            let quoted = json.strip_prefix('"')?.strip_suffix('"')?;
            if quoted.contains('\\') {
                return serde_json::from_str::<String>(json).ok().map(Cow::Owned);
            }
            Some(Cow::Borrowed(quoted))
        }
        _ => Some(Cow::Borrowed(json)),
    }
}

/// Where JSON goes deeper than [`DEPTH_MAX`].
fn too_deep(json: &str) -> Option<usize> {
    let (mut depth, mut is_in_text, mut is_escaped) = (0_usize, false, false);
    json.bytes().position(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_in_text = !is_in_text,
            _ if is_in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEPTH_MAX
    })
}

/// Readers of events, ours too, stop at 128 levels; the event puts some around what it keeps.
const DEPTH_MAX: usize = 100;

struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor).map(Self)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_members_have_both_names() {
        let members = members(r#"{"a":1,"b":{"c":"x","d":{"e":2}},"f":{},"g":[1]}"#).unwrap();
        let shown: Vec<_> = members.iter().map(|(key, value)| format!("{key}={value}")).collect();

        assert_eq!(shown, ["a=1", "b.c=\"x\"", "b.d={\"e\":2}", "f={}", "g=[1]"]);
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));

        assert_eq!(members(&deep).unwrap_err().at, 104);
        assert!(members("{\"a\":\"[[\"}").is_ok());
    }

    #[test]
    fn what_is_cut_is_told_with_its_place() {
        let broken = members("{\"a\":1,\n\"b\":").unwrap_err();

        assert_eq!(broken.at, 11);
    }
}
