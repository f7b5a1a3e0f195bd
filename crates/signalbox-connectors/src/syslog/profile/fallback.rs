//! Products without a profile: the class follows from the keys that are there.

use signalbox_model::Severity;
use signalbox_model::ocsf::ClassUid;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::homes::{ENDS, WEB};
use super::super::mapping::record::Record;
use super::super::mapping::value::has_word;
use super::Profile;

/// Any product that writes CEF or LEEF.
pub(in crate::syslog) static ANY_PRODUCT: Profile = Profile {
    class: any_product,
    keys: &[
        ("Technique", Attribute::Technique),
        ("CommandLine", Attribute::CommandLine),
        ("Rule", Attribute::RuleName),
        ("Rule Name", Attribute::RuleName),
        ("Policy", Attribute::PolicyName),
        ("Threat Name", Attribute::Signature),
        ("threatName", Attribute::Signature),
        ("Virus Name", Attribute::Signature),
        ("AttackName", Attribute::Signature),
        ("Source Zone", Attribute::SourceZone),
        ("Destination Zone", Attribute::DestinationZone),
        ("srcCountry", Attribute::SourceCountry),
        ("md5", Attribute::FileHash),
        ("sha1", Attribute::FileHash),
        ("sha256", Attribute::FileHash),
    ],
    fields: &[],
    resource: super::endpoint,
};

/// Any sender of pairs or JSON. Nobody vouches for their keys, so nothing of it becomes a finding.
pub(in crate::syslog) static ANY_PAIRS: Profile =
    Profile { class: any_pairs, keys: &[], fields: &[], resource: super::endpoint };

fn any_product(record: &Record<'_>) -> ClassUid {
    if is_alert(record) {
        return ClassUid::DetectionFinding;
    }
    match activity(record) {
        ClassUid::Base => ClassUid::EntityManagement,
        class => class,
    }
}

fn any_pairs(record: &Record<'_>) -> ClassUid {
    activity(record)
}

/// A product calls it an alert: by the id of the kind of event, or by a name at a severity that
/// somebody has to look at.
fn is_alert(record: &Record<'_>) -> bool {
    let is_bad = record.severity.unwrap_or_default().rank() >= Severity::High.rank();
    let category = record.get(Attribute::Category).unwrap_or_default();
    record.get(Attribute::Signature).is_some()
        || has_word(&record.code, ALERTS)
        || is_bad && (has_word(&record.name, THREATS) || has_word(category, THREATS))
}

/// What was done, by the keys that only such an activity has.
pub(super) fn activity(record: &Record<'_>) -> ClassUid {
    if is_login(record) {
        ClassUid::Authentication
    } else if record.get(Attribute::QueryName).is_some() {
        ClassUid::DnsActivity
    } else if record.has(WEB) {
        ClassUid::HttpActivity
    } else if record.has(ENDS) {
        ClassUid::NetworkActivity
    } else {
        ClassUid::Base
    }
}

/// Somebody logged in or out.
pub(super) fn is_login(record: &Record<'_>) -> bool {
    has_word(&record.code, LOGINS) || has_word(&record.name, LOGINS)
}

const ALERTS: &[&str] = &["alert", "detection", "threat", "malware", "virus", "intrusion"];

const THREATS: &[&str] = &[
    "attack",
    "malware",
    "intrusion",
    "threat",
    "virus",
    "trojan",
    "ransom",
    "exploit",
    "phish",
    "injection",
    "brute",
    "beacon",
    "botnet",
    "suspicious",
];

const LOGINS: &[&str] = &[
    "login",
    "logon",
    "logoff",
    "logout",
    "logged on",
    "logged off",
    "logged in",
    "logged out",
    "sign-in",
    "signed in",
    "signed out",
    "authentication",
];
