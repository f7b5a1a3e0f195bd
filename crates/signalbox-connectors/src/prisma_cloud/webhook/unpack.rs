//! Alerts out of whatever they are packed in: a list, an answer of the API as saved, a HEC envelope, a
//! message of a queue.

use bytes::Bytes;
use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::prisma_cloud::mapping::scan;
use crate::prisma_cloud::wire::{Members, elements};

/// Returns the objects in a body, each as received. Scans that found nothing are left out.
///
/// # Errors
/// Says what is wrong with the body.
pub(super) fn unpack(body: &Bytes) -> Result<Vec<Bytes>, String> {
    let text = std::str::from_utf8(body).map_err(|_| "the body is no UTF-8".to_owned())?;
    let mut parts = Vec::new();
    // The Splunk integration puts several envelopes one after the other.
    for value in Deserializer::from_str(text).into_iter::<&RawValue>() {
        let value = value.map_err(|error| format!("the body is not JSON: {error}"))?;
        open(value.get(), 0, &mut parts);
    }
    if parts.len() > PARTS_MAX {
        return Err(format!("the body holds more than {PARTS_MAX} objects; send fewer at once"));
    }
    Ok(parts.into_iter().map(|part| part.into_bytes(body)).collect())
}

enum Part<'a> {
    Slice(&'a str),
    /// It was a text inside of another.
    Own(String),
}

impl Part<'_> {
    fn owned<'b>(self) -> Part<'b> {
        match self {
            Self::Slice(text) => Part::Own(text.to_owned()),
            Self::Own(text) => Part::Own(text),
        }
    }

    fn into_bytes(self, body: &Bytes) -> Bytes {
        match self {
            Self::Slice(text) => body.slice_ref(text.as_bytes()),
            Self::Own(text) => text.into(),
        }
    }
}

fn open<'a>(json: &'a str, depth: usize, parts: &mut Vec<Part<'a>>) {
    if depth < DEPTH_MAX {
        if let Some(list) = elements(json) {
            return list.into_iter().for_each(|part| open(part.get(), depth + 1, parts));
        }
        if let Some(mut members) = Members::parse(json) {
            if let Some(list) = inside(&members) {
                return open(list.get(), depth + 1, parts);
            }
            if let Some(text) = members.text_of_any(&["Body", "body"]).filter(is_json) {
                let mut inner = Vec::new();
                open(&text, depth + 1, &mut inner);
                parts.extend(inner.into_iter().map(Part::owned));
                return;
            }
        }
    }
    if !scan::is_clean(json) {
        parts.push(Part::Slice(json));
    }
}

/// Returns what an envelope holds; `None` where the object is none.
fn inside<'a>(members: &Members<'a>) -> Option<&'a RawValue> {
    if members.has("alertId") || members.has("policy") {
        return None;
    }
    let lists = LISTS.iter().filter_map(|key| members.get(key));
    let objects = OBJECTS.iter().filter_map(|key| members.get(key));
    let list = lists.into_iter().find(|value| value.get().starts_with('['));
    list.or_else(|| objects.into_iter().find(|value| value.get().starts_with('{')))
}

fn is_json(text: &signalbox_model::ocsf::Text) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Answers of the API, a report of the command line scanner, a message of a queue.
const LISTS: [&str; 4] = ["items", "results", "complianceDetails", "Messages"];

/// HEC, and what the Splunk integration puts into it.
const OBJECTS: [&str; 2] = ["event", "message"];

/// An envelope in an envelope in a list; more is nobody's.
const DEPTH_MAX: usize = 6;

/// A saved page of alerts.
const PARTS_MAX: usize = 10_000;
