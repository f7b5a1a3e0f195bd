//! How an alert reads in Slack: a card that shows where it stands, and replies in its thread.
//!
//! Every text is cut to a length of its own, and the sum of those lengths stays below what Slack
//! takes of one message; the compiler checks the sum.

use std::collections::BTreeMap;

use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertResource, AlertStatus, Severity};
use signalbox_sdk::role::{EventItem, Notification, Rendered};

use super::escaping::{Text, code, cut, escaped, one_line};
use super::wire::{
    ACTIONS_MAX, BLOCKS_LENGTH_MAX, BLOCKS_MAX, BUTTON_LENGTH_MAX, Block, Button,
    CONTEXT_ELEMENTS_MAX, FIELD_LENGTH_MAX, FIELDS_MAX, HEADER_LENGTH_MAX, Message,
    SECTION_LENGTH_MAX, TEXT_LENGTH_MAX, TextObject, URL_LENGTH_MAX, length,
};

/// Returns the text that the template made of a step, as a section shows it.
pub(super) fn body(rendered: &Rendered, mentions: bool) -> Option<TextObject> {
    Text::parse(&rendered.body).object(SECTION_LENGTH_MAX, mentions)
}

/// Returns the message that shows where an alert stands, with `body` below its title.
pub(super) fn card(notification: &Notification, body: Option<TextObject>) -> Message {
    let Notification { alert, rendered, .. } = notification;
    let headline = headline(alert, rendered);
    let mut blocks =
        vec![Block::Header { text: TextObject::plain(cut(&headline, HEADER_LENGTH_MAX)) }];
    blocks.extend(body.map(paragraph));
    blocks.push(Block::Section { text: None, fields: facts(alert) });
    let fields = template_facts(&rendered.fields);
    if !fields.is_empty() {
        blocks.push(Block::Section { text: None, fields });
    }
    blocks.extend(button(&rendered.fields));
    let id = TextObject::mrkdwn(format!("Alert `{}`", alert.id));
    blocks.push(Block::Context { elements: vec![id] });
    let severity = format!("\nSeverity: {}", alert.severity);
    let words = in_words(&headline, rendered, TEXT_LENGTH_MAX - SEVERITY_LENGTH_MAX);
    Message { text: words + &severity, blocks }
}

/// Returns what the thread says of a later step.
pub(super) fn reply(notification: &Notification, body: Option<TextObject>) -> Message {
    let Notification { alert, rendered, .. } = notification;
    let line = status_line(alert);
    let mut blocks = vec![paragraph(TextObject::plain(cut(&line, FACT_LENGTH_MAX)))];
    blocks.extend(body.map(paragraph));
    Message { text: in_words(&line, rendered, TEXT_LENGTH_MAX), blocks }
}

/// Returns an event as one line, for a stream that somebody led here.
pub(super) fn event_line(event: &EventItem<'_>) -> String {
    let json: serde_json::Value = serde_json::from_slice(event.json).unwrap_or_default();
    let severity = json["severity_id"].as_i64().and_then(Severity::from_id).unwrap_or_default();
    let title = json["finding_info"]["title"].as_str();
    let title = title.or(json["message"].as_str()).or(json["class_name"].as_str());
    let title = one_line(title.unwrap_or("event without a message"));
    let line = format!("{} {} {} {title}", event.time, mark(severity), event.source);
    escaped(&line, EVENT_LENGTH_MAX)
}

/// Returns the message for lines of a stream.
pub(super) fn event_message(lines: &[String]) -> Message {
    Message { text: lines.join("\n"), blocks: Vec::new() }
}

/// The most events in one message; each has a line of at most 140.
pub(super) const EVENTS_MAX: usize = 20;

/// The template's title as it is, behind a mark: how bad it is, in a word, is the first of the facts.
fn headline(alert: &Alert, rendered: &Rendered) -> String {
    let title = Text::parse(&rendered.title).plain();
    let title = if title.trim().is_empty() { &alert.title } else { &title };
    let title = one_line(title);
    match alert.status {
        AlertStatus::Resolved => format!("{RESOLVED} Resolved: {title}"),
        AlertStatus::Open | AlertStatus::Acknowledged => {
            format!("{} {title}", mark(alert.severity))
        }
    }
}

fn status_line(alert: &Alert) -> String {
    if alert.status == AlertStatus::Resolved {
        let at = alert.resolved_at.unwrap_or(alert.last_seen_at);
        return format!("{RESOLVED} Resolved at {}", time(at));
    }
    let Alert { severity, status, seen_count, .. } = alert;
    let (mark, status) = (mark(*severity), status.as_str());
    let last = time(alert.last_seen_at);
    format!("{mark} {severity}, {status}, seen {seen_count} times, last at {last}")
}

/// The essence for notifications, and for a Slack that refuses the blocks.
fn in_words(first: &str, rendered: &Rendered, length_max: usize) -> String {
    let body = Text::parse(&rendered.body).plain();
    escaped(format!("{first}\n{}", body.trim()).trim(), length_max)
}

fn facts(alert: &Alert) -> Vec<TextObject> {
    let resource = alert.resource.as_ref().map(resource).unwrap_or_default();
    let facts = [
        ("Severity", alert.severity.caption().to_owned()),
        ("Status", alert.status.as_str().to_owned()),
        ("Rule", alert.rule.to_string()),
        ("Source", alert.source.to_string()),
        ("Resource", resource),
        ("MITRE ATT&amp;CK", alert.techniques.join(", ")),
        ("First seen", time(alert.opened_at)),
        ("Last seen", time(alert.last_seen_at)),
        ("Seen", format!("{} times", alert.seen_count)),
        ("Resolved", alert.resolved_at.map(time).unwrap_or_default()),
    ];
    facts.into_iter().filter_map(|(label, value)| fact(label, &value)).take(FIELDS_MAX).collect()
}

fn resource(resource: &AlertResource) -> String {
    let AlertResource { uid, name, kind } = resource;
    let name = name.as_ref().filter(|name| *name != uid);
    let shown = name.map_or_else(|| uid.clone(), |name| format!("{name} ({uid})"));
    kind.as_ref().map_or_else(|| shown.clone(), |kind| format!("{kind} {shown}"))
}

/// The template's further fields, by the names they have there.
fn template_facts(fields: &BTreeMap<String, String>) -> Vec<TextObject> {
    let fields = fields.iter().filter(|(name, _)| !BUTTON_FIELDS.contains(&name.as_str()));
    let facts = fields.filter_map(|(name, value)| {
        // A label is bold, so it must not hold what ends that.
        let label = escaped(&name.replace('*', " "), LABEL_LENGTH_MAX);
        fact(&label, &Text::parse(value).plain())
    });
    facts.take(FIELDS_MAX).collect()
}

fn fact(label: &str, value: &str) -> Option<TextObject> {
    let value = code(value, FACT_LENGTH_MAX);
    (!value.is_empty()).then(|| TextObject::mrkdwn(format!("*{label}*\n`{value}`")))
}

/// A template's `link` as a button; an address that Slack would refuse is left out, not the alert.
fn button(fields: &BTreeMap<String, String>) -> Option<Block> {
    let plain = |name: &str| fields.get(name).map(|value| one_line(&Text::parse(value).plain()));
    let url = plain(LINK).filter(|url| {
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        is_web && !url.contains(' ') && length(url) <= URL_LENGTH_MAX
    })?;
    let label = plain(LINK_TEXT).filter(|label| !label.is_empty());
    let label = cut(label.as_deref().unwrap_or("Open"), BUTTON_LENGTH_MAX);
    let button = Button { text: TextObject::plain(label), url, action_id: LINK.to_owned() };
    Some(Block::Actions { elements: vec![button] })
}

fn paragraph(text: TextObject) -> Block {
    Block::Section { text: Some(text), fields: Vec::new() }
}

/// Characters, not `:names:`, for header and fallback text show no names.
fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Critical => "🔴",
        Severity::High => "🟠",
        Severity::Medium => "🟡",
        Severity::Low => "🔵",
        Severity::Informational | Severity::Unknown | Severity::Other => "⚪",
    }
}

/// UTC, to the second.
fn time(at: Timestamp) -> String {
    let text = at.to_string();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{}Z", seconds.replace('T', " ")),
        None => text,
    }
}

const RESOLVED: &str = "✅";

/// Names of template fields that make the button.
const LINK: &str = "link";
const LINK_TEXT: &str = "link_text";
const BUTTON_FIELDS: [&str; 2] = [LINK, LINK_TEXT];

/// The longest value of a fact, and the longest status line: what a column shows without being a wall.
const FACT_LENGTH_MAX: usize = 250;

/// The longest severity in words, with what leads to it.
const SEVERITY_LENGTH_MAX: usize = 25;

/// The longest name of a fact.
const LABEL_LENGTH_MAX: usize = 75;

/// A fact with its asterisks, line feed and backticks.
const FIELD_LENGTH: usize = LABEL_LENGTH_MAX + FACT_LENGTH_MAX + 5;

/// `Alert` and an id.
const CONTEXT_LENGTH: usize = 44;

/// The longest line of an event.
const EVENT_LENGTH_MAX: usize = 140;

const CARD_LENGTH: usize = HEADER_LENGTH_MAX
    + SECTION_LENGTH_MAX
    + 2 * FIELDS_MAX * FIELD_LENGTH
    + BUTTON_LENGTH_MAX
    + CONTEXT_LENGTH;

/// Header, body, two sections of facts, button, context.
const CARD_BLOCKS: usize = 6;

const _: () = assert!(CARD_LENGTH <= BLOCKS_LENGTH_MAX && CARD_BLOCKS <= BLOCKS_MAX);
const _: () = assert!(FACT_LENGTH_MAX + SECTION_LENGTH_MAX <= BLOCKS_LENGTH_MAX);
const _: () = assert!(FIELD_LENGTH <= FIELD_LENGTH_MAX && FACT_LENGTH_MAX <= SECTION_LENGTH_MAX);
const _: () = assert!(1 <= CONTEXT_ELEMENTS_MAX && 1 <= ACTIONS_MAX);
const _: () = assert!(EVENTS_MAX * (EVENT_LENGTH_MAX + 1) <= TEXT_LENGTH_MAX);
