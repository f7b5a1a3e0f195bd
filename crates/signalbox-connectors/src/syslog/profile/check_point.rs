//! Check Point: its CEF, and the same fields as structured data or between bars (Log Exporter).
//!
//! A log and the updates of it that follow share one `loguid`, by which they are put together again
//! (sc1.checkpoint.com, Log Exporter, appendix, 2026-11-23): it names no single event.

use std::borrow::Cow;

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::syslog::Message;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::of_word;
use super::super::mapping::pairs::{self, Separator};
use super::super::mapping::record::{ITEMS_MAX, Record};
use super::{Profile, attacked, fallback};
use signalbox_sdk::codec::cef::Field;

/// Its CEF, where each blade is a product.
pub(super) static CEF: Profile = Profile {
    class,
    keys: KEYS,
    fields: &[(Field::ApplicationProtocol, Attribute::AppName)],
    resource: attacked,
};

static EXPORTED: Profile = Profile { class, keys: KEYS, fields: &[], resource: attacked };

/// Reads a line of Log Exporter: by the program's name, or by the first keys between bars.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<(Record<'a>, &'static Profile)> {
    let text = message.text;
    let pairs: Vec<pairs::Pair<'a>> =
        if message.app == Some("CheckPoint") && !message.structured_data.is_empty() {
            let element = message.structured_data.elements().next()?;
            element.params().map(|param| (param.name, param.value())).collect()
        } else if text.starts_with("time=") && text.contains("|product=") {
            pairs::pairs(text, Separator::Exact('|'))
        } else {
            return None;
        };
    let said =
        |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
    let mut record = Record {
        format: "key=value",
        vendor: "Check Point".into(),
        product: said("product").unwrap_or(Cow::Borrowed("Check Point")),
        severity: said("severity").and_then(|word| of_word(&word)),
        rest: (pairs.len() > ITEMS_MAX).then_some(text),
        ..Record::default()
    };
    for (key, value) in pairs.into_iter().take(ITEMS_MAX) {
        let attribute = EXPORTED.key(key).or_else(|| super::meaning(key));
        record.push(key, attribute.unwrap_or(Attribute::Unmapped), value);
    }
    Some((record, &EXPORTED))
}

fn class(record: &Record<'_>) -> ClassUid {
    match &*record.product {
        "IPS" | "SmartDefense" | "Anti Malware" | "Anti-Malware" | "Anti-Bot" | "Anti-Virus"
        | "New Anti Virus" | "Threat Emulation" => ClassUid::DetectionFinding,
        "URL Filtering" | "Application Control" if record.get(Attribute::Url).is_some() => {
            ClassUid::HttpActivity
        }
        _ => fallback::activity(record),
    }
}

pub(super) static KEYS: &[(&str, Attribute)] = &[
    ("Rule Name", Attribute::RuleName),
    ("time", Attribute::ReceiptTime),
    ("hostname", Attribute::DeviceHost),
    ("origin", Attribute::DeviceIp),
    ("ifname", Attribute::DeviceInterface),
    ("ifdir", Attribute::Direction),
    ("loguid", Attribute::CorrelationUid),
    ("sequencenum", Attribute::Sequence),
    ("s_port", Attribute::SourcePort),
    ("service", Attribute::DestinationPort),
    ("inzone", Attribute::SourceZone),
    ("outzone", Attribute::DestinationZone),
    ("rule", Attribute::Unmapped),
    ("attack", Attribute::Signature),
    ("protection_name", Attribute::Signature),
    ("protection_id", Attribute::SignatureUid),
    ("malware_family", Attribute::Malware),
    ("src_user_name", Attribute::UserName),
    ("resource", Attribute::Url),
    ("method", Attribute::Method),
];
