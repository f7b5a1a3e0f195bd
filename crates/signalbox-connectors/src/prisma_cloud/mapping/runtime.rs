//! What a Compute console posts by itself: runtime audits and incidents, vulnerabilities and compliance
//! issues of a deployment, and what cloud discovery found unprotected. Its body is free text with
//! macros; these are the objects that its own integrations send.

use signalbox_model::ocsf::objects::{FindingInfo, ResourceDetails};
use signalbox_model::ocsf::{Class, DetectionFinding, FindingStatus, Text};
use signalbox_model::time::Timestamp;

use super::scan::{self, Subject};
use super::{Mapped, event_of, severity};
use crate::prisma_cloud::wire::Members;

/// Maps an object with `_id` and `kind`.
pub(super) fn map<'a>(mut members: Members<'a>, received: Timestamp) -> Vec<Mapped<'a>> {
    let time = members.time("time").unwrap_or(received);
    let kind = members.text("kind").unwrap_or_default();
    let subject = subject(&mut members);
    match kind.as_str() {
        "vulnerability" => scan::vulnerabilities(members.list("vulnerabilities"), &subject, time),
        "compliance" => scan::issues(members.list("compliance"), &subject, time),
        _ => vec![detection(members, &kind, subject, time)],
    }
}

fn subject(members: &mut Members<'_>) -> Subject {
    let named = [
        ("container", "containerName"),
        ("container", "container"),
        ("image", "imageName"),
        ("image", "image"),
        ("function", "function"),
        ("host", "host"),
        ("host", "fqdn"),
        ("registry", "registry"),
    ];
    let found = named.into_iter().find_map(|(kind, key)| Some((kind, members.text(key)?)));
    found.map_or_else(Subject::default, |(kind, name)| Subject::named(kind, name))
}

fn detection<'a>(
    mut members: Members<'a>,
    kind: &Text,
    subject: Subject,
    time: Timestamp,
) -> Mapped<'a> {
    let id = members.text("_id").unwrap_or_default();
    let (category, rule) = (members.text("category"), members.text("rule"));
    let message = members.text("message");
    let types = [Some(kind.clone()), members.text("type"), category.clone()];
    let finding_info = FindingInfo {
        uid: Some(id.clone()),
        title: Some(title(kind, rule.or(category), &mut members)),
        desc: message.clone(),
        types: types.into_iter().flatten().filter(|word| !word.is_empty()).collect(),
        src_url: members.text("forensicLink"),
        ..FindingInfo::default()
    };
    let mut resources: Vec<ResourceDetails> = members
        .list("entities")
        .into_iter()
        .filter_map(|raw| entity(Members::parse(raw.get())?))
        .collect();
    if subject.resource.uid.is_some() {
        resources.insert(0, subject.resource);
    }
    let class = Class::DetectionFinding(Box::new(DetectionFinding {
        finding_info: Some(Box::new(finding_info)),
        resources,
        ..DetectionFinding::default()
    }));
    let mut event = event_of(class, time, Some("Compute"));
    event.severity = severity(members.text("severity").as_deref());
    event.set_finding_status(FindingStatus::New);
    event.message = message;
    members.keep("", &mut event.unmapped);
    Mapped {
        event,
        event_id: Some(Text::from(format!("{kind} {id} {}", time.as_millis()))),
        part: None,
    }
}

fn title(kind: &Text, about: Option<Text>, members: &mut Members<'_>) -> Text {
    if kind == "cloudDiscovery" {
        let service = members.text("serviceType").unwrap_or_else(|| Text::from("a service"));
        return Text::from(format!("Cloud discovery found {service}"));
    }
    let about = about.map_or_else(String::new, |about| format!(": {about}"));
    Text::from(format!("Compute {kind}{about}"))
}

fn entity(mut members: Members<'_>) -> Option<ResourceDetails> {
    let name = members.text("name");
    let uid = members.text("arn").or_else(|| name.clone())?;
    let created_time = members.time("createdAt");
    Some(ResourceDetails { uid: Some(uid), name, created_time, ..ResourceDetails::default() })
}
