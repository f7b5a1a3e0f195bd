//! Packet filters: pf as pfSense and OPNsense log it (`filterlog`), and iptables.

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::syslog::Message;

use super::super::mapping::attribute::Attribute as A;
use super::super::mapping::pairs::{self, Separator};
use super::super::mapping::record::{ITEMS_MAX, Record};
use super::{Profile, infected};

static PROFILE: Profile =
    Profile { class: |_| ClassUid::NetworkActivity, keys: &[], fields: &[], resource: infected };

/// Reads a line of either.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<(Record<'a>, &'static Profile)> {
    let record = match message.app {
        Some("filterlog") => filterlog(message.text)?,
        _ => iptables(message.text)?,
    };
    Some((record, &PROFILE))
}

/// Reads fields by their places, which depend on the version of IP and the protocol (pfSense, "Raw
/// filter log format", read 2026-11-22).
fn filterlog(text: &str) -> Option<Record<'_>> {
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    let get = |at: usize| fields.get(at).copied().unwrap_or_default();
    let (protocol, ends) = match get(8) {
        "4" => (16, 18),
        "6" => (12, 15),
        _ => return None,
    };
    let mut record = of("filterlog", text);
    record.push("rule", A::RuleUid, get(3));
    record.push("interface", A::DeviceInterface, get(4));
    record.push("action", A::Action, get(6));
    record.push("direction", A::Direction, get(7));
    record.push("protocol", A::Protocol, get(protocol));
    record.push("source", A::SourceIp, get(ends));
    record.push("destination", A::DestinationIp, get(ends + 1));
    if matches!(get(protocol), "tcp" | "udp" | "TCP" | "UDP") {
        record.push("source_port", A::SourcePort, get(ends + 2));
        record.push("destination_port", A::DestinationPort, get(ends + 3));
    }
    Some(record)
}

/// Reads `IN=eth0 OUT= SRC=… DST=… PROTO=TCP SPT=… DPT=…` behind whatever prefix the rule has.
fn iptables(text: &str) -> Option<Record<'_>> {
    if !(text.contains("IN=") && text.contains(" SRC=") && text.contains(" PROTO=")) {
        return None;
    }
    let (prefix, rest) = text.split_at_checked(text.find("IN=")?)?;
    let mut record = of("iptables", text);
    record.push("action", A::Action, verdict(prefix));
    record.push("prefix", A::RuleName, prefix.trim());
    let pairs = pairs::pairs(rest, Separator::Loose);
    record.rest = (pairs.len() > ITEMS_MAX).then_some(text);
    for (key, value) in pairs.into_iter().take(ITEMS_MAX) {
        let attribute = match key {
            "IN" => A::SourceInterface,
            "OUT" => A::DestinationInterface,
            "SRC" => A::SourceIp,
            "DST" => A::DestinationIp,
            "SPT" => A::SourcePort,
            "DPT" => A::DestinationPort,
            "PROTO" => A::Protocol,
            _ => A::Unmapped,
        };
        record.push(key, attribute, value);
    }
    Some(record)
}

/// What the prefix says was done; people write it, so only the usual words count.
fn verdict(prefix: &str) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|word| prefix.to_ascii_uppercase().contains(word));
    if has(&["BLOCK", "DENY", "REJECT"]) {
        "block"
    } else if has(&["DROP"]) {
        "drop"
    } else if has(&["ALLOW", "ACCEPT"]) {
        "allow"
    } else {
        ""
    }
}

fn of<'a>(product: &'static str, text: &'a str) -> Record<'a> {
    let mut record = Record { format: "syslog", product: product.into(), ..Record::default() };
    record.push("message", A::Message, text);
    record
}
