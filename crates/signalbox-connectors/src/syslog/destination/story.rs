//! What a line of CEF says of an event, and what it says of an alert.

use std::fmt::Write as _;

use signalbox_model::{Severity, StepKind};
use signalbox_sdk::role::{EventItem, Notification};

use super::alert;
use super::cef::{Story, line, name_of, rule, techniques};
use super::event::OcsfEvent;

/// Writes an event. Its class id is the rule of a finding, or the number of its type.
pub(super) fn of_event(event: &OcsfEvent<'_>, item: &EventItem<'_>, bytes_max: usize) -> String {
    let finding = event.finding();
    let analytic = finding.and_then(|finding| finding.analytic.as_ref());
    let analytic = analytic.and_then(|analytic| analytic.uid.as_deref());
    let title = finding.and_then(|finding| finding.title.as_deref());
    let type_uid = event.type_uid.to_string();
    let kind = event.type_name.as_deref().or(event.class_name.as_deref());
    let story = Story {
        class_id: analytic.filter(|uid| !uid.is_empty()).unwrap_or(&type_uid),
        name: kind.unwrap_or("Event"),
        severity: Severity::from_id(event.severity_id).unwrap_or_default(),
        external_id: event.metadata.uid.as_deref().unwrap_or_default(),
        time: item.time.as_millis(),
        start: event.start_time,
        end: event.end_time,
        count: event.count,
        message: event.message.as_deref().or(title).unwrap_or_default(),
        rule: rule(event),
        status: finding.and(event.status.as_deref()).unwrap_or_default(),
        techniques: &techniques(&event.attacks),
        resource: name_of(&event.resources),
        source: item.source,
        own: &[],
    };
    line(&story, event, bytes_max)
}

/// Writes a step of an alert. Its class id is the alert rule, its external id the delivery key.
pub(super) fn of_alert(event: &OcsfEvent<'_>, item: &Notification, bytes_max: usize) -> String {
    let alert = &item.alert;
    let (key, id, step) = (item.key.to_string(), alert.id.to_string(), item.step.to_string());
    let mut own = vec![("signalboxAlert", id.as_str()), ("signalboxStep", &step)];
    own.extend(item.rendered.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let resource = alert.resource.as_ref();
    let resource = resource.map(|resource| resource.name.as_ref().unwrap_or(&resource.uid));
    let story = Story {
        class_id: alert.rule.as_str(),
        name: match item.step {
            StepKind::Open => "Alert opened",
            StepKind::Update(_) => "Alert updated",
            StepKind::Resolve(_) => "Alert resolved",
        },
        severity: alert.severity,
        external_id: &key,
        time: alert::time_of(item).as_millis(),
        start: Some(alert.opened_at.as_millis()),
        end: alert.resolved_at.map(|time| time.as_millis()),
        count: i64::try_from(alert.seen_count).ok(),
        message: &words(item),
        rule: alert.rule.as_str(),
        status: alert.status.as_str(),
        techniques: &alert.techniques.join(", "),
        resource: resource.map_or("", |resource| resource),
        source: alert.source.as_str(),
        own: &own,
    };
    line(&story, event, bytes_max)
}

/// The title, and what the template says besides.
fn words(item: &Notification) -> String {
    let (rendered, alert) = (&item.rendered, &item.alert);
    let title = if rendered.title.is_empty() { &alert.title } else { &rendered.title };
    let mut words = title.clone();
    if !rendered.body.is_empty() {
        // Writing to a string does not fail.
        write!(words, "\n{}", rendered.body).unwrap_or_default();
    }
    words
}
