//! What the desk wants to know of a finding, read out of its normalised JSON.

use serde_json::Value;
use signalbox_model::ocsf::{ClassUid, FindingStatus};
use signalbox_model::time::Timestamp;
use signalbox_model::{AlertResource, Fingerprint, IntegrationName, RuleName, Severity};
use signalbox_store::journal::{EventPosition, RecordView};

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
    /// The whole event.
    pub event: Value,
}

impl FoundEvent {
    /// Reads a finding's record and JSON.
    ///
    /// # Errors
    /// Where the JSON is none, which nothing of ours writes.
    pub(super) fn read<'a>(
        position: EventPosition,
        record: &RecordView<'_>,
        rules: impl Iterator<Item = &'a str>,
        rule_set: &str,
        json: &[u8],
    ) -> Result<Self, serde_json::Error> {
        let event: Value = serde_json::from_slice(json)?;
        let key = record.finding;
        let class = number(&event, "class_uid").and_then(ClassUid::from_number);
        Ok(Self {
            position,
            integration: IntegrationName::new(record.integration),
            fingerprint: Fingerprint::from_bytes(
                key.map(|key| key.fingerprint).unwrap_or_default(),
            ),
            event_id: key.and_then(|key| key.event_id).map(str::to_owned),
            rules: rules.map(RuleName::new).collect(),
            rule_set: rule_set.to_owned(),
            received_at: Timestamp::from_millis(record.received_at_ms),
            title: title(&event),
            description: first_text(&event, &["/finding_info/desc", "/message", "/status_detail"]),
            severity: number(&event, "severity_id")
                .and_then(Severity::from_id)
                .unwrap_or(Severity::Unknown),
            status: status(class, number(&event, "status_id")),
            resource: resource(&event),
            techniques: techniques(&event),
            event,
        })
    }

    /// Returns whether the source says that it is over.
    pub fn is_over(&self) -> bool {
        self.status.is_closed()
    }
}

fn title(event: &Value) -> String {
    let title = first_text(
        event,
        &["/finding_info/title", "/finding_info_list/0/title", "/message", "/class_name"],
    );
    if title.is_empty() { "Finding without a title".to_owned() } else { title }
}

fn status(class: Option<ClassUid>, id: Option<i64>) -> FindingStatus {
    match (class, id) {
        (Some(class), Some(id)) => FindingStatus::from_id(class, id),
        _ => FindingStatus::New,
    }
}

fn resource(event: &Value) -> Option<AlertResource> {
    let places = ["/resources/0", "/device", "/dst_endpoint", "/src_endpoint"];
    places.iter().find_map(|place| {
        let object = event.pointer(place)?;
        let name = ["name", "hostname", "ip"].iter().find_map(|key| text(object, key));
        let uid = text(object, "uid").or_else(|| name.clone())?;
        Some(AlertResource { uid, name, kind: text(object, "type") })
    })
}

fn techniques(event: &Value) -> Vec<String> {
    let lists = ["/attacks", "/finding_info/attacks"];
    let attacks = lists.iter().filter_map(|list| event.pointer(list)?.as_array()).flatten();
    let ids = attacks.filter_map(|attack| {
        let deepest =
            attack.pointer("/sub_technique/uid").or_else(|| attack.pointer("/technique/uid"));
        deepest?.as_str().map(str::to_owned)
    });
    let mut found: Vec<String> = Vec::new();
    for id in ids {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

fn number(event: &Value, key: &str) -> Option<i64> {
    event.get(key)?.as_i64()
}

fn text(object: &Value, key: &str) -> Option<String> {
    object.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn first_text(event: &Value, pointers: &[&str]) -> String {
    let found = pointers.iter().find_map(|pointer| event.pointer(pointer)?.as_str());
    found.unwrap_or_default().to_owned()
}
