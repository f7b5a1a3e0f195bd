//! Cisco Identity Services Engine: who was let into the network.
//!
//! A message is a code, a sentence and `name=value` between commas; names have blanks in them. A long
//! one comes in segments, of which the first says what happened. Facts: "Cisco ISE Syslogs" (read
//! 2026-11-22).

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::syslog::Message;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::{ITEMS_MAX, Record};
use super::{Profile, account};

static PROFILE: Profile = Profile {
    class: |record| match &*record.name {
        "Passed-Authentication" | "Failed-Attempt" => ClassUid::Authentication,
        _ => ClassUid::Base,
    },
    keys: &[
        ("User-Name", Attribute::UserName),
        ("UserName", Attribute::UserName),
        ("Calling-Station-ID", Attribute::SourceMac),
        ("Framed-IP-Address", Attribute::SourceIp),
        ("NAS-IP-Address", Attribute::DestinationIp),
        ("NetworkDeviceName", Attribute::DestinationHost),
        ("FailureReason", Attribute::Reason),
        ("AcsSessionID", Attribute::SessionUid),
        ("SelectedAuthorizationProfiles", Attribute::PolicyName),
    ],
    fields: &[],
    resource: account,
};

/// Reads `… 5200 NOTICE Passed-Authentication: Authentication succeeded, Name=value, …`.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<(Record<'a>, &'static Profile)> {
    let text = message.text;
    let (head, rest) = text.split_once(": ")?;
    let mut words = head.rsplit(' ').filter(|word| !word.is_empty());
    let (name, level, code) = (words.next()?, words.next()?, words.next()?);
    let is_level = matches!(level, "NOTICE" | "INFO" | "WARN" | "ERROR" | "FATAL");
    let is_one =
        is_level && matches!(code.len(), 4 | 5) && code.bytes().all(|byte| byte.is_ascii_digit());
    if !is_one {
        return None;
    }
    let mut record = Record {
        format: "syslog",
        vendor: "Cisco".into(),
        product: "ISE".into(),
        code: code.into(),
        name: name.into(),
        ..Record::default()
    };
    let mut parts = rest.split(", ");
    record.push("message", Attribute::Message, parts.next().unwrap_or_default());
    record.push("head", Attribute::Unmapped, head);
    let outcome = match name {
        "Passed-Authentication" => "success",
        "Failed-Attempt" => "failure",
        _ => "",
    };
    record.push("outcome", Attribute::Outcome, outcome);
    for part in parts.by_ref().take(ITEMS_MAX) {
        let (key, value) = part.trim_end_matches(',').split_once('=').unwrap_or((part, ""));
        record.push(key, PROFILE.key(key).unwrap_or(Attribute::Unmapped), value);
    }
    record.rest = parts.next().map(|_| text);
    Some((record, &PROFILE))
}
