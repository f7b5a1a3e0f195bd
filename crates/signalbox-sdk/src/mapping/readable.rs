//! Whether JSON as received can be read again by everyone who reads the event it goes into.
//!
//! The grammar of JSON allows what common parsers refuse: numbers beyond a double and any depth of
//! nesting. Passed on inside an event, such a value would make the whole event unreadable for
//! destinations and for our own desk, so it is refused here, where the item can be quarantined.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use signalbox_model::ocsf::Json;
use thiserror::Error;

/// A value that not everyone could read.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct Unreadable(serde_json::Error);

/// Takes JSON over into an event.
///
/// # Errors
/// When somebody could not read it again.
pub(super) fn to_json(raw: &RawValue) -> Result<Json, Unreadable> {
    // Texts were mended when the document was read.
    if !raw.get().starts_with('"') {
        let mut deserializer = serde_json::Deserializer::from_str(raw.get());
        Level(DEPTH_MAX).deserialize(&mut deserializer).map_err(Unreadable)?;
    }
    Ok(Json::from(raw))
}

/// Takes JSON text over into an event.
///
/// # Errors
/// When it is none, or somebody could not read it again.
pub(super) fn parse(json: &str) -> Result<Json, Unreadable> {
    to_json(serde_json::from_str(json).map_err(Unreadable)?)
}

/// Reads a value and forgets it; holds how many levels it may still have.
#[derive(Clone, Copy)]
struct Level(usize);

impl Level {
    fn down<E: serde::de::Error>(self) -> Result<Self, E> {
        let below = self.0.checked_sub(1).map(Self);
        below.ok_or_else(|| E::custom(format_args!("nested deeper than {DEPTH_MAX} levels")))
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let below = self.down::<A::Error>()?;
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(below)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let below = self.down::<A::Error>()?;
        while list.next_element_seed(below)?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// Parsers commonly stop at 128 levels; an event adds some above the value.
const DEPTH_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> Option<String> {
        parse(json).err().map(|error| error.to_string())
    }

    #[test]
    fn what_is_taken_over_keeps_its_digits_and_escapes() {
        let json = r#"{"a": [1.10, "\u00e9", 12345678901234567890123]}"#;

        assert_eq!(parse(json).unwrap().as_str(), json.replace(' ', ""));
    }

    #[test]
    fn what_others_could_not_read_is_refused() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);

        assert_eq!(refusal("[1e999]").unwrap(), "number out of range at line 1 column 6");
        assert_eq!(refusal(&deep(100)), None);
        assert_eq!(
            refusal(&deep(101)).unwrap(),
            "nested deeper than 100 levels at line 1 column 102"
        );
    }
}
