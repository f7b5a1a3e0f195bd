//! Products that tell who logged in and who changed what: CyberArk, Netwrix, Microsoft's cloud app
//! security, and audits in general.

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::cef::Field;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::Record;
use super::fallback::is_login;
use super::{Profile, account};

/// CyberArk Vault: numbers of actions, of which 7 and 8 are log-on and log-off.
pub(super) static VAULT: Profile = Profile {
    class: |record| match &*record.code {
        "7" | "8" => ClassUid::Authentication,
        _ => ClassUid::EntityManagement,
    },
    keys: &[
        ("Affected User Name", Attribute::TargetName),
        ("Safe Name", Attribute::EntityKind),
        ("Request Id", Attribute::CorrelationUid),
    ],
    fields: &[(Field::FileName, Attribute::EntityName), (Field::DeviceAction, Attribute::Unmapped)],
    resource: account,
};

/// CyberArk Privileged Threat Analytics: incidents, each under an id that stays.
pub(super) static THREAT_ANALYTICS: Profile = Profile {
    class: |_| ClassUid::DetectionFinding,
    keys: &[
        ("incidentId", Attribute::FindingUid),
        ("PTAlink", Attribute::Link),
        ("link", Attribute::Link),
    ],
    fields: &[],
    resource: account,
};

/// Microsoft Defender for Cloud Apps (Adallom, MCAS): alerts, and what people did in cloud apps.
pub(super) static CLOUD_APP_SECURITY: Profile = Profile {
    class: |record| {
        if record.code.starts_with("ALERT_") || record.name.starts_with("ALERT_") {
            ClassUid::DetectionFinding
        } else if is_login(record) {
            ClassUid::Authentication
        } else {
            ClassUid::EntityManagement
        }
    },
    keys: &[
        ("consoleUrl", Attribute::Link),
        ("portalURL", Attribute::Link),
        ("targetObjects", Attribute::EntityName),
    ],
    fields: &[],
    resource: account,
};

/// Netwrix Auditor: who changed what, and who logged in.
pub(super) static NETWRIX: Profile = Profile {
    class: audit,
    keys: &[],
    // The path is that of the object, whatever it is.
    fields: &[
        (Field::FilePath, Attribute::EntityName),
        (Field::DeviceEventCategory, Attribute::EntityKind),
    ],
    resource: account,
};

/// Audits of products that use the dictionary as it is meant: Illumio, Windows by way of ArcSight.
pub(super) static AUDIT: Profile = Profile {
    class: |record| {
        if is_windows_login(&record.code) { ClassUid::Authentication } else { audit(record) }
    },
    keys: &[],
    fields: &[],
    resource: account,
};

/// Products that tell of nothing but their own administration.
pub(super) static ADMINISTRATION: Profile =
    Profile { class: |_| ClassUid::EntityManagement, keys: &[], fields: &[], resource: account };

fn audit(record: &Record<'_>) -> ClassUid {
    if is_login(record) { ClassUid::Authentication } else { ClassUid::EntityManagement }
}

/// `Microsoft-Windows-Security-Auditing:4624`, by Microsoft's list of events to monitor.
fn is_windows_login(code: &str) -> bool {
    let number = code.rsplit_once(':').map_or(code, |(_, number)| number);
    matches!(number, "4624" | "4625" | "4634" | "4647" | "4648" | "4768" | "4769" | "4771" | "4776")
}
