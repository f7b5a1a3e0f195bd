//! Objects taken apart one level at a time: what is understood is taken out, what is left is kept.

use std::borrow::Cow;

use serde_json::value::RawValue;

use signalbox_model::ocsf::members::{self, Object};
use signalbox_model::ocsf::{Json, Text, Unmapped};
use signalbox_model::time::Timestamp;

/// The members of an object that nobody has taken yet.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Members<'a>(members::Members<'a>);

impl<'a> Members<'a> {
    /// Takes an object apart; `None` where the text is something else.
    pub(in super::super) fn parse(json: &'a str) -> Option<Self> {
        if !json.trim_ascii_start().starts_with('{') {
            return None;
        }
        serde_json::from_str::<Object<'_>>(json).ok().map(|object| Self(object.0))
    }

    /// Returns whether a member is there and is something.
    pub(in super::super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Returns a member and leaves it there.
    pub(in super::super) fn get(&self, key: &str) -> Option<&'a RawValue> {
        let found = self.0.iter().find(|(own, _)| own == key).map(|(_, value)| *value);
        found.filter(|value| value.get() != "null")
    }

    /// Takes a text, number or boolean as text. An empty text is none.
    pub(in super::super) fn text(&mut self, key: &str) -> Option<Text> {
        let text = text_of(self.get(key)?)?;
        self.drop(key);
        Some(text).filter(|text| !text.trim().is_empty())
    }

    /// Takes the first of several members that is a text.
    pub(in super::super) fn text_of_any(&mut self, keys: &[&str]) -> Option<Text> {
        keys.iter().find_map(|key| self.text(key))
    }

    /// Takes a time, in whatever form. Zero is none: the product writes it for "never".
    pub(in super::super) fn time(&mut self, key: &str) -> Option<Timestamp> {
        let text = text_of(self.get(key)?)?;
        let time = Timestamp::parse(&text).ok()?;
        self.drop(key);
        Some(time).filter(|time| time.as_millis() > 0)
    }

    /// Takes a whole number.
    pub(in super::super) fn count(&mut self, key: &str) -> Option<i64> {
        let count = text_of(self.get(key)?)?.parse().ok()?;
        self.drop(key);
        Some(count)
    }

    /// Takes an object apart.
    pub(in super::super) fn object(&mut self, key: &str) -> Option<Self> {
        let members = Self::parse(self.get(key)?.get())?;
        self.drop(key);
        Some(members)
    }

    /// Takes the elements of a list.
    pub(in super::super) fn list(&mut self, key: &str) -> Vec<&'a RawValue> {
        let Some(list) = self.get(key).and_then(|value| elements(value.get())) else {
            return Vec::new();
        };
        self.drop(key);
        list
    }

    /// Takes a list of texts, or the keys of an object in its place.
    pub(in super::super) fn texts(&mut self, key: &str) -> Vec<Text> {
        if let Some(members) = self.object(key) {
            return members.0.into_iter().map(|(key, _)| Text::from(key)).collect();
        }
        self.list(key).into_iter().filter_map(text_of).collect()
    }

    /// Takes a member as it is.
    pub(in super::super) fn json(&mut self, key: &str) -> Option<Json> {
        let json = Json::from(self.get(key)?);
        self.drop(key);
        Some(json)
    }

    /// Takes all members as names and texts; what is no text is shown as JSON.
    pub(in super::super) fn into_pairs(self) -> impl Iterator<Item = (Text, Text)> + use<'a> {
        let text = |value: &RawValue| text_of(value).unwrap_or_else(|| Text::from(value.get()));
        self.0.into_iter().map(move |(key, value)| (Text::from(key), text(value)))
    }

    /// Takes the members whose key begins with `prefix`, without it.
    pub(in super::super) fn split_off(&mut self, prefix: &str) -> Self {
        let is_inside = |(key, _): &mut (Cow<'a, str>, &'a RawValue)| key.starts_with(prefix);
        let inside = self.0.extract_if(.., is_inside);
        let short = |key: Cow<'a, str>| Cow::Owned(key[prefix.len()..].to_owned());
        Self(inside.map(|(key, value)| (short(key), value)).collect())
    }

    /// Drops the members that say nothing: empty texts.
    pub(in super::super) fn drop_empty(&mut self) {
        self.0.retain(|(_, value)| value.get() != "\"\"");
    }

    /// Keeps what is left, each under `prefix` and its key; too many stay together.
    pub(in super::super) fn keep(self, prefix: &str, unmapped: &mut Unmapped) {
        for (key, value) in self.0.into_iter().filter(|(_, value)| value.get() != "null") {
            if unmapped.len() > KEYS_MAX {
                return;
            }
            unmapped.insert_json(&format!("{prefix}{key}"), Json::from(value));
        }
    }

    fn drop(&mut self, key: &str) {
        self.0.retain(|(own, _)| own != key);
    }
}

/// Returns the elements of a list; `None` where the text is something else.
pub(in super::super) fn elements(json: &str) -> Option<Vec<&RawValue>> {
    if json.trim_ascii_start().starts_with('[') { serde_json::from_str(json).ok() } else { None }
}

/// Returns a text without quotes and escapes, a number or boolean as written.
fn text_of(value: &RawValue) -> Option<Text> {
    let json = value.get();
    match json.as_bytes().first()? {
        b'"' => serde_json::from_str::<Cow<'_, str>>(json).ok().map(Text::from),
        b'{' | b'[' | b'n' => None,
        _ => Some(Text::from(json)),
    }
}

/// Keys of one event that are kept, where each costs a search.
const KEYS_MAX: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_gone_and_what_is_left_is_kept() {
        let json = r#"{"a":"x","b":7,"c":{"d":1},"e":null,"f":"","g":["h",{}]}"#;
        let mut members = Members::parse(json).unwrap();

        assert_eq!(members.text("a").as_deref(), Some("x"));
        assert_eq!(members.count("b"), Some(7));
        assert_eq!(members.text("c"), None);
        assert_eq!(members.text("f"), None);
        assert_eq!(members.texts("g"), ["h"]);
        let mut unmapped = Unmapped::default();
        members.keep("p.", &mut unmapped);

        assert_eq!(unmapped.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["p.c"]);
    }

    #[test]
    fn a_time_is_read_from_numbers_and_texts_and_zero_is_none() {
        let json =
            r#"{"a":1668769934085,"b":"1668769934085","c":"2022-11-18T11:12:14.085Z","d":0}"#;
        let mut members = Members::parse(json).unwrap();

        for key in ["a", "b", "c"] {
            let time = members.time(key).unwrap();
            assert_eq!(time.as_millis(), 1_668_769_934_085, "{key}");
        }
        assert_eq!(members.time("d"), None);
    }

    #[test]
    fn columns_of_one_prefix_are_an_object_again() {
        let mut members = Members::parse(r#"{"policy_name":"x","id":1}"#).unwrap();

        let mut policy = members.split_off("policy_");

        assert_eq!(policy.text("name").as_deref(), Some("x"));
        assert!(members.has("id") && !members.has("policy_name"));
    }
}
