//! What the hub says of an integration, as it goes into the line, and as the finding that it becomes.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use signalbox_model::ocsf::objects::{FindingInfo, Product, ResourceDetails};
use signalbox_model::ocsf::{Class, DetectionFinding, Event};
use signalbox_model::time::Timestamp;
use signalbox_model::{IntegrationName, Severity};
use signalbox_sdk::role::{Attributes, MappedEvent, Normalize, Normalized, Parsed, RawEvent};

use super::Edge;

/// What the hub says of an integration.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Report {
    integration: String,
    is_over: bool,
    since: Timestamp,
    title: String,
    description: String,
}

impl Report {
    pub(super) fn down(edge: &Edge, since: Timestamp, lasted: Duration) -> Self {
        let Edge { name, connector, reason, pending, .. } = edge;
        let minutes = (lasted.as_secs() / 60).max(1);
        Self {
            integration: name.to_string(),
            is_over: false,
            since,
            title: format!(
                "Integration down: {connector} `{name}`, nothing has passed for {minutes} min, \
                 {pending} waiting"
            ),
            description: format!(
                "{reason}\nWhat is for it waits and is sent when it is mended. See `signalbox \
                 integrations show {name}` and `signalbox test {name}`."
            ),
        }
    }

    pub(super) fn over(
        name: &IntegrationName,
        edge: Option<&Edge>,
        since: Timestamp,
        lasted: Duration,
    ) -> Self {
        let minutes = lasted.as_secs() / 60;
        let what = match edge {
            Some(_) => format!("It was down for {minutes} min."),
            None => "It is not configured any more.".to_owned(),
        };
        Self {
            integration: name.to_string(),
            is_over: true,
            since,
            title: format!("Integration down: `{name}`"),
            description: what,
        }
    }

    /// Returns it as a source would send it.
    pub(super) fn raw(&self, received: Timestamp) -> RawEvent {
        // Text, numbers and a bool: nothing here can fail to serialize.
        let body = Bytes::from(serde_json::to_vec(self).unwrap_or_default());
        RawEvent { body, received, event_id: None, attributes: Attributes::default() }
    }

    fn event(self, received: Timestamp) -> MappedEvent {
        let word = if self.is_over { "over" } else { "down" };
        let event_id = format!("{} {word} {}", self.integration, self.since.as_millis());
        let name: &str = &self.integration;
        let finding = DetectionFinding {
            finding_info: Some(Box::new(FindingInfo {
                uid: Some(name.into()),
                title: Some(self.title.as_str().into()),
                desc: Some(self.description.as_str().into()),
                ..FindingInfo::default()
            })),
            resources: vec![ResourceDetails {
                uid: Some(name.into()),
                name: Some(name.into()),
                r#type: Some("integration".into()),
                ..ResourceDetails::default()
            }],
            ..DetectionFinding::default()
        };
        let mut event = Event::new(Class::DetectionFinding(Box::new(finding)), received);
        event.severity = Severity::High;
        event.status_id = Some(if self.is_over { STATUS_RESOLVED } else { STATUS_NEW });
        event.message = Some(self.title.as_str().into());
        event.metadata.product =
            Some(Box::new(Product { name: Some("Signalbox".into()), ..Product::default() }));
        MappedEvent {
            event,
            event_id: Some(event_id.as_str().into()),
            fingerprint: None,
            original: Bytes::new(),
            parsed: Parsed::InFull,
        }
    }
}

/// Makes findings of what the hub says of its integrations.
pub struct HubFindings;

impl Normalize for HubFindings {
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        out.push(match serde_json::from_slice::<Report>(&raw.body) {
            Ok(report) => {
                let original = raw.body.clone();
                let mapped = MappedEvent { original, ..report.event(raw.received) };
                Normalized::Event(Box::new(mapped))
            }
            Err(error) => {
                let reason = format!("no report of the hub: {error}");
                Normalized::Quarantine { original: raw.body.clone(), reason }
            }
        });
    }
}

/// OCSF `status_id` of a Detection Finding.
const STATUS_NEW: i64 = 1;
const STATUS_RESOLVED: i64 = 4;
