//! Products on the machines they protect: Trend Micro Deep Security, Kaspersky, SecurityBridge (SAP),
//! Varonis (files).

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::cef::Field;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::Record;
use super::super::mapping::value::has_word;
use super::Profile;

/// Trend Micro Deep Security: the number of an event says which of its modules tells.
pub(super) static DEEP_SECURITY: Profile = Profile {
    class: deep_security,
    keys: &[
        ("TrendMicroDsFileMD5", Attribute::FileHash),
        ("TrendMicroDsFileSHA1", Attribute::FileHash),
        ("TrendMicroDsFileSHA256", Attribute::FileHash),
        ("Host ID", Attribute::DeviceUid),
        ("target", Attribute::EntityName),
        ("dvchost", Attribute::DeviceHost),
        ("dvc", Attribute::DeviceIp),
        ("filePath", Attribute::FilePath),
        ("suser", Attribute::UserName),
        ("usrName", Attribute::UserName),
        ("TrendMicroDsTenant", Attribute::Unmapped),
    ],
    fields: &[],
    resource: super::endpoint,
};

/// The ranges are those of "Syslog message formats" in Trend Micro's help center (read 2026-11-22).
fn deep_security(record: &Record<'_>) -> ClassUid {
    let number = record.code.parse::<u32>().unwrap_or_default();
    if record.product.ends_with("Manager") {
        return match number {
            600..=609 => ClassUid::Authentication,
            _ => ClassUid::EntityManagement,
        };
    }
    match number {
        20..=29 | 100..=299 => ClassUid::NetworkActivity,
        1_000_000..=1_999_999 | 4_000_000..=4_999_999 | 6_000_000..=6_999_999 => {
            ClassUid::DetectionFinding
        }
        5_000_000..=5_999_999 => ClassUid::HttpActivity,
        _ => ClassUid::EntityManagement,
    }
}

/// Kaspersky Security Center: what its endpoints found, and what its tasks did.
pub(super) static KASPERSKY: Profile = Profile {
    class: |record| {
        let is_found = has_word(&record.code, &["VIRUS", "THREAT", "ATTACK", "FOUND", "MALWARE"]);
        if is_found { ClassUid::DetectionFinding } else { ClassUid::EntityManagement }
    },
    keys: &[("TaskName", Attribute::EntityName), ("TaskId", Attribute::EntityUid)],
    // The endpoint stands as destination.
    fields: &[
        (Field::DestinationHostName, Attribute::DeviceHost),
        (Field::DestinationAddress, Attribute::DeviceIp),
    ],
    resource: super::endpoint,
};

/// SecurityBridge: events in SAP systems that its patterns matched.
pub(super) static SECURITY_BRIDGE: Profile = Profile {
    class: |_| ClassUid::DetectionFinding,
    keys: &[("externalid", Attribute::OriginalUid)],
    fields: &[],
    resource: super::endpoint,
};

/// Varonis DatAdvantage: alerts on what people do with files.
pub(super) static VARONIS: Profile = Profile {
    class: |record| match record.get(Attribute::Category) {
        Some("Alert") => ClassUid::DetectionFinding,
        _ => ClassUid::EntityManagement,
    },
    keys: &[
        ("RuleName", Attribute::Signature),
        ("RuleID", Attribute::SignatureUid),
        ("AlertURL", Attribute::Link),
    ],
    fields: &[],
    resource: super::account,
};
