//! The header of RFC 3164, `Mmm dd hh:mm:ss HOST TAG[pid]: MSG`, of which devices leave out, add and
//! rearrange every part.
//!
//! No grammar decides what is a host and what the first word of a message. The order of the questions
//! below does, and it was found by reading what some two hundred products send.

use std::net::IpAddr;

use super::cursor::Cursor;
use super::fault::FaultKind;
use super::stamp::{Stamp, bsd, iso, seconds_since_1970};
use super::{Reading, is_marker, rfc5424, tag};

/// Reads everything behind the priority. It ends with a message, however little of a header there is.
pub(super) fn read<'a>(reading: &mut Reading<'a, '_>, mut cursor: Cursor<'a>) {
    cursor.skip_blanks();
    let from_start = cursor;
    let named = pass_sequence_number(&mut cursor);
    if cursor.eat(b'*') || starts_with_dotted_stamp(cursor) && cursor.eat(b'.') {
        reading.faults.note(cursor.at() - 1, FaultKind::ClockUnsynchronized);
    }
    if !read_stamp(reading, &mut cursor) {
        reading.faults.note(from_start.at(), FaultKind::TimestampMissing);
        read_tag_and_text(reading, from_start);
        return;
    }
    reading.message.host = named;
    let is_iso = matches!(from_start.bytes(), [_, _, _, _, b'-', ..]);
    if is_iso && cursor.peek() == Some(b' ') {
        let mut fields = cursor;
        fields.skip_blanks();
        if rfc5424::read_without_version(reading, fields) {
            return;
        }
    }
    read_host_and_text(reading, cursor);
}

/// Passes what Cisco devices write before the stamp: `000123: `, a lone `:`, the name of the device,
/// and these in a row. Where no stamp follows it was something else, and nothing is passed.
fn pass_sequence_number<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let (mut ahead, mut named) = (*cursor, None);
    for _ in 0..SEQUENCE_WORDS_MAX {
        let word = ahead.token().strip_suffix(':')?;
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number && (named.is_some() || !is_host(word)) {
            return None;
        }
        named = if is_number { named } else { Some(word) };
        ahead.advance(word.len() + 1);
        ahead.skip_blanks();
        if starts_stamp(ahead, named.is_some()) {
            *cursor = ahead;
            return named;
        }
    }
    None
}

/// Says whether a stamp begins here, with or without the mark of a clock that is not synchronized.
/// Behind a name only the stamp of RFC 3164 counts: an ISO one is more likely the program's own.
fn starts_stamp(mut cursor: Cursor<'_>, is_named: bool) -> bool {
    if matches!(cursor.peek(), Some(b'*' | b'.')) {
        cursor.advance(1);
    }
    bsd(cursor.bytes()).is_some() || !is_named && iso(cursor.bytes()).is_some()
}

fn starts_with_dotted_stamp(cursor: Cursor<'_>) -> bool {
    cursor.peek() == Some(b'.') && starts_stamp(cursor, false)
}

/// Passes the stamp, if there is one.
fn read_stamp(reading: &mut Reading<'_, '_>, cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at();
    if let Some(stamp) = date_stamp(cursor.bytes()) {
        cursor.advance(stamp.length);
        reading.take_stamp(at, &stamp);
        return true;
    }
    // A bare number is believed only from a sender that writes syslog at all.
    let number = reading.message.priority.and_then(|_| seconds_since_1970(cursor.bytes()));
    if let Some((moment, length)) = number {
        cursor.advance(length);
        reading.message.timestamp = Some(moment);
        reading.message.has_zone = true;
        reading.faults.note(at, FaultKind::TimestampNumeric);
    }
    number.is_some()
}

fn date_stamp(bytes: &[u8]) -> Option<Stamp> {
    let stamp = match bytes.first()? {
        b'0'..=b'9' => iso(bytes).or_else(|| bsd(bytes)),
        _ => bsd(bytes),
    }?;
    // An offset, and a name for it as well.
    let spare = bytes.get(stamp.length..).unwrap_or_default();
    let is_named =
        stamp.has_zone() && [&b" UTC"[..], b" GMT"].iter().any(|zone| spare.starts_with(zone));
    Some(if is_named { stamp.longer(4) } else { stamp })
}

/// Reads what follows a stamp.
fn read_host_and_text<'a>(reading: &mut Reading<'a, '_>, mut cursor: Cursor<'a>) {
    cursor.skip_blanks();
    if pass_colon(&mut cursor) || pass_unknown_zone(&mut cursor) {
        return read_tag_and_text(reading, cursor);
    }
    if let Some(host) = forwarded_from(&mut cursor) {
        reading.message.host = Some(host);
        return read_tag_and_text(reading, cursor);
    }
    if let Some(host) = host(&mut cursor) {
        reading.message.host = Some(host);
        cursor.skip_blanks();
        pass_colon(&mut cursor);
        if read_inner_header(reading, cursor) {
            return;
        }
    }
    read_tag_and_text(reading, cursor);
}

/// Passes a colon that ends a part of the header, and blanks behind it.
fn pass_colon(cursor: &mut Cursor<'_>) -> bool {
    let is_end = matches!(cursor.bytes().get(1), None | Some(b' ' | b'\t'));
    let has_colon = is_end && cursor.eat(b':');
    if has_colon {
        cursor.skip_blanks();
    }
    has_colon
}

/// Passes a zone of which nobody knows the offset, as Cisco devices write it before a mnemonic:
/// `IST: %SYS-5-CONFIG_I:`.
fn pass_unknown_zone(cursor: &mut Cursor<'_>) -> bool {
    let letters =
        cursor.bytes().iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    let behind = cursor.bytes().get(letters..).unwrap_or_default();
    let is_zone = (2..=5).contains(&letters) && behind.starts_with(b": %");
    if is_zone {
        cursor.advance(letters + 2);
    }
    is_zone
}

/// Passes `Message forwarded from NAME:`, as AIX writes.
fn forwarded_from<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let mut ahead = *cursor;
    if !ahead.rest().starts_with(FORWARDED) {
        return None;
    }
    ahead.advance(FORWARDED.len());
    let name = ahead.token().strip_suffix(':').filter(|name| is_host(name))?;
    ahead.advance(name.len() + 1);
    ahead.skip_blanks();
    *cursor = ahead;
    Some(name)
}

/// Passes the host, if the next word is one.
fn host<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let rest = cursor.rest();
    let word = cursor.token();
    if is_marker(rest) || rest.starts_with(REPEATED) {
        return None;
    }
    let Some(name) = word.strip_suffix(':') else {
        // `tag[123]` without a colon, in front of a marker or not.
        let is_name = is_host(word) && !word.contains('[');
        return is_name.then(|| take(cursor, word));
    };
    // A word with a colon is a tag, unless it is an address or what follows begins a message of its
    // own (Cisco, CEF).
    let behind = rest.get(word.len()..).unwrap_or_default().trim_start();
    let is_alone = behind.starts_with('%') || is_marker(behind);
    let is_name = name.parse::<IpAddr>().is_ok() || is_alone && is_host(name);
    is_name.then(|| take(cursor, name))
}

fn take<'a>(cursor: &mut Cursor<'a>, name: &'a str) -> &'a str {
    cursor.advance(name.len());
    name
}

/// Says whether a word can name a host: letters, digits and what stands in names and addresses.
fn is_host(word: &str) -> bool {
    let is_part = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'.' | b'-' | b'_' | b':' | b'/' | b'@' | b'~' | b'%')
    };
    let begins_well =
        word.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b':');
    begins_well && word.len() <= HOST_MAX && word.bytes().all(is_part)
}

/// Reads the header that a relay has wrapped into its own: the inner one knows the origin.
fn read_inner_header<'a>(reading: &mut Reading<'a, '_>, cursor: Cursor<'a>) -> bool {
    let Some(stamp) = bsd(cursor.bytes()) else { return false };
    let mut inner = cursor;
    inner.advance(stamp.length);
    inner.skip_blanks();
    let Some(origin) = host(&mut inner) else { return false };
    let at = cursor.at();
    reading.message.relay = reading.message.host.replace(origin);
    reading.take_stamp(at, &stamp);
    inner.skip_blanks();
    pass_colon(&mut inner);
    read_tag_and_text(reading, inner);
    true
}

/// Reads the tag, if there is one; the rest is the message.
fn read_tag_and_text<'a>(reading: &mut Reading<'a, '_>, mut cursor: Cursor<'a>) {
    if let Some(tag) = tag::read(cursor.rest()) {
        reading.message.app = Some(tag.name);
        reading.message.process_id = tag.process_id;
        cursor.advance(tag.length);
    }
    cursor.skip_blanks();
    let text = cursor.rest();
    reading.message.text = text.strip_prefix('\u{feff}').unwrap_or(text);
}

const FORWARDED: &str = "Message forwarded from ";
const REPEATED: &str = "last message repeated ";
const HOST_MAX: usize = 255;
/// A counter of the relay, a name, a counter of the device.
const SEQUENCE_WORDS_MAX: usize = 3;
