//! Syslog as RFC 5424 and RFC 3164 write it, and as devices really send it.
//!
//! [`parse`] takes any text: what is no header is message text, and a [`Fault`] says where the frame
//! left the grammar. Everything borrows from the frame. [`framing`] cuts streams and datagrams into
//! frames, [`write`](mod@write) makes frames for others.
//!
//! Two markers outrank the grammar: where `CEF:` or `LEEF:` stands after any part of the header, the
//! header ends and the message begins there. A Cisco mnemonic (`%ASA-6-302014:`) belongs to the
//! message too.
//!
//! Specifications: RFC 5424, RFC 3164, RFC 6587 (rfc-editor.org, read 2026-11).

pub mod framing;
pub mod write;

mod cursor;
mod fault;
mod priority;
mod rfc3164;
mod rfc5424;
mod stamp;
mod structured_data;
mod tag;
mod zone;

use std::borrow::Cow;

use signalbox_model::time::Timestamp;

use cursor::Cursor;
use fault::Faults;
use rfc5424::Opening;

pub use fault::{Fault, FaultKind};
pub use priority::Priority;
pub use structured_data::{Element, Param, StructuredData};
pub use zone::{InvalidZone, Zone};

/// Which document a frame follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// RFC 5424: a version, six fields, structured data.
    Rfc5424,
    /// RFC 3164 and all that resembles it, down to a bare line of text.
    #[default]
    Rfc3164,
}

/// One frame, taken apart. An absent field is `None`, be it left out or written `-`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Message<'a> {
    /// Facility and severity; the caller assumes [`Priority::ASSUMED`] without.
    pub priority: Option<Priority>,
    /// Which document the frame follows.
    pub form: Form,
    /// When the device says it happened; the caller takes the time of receipt without.
    pub timestamp: Option<Timestamp>,
    /// Whether the frame named the zone of its timestamp; otherwise it was taken from the settings.
    pub has_zone: bool,
    /// The host it comes from, as it calls itself; the caller takes the peer's address without.
    /// Anybody can write anything here.
    pub host: Option<&'a str>,
    /// The relay that wrapped the frame into a header of its own.
    pub relay: Option<&'a str>,
    /// The program: APP-NAME of RFC 5424, the tag of RFC 3164.
    pub app: Option<&'a str>,
    /// PROCID, or what the tag has in brackets; not always a number.
    pub process_id: Option<&'a str>,
    /// MSGID of RFC 5424.
    pub message_id: Option<&'a str>,
    /// The structured data of RFC 5424.
    pub structured_data: StructuredData<'a>,
    /// The message, without a byte order mark. It ends where the frame does, but for line ends.
    pub text: &'a str,
    /// The worst thing found in the header.
    pub fault: Option<Fault>,
}

/// Takes a frame apart. A stamp without year lies in the year nearest to `received`, one without
/// zone in `zone`.
pub fn parse<'a>(frame: &'a str, received: Timestamp, zone: &Zone) -> Message<'a> {
    let frame = frame.trim_end_matches(['\n', '\r', '\0']);
    let mut cursor = Cursor::new(frame);
    let mut reading =
        Reading { message: Message::default(), faults: Faults::default(), received, zone };
    if frame.is_empty() {
        reading.faults.note(0, FaultKind::Empty);
        return reading.finish();
    }
    cursor.skip_blanks();
    reading.message.priority = priority::read(&mut cursor, &mut reading.faults);
    match rfc5424::opening(cursor) {
        Some(opening) => reading.rfc5424(cursor, &opening),
        None => reading.rfc3164(cursor),
    }
    reading.finish()
}

/// Makes text of a frame: UTF-8 as it is, with a replacement character where bytes are none.
pub fn text(frame: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(frame)
}

/// A frame while it is read.
struct Reading<'a, 'z> {
    message: Message<'a>,
    faults: Faults,
    received: Timestamp,
    zone: &'z Zone,
}

impl<'a> Reading<'a, '_> {
    fn rfc5424(&mut self, cursor: Cursor<'a>, opening: &Opening) {
        self.message.form = Form::Rfc5424;
        rfc5424::read(self, cursor, opening);
    }

    fn rfc3164(&mut self, mut cursor: Cursor<'a>) {
        // A version `1` before a stamp that is none of RFC 5424.
        if self.message.priority.is_some() && rfc5424::is_misplaced_version(cursor) {
            cursor.advance(2);
        }
        rfc3164::read(self, cursor);
    }

    /// Takes a stamp, or tells that the calendar has no such day.
    fn take_stamp(&mut self, at: usize, stamp: &stamp::Stamp) {
        self.message.timestamp = stamp.moment(self.received, self.zone);
        self.message.has_zone = stamp.has_zone();
        if self.message.timestamp.is_none() {
            self.faults.note(at, FaultKind::TimestampInvalid);
        }
    }

    fn finish(self) -> Message<'a> {
        Message { fault: self.faults.worst(), ..self.message }
    }
}

/// Says whether a format of its own begins here, which no header field may swallow.
fn is_marker(text: &str) -> bool {
    text.starts_with("CEF:") || text.starts_with("LEEF:")
}

#[cfg(test)]
mod tests;
