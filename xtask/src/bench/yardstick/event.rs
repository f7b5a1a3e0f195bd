//! Writes a CEF record as JSON in the shape of OCSF's Network Activity, straight into the bytes
//! that are sent.

use std::io::Write as _;

use super::cef::Cef;

/// The keys of CEF that have an attribute; everything else goes to `unmapped`, under its label.
#[derive(Clone, Copy)]
#[repr(usize)]
enum Key {
    Other,
    Source,
    SourcePort,
    SourceHost,
    SourceUser,
    Target,
    TargetPort,
    TargetHost,
    TargetUser,
    Protocol,
    Action,
    Received,
    Sent,
    Time,
    Message,
    Address,
    Method,
    Agent,
    Application,
    Id,
    Device,
    Translated,
    Inbound,
    Outbound,
}

/// An object of the event: its attributes, and whether each is text or a number.
type Group = (&'static str, &'static [(Key, &'static str, Form)]);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Number,
}

use Form::{Number, Text};

const GROUPS: &[Group] = &[
    (
        "src_endpoint",
        &[
            (Key::Source, "ip", Text),
            (Key::SourcePort, "port", Number),
            (Key::SourceHost, "hostname", Text),
            (Key::Translated, "proxy_ip", Text),
            (Key::Inbound, "interface_name", Text),
        ],
    ),
    (
        "dst_endpoint",
        &[
            (Key::Target, "ip", Text),
            (Key::TargetPort, "port", Number),
            (Key::TargetHost, "hostname", Text),
            (Key::Outbound, "interface_name", Text),
        ],
    ),
    ("actor", &[(Key::SourceUser, "user", Text), (Key::TargetUser, "target", Text)]),
    ("traffic", &[(Key::Received, "bytes_in", Number), (Key::Sent, "bytes_out", Number)]),
    ("connection_info", &[(Key::Protocol, "protocol_name", Text)]),
    (
        "http_request",
        &[
            (Key::Address, "url", Text),
            (Key::Method, "http_method", Text),
            (Key::Agent, "user_agent", Text),
        ],
    ),
    ("device", &[(Key::Device, "uid", Text)]),
];

/// Appends the event and a line's end.
pub(super) fn write(cef: &Cef<'_>, out: &mut Vec<u8>) {
    let mut values: [&[u8]; KEYS] = [b""; KEYS];
    for (key, value) in &cef.pairs {
        values[place(key) as usize] = value;
    }
    let [_, vendor, product, version, code, name, severity] = cef.header;
    out.extend_from_slice(
        br#"{"class_uid":4001,"category_uid":4,"activity_id":6,"type_uid":400106,"severity_id":"#,
    );
    out.push(severity_id(severity));
    for (key, name) in PLAIN {
        attribute(out, name, values[*key as usize], Text);
    }
    out.extend_from_slice(br#","metadata":{"version":"1.8.0","product":{"vendor_name":""#);
    text(out, vendor);
    out.push(b'"');
    attribute(out, "name", product, Text);
    attribute(out, "version", version, Text);
    out.push(b'}');
    attribute(out, "event_code", code, Text);
    attribute(out, "original_event_uid", values[Key::Id as usize], Text);
    out.push(b'}');
    attribute(out, "activity_name", name, Text);
    GROUPS.iter().for_each(|group| object(out, group, &values));
    unmapped(out, cef);
    out.extend_from_slice(b"}\n");
}

const PLAIN: &[(Key, &str)] = &[
    (Key::Time, "time_dt"),
    (Key::Message, "message"),
    (Key::Action, "action"),
    (Key::Application, "app_name"),
];

fn object(out: &mut Vec<u8>, (name, attributes): &Group, values: &[&[u8]; KEYS]) {
    if attributes.iter().all(|(key, _, _)| values[*key as usize].is_empty()) {
        return;
    }
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":{");
    let first = out.len();
    for (key, name, form) in *attributes {
        attribute(out, name, values[*key as usize], *form);
    }
    // The first attribute's comma.
    out.remove(first);
    out.push(b'}');
}

fn unmapped(out: &mut Vec<u8>, cef: &Cef<'_>) {
    out.extend_from_slice(br#","unmapped":{"#);
    let mut separator: &[u8] = b"\"";
    for (key, value) in &cef.pairs {
        if place(key) as usize != Key::Other as usize || key.ends_with(LABEL) {
            continue;
        }
        out.extend_from_slice(separator);
        text(out, label(cef, key).unwrap_or(key));
        out.extend_from_slice(b"\":\"");
        text(out, value);
        out.push(b'"');
        separator = b",\"";
    }
    out.push(b'}');
}

/// Returns what `cs1Label` says of `cs1`.
fn label<'line>(cef: &Cef<'line>, key: &[u8]) -> Option<&'line [u8]> {
    let is_label = |other: &[u8]| other.strip_suffix(LABEL).is_some_and(|base| base == key);
    cef.pairs.iter().find(|(other, _)| is_label(other)).map(|(_, value)| *value)
}

/// Appends a comma, the name and the value, unless there is none.
fn attribute(out: &mut Vec<u8>, name: &str, value: &[u8], form: Form) {
    if value.is_empty() {
        return;
    }
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    if form == Text {
        out.push(b'"');
    }
    text(out, value);
    if form == Text {
        out.push(b'"');
    }
}

/// Appends a value of CEF as the inside of a JSON string: without CEF's escapes, with JSON's.
fn text(out: &mut Vec<u8>, mut value: &[u8]) {
    while let Some(at) = special(value) {
        let (plain, rest) = value.split_at(at);
        out.extend_from_slice(plain);
        let (escaped, used): (&[u8], usize) = match rest {
            [b'\\', b'n', ..] => (b"\\n", 2),
            [b'\\', b'\\', ..] => (b"\\\\", 2),
            // The next byte stands for itself; it is looked at in the next round.
            [b'\\', ..] => (b"", 1),
            [b'"', ..] => (b"\\\"", 1),
            [byte, ..] => {
                write!(out, "\\u{byte:04x}").ok();
                (b"", 1)
            }
            [] => (b"", 0),
        };
        out.extend_from_slice(escaped);
        value = rest.get(used..).unwrap_or_default();
    }
    out.extend_from_slice(value);
}

/// Finds the first quote, backslash or control character, eight bytes at a time.
fn special(value: &[u8]) -> Option<usize> {
    let (words, tail) = value.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let hits = zeros(word ^ (ONES * u64::from(b'"')))
            | zeros(word ^ (ONES * u64::from(b'\\')))
            | (word.wrapping_sub(ONES * 0x20) & !word & HIGHS);
        if hits != 0 {
            return Some(index * 8 + hits.trailing_zeros() as usize / 8);
        }
    }
    let at = tail.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
    Some(words.len() * 8 + at)
}

/// Marks the bytes that are zero, by their highest bit; behind the first one not reliably.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

fn severity_id(severity: &[u8]) -> u8 {
    let digit = severity.first().map_or(0, |byte| byte.wrapping_sub(b'0').min(9));
    b'1' + digit / 2
}

fn place(key: &[u8]) -> Key {
    match key {
        b"src" => Key::Source,
        b"spt" => Key::SourcePort,
        b"shost" => Key::SourceHost,
        b"suser" => Key::SourceUser,
        b"dst" => Key::Target,
        b"dpt" => Key::TargetPort,
        b"dvchost" => Key::TargetHost,
        b"duser" => Key::TargetUser,
        b"proto" => Key::Protocol,
        b"act" => Key::Action,
        b"in" => Key::Received,
        b"out" => Key::Sent,
        b"rt" => Key::Time,
        b"msg" => Key::Message,
        b"request" => Key::Address,
        b"requestMethod" => Key::Method,
        b"requestClientApplication" => Key::Agent,
        b"app" => Key::Application,
        b"externalId" => Key::Id,
        b"deviceExternalId" => Key::Device,
        b"sourceTranslatedAddress" => Key::Translated,
        b"deviceInboundInterface" => Key::Inbound,
        b"deviceOutboundInterface" => Key::Outbound,
        _ => Key::Other,
    }
}

const KEYS: usize = Key::Outbound as usize + 1;

const LABEL: &[u8] = b"Label";

const ONES: u64 = 0x0101_0101_0101_0101;

const HIGHS: u64 = 0x8080_8080_8080_8080;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn labels_escapes_and_numbers_arrive_as_json() {
        let line = br#"CEF:0|Example|Sensor|1|7|a \| "b"|3|src=10.0.0.1 spt=7 cs1Label=Rule cs1=x \= y\nz\\ externalId=sq-1"#;
        let (mut cef, mut out) = (Cef::default(), Vec::new());

        cef.read(line).unwrap();
        write(&cef, &mut out);

        let event: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(event["activity_name"], "a | \"b\"");
        assert_eq!(event["src_endpoint"], json!({"ip": "10.0.0.1", "port": 7}));
        assert_eq!(event["unmapped"], json!({"Rule": "x = y\nz\\"}));
        assert_eq!(event["metadata"]["original_event_uid"], "sq-1");
    }
}
