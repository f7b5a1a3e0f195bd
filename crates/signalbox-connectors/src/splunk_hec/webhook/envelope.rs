//! Envelopes: JSON objects one after the other, with or without space between them.
//!
//! Only the envelope is taken apart. The event inside stays a slice of the request, whatever its
//! size; a text is copied only where JSON escapes something in it. A list of envelopes, which
//! newer releases take, is a batch too.

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use signalbox_model::ocsf::Text;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::RawEvent;

use super::super::wire::Code;
use super::authorization::Token;
use super::metadata::Metadata;
use super::unpack::Refused;
use super::{ITEMS_MAX, Parsed, time};

/// An envelope; keys that HEC does not know are passed over.
#[derive(serde::Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    event: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    time: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    host: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    source: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    sourcetype: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    index: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    fields: Option<&'a RawValue>,
}

/// Reads the events of a body, up to the first bad one.
pub(super) fn read(body: &Bytes, token: &Token, received: Timestamp) -> Result<Parsed, Refused> {
    let mut parsed = Parsed { events: Vec::new(), refusal: None };
    for (place, envelope) in envelopes(body).enumerate() {
        if place == ITEMS_MAX {
            return Err(Refused::TooLarge);
        }
        let event = envelope.map_err(|_| Code::InvalidFormat);
        match event.and_then(|envelope| envelope.into_raw_event(body, token, received)) {
            Ok(event) => parsed.events.push(event),
            Err(code) => {
                parsed.refusal = Some((code, place));
                break;
            }
        }
    }
    Ok(parsed)
}

/// The envelopes of a body: concatenated, or as one list.
fn envelopes(body: &[u8]) -> Box<dyn Iterator<Item = serde_json::Result<Envelope<'_>>> + '_> {
    if body.trim_ascii_start().first() != Some(&b'[') {
        return Box::new(serde_json::Deserializer::from_slice(body).into_iter());
    }
    match serde_json::from_slice::<Vec<&RawValue>>(body) {
        Ok(list) => Box::new(list.into_iter().map(|raw| serde_json::from_str(raw.get()))),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

impl Envelope<'_> {
    fn into_raw_event(
        self,
        body: &Bytes,
        token: &Token,
        received: Timestamp,
    ) -> Result<RawEvent, Code> {
        // Without an event the fields are a metric.
        let content = match (self.event, self.fields) {
            (Some(event), _) => content(event, body)?,
            (None, Some(fields)) => body.slice_ref(fields.get().as_bytes()),
            (None, None) => return Err(Code::EventRequired),
        };
        let fields = self.fields.filter(|fields| fields.get() != "null").map(RawValue::get);
        if !fields.is_none_or(is_flat) {
            return Err(Code::InvalidFields);
        }
        let metadata = Metadata {
            host: text(self.host)?,
            source: text(self.source)?,
            sourcetype: text(self.sourcetype)?,
            index: text(self.index)?,
            time: self.time.map(time::read).transpose()?.flatten(),
            fields: fields.filter(|_| self.event.is_some()).map(Text::from),
        };
        if metadata.index.as_ref().is_some_and(|index| !token.config.may_write_to(index)) {
            return Err(Code::IncorrectIndex);
        }
        Ok(metadata.into_raw_event(content, token, received))
    }
}

/// Keeps `null` apart from a key that is not there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// The event as Splunk would index it: a text without its quotes, anything else as it is.
fn content(event: &RawValue, body: &Bytes) -> Result<Bytes, Code> {
    let json = event.get();
    let Some(quoted) = quoted(json) else {
        let is_nothing = matches!(json, "null" | "false");
        return if is_nothing {
            Err(Code::InvalidFormat)
        } else {
            Ok(body.slice_ref(json.as_bytes()))
        };
    };
    let text = match unescaped(json) {
        Some(text) => Bytes::from(text),
        None => body.slice_ref(quoted.as_bytes()),
    };
    let is_blank = text.iter().all(u8::is_ascii_whitespace);
    if is_blank { Err(Code::EventBlank) } else { Ok(text) }
}

/// A text, or a number or boolean as text; `null` is absent.
fn text(value: Option<&RawValue>) -> Result<Option<Text>, Code> {
    let Some(json) = value.map(RawValue::get).filter(|json| *json != "null") else {
        return Ok(None);
    };
    match (quoted(json), json.as_bytes().first()) {
        (Some(quoted), _) => Ok(Some(unescaped(json).map_or(quoted.into(), Text::from))),
        (None, Some(b'{' | b'[')) => Err(Code::InvalidFormat),
        (None, _) => Ok(Some(json.into())),
    }
}

/// What stands between the quotes of a text; `None` for what is no text.
pub(super) fn quoted(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"')
}

/// A text with its escapes resolved; `None` where there are none, or where they make no sense (half
/// a surrogate pair), which is taken as it stands.
fn unescaped(json: &str) -> Option<String> {
    json.contains('\\').then(|| serde_json::from_str(json).ok()).flatten()
}

/// Whether an object holds scalars and lists of scalars only. The text is known to be JSON.
fn is_flat(json: &str) -> bool {
    let Some(members) = json.strip_prefix('{') else { return false };
    let (mut depth, mut is_in_text, mut is_escaped) = (0_u32, false, false);
    for byte in members.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_in_text = !is_in_text,
            _ if is_in_text => {}
            b'{' => return false,
            b'[' if depth == 1 => return false,
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_flat_or_refused() {
        for flat in ["{}", r#"{"a":"{","b":["x",1],"c\"{":null}"#] {
            assert!(is_flat(flat), "{flat}");
        }
        for nested in ["[]", "\"a\"", "1", r#"{"a":{}}"#, r#"{"a":[[1]]}"#, r#"{"a":[{}]}"#] {
            assert!(!is_flat(nested), "{nested}");
        }
    }
}
