//! What the hub says of an integration, as it goes into the line, and the finding that it becomes.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use signalbox_model::ocsf::objects::{FindingInfo, Product, ResourceDetails};
use signalbox_model::ocsf::{Class, DetectionFinding, Event, FindingStatus};
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, IntegrationName, Severity};
use signalbox_sdk::role::{Attributes, MappedEvent, Normalize, Normalized, Parsed, RawEvent};

use super::edge::Words;
use super::{Subject, Trouble};

/// What the hub says of an integration.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Report {
    #[serde(flatten)]
    subject: Subject,
    trouble: Trouble,
    is_over: bool,
    since: Timestamp,
    severity: Severity,
    title: String,
    description: String,
}

/// What a trouble is known by, as long as it lasts and whenever it returns.
pub(super) fn uid(subject: &Subject, trouble: Trouble) -> String {
    format!("{subject} {}", trouble.as_str())
}

/// Returns the trouble that an alert is about; `None` where another version raised it for something else.
pub(super) fn trouble_of(alert: &Alert) -> Option<(Subject, Trouble)> {
    let uid = alert.event.pointer("/finding_info/uid")?.as_str()?;
    let (subject, word) = uid.rsplit_once(' ')?;
    let trouble = Trouble::ALL.into_iter().find(|trouble| trouble.as_str() == word)?;
    let (integration, poll) = match subject.split_once('/') {
        Some((integration, poll)) => (integration, Some(poll.to_owned())),
        None => (subject, None),
    };
    Some((Subject { integration: IntegrationName::new(integration), poll }, trouble))
}

impl Report {
    pub(super) fn begun(
        (subject, trouble): (&Subject, Trouble),
        since: Timestamp,
        severity: Severity,
        words: Words,
    ) -> Self {
        let Words { title, description } = words;
        let subject = subject.clone();
        Self { subject, trouble, is_over: false, since, severity, title, description }
    }

    pub(super) fn over(
        (subject, trouble): (&Subject, Trouble),
        since: Timestamp,
        severity: Severity,
        words: Words,
    ) -> Self {
        Self { is_over: true, ..Self::begun((subject, trouble), since, severity, words) }
    }

    /// Returns it as a source would send it.
    pub(super) fn raw(&self, received: Timestamp) -> RawEvent {
        // Text, numbers and a bool: nothing here can fail to serialize.
        let body = Bytes::from(serde_json::to_vec(self).unwrap_or_default());
        RawEvent { body, received, event_id: None, attributes: Attributes::default() }
    }

    /// Each change of a trouble is an event of its own. When the trouble began does not tell them apart: after
    /// a restart that is when its alert was opened first.
    fn event_id(&self, received: Timestamp) -> String {
        let change = if self.is_over { "Over" } else { self.severity.caption() };
        format!("{} {change} {}", uid(&self.subject, self.trouble), received.as_millis())
    }

    fn event(self, original: Bytes, received: Timestamp) -> MappedEvent {
        let event_id = self.event_id(received);
        let name = self.subject.integration.as_str();
        let finding = DetectionFinding {
            finding_info: Some(Box::new(FindingInfo {
                uid: Some(uid(&self.subject, self.trouble).as_str().into()),
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
        event.severity = self.severity;
        event.message = Some(self.title.as_str().into());
        event.metadata.product =
            Some(Box::new(Product { name: Some("Signalbox".into()), ..Product::default() }));
        let status = if self.is_over { FindingStatus::Resolved } else { FindingStatus::New };
        event.set_finding_status(status);
        let event_id = Some(event_id.as_str().into());
        MappedEvent { event, event_id, fingerprint: None, original, parsed: Parsed::InFull }
    }
}

/// Makes findings of what the hub says of its integrations.
pub struct HubFindings;

impl Normalize for HubFindings {
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        out.push(match serde_json::from_slice::<Report>(&raw.body) {
            Ok(report) => Normalized::Event(Box::new(report.event(raw.body.clone(), raw.received))),
            Err(error) => {
                let reason = format!("no report of the hub: {error}");
                Normalized::Quarantine { original: raw.body.clone(), reason }
            }
        });
    }
}
