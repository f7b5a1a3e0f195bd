//! Reads envelopes one by one, as the faked Splunk understands them.

use serde_json::{Map, Value};

use super::super::wire::Code;
use super::{IndexedEvent, TokenSettings};

/// What is done about one envelope.
pub(super) enum Verdict {
    /// It is an event.
    Index(Box<IndexedEvent>),
    /// It carries nothing that an index of events takes; the next one is read.
    Skip,
    /// It ends the batch without a word.
    Stop,
    /// It is refused.
    Refuse(Code),
}

/// Judges the text of one envelope.
pub(super) fn judge(envelope: &Value, size: usize, token: &TokenSettings) -> Verdict {
    let Some(envelope) = envelope.as_object() else {
        return Verdict::Refuse(Code::InvalidFormat);
    };
    if envelope.keys().any(|key| !KEYS.contains(&key.as_str())) {
        return Verdict::Stop;
    }
    let event = match (envelope.get("event"), envelope.contains_key("fields")) {
        (Some(event), _) => event,
        (None, true) => return Verdict::Skip,
        (None, false) => return Verdict::Refuse(Code::EventRequired),
    };
    match refusal(event, size).or_else(|| refusal_beside(envelope, token)) {
        Some(code) => Verdict::Refuse(code),
        None => Verdict::Index(Box::new(indexed(envelope, event, token))),
    }
}

fn refusal(event: &Value, size: usize) -> Option<Code> {
    match event {
        _ if size > EVENT_BYTES_MAX => Some(Code::InvalidFormat),
        Value::Null | Value::Bool(false) => Some(Code::InvalidFormat),
        Value::String(text) if text.trim().is_empty() => Some(Code::EventBlank),
        _ => None,
    }
}

fn refusal_beside(envelope: &Map<String, Value>, token: &TokenSettings) -> Option<Code> {
    let is_text = |key: &&str| envelope.get(*key).is_none_or(Value::is_string);
    if !["host", "source", "sourcetype", "index"].iter().all(is_text) {
        return Some(Code::InvalidFormat);
    }
    if envelope.get("time").is_some_and(|time| microseconds(time).is_none()) {
        return Some(Code::InvalidFields);
    }
    if envelope.get("fields").is_some_and(|fields| !is_flat(fields)) {
        return Some(Code::InvalidFields);
    }
    let index = envelope.get("index").and_then(Value::as_str)?;
    let is_allowed = token.indexes.is_empty() || token.indexes.contains(index);
    (!is_allowed).then_some(Code::IncorrectIndex)
}

fn indexed(envelope: &Map<String, Value>, event: &Value, token: &TokenSettings) -> IndexedEvent {
    let text = |key: &str| envelope.get(key).and_then(Value::as_str).map(str::to_owned);
    IndexedEvent {
        time_microseconds: envelope.get("time").and_then(microseconds),
        host: text("host"),
        source: text("source"),
        sourcetype: text("sourcetype"),
        index: text("index").unwrap_or_else(|| token.index.clone()),
        event: event.clone(),
        fields: envelope.get("fields").and_then(Value::as_object).cloned().unwrap_or_default(),
    }
}

fn is_flat(fields: &Value) -> bool {
    let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
    let is_plain = |value: &Value| {
        is_scalar(value) || value.as_array().is_some_and(|list| list.iter().all(is_scalar))
    };
    fields.as_object().is_some_and(|fields| fields.values().all(is_plain))
}

/// Thirteen digits are milliseconds, nineteen nanoseconds, anything else seconds.
fn microseconds(time: &Value) -> Option<i64> {
    let text = match time {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    match (text.parse::<i64>(), text.len()) {
        (Ok(millis), 13) => millis.checked_mul(1_000),
        (Ok(nanos), 19) => Some(nanos / 1_000),
        (Ok(seconds), _) => seconds.checked_mul(1_000_000),
        (Err(_), _) => {
            let seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite())?;
            format!("{:.0}", seconds * 1e6).parse().ok()
        }
    }
}

const KEYS: [&str; 7] = ["event", "time", "host", "source", "sourcetype", "index", "fields"];

/// `maxEventSize` of `inputs.conf`, 5 MB by default.
const EVENT_BYTES_MAX: usize = 5_242_880;
