//! One weakness or compliance issue of a resource, as a finding.

use serde_json::value::RawValue;

use signalbox_model::Fingerprint;
use signalbox_model::ocsf::ids::compliance_status;
use signalbox_model::ocsf::objects::{
    Advisory, AffectedPackage, Compliance, Cve, Cvss, FindingInfo, Vulnerability,
};
use signalbox_model::ocsf::{Class, ComplianceFinding, FindingStatus, Text, VulnerabilityFinding};
use signalbox_model::time::Timestamp;

use super::Subject;
use crate::prisma_cloud::mapping::{Mapped, event_of, severity};
use crate::prisma_cloud::wire::Members;

/// Maps weaknesses of one resource.
pub(in super::super) fn vulnerabilities<'a>(
    list: Vec<&'a RawValue>,
    subject: &Subject,
    time: Timestamp,
) -> Vec<Mapped<'a>> {
    list.into_iter().filter_map(|raw| vulnerability(raw, subject, time)).collect()
}

/// Maps compliance issues of one resource.
pub(in super::super) fn issues<'a>(
    list: Vec<&'a RawValue>,
    subject: &Subject,
    time: Timestamp,
) -> Vec<Mapped<'a>> {
    list.into_iter().filter_map(|raw| issue(raw, subject, time)).collect()
}

fn vulnerability<'a>(raw: &'a RawValue, subject: &Subject, time: Timestamp) -> Option<Mapped<'a>> {
    let mut members = Members::parse(raw.get())?;
    let id = members.text_of_any(&["cve", "id"])?;
    let package = members.text_of_any(&["packageName", "packages"]);
    let version = members.text("packageVersion");
    let word = members.text("severity");
    let fix = members.text("status");
    let discovered = found_at(&mut members);
    let uid = [id.as_str(), package.as_deref().unwrap_or("-"), subject.uid()].join(" ");
    let parts = [&Some(Text::from(&uid)), &version, &word, &fix];
    let seen = discovered.map(|time| Text::from(time.to_string()));
    let said = parts.into_iter().chain([&seen]).map(|part| part.as_deref().unwrap_or_default());
    let event_id = Fingerprint::of(&said.collect::<Vec<_>>());
    let weakness = Vulnerability {
        title: members.text("title"),
        desc: members.text_of_any(&["description", "text"]),
        severity: word.clone(),
        affected_packages: package_of(package.clone(), version, fix.as_deref(), &mut members),
        is_fix_available: fix.as_deref().map(|fix| fix.contains("fixed in")),
        first_seen_time: discovered,
        references: members.text("link").into_iter().collect(),
        ..named(&id, &mut members)
    };
    let title = match &package {
        Some(package) => Text::from(format!("{id} in {package}")),
        None => id,
    };
    let class = Class::VulnerabilityFinding(Box::new(VulnerabilityFinding {
        finding_info: Some(Box::new(finding_info(uid.into(), title, &weakness, time))),
        vulnerabilities: vec![weakness],
        resources: vec![subject.resource.clone()],
        ..VulnerabilityFinding::default()
    }));
    let mut mapped = finding(class, subject, time, word.as_deref(), event_id);
    mapped.event.status_detail = fix;
    mapped.part = Some(raw.get());
    members.keep("", &mut mapped.event.unmapped);
    Some(mapped)
}

fn issue<'a>(raw: &'a RawValue, subject: &Subject, time: Timestamp) -> Option<Mapped<'a>> {
    let mut members = Members::parse(raw.get())?;
    let (id, title) = (members.text("id"), members.text("title"));
    let (desc, cause) = (members.text("description"), members.text("cause"));
    let control = [&id, &title, &desc].into_iter().find_map(Clone::clone)?;
    let word = members.text("severity");
    let uid = format!("compliance {control} {}", subject.uid());
    let said = [Some(&*uid), word.as_deref(), cause.as_deref()];
    let event_id = Fingerprint::of(&said.map(Option::unwrap_or_default));
    let finding_info = FindingInfo {
        uid: Some(uid.into()),
        title: title.clone().or_else(|| desc.clone()).or(Some(control)),
        desc: desc.clone(),
        last_seen_time: Some(time).filter(|time| time.as_millis() > 0),
        ..FindingInfo::default()
    };
    let compliance = Compliance {
        status_id: Some(compliance_status::FAIL),
        status_details: cause.into_iter().collect(),
        control: id.or(title),
        category: members.text_of_any(&["category", "type"]),
        desc,
        ..Compliance::default()
    };
    let named = subject.resource.uid.is_some() || subject.resource.name.is_some();
    let class = Class::ComplianceFinding(Box::new(ComplianceFinding {
        finding_info: Some(Box::new(finding_info)),
        compliance: Some(Box::new(compliance)),
        resources: named.then(|| subject.resource.clone()).into_iter().collect(),
        ..ComplianceFinding::default()
    }));
    let mut mapped = finding(class, subject, time, word.as_deref(), event_id);
    mapped.part = Some(raw.get());
    members.keep("", &mut mapped.event.unmapped);
    Some(mapped)
}

fn finding<'a>(
    class: Class,
    subject: &Subject,
    time: Timestamp,
    word: Option<&str>,
    event_id: Fingerprint,
) -> Mapped<'a> {
    let mut event = event_of(class, time, Some("Compute"));
    event.severity = severity(word);
    event.set_finding_status(FindingStatus::New);
    event.cloud.clone_from(&subject.cloud);
    Mapped { event, event_id: Some(Text::from(event_id.to_string())), part: None }
}

fn finding_info(uid: Text, title: Text, weakness: &Vulnerability, time: Timestamp) -> FindingInfo {
    FindingInfo {
        uid: Some(uid),
        title: Some(title),
        desc: weakness.desc.clone(),
        first_seen_time: weakness.first_seen_time,
        last_seen_time: Some(time).filter(|time| time.as_millis() > 0),
        src_url: weakness.references.first().cloned(),
        ..FindingInfo::default()
    }
}

/// What is on the CVE list is a CVE; distributions' and the vendor's own numbers are advisories.
fn named(id: &Text, members: &mut Members<'_>) -> Vulnerability {
    if !id.to_ascii_uppercase().starts_with("CVE-") {
        let advisory = Advisory { uid: Some(id.clone()), ..Advisory::default() };
        return Vulnerability { advisory: Some(Box::new(advisory)), ..Vulnerability::default() };
    }
    let cve = Cve {
        uid: Some(id.clone()),
        cvss: cvss(members).into_iter().collect(),
        created_time: date(members, &["published", "publishedDate"]),
        ..Cve::default()
    };
    Vulnerability { cve: Some(Box::new(cve)), ..Vulnerability::default() }
}

/// A score counts with its version, which only its vector tells.
fn cvss(members: &mut Members<'_>) -> Option<Cvss> {
    let vector = members.text_of_any(&["vecStr", "vector"])?;
    let version = vector.strip_prefix("CVSS:").and_then(|rest| rest.split('/').next());
    let score = members.text("cvss").and_then(|score| score.parse().ok())?;
    Some(Cvss {
        base_score: Some(score),
        version: Some(version.unwrap_or("2.0").into()),
        vector_string: Some(vector),
        ..Cvss::default()
    })
}

fn package_of(
    name: Option<Text>,
    version: Option<Text>,
    fix: Option<&str>,
    members: &mut Members<'_>,
) -> Vec<AffectedPackage> {
    let (Some(name), Some(version)) = (name, version) else { return Vec::new() };
    let fixed_in_version = fix.and_then(|fix| fix.strip_prefix("fixed in "));
    vec![AffectedPackage {
        name: Some(name),
        version: Some(version),
        fixed_in_version: fixed_in_version.map(Text::from),
        path: members.text("packagePath"),
        ..AffectedPackage::default()
    }]
}

fn found_at(members: &mut Members<'_>) -> Option<Timestamp> {
    date(members, &["discovered", "discoveredDate"])
}

fn date(members: &mut Members<'_>, keys: &[&str]) -> Option<Timestamp> {
    keys.iter().find_map(|key| members.time(key))
}
