//! What a frame becomes: one event, whatever is in it.
//!
//! The header is read first, then the message by its own format: CEF, LEEF, a JSON object, a product
//! known by the shape of its messages, pairs, or text. Nothing is refused and nothing goes to the
//! quarantine. What is in no readable format becomes a Base Event with its message, and
//! `unmapped.parse_error` says at which byte of the frame which rule was broken; a plain line of text
//! breaks none.

pub(super) mod attribute;
pub(super) mod homes;
pub(super) mod keys;
pub(super) mod pairs;
pub(super) mod record;
pub(super) mod value;

mod cef;
mod draft;
mod finding;
mod finish;
mod header;
mod json;
mod leef;
mod message;
mod objects;
mod place;
mod severity;
mod words;

use std::borrow::Cow;

use jiff::tz::TimeZone;

use signalbox_sdk::codec::date::Dating;
use signalbox_sdk::codec::syslog::{self, Zone};
use signalbox_sdk::role::{MappedEvent, Normalize, Normalized, Parsed, RawEvent};

use super::config::CefSplit;
use super::{said, zone};
use draft::Draft;
use message::Reading;

pub(super) use severity::{
    CEF as CEF_SEVERITIES, PRIORITY as PRIORITIES, SYSLOG as SYSLOG_SEVERITIES, of_word,
};

/// Maps frames.
pub(super) struct SyslogNormalize {
    zone: Zone,
    time_zone: TimeZone,
    split: CefSplit,
}

impl SyslogNormalize {
    /// Makes it for senders in a zone.
    pub(super) fn new(zone: Zone, time_zone: TimeZone, split: CefSplit) -> Self {
        Self { zone, time_zone, split }
    }

    /// Maps a frame; says how much of it was understood.
    fn map(&self, raw: &RawEvent) -> Box<MappedEvent> {
        let text = text(&raw.body);
        let message = syslog::parse(&text, raw.received, &self.zone);
        let Reading { record, profile, fault } = message::read(&text, &message, self.split);
        let dating = Dating::new(raw.received, self.time_zone.clone());
        let dating = dating.with_names(&zone::named);
        let dating = match record.zone {
            Some(zone) => dating.with_zone(dating.zone_of(zone)),
            None => dating,
        };

        let mut draft = Draft::new(profile.class(&record), &record);
        draft.put_all(&record, &dating);
        header::apply(&mut draft, &message, &record, raw);
        finish::finish(&mut draft, &record, profile);
        record.leave_storage();
        let mut mapped = draft.mapped;
        if let Some(fault) = fault {
            mapped.parsed = fault.parsed;
            mapped.event.unmapped.add_text(PARSE_ERROR, &fault.words);
        }
        if let Some(bytes) = raw.attribute(said::CUT_AT) {
            mapped.event.unmapped.add_text(PARSE_ERROR, &format!("byte {bytes}: the frame was cut here; raise `frame_bytes_max` or have the sender send less"));
            mapped.event.metadata.is_truncated = Some(true);
            mapped.parsed = Parsed::Not;
        } else if matches!(text, Cow::Owned(_)) && mapped.parsed == Parsed::InFull {
            // Bytes that are no UTF-8 are only in the original.
            mapped.parsed = Parsed::InPart;
        }
        mapped.original = raw.body.clone();
        mapped
    }
}

impl Normalize for SyslogNormalize {
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        out.push(Normalized::Event(self.map(raw)));
    }
}

/// Makes text of a frame. Nearly all are UTF-8, which is checked faster than it is mended.
fn text(frame: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(frame).map_or_else(|_| syslog::text(frame), Cow::Borrowed)
}

const PARSE_ERROR: &str = "parse_error";
