//! What Compute scanned: a host, an image or a container with its weaknesses and compliance issues.
//!
//! Each is a finding of its own, named by what has it: the resource, the CVE and the package. The event
//! is named by what is said about it, so a scan that finds the same again says nothing new.

mod finding;

use bytes::Bytes;

use signalbox_model::Fingerprint;
use signalbox_model::ocsf::Text;
use signalbox_model::ocsf::objects::{Account, Cloud, ResourceDetails};
use signalbox_model::time::Timestamp;

use super::{Mapped, provider};
use crate::prisma_cloud::wire::Members;
pub(super) use finding::{issues, vulnerabilities};

/// What a record says that decides whether it is handed on.
pub(in super::super) enum RecordState {
    /// Nothing is wrong with the resource.
    Clean,
    /// Short hashes of which resource it is and of its findings.
    Findings(u32, u32),
    /// It is no record.
    Unreadable,
}

/// Returns the state of a record. Times of scans are no part of it.
pub(in super::super) fn record_state(body: &Bytes) -> RecordState {
    let members = std::str::from_utf8(body).ok().and_then(Members::parse);
    let Some(mut record) = members else { return RecordState::Unreadable };
    let subject = Subject::of(&mut record);
    let findings = map_findings(&mut record, &subject, Timestamp::default());
    if findings.is_empty() {
        return RecordState::Clean;
    }
    let mut ids: Vec<Text> = findings.into_iter().filter_map(|mapped| mapped.event_id).collect();
    ids.sort_unstable();
    let uid = subject.resource.uid.unwrap_or_default();
    RecordState::Findings(short(&Fingerprint::of(&[uid])), short(&Fingerprint::of(&ids)))
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
pub(super) fn map<'a>(mut record: Members<'a>, received: Timestamp) -> Vec<Mapped<'a>> {
    let subject = Subject::of(&mut record);
    let time = record.time("scanTime").unwrap_or(received);
    map_findings(&mut record, &subject, time)
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

/// The first four bytes of a hash.
fn short(hash: &Fingerprint) -> u32 {
    hash.as_bytes().first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// What only scans have, whether they found anything or not.
const RECORD_KEYS: [&str; 6] = [
    "vulnerabilityDistribution",
    "complianceDistribution",
    "vulnerabilities",
    "complianceIssues",
    "compliances",
    "scanTime",
];
