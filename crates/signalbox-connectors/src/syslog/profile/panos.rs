//! PAN-OS: its CEF, and the comma-separated lines it writes by default, whose fields have places.
//!
//! Facts: "Syslog Field Descriptions" of PAN-OS 11.1 (read 2026-11-22). Later versions append fields
//! and never move one.

use std::borrow::Cow;

use signalbox_model::Severity;
use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::cef::Field;

use super::super::mapping::attribute::Attribute as A;
use super::super::mapping::record::Record;
use super::Profile;

/// Its CEF: the name is the log's type, the class id its subtype.
pub(super) static CEF: Profile = Profile {
    class: |record| class(&record.name, &record.code),
    keys: &[
        ("Rule", A::RuleName),
        ("Source Zone", A::SourceZone),
        ("Src Zone", A::SourceZone),
        ("Destination Zone", A::DestinationZone),
        ("Dst Zone", A::DestinationZone),
        ("SessionID", A::ConnectionUid),
        ("Elapsed time in seconds", A::DurationSeconds),
        ("Direction", A::Direction),
    ],
    fields: &[
        (Field::ApplicationProtocol, A::AppName),
        (Field::DeviceEventCategory, A::Signature),
        (Field::FileId, A::Unmapped),
    ],
    resource: concerned,
};

static COMMAS: Profile = Profile {
    class: |record| class(&record.name, &record.code),
    keys: &[],
    fields: &[],
    resource: concerned,
};

/// Reads `1,2026/06/29 12:34:56,serial,TRAFFIC,end,…`.
pub(super) fn read(text: &str) -> Option<(Record<'_>, &'static Profile)> {
    let mut ahead = text.splitn(6, ',');
    let kind = ahead.nth(3)?;
    let places = match kind {
        "TRAFFIC" => TRAFFIC,
        "THREAT" => THREAT,
        "GLOBALPROTECT" => GLOBALPROTECT,
        "CONFIG" => CONFIG,
        "SYSTEM" => SYSTEM,
        "DECRYPTION" => DECRYPTION,
        "USERID" | "HIPMATCH" | "AUTHENTICATION" | "TUNNEL" | "CORRELATION" | "GTP" | "SCTP"
        | "IPTAG" => &[],
        _ => return None,
    };
    let fields = fields(text);
    let get = |at: usize| fields.get(at).cloned().unwrap_or_default();
    let mut record = Record {
        format: "CSV",
        vendor: "Palo Alto Networks".into(),
        product: "PAN-OS".into(),
        name: kind.into(),
        code: if kind == "GLOBALPROTECT" { get(8) } else { get(4) },
        severity: severity(kind, &get),
        ..Record::default()
    };
    record.push("message", A::Message, text);
    record.push("serial", A::DeviceUid, get(2));
    record.push("generated", A::ReceiptTime, get(6).replacen('/', "-", 2));
    for (at, name, attribute) in places {
        record.push(*name, *attribute, get(*at));
    }
    Some((record, &COMMAS))
}

fn class(kind: &str, subtype: &str) -> ClassUid {
    match (kind, subtype) {
        ("TRAFFIC" | "DECRYPTION", _) => ClassUid::NetworkActivity,
        ("THREAT", "url") => ClassUid::HttpActivity,
        ("THREAT", "file" | "data") => ClassUid::NetworkActivity,
        ("THREAT", _) => ClassUid::DetectionFinding,
        ("GLOBALPROTECT" | "AUTHENTICATION", _) => ClassUid::Authentication,
        ("CONFIG", _) => ClassUid::EntityManagement,
        _ => ClassUid::Base,
    }
}

/// A vulnerability is at the destination; what calls home is the source.
fn concerned<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    match &*record.code {
        "vulnerability" | "flood" | "scan" => super::attacked(record),
        _ => super::infected(record),
    }
}

fn severity<'a>(kind: &str, get: &dyn Fn(usize) -> Cow<'a, str>) -> Option<Severity> {
    match kind {
        "THREAT" => Severity::parse(&get(34)),
        "SYSTEM" => Severity::parse(&get(13)),
        _ => None,
    }
}

/// Cuts a line at its commas; a quoted field may hold some, and doubled quotes.
fn fields(text: &str) -> Vec<Cow<'_, str>> {
    let mut fields = Vec::with_capacity(96);
    let mut rest = Some(text);
    while let Some(text) = rest.filter(|_| fields.len() < FIELDS_MAX) {
        let quoted = text.strip_prefix('"').and_then(quoted);
        let (field, behind) = match quoted {
            Some((field, behind)) => (field, behind.strip_prefix(',')),
            None => match text.split_once(',') {
                Some((field, behind)) => (Cow::Borrowed(field), Some(behind)),
                None => (Cow::Borrowed(text), None),
            },
        };
        fields.push(field);
        rest = behind;
    }
    fields
}

/// Takes a field up to the quote that no second one follows.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut at = 0;
    loop {
        let end = at + text.get(at..)?.find('"')?;
        let behind = text.get(end + 1..)?;
        if !behind.starts_with('"') {
            let field = text.get(..end)?;
            let field = if field.contains("\"\"") {
                field.replace("\"\"", "\"").into()
            } else {
                field.into()
            };
            return Some((field, behind));
        }
        at = end + 2;
    }
}

/// No log has as many fields.
const FIELDS_MAX: usize = 256;

type Place = (usize, &'static str, A);

const TRAFFIC: &[Place] = &[
    (7, "src", A::SourceIp),
    (8, "dst", A::DestinationIp),
    (9, "nat_src", A::Unmapped),
    (10, "nat_dst", A::Unmapped),
    (11, "rule", A::RuleName),
    (12, "src_user", A::UserName),
    (13, "dst_user", A::TargetName),
    (14, "app", A::AppName),
    (16, "src_zone", A::SourceZone),
    (17, "dst_zone", A::DestinationZone),
    (18, "inbound_interface", A::SourceInterface),
    (19, "outbound_interface", A::DestinationInterface),
    (22, "session", A::ConnectionUid),
    (23, "repeat_count", A::Count),
    (24, "src_port", A::SourcePort),
    (25, "dst_port", A::DestinationPort),
    (29, "protocol", A::Protocol),
    (30, "action", A::Action),
    (31, "bytes", A::Bytes),
    (32, "bytes_sent", A::BytesOut),
    (33, "bytes_received", A::BytesIn),
    (36, "elapsed_seconds", A::DurationSeconds),
    (37, "category", A::Category),
    (44, "packets_sent", A::PacketsOut),
    (45, "packets_received", A::PacketsIn),
    (46, "end_reason", A::Reason),
];

const THREAT: &[Place] = &[
    (7, "src", A::SourceIp),
    (8, "dst", A::DestinationIp),
    (11, "rule", A::RuleName),
    (12, "src_user", A::UserName),
    (13, "dst_user", A::TargetName),
    (14, "app", A::AppName),
    (16, "src_zone", A::SourceZone),
    (17, "dst_zone", A::DestinationZone),
    (18, "inbound_interface", A::SourceInterface),
    (19, "outbound_interface", A::DestinationInterface),
    (22, "session", A::ConnectionUid),
    (23, "repeat_count", A::Count),
    (24, "src_port", A::SourcePort),
    (25, "dst_port", A::DestinationPort),
    (29, "protocol", A::Protocol),
    (30, "action", A::Action),
    (31, "url_or_file", A::Url),
    (32, "threat", A::Signature),
    (33, "category", A::Category),
    (35, "direction", A::Unmapped),
    (41, "content_type", A::ContentType),
    (46, "user_agent", A::UserAgent),
    (49, "referer", A::Referrer),
    (63, "method", A::Method),
];

const DECRYPTION: &[Place] = &[
    (7, "src", A::SourceIp),
    (8, "dst", A::DestinationIp),
    (11, "rule", A::RuleName),
    (14, "app", A::AppName),
    (16, "src_zone", A::SourceZone),
    (17, "dst_zone", A::DestinationZone),
    (24, "src_port", A::SourcePort),
    (25, "dst_port", A::DestinationPort),
    (29, "protocol", A::Protocol),
    (30, "action", A::Action),
];

const GLOBALPROTECT: &[Place] = &[
    (9, "stage", A::Unmapped),
    (10, "auth_method", A::Unmapped),
    (12, "src_user", A::UserName),
    (14, "machine", A::SourceHost),
    (15, "public_ip", A::SourceIp),
    (25, "reason", A::Unmapped),
    (28, "status", A::Outcome),
];

const CONFIG: &[Place] = &[
    (7, "host", A::SourceIp),
    (9, "command", A::Unmapped),
    (10, "admin", A::UserName),
    (11, "client", A::Unmapped),
    (12, "result", A::Outcome),
    (13, "path", A::EntityName),
];

const SYSTEM: &[Place] =
    &[(8, "event", A::StatusCode), (9, "object", A::Unmapped), (12, "module", A::Category)];
