//! Headers of every kind, one by one, and then those of real devices.

mod corpus;
mod rfc3164;
mod rfc5424;

use signalbox_model::time::Timestamp;

use super::*;

/// 2026-03-01 12:00:00 UTC.
const RECEIVED: Timestamp = Timestamp::from_millis(1_772_366_400_000);

fn parsed(frame: &str) -> Message<'_> {
    parse(frame, RECEIVED, &Zone::UTC)
}

fn fault(frame: &str) -> Option<(usize, FaultKind)> {
    parsed(frame).fault.map(|fault| (fault.offset, fault.kind))
}

/// Time, host, app, process id and text, `-` for what is absent.
fn line(frame: &str) -> String {
    let message = parsed(frame);
    let time = message.timestamp.map_or_else(|| "-".to_owned(), |time| time.to_string());
    let [host, app, process_id] =
        [message.host, message.app, message.process_id].map(|field| field.unwrap_or("-"));
    format!("{time} {host} {app} {process_id} | {}", message.text)
}
