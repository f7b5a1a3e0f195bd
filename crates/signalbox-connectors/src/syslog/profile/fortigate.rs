//! FortiGate: `key=value` as it writes by itself, and the same keys behind `FTNTFGT` in its CEF.

use std::borrow::Cow;

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::cef::Field;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::of_word;
use super::super::mapping::pairs::{self, Separator};
use super::super::mapping::record::{ITEMS_MAX, Record};
use super::super::mapping::value::has_word;
use super::{Profile, attacked};

/// Its CEF. The name is `type:subtype action`; `in` and `out` count as the firewall does, received
/// and sent.
pub(super) static CEF: Profile = Profile {
    class: |record| {
        let (kind, rest) = record.name.split_once(':').unwrap_or((&record.name, ""));
        let subtype = rest.split(' ').next().unwrap_or_default();
        class(kind, subtype, rest)
    },
    keys: &[
        ("FTNTFGTeventtime", Attribute::ReceiptTime),
        ("FTNTFGTpolicyid", Attribute::PolicyUid),
        ("FTNTFGTpolicyname", Attribute::PolicyName),
        ("FTNTFGTduration", Attribute::DurationSeconds),
        ("FTNTFGTattack", Attribute::Signature),
        ("FTNTFGTvirus", Attribute::Signature),
        ("FTNTFGTattackid", Attribute::SignatureUid),
        ("FTNTFGTseverity", Attribute::FindingSeverity),
        ("FTNTFGTsentpkt", Attribute::PacketsOut),
        ("FTNTFGTrcvdpkt", Attribute::PacketsIn),
        ("FTNTFGTqname", Attribute::QueryName),
        ("FTNTFGTqtype", Attribute::QueryType),
    ],
    fields: &[
        (Field::BytesIn, Attribute::BytesIn),
        (Field::BytesOut, Attribute::BytesOut),
        (Field::ApplicationProtocol, Attribute::AppName),
        (Field::DestinationUserName, Attribute::UserName),
    ],
    resource: attacked,
};

static PAIRS: Profile = Profile {
    class: |record| {
        let said = |name| record.named(name).unwrap_or_default();
        class(said("type"), said("subtype"), &record.name)
    },
    keys: &[
        ("hostname", Attribute::DestinationHost),
        ("attack", Attribute::Signature),
        ("virus", Attribute::Signature),
        ("attackid", Attribute::SignatureUid),
        // `level` is `alert` for every attack (FortiOS Log Message Reference, 16384, read 2026-11-22).
        ("severity", Attribute::FindingSeverity),
        ("qname", Attribute::QueryName),
        ("qtype", Attribute::QueryType),
        ("ipaddr", Attribute::Answer),
        ("remip", Attribute::SourceIp),
        ("sessionid", Attribute::ConnectionUid),
        ("duration", Attribute::DurationSeconds),
        ("policyid", Attribute::PolicyUid),
        ("logid", Attribute::Unmapped),
        ("service", Attribute::DestinationService),
        ("status", Attribute::Outcome),
        ("method", Attribute::Unmapped),
        ("cat", Attribute::Unmapped),
        ("tunneltype", Attribute::Unmapped),
    ],
    fields: &[],
    resource: attacked,
};

/// Reads a line that has the device's name and the number of the log.
pub(super) fn read(text: &str) -> Option<(Record<'_>, &'static Profile)> {
    let is_one = text.contains("devid=") && text.contains("logid=") && text.contains("type=");
    if !is_one {
        return None;
    }
    let pairs = pairs::pairs(text, Separator::Loose);
    let said = |name: &str| {
        let found = pairs.iter().find(|(key, _)| *key == name);
        found.map_or(Cow::Borrowed(""), |(_, value)| value.clone())
    };
    let product = if said("devid").starts_with("\"FV") || said("devid").starts_with("FV") {
        "FortiWeb"
    } else {
        "FortiGate"
    };
    let mut record = Record {
        format: "key=value",
        vendor: "Fortinet".into(),
        product: product.into(),
        code: said("logid"),
        name: said("logdesc"),
        severity: of_word(&said("level")),
        rest: (pairs.len() > ITEMS_MAX).then_some(text),
        ..Record::default()
    };
    for (key, value) in pairs.into_iter().take(ITEMS_MAX) {
        let attribute = PAIRS.key(key).or_else(|| super::meaning(key));
        record.push(key, attribute.unwrap_or(Attribute::Unmapped), value);
    }
    Some((record, &PAIRS))
}

/// The class of a log, by type and subtype ("FortiOS Log Message Reference", read 2026-11-22).
fn class(kind: &str, subtype: &str, words: &str) -> ClassUid {
    let kind = if kind == "utm" || kind == "traffic" || kind == "event" { kind } else { "utm" };
    match (kind, subtype) {
        ("traffic", _) => ClassUid::NetworkActivity,
        ("event", "user" | "vpn" | "system")
            if has_word(words, &["login", "logon", "authentication", "logout"]) =>
        {
            ClassUid::Authentication
        }
        ("event", _) => ClassUid::EntityManagement,
        (_, "ips" | "virus" | "anomaly" | "attack") => ClassUid::DetectionFinding,
        (_, "webfilter" | "waf") => ClassUid::HttpActivity,
        (_, "dns") => ClassUid::DnsActivity,
        _ => ClassUid::NetworkActivity,
    }
}
