//! Firewalls and gateways that need little: Guardicore Centra, Cisco's mail gateways.

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::cef::Field;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::Record;
use super::Profile;

/// Guardicore Centra: connections between workloads, and incidents.
pub(super) static GUARDICORE: Profile = Profile {
    class: |record| match &*record.code {
        "Network Log" => ClassUid::NetworkActivity,
        "Incident" => ClassUid::DetectionFinding,
        _ => ClassUid::EntityManagement,
    },
    keys: &[
        ("policy_rule", Attribute::RuleName),
        ("policy_ruleset", Attribute::PolicyName),
        ("id", Attribute::OriginalUid),
    ],
    fields: &[],
    resource: super::infected,
};

/// Cisco Secure Email: one line a message, from the peer to the hub of mail.
pub(super) static CISCO: Profile = Profile {
    class: |record| match &*record.code {
        "ESA_CONSOLIDATED_LOG_EVENT" => ClassUid::NetworkActivity,
        _ => super::fallback::activity(record),
    },
    keys: &[
        ("startTime", Attribute::StartTime),
        ("endTime", Attribute::EndTime),
        ("MailPolicy", Attribute::PolicyName),
        ("ExternalMsgID", Attribute::OriginalUid),
        ("ESAMID", Attribute::CorrelationUid),
        ("ESAHeloDomain", Attribute::SourceDomain),
    ],
    // Interfaces are names of listeners, and `act` is what became of the message.
    fields: &[
        (Field::DeviceInboundInterface, Attribute::Unmapped),
        (Field::DeviceOutboundInterface, Attribute::Unmapped),
        (Field::SourceHostName, Attribute::Unmapped),
    ],
    resource: sender,
};

fn sender<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    super::account(record)
}
