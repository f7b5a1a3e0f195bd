//! What the desk wants to know of a finding, read out of its normalised JSON.

use serde::Deserialize;
use serde::de::Error as _;
use signalbox_model::ocsf::{ClassUid, FindingStatus};
use signalbox_model::time::Timestamp;
use signalbox_model::{AlertResource, Fingerprint, IntegrationName, RuleName, Severity};
use signalbox_store::journal::{EventPosition, RecordView, StoredDecision};

/// A finding as the journal brought it.
#[derive(Clone, Debug)]
pub struct FoundEvent {
    /// Where it is in the journal.
    pub position: EventPosition,
    /// Its source.
    pub integration: IntegrationName,
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The source's own id of the event.
    pub event_id: Option<String>,
    /// The alert rules that matched it.
    pub rules: Vec<RuleName>,
    /// The silences whose condition held, in force or not.
    pub silences: Vec<String>,
    /// The version of the rules that decided, by hash.
    pub rule_set: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// Its title.
    pub title: String,
    /// Its description or message.
    pub description: String,
    /// Its severity.
    pub severity: Severity,
    /// Its status.
    pub status: FindingStatus,
    /// What it is about.
    pub resource: Option<AlertResource>,
    /// MITRE ATT&CK technique ids.
    pub techniques: Vec<String>,
    /// The whole event, as JSON.
    pub event: String,
}

impl FoundEvent {
    /// Reads a finding's record and JSON.
    ///
    /// # Errors
    /// Where the JSON is none, which nothing of ours writes.
    pub(super) fn read(
        position: EventPosition,
        record: &RecordView<'_>,
        decision: Option<StoredDecision<'_>>,
        rule_set: &str,
        json: &[u8],
    ) -> Result<Self, serde_json::Error> {
        // Asked once: the words are read out of what is known to be UTF-8.
        let json = std::str::from_utf8(json).map_err(serde_json::Error::custom)?;
        let words: Words = serde_json::from_str(json)?;
        let key = record.finding;
        Ok(Self {
            position,
            integration: IntegrationName::new(record.integration),
            fingerprint: Fingerprint::from_bytes(
                key.map(|key| key.fingerprint).unwrap_or_default(),
            ),
            event_id: key.and_then(|key| key.event_id).map(str::to_owned),
            rules: decision.into_iter().flat_map(|it| it.rules()).map(RuleName::new).collect(),
            silences: decision
                .into_iter()
                .flat_map(|it| it.silences())
                .map(str::to_owned)
                .collect(),
            rule_set: rule_set.to_owned(),
            received_at: Timestamp::from_millis(record.received_at_ms),
            title: words.title(),
            description: words.description(),
            severity: words.severity_id.and_then(Severity::from_id).unwrap_or(Severity::Unknown),
            status: words.status(),
            resource: words.resource(),
            techniques: words.techniques(),
            event: json.to_owned(),
        })
    }

    /// Returns whether the source says that it is over.
    pub fn is_over(&self) -> bool {
        self.status.is_closed()
    }
}

/// The attributes that the desk looks at; most of an event is passed by unread.
#[derive(Deserialize)]
struct Words {
    class_uid: Option<i64>,
    class_name: Option<String>,
    severity_id: Option<i64>,
    status_id: Option<i64>,
    status_detail: Option<String>,
    message: Option<String>,
    #[serde(default)]
    finding_info: Info,
    #[serde(default)]
    finding_info_list: Vec<Info>,
    #[serde(default)]
    attacks: Vec<Attack>,
    #[serde(default)]
    resources: Vec<Thing>,
    device: Option<Thing>,
    dst_endpoint: Option<Thing>,
    src_endpoint: Option<Thing>,
}

#[derive(Default, Deserialize)]
struct Info {
    title: Option<String>,
    desc: Option<String>,
    #[serde(default)]
    attacks: Vec<Attack>,
}

#[derive(Deserialize)]
struct Attack {
    technique: Option<Identified>,
    sub_technique: Option<Identified>,
}

#[derive(Deserialize)]
struct Identified {
    uid: Option<String>,
}

/// What a finding may be about.
#[derive(Deserialize)]
struct Thing {
    uid: Option<String>,
    name: Option<String>,
    hostname: Option<String>,
    ip: Option<String>,
    r#type: Option<String>,
}

impl Words {
    fn title(&self) -> String {
        let listed = self.finding_info_list.first().and_then(|info| info.title.as_ref());
        let title = self.finding_info.title.as_ref().or(listed);
        let title = title.or(self.message.as_ref()).or(self.class_name.as_ref());
        let title = title.filter(|title| !title.is_empty());
        title.map_or("Finding without a title", String::as_str).to_owned()
    }

    fn description(&self) -> String {
        let description = self.finding_info.desc.as_ref().or(self.message.as_ref());
        description.or(self.status_detail.as_ref()).cloned().unwrap_or_default()
    }

    fn status(&self) -> FindingStatus {
        let class = self.class_uid.and_then(ClassUid::from_number);
        match (class, self.status_id) {
            (Some(class), Some(id)) => FindingStatus::from_id(class, id),
            _ => FindingStatus::New,
        }
    }

    fn resource(&self) -> Option<AlertResource> {
        let others = [&self.device, &self.dst_endpoint, &self.src_endpoint];
        let things = self.resources.iter().take(1).chain(others.into_iter().flatten());
        things.into_iter().find_map(Thing::resource)
    }

    /// Returns the deepest technique of each attack, each once.
    fn techniques(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for attack in self.attacks.iter().chain(&self.finding_info.attacks) {
            let uid = |one: &Option<Identified>| one.as_ref().and_then(|one| one.uid.clone());
            let deepest = uid(&attack.sub_technique).or_else(|| uid(&attack.technique));
            found.extend(deepest.filter(|id| !found.contains(id)));
        }
        found
    }
}

impl Thing {
    fn resource(&self) -> Option<AlertResource> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let name = said(&self.name).or_else(|| said(&self.hostname)).or_else(|| said(&self.ip));
        let uid = said(&self.uid).or_else(|| name.clone())?;
        Some(AlertResource { uid, name, kind: said(&self.r#type) })
    }
}
