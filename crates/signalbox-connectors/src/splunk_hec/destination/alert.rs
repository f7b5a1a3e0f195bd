//! An alert as Splunk stores it: what people search and count by, without the whole finding.

use serde::Serialize;

use signalbox_model::AlertResource;
use signalbox_sdk::role::Notification;

/// The `event` of a notification.
#[derive(Debug, Serialize)]
pub(super) struct AlertEvent<'a> {
    delivery_key: String,
    step: String,
    id: String,
    rule: &'a str,
    source: &'a str,
    status: &'static str,
    severity: &'static str,
    severity_id: i64,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a AlertResource>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    techniques: &'a [String],
    seen_count: u64,
    occurrence: u32,
    opened_at: String,
    last_seen_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved_at: Option<String>,
}

impl<'a> AlertEvent<'a> {
    pub(super) fn of(notification: &'a Notification) -> Self {
        let alert = &notification.alert;
        let rendered = &notification.rendered;
        Self {
            delivery_key: notification.key.to_string(),
            step: notification.step.to_string(),
            id: alert.id.to_string(),
            rule: alert.rule.as_str(),
            source: alert.source.as_str(),
            status: alert.status.as_str(),
            severity: alert.severity.caption(),
            severity_id: alert.severity.id(),
            title: first_filled(&rendered.title, &alert.title),
            description: first_filled(&rendered.body, &alert.description),
            resource: alert.resource.as_ref(),
            techniques: &alert.techniques,
            seen_count: alert.seen_count,
            occurrence: alert.occurrence,
            opened_at: alert.opened_at.to_string(),
            last_seen_at: alert.last_seen_at.to_string(),
            resolved_at: alert.resolved_at.map(|time| time.to_string()),
        }
    }
}

fn first_filled<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}
