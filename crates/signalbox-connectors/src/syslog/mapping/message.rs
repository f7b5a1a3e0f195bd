//! The message behind the header: which format it is in, and what went wrong while it was read.

use std::borrow::Cow;
use std::cell::Cell;

use signalbox_sdk::codec::Fault;
use signalbox_sdk::codec::cef::{self, Cef, Pairs, Split};
use signalbox_sdk::codec::leef::{self, Leef};
use signalbox_sdk::codec::syslog::Message;
use signalbox_sdk::role::Parsed;

use super::attribute::Attribute;
use super::record::{ITEMS_MAX, Record};
use super::{cef as of_cef, json, keys, leef as of_leef, pairs, severity};
use crate::syslog::config::CefSplit;
use crate::syslog::profile::{self, ANY_PAIRS, Profile, SURICATA};

/// A message, read.
pub(super) struct Reading<'a> {
    pub(super) record: Record<'a>,
    pub(super) profile: &'static Profile,
    pub(super) fault: Option<Broken>,
}

/// What is wrong with a frame, for people.
pub(super) struct Broken {
    /// Where and why.
    pub(super) words: String,
    /// How much was understood all the same.
    pub(super) parsed: Parsed,
}

/// Reads the message of a frame. The frame is the text that `message` borrows from.
pub(super) fn read<'a>(frame: &'a str, message: &Message<'a>, split: CefSplit) -> Reading<'a> {
    let mut reading = read_text(frame, message, split);
    if !message.structured_data.is_empty() && !reading.profile.reads_structured_data() {
        push_params(&mut reading.record, message);
    }
    let record = &mut reading.record;
    record.severity = severity::of_finding(record).or(record.severity);
    reading
}

/// Adds the structured data of RFC 5424, each parameter under the names of its element and its own.
fn push_params<'a>(record: &mut Record<'a>, message: &Message<'a>) {
    // Formats of their own say everything themselves.
    let has_meaning = record.format == "syslog";
    let params = message
        .structured_data
        .elements()
        .flat_map(|element| element.params().map(move |param| (element.id, param)));
    for (id, param) in params {
        if record.items.len() >= ITEMS_MAX {
            record.push("structured_data", Attribute::Unmapped, message.structured_data.as_str());
            return;
        }
        let meaning = if has_meaning { keys::meaning(param.name) } else { None };
        let name = format!("{id}.{}", param.name);
        record.push(name, meaning.unwrap_or(Attribute::Unmapped), param.value());
    }
}

fn read_text<'a>(frame: &'a str, message: &Message<'a>, split: CefSplit) -> Reading<'a> {
    let text = message.text;
    let at = offset(frame, text);
    if let Some(mark) = cef::find(text).filter(|mark| *mark <= MARK_AT_MAX) {
        return of_cef_line(message, mark, at, split);
    }
    if let Some(mark) = leef::find(text).filter(|mark| *mark <= MARK_AT_MAX) {
        return of_leef_line(message, mark, at);
    }
    if let Some(marker) = ["CEF:", "LEEF:"].into_iter().find(|marker| text.starts_with(marker)) {
        let words =
            format!("byte {at}: no version and `|` after `{marker}`; is the header complete?");
        return plain(message, Some(Broken { words, parsed: Parsed::Not }));
    }
    if text.starts_with('{') {
        return of_json(message, at);
    }
    let violation = message.fault.filter(|fault| fault.kind.is_violation());
    let fault = violation.map(|fault| Broken { words: fault.to_string(), parsed: Parsed::Not });
    if let Some((record, profile)) = profile::recognize(message) {
        return Reading { record, profile, fault };
    }
    match pairs::read(text) {
        Some((before, pairs)) => of_pairs(message, before, pairs, fault),
        None => plain(message, fault),
    }
}

fn of_cef_line<'a>(message: &Message<'a>, mark: usize, at: usize, split: CefSplit) -> Reading<'a> {
    let text = message.text;
    let split = match split {
        CefSplit::EveryKey => Split::Strict,
        CefSplit::KnownKeys => Split::Dictionary(&[]),
    };
    let pairs = PAIRS.take().reuse();
    let cef = match Cef::parse_tagged(text, mark + "CEF:".len(), split, pairs) {
        Ok(cef) => cef,
        Err(fault) => return plain(message, Some(broken(fault, at, Parsed::Not))),
    };
    let (mut record, profile) = of_cef::record(&cef);
    record.push("before", Attribute::Unmapped, before(text, mark));
    record.rest = (cef.pairs.len() > ITEMS_MAX).then_some(text);
    let fault = cef.fault.map(|fault| broken(fault, at, Parsed::InPart));
    if text.len() <= REUSED_BYTES_MAX {
        PAIRS.set(cef.pairs.reuse());
    }
    Reading { record, profile, fault }
}

fn of_leef_line<'a>(message: &Message<'a>, mark: usize, at: usize) -> Reading<'a> {
    let text = message.text;
    let leef = match Leef::parse_tagged(text, mark + "LEEF:".len(), leef::Pairs::default()) {
        Ok(leef) => leef,
        Err(fault) => return plain(message, Some(broken(fault, at, Parsed::Not))),
    };
    let (mut record, profile) = of_leef::record(&leef);
    record.push("before", Attribute::Unmapped, before(text, mark));
    record.rest = (leef.pairs.len() > ITEMS_MAX).then_some(text);
    let fault = leef.fault.map(|fault| broken(fault, at, Parsed::InPart));
    Reading { record, profile, fault }
}

/// What stands between the header and the mark.
fn before(text: &str, mark: usize) -> &str {
    text.get(..mark).unwrap_or_default().trim_ascii()
}

/// A fault of CEF or LEEF, counted from the start of the frame.
fn broken(fault: Fault, at: usize, parsed: Parsed) -> Broken {
    let words = format!("byte {}: {}", at + fault.at, fault.reason);
    Broken { words, parsed }
}

fn of_json<'a>(message: &Message<'a>, at: usize) -> Reading<'a> {
    let members = match json::members(message.text) {
        Ok(members) => members,
        Err(broken) => {
            let words = format!("byte {}: not a JSON object: {}", at + broken.at, broken.why);
            return plain(message, Some(Broken { words, parsed: Parsed::Not }));
        }
    };
    let profile = match members.iter().any(|(key, _)| key == "event_type") {
        true => &SURICATA,
        false => &ANY_PAIRS,
    };
    let mut record = of_sender(message, "JSON");
    if members.len() > ITEMS_MAX {
        record.rest = Some(message.text);
    }
    for (key, value) in members.into_iter().take(ITEMS_MAX) {
        let attribute = profile.key(&key).or_else(|| keys::meaning(&key));
        match (attribute, json::scalar(value)) {
            (Some(attribute), Some(text)) => record.push(key, attribute, text),
            _ => record.members.push((key, value)),
        }
    }
    take_severity(&mut record);
    Reading { record, profile, fault: None }
}

fn of_pairs<'a>(
    message: &Message<'a>,
    before: &'a str,
    pairs: Vec<pairs::Pair<'a>>,
    fault: Option<Broken>,
) -> Reading<'a> {
    let mut record = of_sender(message, "key=value");
    record.name = Cow::Borrowed(before);
    if pairs.len() > ITEMS_MAX {
        record.rest = Some(message.text);
    }
    for (key, value) in pairs.into_iter().take(ITEMS_MAX) {
        record.push(key, keys::meaning(key).unwrap_or(Attribute::Unmapped), value);
    }
    take_severity(&mut record);
    Reading { record, profile: &ANY_PAIRS, fault }
}

/// Takes the severity from where most senders write it, if it is a word.
fn take_severity(record: &mut Record<'_>) {
    let said = ["severity", "level", "sev"].into_iter().find_map(|name| record.named(name));
    let of_member = || {
        let member = record.members.iter().find(|(name, _)| name == "severity" || name == "level");
        member.and_then(|(_, value)| json::scalar(value))
    };
    let word = said.map(Cow::Borrowed).or_else(of_member);
    record.severity = word.and_then(|word| severity::of_word(&word));
}

/// A line of text.
fn plain<'a>(message: &Message<'a>, fault: Option<Broken>) -> Reading<'a> {
    let mut record = of_sender(message, "syslog");
    record.push("message", Attribute::Message, message.text);
    Reading { record, profile: &ANY_PAIRS, fault }
}

/// A record of whoever the header names.
fn of_sender<'a>(message: &Message<'a>, format: &'static str) -> Record<'a> {
    Record { format, product: message.app.unwrap_or("syslog").into(), ..Record::default() }
}

/// Where a part of the frame begins in it.
fn offset(frame: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(frame.as_ptr() as usize)
}

thread_local! {
    /// The storage of the last line's pairs, for the next one.
    static PAIRS: Cell<Pairs<'static>> = Cell::default();
}

/// The storage of longer lines is given back.
const REUSED_BYTES_MAX: usize = 16 << 10;

/// Headers of relays that stand before the mark; further behind it is part of a sentence.
const MARK_AT_MAX: usize = 512;
