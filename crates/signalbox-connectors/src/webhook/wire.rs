//! The bodies: one alert's step, or a batch of events, in the frame that Standard Webhooks recommends.
//!
//! A notification is encoded whole. An event is encoded as its own bytes and a comma, so that a
//! batch becomes a body by putting a frame around it: nothing is parsed or written twice.

use bytes::Bytes;
use serde::Deserialize;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{AlertDocument, Batch, Item};
use signalbox_sdk::{Error, ErrorKind};

/// Appends `item` in its encoded form.
pub(super) fn encode(item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    match item {
        Item::Event(event) => {
            out.extend_from_slice(event.json);
            out.push(SEPARATOR);
            Ok(())
        }
        Item::Notification(notification) => {
            serde_json::to_writer(out, &AlertDocument::of(notification)).map_err(|error| {
                Error::new(ErrorKind::Bug, "encode notification", error.to_string())
            })
        }
    }
}

/// Returns the body for a batch: an encoded notification is one already.
pub(super) fn body(batch: &Batch) -> Bytes {
    let Some(events) = batch.body.strip_suffix(&[SEPARATOR]) else { return batch.body.clone() };
    let timestamp = batch.items().next().and_then(|event| time_of(&event)).unwrap_or_default();
    let head = format!(r#"{{"type":"events","timestamp":"{timestamp}","data":["#);
    [head.as_bytes(), events, b"]}"].concat().into()
}

/// Every attempt must send the same bytes, so the time of a batch is its first event's own.
fn time_of(event: &[u8]) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Timed {
        time: Timestamp,
    }
    let json = event.strip_suffix(&[SEPARATOR])?;
    serde_json::from_slice::<Timed>(json).ok().map(|event| event.time)
}

const SEPARATOR: u8 = b',';

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signalbox_sdk::role::EventItem;

    use super::*;

    #[test]
    fn a_batch_of_events_is_their_bytes_in_a_frame() {
        let events = [&br#"{"time":1772366400000,"a": 1.0}"#[..], br#"{"time":1772366400001}"#];

        let body = body(&batch_of(&events));

        assert_eq!(
            body,
            concat!(
                r#"{"type":"events","timestamp":"2026-03-01T12:00:00.000Z","data":["#,
                r#"{"time":1772366400000,"a": 1.0},{"time":1772366400001}]}"#
            )
        );
    }

    #[test]
    fn a_batch_of_one_event_is_still_a_list() {
        let body = body(&batch_of(&[br#"{"time":0}"#]));

        let read: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(read["data"], json!([{"time": 0}]));
    }

    fn batch_of(events: &[&[u8]]) -> Batch {
        let mut body = Vec::new();
        let mut ends = Vec::new();
        for json in events {
            let event = EventItem { json, time: Timestamp::default(), source: "edr" };
            encode(&Item::Event(event), &mut body).unwrap();
            ends.push(body.len());
        }
        Batch { id: "1".into(), body: body.into(), ends }
    }
}
