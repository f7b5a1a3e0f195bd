//! A body into items, and each item into an event or a quarantined part.

use bytes::Bytes;
use serde_json::value::RawValue;
use signalbox_model::ocsf::Text;

use super::item::Mapped;
use super::json::{Document, Items, read};
use super::{Mapping, mend_surrogates};
use crate::role::{MappedEvent, Normalized, Parsed, RawEvent};

impl Mapping {
    /// Appends what `raw` becomes: an event or a quarantined part for each item, in order, or one
    /// quarantined part where the body cannot be read or split. On a sample this is the preview
    /// of the mapping.
    pub fn apply(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        if let Err(reason) = self.read(raw, out) {
            out.push(Normalized::Quarantine { original: raw.body.clone(), reason });
        }
    }

    /// Reads the body. An error is about the whole of it, and nothing was appended then.
    fn read(&self, raw: &RawEvent, out: &mut Vec<Normalized>) -> Result<(), String> {
        let text = std::str::from_utf8(&raw.body).map_err(not_utf8)?;
        let text = mend_surrogates(text);
        let Some(shape) = &self.shapes.body else {
            let item = read(&text, &self.shapes.item).map_err(not_readable)?;
            out.push(entry(self.map(&item, &[], raw), raw.body.clone(), raw.event_id.clone()));
            return Ok(());
        };
        let body = read(&text, shape).map_err(not_readable)?;
        for (index, item) in self.items(&body)?.iter().enumerate() {
            let document = read(item.get(), &self.shapes.item).map_err(not_readable);
            let mapped = document.and_then(|document| self.map(&document, &body.values, raw));
            out.push(entry(mapped, slice(raw, &text, item), numbered(raw, index)));
        }
        Ok(())
    }

    fn items<'a>(&self, body: &'a Document<'a>) -> Result<&'a [&'a RawValue], String> {
        let problem = match &body.items {
            Items::List(items) if !items.is_empty() => return Ok(items),
            Items::List(_) => "is an empty list, so there is nothing to map",
            Items::NotAList => "is no list; correct it, or leave it out where the body is one item",
            Items::Missing => "is not in the body; correct it, or map this kind of body on its own",
        };
        let path = self.for_each.as_ref().map(ToString::to_string).unwrap_or_default();
        Err(format!("`{path}` of `for_each` {problem}"))
    }
}

/// Turns the result for one item into an entry; `event_id` is the transport's own.
fn entry(mapped: Result<Mapped, String>, original: Bytes, event_id: Option<Text>) -> Normalized {
    match mapped {
        Ok(Mapped { event, event_id: own, fingerprint }) => {
            Normalized::Event(Box::new(MappedEvent {
                event,
                event_id: own.or(event_id),
                fingerprint,
                original,
                parsed: Parsed::InFull,
            }))
        }
        Err(reason) => Normalized::Quarantine { original, reason },
    }
}

/// Returns the bytes of an item as received. They stand where the mended text has the item, for
/// mending moves nothing.
fn slice(raw: &RawEvent, text: &str, item: &RawValue) -> Bytes {
    let start = item.get().as_ptr().addr() - text.as_ptr().addr();
    raw.body.slice(start..start + item.get().len())
}

/// The transport's id is of the whole body; its items are told apart by their places.
fn numbered(raw: &RawEvent, index: usize) -> Option<Text> {
    raw.event_id.as_ref().map(|id| Text::from(format!("{id}#{index}")))
}

fn not_utf8(error: std::str::Utf8Error) -> String {
    let place = error.valid_up_to();
    format!("the body is not UTF-8 at byte {place}; let the source send JSON in UTF-8")
}

fn not_readable(error: serde_json::Error) -> String {
    format!("not readable as JSON: {error}; let the source send one JSON document")
}
