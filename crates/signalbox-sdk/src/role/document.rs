//! A step of an alert's delivery as one JSON document, for destinations without a format of their
//! own: webhooks, files.
//!
//! The outside is the body that Standard Webhooks recommends: `type`, `timestamp`, `data`. The data
//! is thin on purpose; the finding's whole event is for streams.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use signalbox_model::time::Timestamp;
use signalbox_model::{
    AlertId, AlertResource, AlertStatus, DeliveryKey, IntegrationName, RuleName, Severity, StepKind,
};

use super::Notification;

/// What happened to an alert, ready to be written as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct AlertDocument<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(serialize_with = "rfc_3339")]
    timestamp: Timestamp,
    data: AlertFields<'a>,
}

#[derive(Clone, Debug, Serialize)]
struct AlertFields<'a> {
    key: DeliveryKey,
    #[serde(serialize_with = "text")]
    step: StepKind,
    alert: AlertId,
    rule: &'a RuleName,
    source: &'a IntegrationName,
    status: AlertStatus,
    severity: Severity,
    title: &'a str,
    description: &'a str,
    resource: Option<&'a AlertResource>,
    techniques: &'a [String],
    seen_count: u64,
    occurrence: u32,
    #[serde(serialize_with = "rfc_3339")]
    opened_at: Timestamp,
    #[serde(serialize_with = "rfc_3339")]
    last_seen_at: Timestamp,
    resolved_at: Option<String>,
    rendered: RenderedFields<'a>,
}

#[derive(Clone, Debug, Serialize)]
struct RenderedFields<'a> {
    title: &'a str,
    body: &'a str,
    fields: &'a BTreeMap<String, String>,
}

impl<'a> AlertDocument<'a> {
    /// Describes a step. Its `type` is `alert.opened`, `alert.updated` or `alert.resolved`; its
    /// `timestamp` is when that happened, not when it is sent, so that a retry reads the same.
    pub fn of(notification: &'a Notification) -> Self {
        let alert = &notification.alert;
        let (kind, timestamp) = match notification.step {
            StepKind::Open => ("alert.opened", alert.opened_at),
            StepKind::Update(_) => ("alert.updated", alert.last_seen_at),
            StepKind::Resolve(_) => {
                ("alert.resolved", alert.resolved_at.unwrap_or(alert.last_seen_at))
            }
        };
        Self { kind, timestamp, data: AlertFields::of(notification) }
    }
}

impl<'a> AlertFields<'a> {
    fn of(notification: &'a Notification) -> Self {
        let Notification { key, step, alert, rendered, .. } = notification;
        Self {
            key: *key,
            step: *step,
            alert: alert.id,
            rule: &alert.rule,
            source: &alert.source,
            status: alert.status,
            severity: alert.severity,
            title: &alert.title,
            description: &alert.description,
            resource: alert.resource.as_ref(),
            techniques: &alert.techniques,
            seen_count: alert.seen_count,
            occurrence: alert.occurrence,
            opened_at: alert.opened_at,
            last_seen_at: alert.last_seen_at,
            resolved_at: alert.resolved_at.map(|time| time.to_string()),
            rendered: RenderedFields {
                title: &rendered.title,
                body: &rendered.body,
                fields: &rendered.fields,
            },
        }
    }
}

fn rfc_3339<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

fn text<S: Serializer>(step: &StepKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(step)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signalbox_model::{Alert, Fingerprint};

    use super::super::Rendered;
    use super::*;

    #[test]
    fn a_resolved_alert_is_told_whole() {
        let notification = notification(StepKind::Resolve(1));

        let document = serde_json::to_value(AlertDocument::of(&notification)).unwrap();

        assert_eq!(
            document,
            json!({
                "type": "alert.resolved",
                "timestamp": "2026-03-01T12:10:00.000Z",
                "data": {
                    "key": notification.key.to_string(),
                    "step": "resolve 1",
                    "alert": notification.alert.id.to_string(),
                    "rule": "brute-force",
                    "source": "edr",
                    "status": "resolved",
                    "severity": "high",
                    "title": "Many failed logins",
                    "description": "42 in a minute",
                    "resource": {"uid": "host-1", "name": "db01", "kind": "host"},
                    "techniques": ["T1110"],
                    "seen_count": 3,
                    "occurrence": 1,
                    "opened_at": "2026-03-01T12:00:00.000Z",
                    "last_seen_at": "2026-03-01T12:05:00.000Z",
                    "resolved_at": "2026-03-01T12:10:00.000Z",
                    "rendered": {
                        "title": "[High] Many failed logins",
                        "body": "Seen 3 times",
                        "fields": {"queue": "soc"},
                    },
                },
            })
        );
    }

    #[test]
    fn each_step_has_its_type_and_the_time_it_happened() {
        let told = |step| {
            let notification = notification(step);
            let document = AlertDocument::of(&notification);
            (document.kind, document.timestamp.as_millis() - NOON)
        };

        assert_eq!(told(StepKind::Open), ("alert.opened", 0));
        assert_eq!(told(StepKind::Update(2)), ("alert.updated", 300_000));
        assert_eq!(told(StepKind::Resolve(1)), ("alert.resolved", 600_000));
    }

    const NOON: i64 = 1_772_366_400_000;

    fn notification(step: StepKind) -> Notification {
        let rule = RuleName::new("brute-force");
        let id = AlertId::derive(&rule, &Fingerprint::of(&["edr", "1"]), 1);
        let rendered = Rendered {
            title: "[High] Many failed logins".into(),
            body: "Seen 3 times".into(),
            fields: [("queue".to_owned(), "soc".to_owned())].into(),
        };
        let alert = Alert {
            id,
            rule,
            source: IntegrationName::new("edr"),
            status: AlertStatus::Resolved,
            severity: Severity::High,
            title: "Many failed logins".into(),
            description: "42 in a minute".into(),
            resource: Some(AlertResource {
                uid: "host-1".into(),
                name: Some("db01".into()),
                kind: Some("host".into()),
            }),
            techniques: vec!["T1110".into()],
            seen_count: 3,
            occurrence: 1,
            opened_at: Timestamp::from_millis(NOON),
            last_seen_at: Timestamp::from_millis(NOON + 300_000),
            resolved_at: Some(Timestamp::from_millis(NOON + 600_000)),
            event: json!({}),
        };
        let key = DeliveryKey::derive(id, &IntegrationName::new("hook"), step);
        Notification { key, step, alert, rendered, receipt: None }
    }
}
