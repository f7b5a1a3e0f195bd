//! Alerts.
//!
//! The policy's type decides the class. `config`, `iam` and `network_config` compare how something is set up
//! with what a policy demands: compliance findings. `audit_event`, `anomaly`, `network`, `data`,
//! `attack_path` and the workload types saw something happen: detection findings. The posted payload
//! does not tell the type; there, a policy that belongs to a standard is of the first kind.

use signalbox_model::ocsf::ids::{analytic_type, compliance_status};
use signalbox_model::ocsf::objects::{
    Account, Analytic, Cloud, Compliance, FindingInfo, KeyValue, Remediation, ResourceDetails,
};
use signalbox_model::ocsf::{
    Class, ComplianceFinding, DetectionFinding, Event, FindingStatus, Json, Text,
};
use signalbox_model::time::Timestamp;
use signalbox_sdk::http::BaseUrl;

use super::{Mapped, event_id, event_of, provider, severity};
use crate::prisma_cloud::config::AlertStatus;
use crate::prisma_cloud::wire::{Alert, Policy, Resource};

/// Maps an alert.
pub(super) fn map<'a>(
    alert: Alert<'a>,
    console: Option<&BaseUrl>,
    received: Timestamp,
) -> Mapped<'a> {
    let word = alert.status.clone().unwrap_or_default();
    let status = AlertStatus::parse(&word);
    let mut event = event_of(class(&alert, status, console), time(&alert, status, received), None);
    event.severity = severity(alert.policy.severity.as_deref());
    event.activity_id = activity(&alert, status);
    event.set_finding_status(finding_status(status));
    if status.is_none() && !word.is_empty() {
        event.status = Some(word.clone());
    }
    event.status_code = Some(word.clone()).filter(|word| !word.is_empty());
    event.status_detail.clone_from(&alert.reason);
    event.cloud = cloud(&alert.resource);
    let event_id = event_id(&alert.id, &word, alert.opened);
    keep(alert, console, &mut event);
    Mapped { event, event_id, part: None }
}

fn class(alert: &Alert<'_>, status: Option<AlertStatus>, console: Option<&BaseUrl>) -> Class {
    let finding_info = Some(Box::new(finding_info(alert, console)));
    let resources = resource(&alert.resource).into_iter().collect();
    let remediation = alert.policy.recommendation.clone().map(|recommendation| {
        Box::new(Remediation { desc: Some(recommendation), ..Remediation::default() })
    });
    let comment = alert.note.clone();
    if is_about_configuration(&alert.policy) {
        let compliance = Some(Box::new(compliance(&alert.policy, status)));
        return Class::ComplianceFinding(Box::new(ComplianceFinding {
            finding_info,
            compliance,
            resources,
            remediation,
            comment,
            ..ComplianceFinding::default()
        }));
    }
    Class::DetectionFinding(Box::new(DetectionFinding {
        finding_info,
        resources,
        remediation,
        comment,
        ..DetectionFinding::default()
    }))
}

fn is_about_configuration(policy: &Policy<'_>) -> bool {
    match policy.kind.as_deref() {
        Some(kind) => CONFIGURATION_KINDS.iter().any(|own| own.eq_ignore_ascii_case(kind)),
        None => !policy.requirements.is_empty(),
    }
}

fn finding_info(alert: &Alert<'_>, console: Option<&BaseUrl>) -> FindingInfo {
    let policy = &alert.policy;
    let about = policy
        .name
        .clone()
        .or_else(|| policy.id.as_deref().map(|id| Text::from(format!("Policy {id} is violated"))));
    FindingInfo {
        uid: Some(alert.id.clone()),
        title: Some(about.unwrap_or_else(|| alert.id.clone())),
        desc: policy.description.clone(),
        types: policy.kind.clone().into_iter().collect(),
        analytic: analytic(policy),
        created_time: alert.opened,
        modified_time: alert.updated,
        first_seen_time: alert.first_seen,
        last_seen_time: alert.last_seen,
        src_url: alert.link.clone().or_else(|| page(&alert.resource, console)),
        tags: labels(&policy.labels),
        ..FindingInfo::default()
    }
}

fn analytic(policy: &Policy<'_>) -> Option<Box<Analytic>> {
    (policy.id.is_some() || policy.name.is_some()).then(|| {
        Box::new(Analytic {
            type_id: Some(analytic_type::RULE),
            uid: policy.id.clone(),
            name: policy.name.clone(),
            category: policy.kind.clone(),
            ..Analytic::default()
        })
    })
}

fn labels(labels: &[Text]) -> Vec<KeyValue> {
    let name = Some(Text::from("policy label"));
    let tags = KeyValue { name, value: None, values: labels.to_vec() };
    if labels.is_empty() { Vec::new() } else { vec![tags] }
}

fn compliance(policy: &Policy<'_>, status: Option<AlertStatus>) -> Compliance {
    let met = status == Some(AlertStatus::Resolved);
    let mut compliance = Compliance {
        status_id: Some(if met { compliance_status::PASS } else { compliance_status::FAIL }),
        control: policy.name.clone().or_else(|| policy.id.clone()),
        desc: policy.description.clone(),
        ..Compliance::default()
    };
    for requirement in &policy.requirements {
        if let Some(standard) = &requirement.standard
            && !compliance.standards.contains(standard)
        {
            compliance.standards.push(standard.clone());
        }
        let words = [&requirement.id, &requirement.name].into_iter().flatten();
        let words = words.map(Text::as_str).collect::<Vec<_>>().join(" ");
        if !words.is_empty() && !compliance.requirements.iter().any(|own| own == words.as_str()) {
            compliance.requirements.push(Text::from(words));
        }
    }
    compliance
}

fn resource(resource: &Resource<'_>) -> Option<ResourceDetails> {
    let uid = resource.id.clone().or_else(|| resource.rrn.clone());
    (uid.is_some() || resource.name.is_some()).then(|| ResourceDetails {
        uid,
        uid_alt: resource.rrn.clone().filter(|_| resource.id.is_some()),
        name: resource.name.clone(),
        r#type: resource.kind.clone(),
        provider: resource.cloud.as_deref().map(provider),
        region: region(resource),
        tags: resource.tags.clone(),
        data: resource.configuration.clone(),
        ..ResourceDetails::default()
    })
}

fn cloud(resource: &Resource<'_>) -> Option<Box<Cloud>> {
    let provider = provider(resource.cloud.as_deref()?);
    let has_account = resource.account.is_some() || resource.account_id.is_some();
    let account = has_account.then(|| {
        Box::new(Account {
            name: resource.account.clone(),
            uid: resource.account_id.clone(),
            ..Account::default()
        })
    });
    let region = region(resource);
    Some(Box::new(Cloud { provider: Some(provider), account, region, ..Cloud::default() }))
}

fn region(resource: &Resource<'_>) -> Option<Text> {
    resource.region_id.clone().or_else(|| resource.region.clone())
}

/// The resource's page: the API gives it without its host.
fn page(resource: &Resource<'_>, console: Option<&BaseUrl>) -> Option<Text> {
    let path = resource.path.as_deref()?;
    if path.starts_with("https://") {
        return Some(Text::from(path));
    }
    Some(Text::from(console?.origin().join(path.trim_start_matches('/'))))
}

/// An open alert happened when it opened, any other when its status changed.
fn time(alert: &Alert<'_>, status: Option<AlertStatus>, received: Timestamp) -> Timestamp {
    let is_open = status == Some(AlertStatus::Open);
    let changed = alert.updated.or(alert.last_seen).filter(|_| !is_open);
    changed.or(alert.opened).or(alert.last_seen).unwrap_or(received)
}

fn activity(alert: &Alert<'_>, status: Option<AlertStatus>) -> i64 {
    match status {
        Some(AlertStatus::Open) if alert.first_seen == alert.opened => CREATE,
        Some(AlertStatus::Resolved) => CLOSE,
        _ => UPDATE,
    }
}

const fn finding_status(status: Option<AlertStatus>) -> FindingStatus {
    match status {
        Some(AlertStatus::Open) => FindingStatus::New,
        Some(AlertStatus::Dismissed | AlertStatus::Snoozed) => FindingStatus::Suppressed,
        Some(AlertStatus::Resolved) => FindingStatus::Resolved,
        Some(AlertStatus::PendingResolution) => FindingStatus::InProgress,
        None => FindingStatus::Other,
    }
}

fn keep(alert: Alert<'_>, console: Option<&BaseUrl>, event: &mut Event) {
    let page = page(&alert.resource, console).or(alert.resource.path);
    let unmapped = &mut event.unmapped;
    if let Some(rule) = alert.rule {
        unmapped.insert_text("alertRuleName", &rule);
    }
    if let Some(page) = page {
        unmapped.insert_json("resource.url", Json::text(&page));
    }
    alert.policy.rest.keep("policy.", unmapped);
    alert.resource.rest.keep("resource.", unmapped);
    alert.rest.keep("", unmapped);
}

const CONFIGURATION_KINDS: [&str; 3] = ["config", "iam", "network_config"];

/// The activities of a finding.
const CREATE: i64 = 1;
const UPDATE: i64 = 2;
const CLOSE: i64 = 3;
