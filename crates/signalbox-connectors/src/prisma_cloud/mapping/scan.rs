//! What Compute scanned: a host, an image or a container with its weaknesses and compliance issues.
//!
//! Each is a finding of its own, named by what has it: the resource, the CVE and the package. The event
//! is named by what is said about it, so a scan that finds the same again says nothing new. Where the
//! source knows that it was not there before, the name has the time of the scan too.

mod finding;

use std::collections::BTreeSet;

use bytes::Bytes;

use signalbox_model::Fingerprint;
use signalbox_model::ocsf::Text;
use signalbox_model::ocsf::objects::{Account, Cloud, ResourceDetails};
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::RawEvent;

use super::{Mapped, provider};
use crate::prisma_cloud::wire::Members;
pub(super) use finding::{issues, vulnerabilities};

/// A record as it is compared with the one before: hashes of which resource it is, and of each of its
/// findings, in the order in which they are mapped. Times of scans are no part of them.
pub(in super::super) struct Record {
    pub(in super::super) key: u64,
    pub(in super::super) findings: Vec<u64>,
}

impl Record {
    /// Reads a record; `None` where it is none.
    pub(in super::super) fn read(body: &Bytes) -> Option<Self> {
        let mut record = std::str::from_utf8(body).ok().and_then(Members::parse)?;
        let subject = Subject::of(&mut record);
        let findings = map_findings(&mut record, &subject, Timestamp::default());
        let ids = findings.iter().map(|mapped| mapped.event_id.as_deref().unwrap_or_default());
        Some(Self { key: hash(&[subject.uid()]), findings: ids.map(|id| hash(&[id])).collect() })
    }

    /// Returns the key, shorter.
    pub(in super::super) const fn short_key(&self) -> u32 {
        shorter(self.key)
    }

    /// Returns a hash of all findings, in whatever order they are.
    pub(in super::super) fn state(&self) -> u32 {
        let mut findings = self.findings.clone();
        findings.sort_unstable();
        shorter(hash(&findings.iter().map(u64::to_string).collect::<Vec<_>>()))
    }
}

/// Returns the attribute of a record of which only some findings are handed on, by their place: those
/// that were not there before.
pub(in super::super) fn added_attribute(places: &[usize]) -> (&'static str, Text) {
    let places: Vec<String> = places.iter().map(usize::to_string).collect();
    (ADDED, Text::from(places.join(" ")))
}

/// Returns whether an object is a scan of something, found anything or not.
pub(in super::super) fn is_record(members: &Members<'_>) -> bool {
    RECORD_KEYS.iter().any(|key| members.has(key))
}

/// Returns whether an object is a scan that found nothing.
pub(in super::super) fn is_clean(json: &str) -> bool {
    let Some(mut record) = Members::parse(json).filter(is_record) else { return false };
    let subject = Subject::of(&mut record);
    map_findings(&mut record, &subject, Timestamp::default()).is_empty()
}

/// Maps a record, one finding after the other.
pub(super) fn map<'a>(mut record: Members<'a>, raw: &RawEvent) -> Vec<Mapped<'a>> {
    let subject = Subject::of(&mut record);
    let time = record.time("scanTime").unwrap_or(raw.received);
    let mapped = map_findings(&mut record, &subject, time);
    match raw.attribute(ADDED) {
        Some(places) => only_added(mapped, places, time),
        None => mapped,
    }
}

fn only_added<'a>(mapped: Vec<Mapped<'a>>, places: &str, time: Timestamp) -> Vec<Mapped<'a>> {
    let places: BTreeSet<usize> = places.split(' ').filter_map(|at| at.parse().ok()).collect();
    let added = mapped.into_iter().enumerate().filter(|(at, _)| places.contains(at));
    let named = added.map(|(_, mapped)| {
        let event_id = mapped.event_id.map(|id| Fingerprint::of(&[&*id, &*time.to_string()]));
        Mapped { event_id: event_id.map(|id| Text::from(id.to_string())), ..mapped }
    });
    named.collect()
}

/// What has the weaknesses.
#[derive(Default)]
pub(super) struct Subject {
    pub(super) resource: ResourceDetails,
    pub(super) cloud: Option<Box<Cloud>>,
}

impl Subject {
    fn of(record: &mut Members<'_>) -> Self {
        // Looked at only: its compliance issues are taken later.
        let info = record.get("info").and_then(|info| Members::parse(info.get()));
        let mut info = info.unwrap_or_default();
        let image = info.text("imageName");
        let hostname = record.text("hostname");
        let is_host = record.get("type").is_some_and(|kind| kind.get() == "\"host\"");
        let kind = match (&image, is_host || is_only_host(record, hostname.as_ref())) {
            (Some(_), _) => "container",
            (None, true) => "host",
            (None, false) => "image",
        };
        let own = record.text_of_any(&["id", "_id"]);
        let uid = if kind == "host" { hostname.clone().or(own) } else { own.or(hostname.clone()) };
        let name = info.text("name").or_else(|| tag_name(record)).or_else(|| record.text("name"));
        let mut metadata = record.object("cloudMetadata").unwrap_or_default();
        let cloud = cloud(&mut metadata);
        let resource = ResourceDetails {
            name: name.or_else(|| hostname.clone()).or_else(|| uid.clone()),
            uid,
            r#type: Some(kind.into()),
            hostname,
            provider: cloud.as_ref().and_then(|cloud| cloud.provider.clone()),
            region: cloud.as_ref().and_then(|cloud| cloud.region.clone()),
            version: record.text("distro"),
            ..ResourceDetails::default()
        };
        Self { resource, cloud }
    }

    /// A resource known by its name alone, as the console's alerts have it.
    pub(super) fn named(kind: &'static str, name: Text) -> Self {
        let resource = ResourceDetails {
            uid: Some(name.clone()),
            name: Some(name),
            r#type: Some(kind.into()),
            ..ResourceDetails::default()
        };
        Self { resource, cloud: None }
    }

    fn uid(&self) -> &str {
        self.resource.uid.as_deref().unwrap_or_default()
    }
}

fn map_findings<'a>(
    record: &mut Members<'a>,
    subject: &Subject,
    time: Timestamp,
) -> Vec<Mapped<'a>> {
    let mut mapped = vulnerabilities(record.list("vulnerabilities"), subject, time);
    for key in ["complianceIssues", "compliances"] {
        mapped.extend(issues(record.list(key), subject, time));
    }
    let mut info = record.object("info").unwrap_or_default();
    mapped.extend(issues(info.list("complianceIssues"), subject, time));
    mapped
}

/// A machine's record names the machine and no image; an image's names both.
fn is_only_host(record: &Members<'_>, hostname: Option<&Text>) -> bool {
    hostname.is_some() && !record.has("repoTag") && !record.has("imageTime")
}

fn tag_name(record: &mut Members<'_>) -> Option<Text> {
    let mut tag = record.object("repoTag")?;
    let repo = tag.text("repo")?;
    let path = tag.text("registry").map_or_else(|| repo.to_string(), |own| format!("{own}/{repo}"));
    Some(Text::from(tag.text("tag").map_or_else(|| path.clone(), |tag| format!("{path}:{tag}"))))
}

fn cloud(metadata: &mut Members<'_>) -> Option<Box<Cloud>> {
    let provider = provider(&metadata.text("provider")?);
    let uid = metadata.text("accountID");
    let account = uid.map(|uid| Box::new(Account { uid: Some(uid), ..Account::default() }));
    let region = metadata.text("region");
    Some(Box::new(Cloud { provider: Some(provider), account, region, ..Cloud::default() }))
}

/// The first eight bytes of a hash.
fn hash<S: AsRef<str>>(parts: &[S]) -> u64 {
    let hash = Fingerprint::of(parts);
    hash.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

const fn shorter(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// Which of a record's findings are handed on.
const ADDED: &str = "added";

/// What only scans have, whether they found anything or not.
const RECORD_KEYS: [&str; 6] = [
    "vulnerabilityDistribution",
    "complianceDistribution",
    "vulnerabilities",
    "complianceIssues",
    "compliances",
    "scanTime",
];
