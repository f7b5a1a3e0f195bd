//! Frames for others: RFC 5424, or RFC 3164 for receivers that know nothing else, and the framing of
//! both on a stream (RFC 6587).
//!
//! A header field may hold anything on its way in; here it becomes what the grammar allows. The text
//! is written as it is, without a byte order mark: readers of CEF look for their marker at its start.
//! Only [`line`] changes it, because there a line end would end the frame.

use std::borrow::Cow;
use std::fmt::Write as _;

use signalbox_model::time::Timestamp;

use super::{Priority, Zone};

/// What a frame is made of. An empty field is written `-`.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Facility and severity.
    pub priority: Priority,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The host that speaks.
    pub host: &'a str,
    /// The program on it.
    pub app: &'a str,
    /// The process, or whatever else tells runs of the program apart.
    pub process_id: &'a str,
    /// The kind of message.
    pub message_id: &'a str,
    /// The structured data. Ids are distinct.
    pub structured_data: &'a [RecordElement<'a>],
    /// The message.
    pub text: &'a str,
}

/// One element of structured data to be written.
#[derive(Clone, Copy, Debug)]
pub struct RecordElement<'a> {
    /// A registered id, or `name@enterprise-number`.
    pub id: &'a str,
    /// Names and values.
    pub params: &'a [(&'a str, &'a str)],
}

/// Appends `record` as RFC 5424 wants it, with UTC and milliseconds.
pub fn rfc5424(record: &Record<'_>, out: &mut String) {
    append(out, format_args!("<{}>1 {}", record.priority.value(), record.timestamp));
    for (value, length_max) in [
        (record.host, HOST_MAX),
        (record.app, APP_MAX),
        (record.process_id, PROCESS_ID_MAX),
        (record.message_id, MESSAGE_ID_MAX),
    ] {
        out.push(' ');
        field(value, length_max, "", out);
    }
    out.push(' ');
    structured_data(record.structured_data, out);
    if !record.text.is_empty() {
        out.push(' ');
        out.push_str(record.text);
    }
}

/// Appends `record` as RFC 3164 describes it: no year, no zone, no structured data. Receivers take the
/// time for their own, so it is written as clocks in `zone` show it.
pub fn rfc3164(record: &Record<'_>, zone: &Zone, out: &mut String) {
    append(out, format_args!("<{}>", record.priority.value()));
    if let Some(local) = zone.local(record.timestamp) {
        let month = usize::from(local.month().unsigned_abs()).saturating_sub(1);
        let month = MONTHS.get(month).copied().unwrap_or_default();
        let (day, time) = (local.day(), local.time());
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        append(out, format_args!("{month} {day:>2} {hour:02}:{minute:02}:{second:02} "));
    }
    field(record.host, HOST_MAX, "", out);
    out.push(' ');
    field(record.app, TAG_MAX, TAG_ENDS, out);
    if !record.process_id.is_empty() {
        out.push('[');
        field(record.process_id, PROCESS_ID_MAX, TAG_ENDS, out);
        out.push(']');
    }
    append(out, format_args!(": {}", record.text));
}

/// Appends `frame` behind the count of its bytes, as TLS receivers want it (RFC 5425).
pub fn octet_counted(frame: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(frame.len().to_string().as_bytes());
    out.push(b' ');
    out.extend_from_slice(frame.as_bytes());
}

/// Appends `frame` as one line. Line ends and NUL inside it would end it, so they become `#012`,
/// `#015` and `#000`: a hash and the octal number, as rsyslog writes them.
pub fn line(frame: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(single_line(frame).as_bytes());
    out.push(b'\n');
}

/// Returns `frame` without line ends and NUL, as [`line`] writes it: for datagrams, which receivers
/// split at line ends too.
pub fn single_line(frame: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'\n', b'\r', 0, frame.as_bytes()).is_none() {
        return Cow::Borrowed(frame);
    }
    let mut single = String::with_capacity(frame.len() + 16);
    for letter in frame.chars() {
        match letter {
            '\n' | '\r' | '\0' => append(&mut single, format_args!("#{:03o}", u32::from(letter))),
            _ => single.push(letter),
        }
    }
    Cow::Owned(single)
}

fn structured_data(elements: &[RecordElement<'_>], out: &mut String) {
    if elements.is_empty() {
        out.push('-');
    }
    for element in elements {
        out.push('[');
        field(element.id, NAME_MAX, NAME_ENDS, out);
        for (name, value) in element.params {
            out.push(' ');
            field(name, NAME_MAX, NAME_ENDS, out);
            out.push_str("=\"");
            escaped(value, out);
            out.push('"');
        }
        out.push(']');
    }
}

fn escaped(value: &str, out: &mut String) {
    for letter in value.chars() {
        if matches!(letter, '"' | '\\' | ']') {
            out.push('\\');
        }
        out.push(letter);
    }
}

/// Appends a field: `_` for whatever is not printable ASCII or is `forbidden`, cut at its longest,
/// `-` for nothing.
fn field(value: &str, length_max: usize, forbidden: &str, out: &mut String) {
    if value.is_empty() {
        out.push('-');
    }
    let is_allowed = |letter: &char| letter.is_ascii_graphic() && !forbidden.contains(*letter);
    let letters = value.chars().take(length_max);
    out.extend(letters.map(|letter| if is_allowed(&letter) { letter } else { '_' }));
}

/// Formatting into a `String` cannot fail.
fn append(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments).unwrap_or_default();
}

// The longest values of RFC 5424 §6 and, for the tag, of RFC 3164 §4.1.3.
const HOST_MAX: usize = 255;
const APP_MAX: usize = 48;
const PROCESS_ID_MAX: usize = 128;
const MESSAGE_ID_MAX: usize = 32;
const NAME_MAX: usize = 32;
const TAG_MAX: usize = 32;

/// What may not stand in an id or a name of structured data.
const NAME_ENDS: &str = "=]\"";
/// What would end the tag or its brackets.
const TAG_ENDS: &str = ":[]";

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests;
