//! The finding that a canary is: marked wherever a person or a program may read it, and the same whenever it
//! is made for the same rule and the same time.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use signalbox_model::ocsf::objects::{Analytic, FindingInfo, Product};
use signalbox_model::ocsf::{Class, DetectionFinding, Event, FindingStatus};
use signalbox_model::time::Timestamp;
use signalbox_model::{Fingerprint, IntegrationName, RuleName, Severity};
use signalbox_sdk::role::{Attributes, MappedEvent, Normalize, Normalized, Parsed, RawEvent};

/// What the title of every canary begins with, at every destination.
pub const CANARY_MARK: &str = "[Signalbox canary]";

/// A canary as it goes into the line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Canary {
    /// The rule whose route it goes.
    pub(super) rule: RuleName,
    /// The beginning of the span of time that it is made for.
    pub(super) due_at: Timestamp,
}

impl Canary {
    /// Returns what it is known by.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&[IntegrationName::CANARY, &self.uid()])
    }

    /// Returns it as a source would send it.
    pub(super) fn raw(&self, received: Timestamp) -> RawEvent {
        // A name and a number: nothing here can fail to serialize.
        let body = Bytes::from(serde_json::to_vec(self).unwrap_or_default());
        RawEvent { body, received, event_id: None, attributes: Attributes::default() }
    }

    fn uid(&self) -> String {
        format!("{} {}", self.due_at.as_millis(), self.rule)
    }

    fn event(&self, original: Bytes, received: Timestamp) -> MappedEvent {
        let uid = self.uid();
        let title = format!("{CANARY_MARK} Rule `{}`, please ignore", self.rule);
        let description = format!(
            "Signalbox proves the way of the alert rule `{}` to this place. No finding is behind it, and \
             nothing is to be done; it is closed by itself.",
            self.rule
        );
        let info = FindingInfo {
            uid: Some(uid.as_str().into()),
            title: Some(title.as_str().into()),
            desc: Some(description.as_str().into()),
            analytic: Some(Box::new(Analytic {
                name: Some(self.rule.as_str().into()),
                type_id: Some(ANALYTIC_RULE),
                ..Analytic::default()
            })),
            ..FindingInfo::default()
        };
        let finding =
            DetectionFinding { finding_info: Some(Box::new(info)), ..DetectionFinding::default() };
        let mut event = Event::new(Class::DetectionFinding(Box::new(finding)), received);
        event.severity = Severity::Informational;
        event.message = Some(title.as_str().into());
        event.metadata.product =
            Some(Box::new(Product { name: Some("Signalbox".into()), ..Product::default() }));
        event.set_finding_status(FindingStatus::New);
        let (event_id, fingerprint) = (Some(uid.as_str().into()), None);
        MappedEvent { event, event_id, fingerprint, original, parsed: Parsed::InFull }
    }
}

/// OCSF `analytic.type_id` 1, Rule.
const ANALYTIC_RULE: i64 = 1;

/// Makes findings of canaries.
pub struct CanaryFindings;

impl Normalize for CanaryFindings {
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        out.push(match serde_json::from_slice::<Canary>(&raw.body) {
            Ok(canary) => Normalized::Event(Box::new(canary.event(raw.body.clone(), raw.received))),
            Err(error) => {
                let reason = format!("no canary of the hub: {error}");
                Normalized::Quarantine { original: raw.body.clone(), reason }
            }
        });
    }
}
