//! A product's alert: what was found, on what, and what proves it.
//!
//! The same signature on the same thing is the same finding, however often it is told. So its uid is
//! made of these two and of the product; an `externalId` names one telling and is kept with the event.

use signalbox_model::ocsf::objects::{Actor, Analytic, Evidence, FindingInfo, ResourceDetails};
use signalbox_model::ocsf::{Class, DetectionFinding, Event, FindingStatus, Text, activity, ids};

use super::attribute::Attribute;
use super::draft::Draft;
use super::finish::web_request;
use super::record::Record;
use crate::syslog::profile::Profile;

/// Moves the objects of a draft into a finding.
pub(super) fn detection(draft: &mut Draft, record: &Record<'_>, profile: &Profile) -> (Class, i64) {
    let title = title(draft, record);
    let signature = draft.finding.signature_uid.clone().unwrap_or_else(|| title.clone());
    let resource = profile.resource(record).or_else(|| fallback_resource(&draft.mapped.event));
    let resource = resource.map(Text::new);
    let words = std::mem::take(&mut draft.finding);
    let uid = words.uid.unwrap_or_else(|| uid(record, &signature, resource.as_deref()));
    let status = words.status.as_deref().and_then(status);
    let info = FindingInfo {
        uid: Some(uid),
        title: Some(title),
        types: words.kinds,
        analytic: Some(Box::new(analytic(signature, record))),
        src_url: words.link,
        ..FindingInfo::default()
    };
    let finding = DetectionFinding {
        finding_info: Some(Box::new(info)),
        resources: resource.map(resource_details).into_iter().collect(),
        evidences: evidence(draft).into_iter().collect(),
        ..DetectionFinding::default()
    };
    if let (Some(said), None) = (words.status, status) {
        draft.mapped.event.unmapped.add_text("status", &said);
    }
    let is_closed = status.is_some_and(FindingStatus::is_closed);
    draft.finding_status = status;
    let activity = if is_closed { activity::finding::CLOSE } else { activity::finding::CREATE };
    (Class::DetectionFinding(Box::new(finding)), activity)
}

/// The signature's name, or else what the line calls the event.
fn title(draft: &Draft, record: &Record<'_>) -> Text {
    let malware = draft.mapped.event.malware.first().and_then(|malware| malware.name.as_ref());
    let named = draft.finding.signature.as_ref().or(malware);
    let words = [&*record.name, &*record.code, &*record.product];
    let said = || words.into_iter().find(|word| !word.is_empty()).unwrap_or(record.format);
    named.cloned().unwrap_or_else(|| Text::new(said()))
}

fn analytic(signature: Text, record: &Record<'_>) -> Analytic {
    let name = if record.name.is_empty() { &record.code } else { &record.name };
    Analytic {
        uid: Some(signature),
        name: Record::text_of(name.clone()),
        category: Record::text_of(record.code.clone()),
        type_id: Some(ids::analytic_type::RULE),
        ..Analytic::default()
    }
}

/// What identifies the finding; times, counts and severities have no part in it.
fn uid(record: &Record<'_>, signature: &str, resource: Option<&str>) -> Text {
    let mut uid = Text::with_capacity(64);
    let policy = record.get(Attribute::PolicyName).unwrap_or_default();
    let parts = [&*record.vendor, &record.product, &record.code, policy, signature];
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        uid.push_str(part);
        uid.push('/');
    }
    uid.pop();
    uid.push('@');
    uid.push_str(resource.unwrap_or_default());
    uid
}

/// The machine that tells, where the line names nothing else.
fn fallback_resource(event: &Event) -> Option<&str> {
    let device = event.device.as_ref()?;
    [&device.hostname, &device.ip, &device.uid].into_iter().find_map(|name| name.as_deref())
}

fn resource_details(name: Text) -> ResourceDetails {
    let ip = super::value::is_address(&name).then(|| name.clone());
    let is_host = ip.is_none() && !name.contains(' ');
    let hostname = is_host.then(|| name.clone());
    ResourceDetails { name: Some(name), ip, hostname, ..ResourceDetails::default() }
}

/// One piece of evidence with all that the line has; `None` where that is nothing.
fn evidence(draft: &mut Draft) -> Option<Evidence> {
    let actor: Option<Box<Actor>> = draft.take_actor();
    let url = draft.url.take();
    let evidence = Evidence {
        actor,
        src_endpoint: draft.source.take(),
        dst_endpoint: draft.destination.take(),
        connection_info: draft.connection.take(),
        user: draft.target.take(),
        file: draft.file.take(),
        query: draft.query.take(),
        url,
        http_request: web_request(draft),
        http_response: draft.response.take(),
        ..Evidence::default()
    };
    (evidence != Evidence::default()).then_some(evidence)
}

/// Reads how far the product says it is with the finding.
fn status(word: &str) -> Option<FindingStatus> {
    let found = STATUSES.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    found.map(|(_, status)| *status)
}

const STATUSES: &[(&str, FindingStatus)] = &[
    ("new", FindingStatus::New),
    ("open", FindingStatus::New),
    ("active", FindingStatus::New),
    ("unresolved", FindingStatus::New),
    ("started", FindingStatus::New),
    ("in progress", FindingStatus::InProgress),
    ("acknowledged", FindingStatus::InProgress),
    ("suppressed", FindingStatus::Suppressed),
    ("ignored", FindingStatus::Suppressed),
    ("resolved", FindingStatus::Resolved),
    ("closed", FindingStatus::Resolved),
    ("cleared", FindingStatus::Resolved),
    ("inactive", FindingStatus::Resolved),
    ("ended", FindingStatus::Resolved),
];
