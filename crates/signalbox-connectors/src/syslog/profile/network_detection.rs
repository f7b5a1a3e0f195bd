//! Products that watch the network for attacks: FireEye and Trellix, Vectra, NETSCOUT Arbor, Claroty.

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::cef::Field;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::Record;
use super::Profile;

/// FireEye CMS, MPS, HX, ETP, and Trellix, which they became. Alerts have a code of two letters
/// (`DM` domain match, `MC` malware callback, `IE` intrusion event).
pub(super) static FIREEYE: Profile = Profile {
    class: |record| {
        let is_alert = record.code.len() == 2
            || matches!(&*record.code, "etp" | "alert")
            || record.get(Attribute::Signature).is_some();
        if is_alert { ClassUid::DetectionFinding } else { ClassUid::EntityManagement }
    },
    keys: &[
        ("sname", Attribute::Signature),
        ("cncHost", Attribute::DestinationHost),
        ("cncPort", Attribute::DestinationPort),
        ("link", Attribute::Link),
        ("Link", Attribute::Link),
        ("Target OS", Attribute::DeviceOs),
    ],
    fields: &[],
    resource: super::infected,
};

/// Vectra: detections of behavior, scores of hosts and accounts, and its own audit.
pub(super) static VECTRA: Profile = Profile {
    class: |record| match &*record.code {
        "hsc" | "asc" | "lockdown" | "audit" | "health" => ClassUid::EntityManagement,
        _ => ClassUid::DetectionFinding,
    },
    keys: &[
        ("Vectra Event URL", Attribute::Link),
        ("VectraEventURL", Attribute::Link),
        ("threat", Attribute::RiskScore),
        ("account", Attribute::UserName),
    ],
    // The id of a detection stays the same over all its updates.
    fields: &[
        (Field::ExternalId, Attribute::FindingUid),
        (Field::DeviceEventCategory, Attribute::Kind),
    ],
    resource: super::infected,
};

/// NETSCOUT Arbor Edge Defense: hosts whose traffic it blocked.
pub(super) static ARBOR: Profile = Profile {
    class: |_| ClassUid::NetworkActivity,
    keys: &[
        ("Protection Group Name", Attribute::PolicyName),
        ("Protection Group ID", Attribute::PolicyUid),
        ("Threat Name", Attribute::Malware),
    ],
    fields: &[],
    resource: super::attacked,
};

/// Claroty CTD: alerts, the events they are made of, and its own health.
pub(super) static CLAROTY: Profile = Profile {
    class: |record| match &*record.code {
        "Alert" => ClassUid::DetectionFinding,
        "HealthCheck" => ClassUid::EntityManagement,
        _ => super::fallback::activity(record),
    },
    keys: &[
        ("AlertUrl", Attribute::Link),
        ("Alert Score", Attribute::RiskScore),
        ("Src Zone", Attribute::SourceZone),
        ("Dst Zone", Attribute::DestinationZone),
    ],
    // The outcome is how far people are with the alert, and the request its address in the console.
    fields: &[
        (Field::EventOutcome, Attribute::FindingStatus),
        (Field::RequestUrl, Attribute::Link),
        (Field::DeviceEventCategory, Attribute::Kind),
    ],
    resource: asset,
};

fn asset<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    super::infected(record)
}
