//! The header of RFC 5424: `VERSION TIMESTAMP HOST APP PROCID MSGID SD`, and what senders make of it.
//!
//! Whatever a strict parser accepts is read exactly as it reads it. Guessing begins behind the first
//! violation.

use super::cursor::Cursor;
use super::fault::{FaultKind, Faults};
use super::stamp::{bsd, iso, seconds_since_1970};
use super::structured_data::{self, StructuredData};
use super::{Reading, is_marker};

/// How a frame of RFC 5424 begins.
pub(super) struct Opening {
    /// The length of the version and its blank.
    length: usize,
    fault: Option<FaultKind>,
}

/// Recognizes a version, and what may follow it; `None` leaves the frame to RFC 3164.
pub(super) fn opening(cursor: Cursor<'_>) -> Option<Opening> {
    let bytes = cursor.bytes();
    let digits = bytes.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    let behind = bytes.get(digits..)?;
    if let Some(behind) = bytes.strip_prefix(b"1")
        && (behind.starts_with(b"- ") || iso(behind).is_some())
    {
        return Some(Opening { length: 1, fault: Some(FaultKind::VersionGlued) });
    }
    let after = behind.strip_prefix(b" ")?;
    if digits == 0 || digits > 4 || is_other_stamp(after) {
        return None;
    }
    let is_one = bytes.starts_with(b"1 ");
    if !is_one && !looks_like_stamp(after) {
        return None;
    }
    let is_valid = digits <= 3 && !bytes.starts_with(b"0");
    let fault = (!is_valid).then_some(FaultKind::VersionInvalid);
    Some(Opening { length: digits + 1, fault })
}

/// Says whether a version stands before a stamp that RFC 5424 does not know.
pub(super) fn is_misplaced_version(cursor: Cursor<'_>) -> bool {
    cursor.bytes().strip_prefix(b"1 ").is_some_and(is_other_stamp)
}

/// Reads the fields behind the version.
pub(super) fn read<'a>(reading: &mut Reading<'a, '_>, mut cursor: Cursor<'a>, opening: &Opening) {
    if let Some(fault) = opening.fault {
        reading.faults.note(cursor.at(), fault);
    }
    cursor.advance(opening.length);
    let from_stamp = cursor;
    let has_stamp = read_stamp(reading, &mut cursor);
    match fields(cursor, &mut reading.faults) {
        // Two wrong parts of two: this is no header at all.
        Fields { data: None, .. } if !has_stamp => reading.message.text = from_stamp.rest(),
        fields => take(reading, &fields),
    }
}

/// Reads a header whose only fault is that the version is left out; `cursor` stands behind the
/// timestamp. Prose must not pass for one, so the process id has to be a number or `-`.
pub(super) fn read_without_version<'a>(reading: &mut Reading<'a, '_>, cursor: Cursor<'a>) -> bool {
    let mut ahead = cursor;
    pass_word(&mut ahead);
    // A tag, as RFC 3164 has it.
    if ahead.token().ends_with([':', ']']) {
        return false;
    }
    let mut faults = Faults::default();
    let fields = fields(cursor, &mut faults);
    let is_number = |id: &str| id.bytes().all(|byte| byte.is_ascii_digit());
    let is_header = fields.data.is_some()
        && faults.worst().is_none()
        && fields.process_id.is_none_or(is_number);
    if is_header {
        reading.faults.note(0, FaultKind::VersionMissing);
        reading.message.form = super::Form::Rfc5424;
        take(reading, &fields);
    }
    is_header
}

/// The fields behind the timestamp. Without `data` the header broke off before the message.
#[derive(Default)]
struct Fields<'a> {
    host: Option<&'a str>,
    app: Option<&'a str>,
    process_id: Option<&'a str>,
    message_id: Option<&'a str>,
    data: Option<StructuredData<'a>>,
    text: &'a str,
}

fn take<'a>(reading: &mut Reading<'a, '_>, fields: &Fields<'a>) {
    let message = &mut reading.message;
    message.host = fields.host;
    message.app = fields.app;
    message.process_id = fields.process_id;
    message.message_id = fields.message_id;
    message.structured_data = fields.data.unwrap_or_default();
    message.text = fields.text;
}

/// Passes the timestamp and the blank behind it; says whether there was one, or `-`.
fn read_stamp(reading: &mut Reading<'_, '_>, cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at();
    if cursor.rest().starts_with("- ") {
        cursor.advance(2);
        return true;
    }
    let stamp = iso(cursor.bytes())
        .filter(|stamp| matches!(cursor.bytes().get(stamp.length), None | Some(b' ')));
    let Some(stamp) = stamp else {
        reading.faults.note(at, FaultKind::TimestampInvalid);
        pass_word(cursor);
        return false;
    };
    if let Some(fault) = stamp.fault {
        reading.faults.note(at, fault);
    }
    reading.take_stamp(at, &stamp);
    cursor.advance(stamp.length);
    cursor.eat(b' ');
    reading.message.timestamp.is_some()
}

/// Reads host to message.
fn fields<'a>(start: Cursor<'a>, faults: &mut Faults) -> Fields<'a> {
    let mut fields = Fields::default();
    let mut cursor = start;
    let mut is_whole = true;
    for (field, length_max) in [
        (&mut fields.host, HOST_MAX),
        (&mut fields.app, APP_MAX),
        (&mut fields.process_id, PROCESS_ID_MAX),
        (&mut fields.message_id, MESSAGE_ID_MAX),
    ] {
        let word = cursor.token();
        is_whole = is_whole && is_field(cursor, word, faults);
        if is_whole {
            *field = take_field(&mut cursor, word, length_max, faults);
        }
    }
    if !is_whole {
        fields.text = cursor.rest();
        return fields;
    }
    if !matches!(cursor.peek(), Some(b'-' | b'['))
        && let Some(ids) = ids_with_blanks(start)
    {
        faults.note(cursor.at(), FaultKind::ProcessIdBlanks);
        (fields.process_id, fields.message_id) = (Some(ids.process_id), ids.message_id);
        cursor = ids.behind;
    }
    fields.data = structured_data::read(&mut cursor, faults);
    let has_data = fields.data.is_some();
    fields.text = if has_data { message_text(&mut cursor, faults) } else { cursor.rest() };
    fields
}

/// Says whether the next word is a field; otherwise the message begins here.
fn is_field(cursor: Cursor<'_>, word: &str, faults: &mut Faults) -> bool {
    let is_control = word.bytes().any(|byte| byte.is_ascii_control());
    if cursor.is_at_end() || is_marker(cursor.rest()) || is_control {
        faults.note(cursor.at(), FaultKind::HeaderIncomplete);
        return false;
    }
    true
}

/// Passes one field and the blank behind it.
fn take_field<'a>(
    cursor: &mut Cursor<'a>,
    value: &'a str,
    length_max: usize,
    faults: &mut Faults,
) -> Option<&'a str> {
    let at = cursor.at();
    if value.is_empty() {
        faults.note(at, FaultKind::FieldEmpty);
    } else if value.len() > length_max {
        faults.note(at, FaultKind::FieldTooLong);
    } else if !value.is_ascii() {
        faults.note(at, FaultKind::FieldCharacter);
    }
    cursor.advance(value.len());
    cursor.eat(b' ');
    (!value.is_empty() && value != "-").then_some(value)
}

/// A process id that runs over blanks, and what follows it.
struct Ids<'a> {
    process_id: &'a str,
    message_id: Option<&'a str>,
    behind: Cursor<'a>,
}

/// Finds the end of a process id with blanks, from the structured data backwards.
///
/// Where structured data is missing, this must not take words of the message for ids. So it asks
/// for a first word that is no number and a second that is not `-`.
fn ids_with_blanks(start: Cursor<'_>) -> Option<Ids<'_>> {
    let mut cursor = start;
    for _ in ["host", "app"] {
        pass_word(&mut cursor);
    }
    let ids = cursor;
    let first = pass_word(&mut cursor);
    let is_number = first.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || first == "-" || pass_word(&mut cursor) == "-" {
        return None;
    }
    for _ in 0..PROCESS_ID_WORDS_MAX {
        let end = cursor.at() - ids.at();
        let message_id = pass_word(&mut cursor);
        if structured_data::read(&mut cursor.clone(), &mut Faults::default()).is_some() {
            let process_id = ids.rest().get(..end)?.trim_end();
            let message_id = (message_id != "-").then_some(message_id);
            return Some(Ids { process_id, message_id, behind: cursor });
        }
    }
    None
}

fn pass_word<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let word = cursor.token();
    cursor.advance(word.len());
    cursor.eat(b' ');
    word
}

/// Passes the blank and the byte order mark, and returns the rest.
fn message_text<'a>(cursor: &mut Cursor<'a>, faults: &mut Faults) -> &'a str {
    if !cursor.is_at_end() && !cursor.eat(b' ') {
        faults.note(cursor.at(), FaultKind::MessageGlued);
    }
    let text = cursor.rest();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Cisco IOS writes the letters instead of the mark.
    match text.strip_prefix("BOM") {
        Some(mnemonic) if mnemonic.starts_with('%') => mnemonic,
        _ => text,
    }
}

fn is_other_stamp(bytes: &[u8]) -> bool {
    bsd(bytes).is_some() || seconds_since_1970(bytes).is_some()
}

/// Says whether `-` or a year, a month and so on begin here.
fn looks_like_stamp(bytes: &[u8]) -> bool {
    let digits = bytes.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    bytes.starts_with(b"- ") || digits > 0 && bytes.get(digits) == Some(&b'-')
}

// The longest values of RFC 5424 §6.
const HOST_MAX: usize = 255;
const APP_MAX: usize = 48;
const PROCESS_ID_MAX: usize = 128;
const MESSAGE_ID_MAX: usize = 32;

/// A process id of more words than this is more likely a sentence.
const PROCESS_ID_WORDS_MAX: usize = 4;
