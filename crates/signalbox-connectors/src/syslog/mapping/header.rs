//! What the syslog header says about an event.

use signalbox_model::ocsf::Text;
use signalbox_model::ocsf::objects::{Device, Reporter};
use signalbox_sdk::codec::syslog::{Message, Priority};
use signalbox_sdk::role::RawEvent;

use super::draft::Draft;
use super::record::Record;
use super::severity;
use super::value::is_address;
use crate::syslog::said;

/// Adds it, where the message does not know better.
pub(super) fn apply(draft: &mut Draft, message: &Message<'_>, record: &Record<'_>, raw: &RawEvent) {
    date(draft, message, raw);
    let severity = message.priority.map(Priority::severity).unwrap_or(UNSAID);
    let of_priority =
        || severity::SYSLOG.severity(DIGITS.get(usize::from(severity)).unwrap_or(&""));
    draft.mapped.event.severity = record.severity.unwrap_or_else(of_priority);
    if let Some(priority) = message.priority {
        let facility = || Text::const_new(severity::facility(priority.facility()));
        draft.mapped.event.metadata.log_name.get_or_insert_with(facility);
        draft.mapped.event.metadata.log_level = Some(Text::const_new(severity::level(severity)));
    }
    name_device(draft, message, raw);
    draft.mapped.event.metadata.log_provider = message.app.map(Text::new);
    keep_fields(draft, message);
}

/// The product's own time counts, else the header's, else that of receipt.
fn date(draft: &mut Draft, message: &Message<'_>, raw: &RawEvent) {
    let event = &mut draft.mapped.event;
    let own = draft.receipt.or(event.end_time).or(event.start_time);
    event.time = own.or(message.timestamp).unwrap_or(raw.received);
    event.metadata.logged_time = message.timestamp.filter(|logged| *logged != event.time);
}

/// The machine that tells: the one in the message, else the host of the header, else the peer.
fn name_device(draft: &mut Draft, message: &Message<'_>, raw: &RawEvent) {
    let host = message.host.or_else(|| raw.attribute(said::PEER));
    let Some(host) = host else { return };
    let device = draft.mapped.event.device.get_or_insert_default();
    if device.hostname.is_none() && device.ip.is_none() {
        name(device, host);
    } else if message.host.is_some() && !is_called(device, host) {
        draft.mapped.event.metadata.reporter = Some(Box::new(reporter(host)));
    }
    if let Some(relay) = message.relay {
        draft.mapped.event.metadata.reporter = Some(Box::new(reporter(relay)));
    }
}

fn name(device: &mut Device, host: &str) {
    let place = if is_address(host) { &mut device.ip } else { &mut device.hostname };
    *place = Some(Text::new(host));
}

fn is_called(device: &Device, host: &str) -> bool {
    device.hostname.as_deref() == Some(host) || device.ip.as_deref() == Some(host)
}

fn reporter(host: &str) -> Reporter {
    let (ip, hostname) = if is_address(host) { (Some(host), None) } else { (None, Some(host)) };
    Reporter { ip: ip.map(Text::new), hostname: hostname.map(Text::new), ..Reporter::default() }
}

/// Keeps what OCSF has no place for.
fn keep_fields(draft: &mut Draft, message: &Message<'_>) {
    let unmapped = &mut draft.mapped.event.unmapped;
    if let Some(process_id) = message.process_id {
        unmapped.add_text("process_id", process_id);
    }
    if let Some(message_id) = message.message_id {
        unmapped.add_text("message_id", message_id);
    }
}

const DIGITS: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];

/// No severity of syslog.
const UNSAID: u8 = 8;
