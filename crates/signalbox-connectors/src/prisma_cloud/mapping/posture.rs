//! The compliance posture: each standard is a finding that is open while any resource fails it.

use bytes::Bytes;

use signalbox_model::Severity::{self, Critical, High, Informational, Low, Medium};
use signalbox_model::ocsf::ids::compliance_status;
use signalbox_model::ocsf::objects::{Compliance, FindingInfo};
use signalbox_model::ocsf::{Class, ComplianceFinding, FindingStatus, Text};
use signalbox_sdk::role::RawEvent;

use super::{Mapped, event_of};
use crate::prisma_cloud::wire::Members;

/// A standard and how many resources meet it.
pub(in super::super) struct Standard<'a> {
    pub(in super::super) id: Text,
    name: Option<Text>,
    description: Option<Text>,
    passed: i64,
    failed: i64,
    failed_by_severity: [i64; 5],
    rest: Members<'a>,
}

impl<'a> Standard<'a> {
    /// Reads a standard of the posture.
    pub(in super::super) fn parse(body: &'a Bytes) -> Option<Self> {
        Self::of(Members::parse(std::str::from_utf8(body).ok()?)?)
    }

    /// Reads a standard; `None` where it has no id.
    pub(super) fn of(mut members: Members<'a>) -> Option<Self> {
        let mut count = |key: &str| members.count(key).unwrap_or_default();
        let failed_by_severity = SEVERITY_KEYS.map(|(key, _)| count(key));
        let (passed, failed) = (count("passedResources"), count("failedResources"));
        Some(Self {
            id: members.text("id")?,
            name: members.text("name"),
            description: members.text("description"),
            passed,
            failed,
            failed_by_severity,
            rest: members,
        })
    }

    /// Returns all its numbers in one word: while it is the same, there is no news.
    pub(in super::super) fn numbers(&self) -> String {
        let failed = self.failed_by_severity.map(|count| count.to_string()).join(".");
        format!("{}/{}/{failed}", self.failed, self.passed)
    }

    fn severity(&self) -> Severity {
        let counts = self.failed_by_severity.iter().zip(SEVERITY_KEYS);
        let worst = counts.filter(|(count, _)| **count > 0).map(|(_, (_, severity))| severity);
        worst.max_by_key(|severity| severity.rank()).unwrap_or(Informational)
    }
}

/// Maps a standard.
pub(super) fn map<'a>(standard: Standard<'a>, raw: &RawEvent) -> Mapped<'a> {
    let is_met = standard.failed == 0;
    let summary = format!("{} failed, {} passed", standard.failed, standard.passed);
    let name = standard.name.clone().unwrap_or_else(|| standard.id.clone());
    let compliance = Compliance {
        status_id: Some(if is_met { compliance_status::PASS } else { compliance_status::FAIL }),
        status_details: vec![Text::from(&summary)],
        control: Some(name.clone()),
        standards: vec![name.clone()],
        ..Compliance::default()
    };
    let finding_info = FindingInfo {
        uid: Some(Text::from(format!("compliance standard {}", standard.id))),
        title: Some(Text::from(format!("Compliance with {name}"))),
        desc: standard.description.clone(),
        ..FindingInfo::default()
    };
    let class = Class::ComplianceFinding(Box::new(ComplianceFinding {
        finding_info: Some(Box::new(finding_info)),
        compliance: Some(Box::new(compliance)),
        ..ComplianceFinding::default()
    }));
    let mut event = event_of(class, raw.received, Some("Compliance"));
    event.severity = standard.severity();
    event.set_finding_status(if is_met { FindingStatus::Resolved } else { FindingStatus::New });
    event.message = Some(Text::from(summary));
    for (count, (key, _)) in standard.failed_by_severity.iter().zip(SEVERITY_KEYS) {
        event.unmapped.insert_json(key, signalbox_model::ocsf::Json::integer(*count));
    }
    standard.rest.keep("", &mut event.unmapped);
    Mapped { event, event_id: raw.event_id.clone(), part: None }
}

const SEVERITY_KEYS: [(&str, Severity); 5] = [
    ("criticalSeverityFailedResources", Critical),
    ("highSeverityFailedResources", High),
    ("mediumSeverityFailedResources", Medium),
    ("lowSeverityFailedResources", Low),
    ("informationalSeverityFailedResources", Informational),
];
