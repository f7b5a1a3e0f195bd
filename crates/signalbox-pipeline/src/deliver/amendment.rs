//! What a person changed of a dead step, and what a step sends with it.
//!
//! A step is rendered anew when it is replayed, so an edit is kept as what differs from the rendering:
//! texts that replace rendered ones, or another event for the templates to read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_model::{IntegrationName, StepKind};
use signalbox_sdk::role::Rendered;
use signalbox_store::desk::LeasedStep;

use super::Target;
use super::template::{Renderer, one_line};
use crate::canary::CANARY_MARK;

/// What a person changed of a dead step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Amendment {
    /// Stands instead of the rendered title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Stands instead of the rendered body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Stand beside the rendered fields, or instead of those of the same name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// What templates read as `event`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Value>,
}

impl Amendment {
    /// Returns this with what `later` says in addition, or instead.
    #[must_use]
    pub fn followed_by(mut self, later: Self) -> Self {
        self.fields.extend(later.fields);
        Self {
            title: later.title.or(self.title),
            body: later.body.or(self.body),
            fields: self.fields,
            event: later.event.or(self.event),
        }
    }

    fn apply(self, rendered: &mut Rendered) {
        if let Some(title) = self.title {
            rendered.title = one_line(&title);
        }
        if let Some(body) = self.body {
            rendered.body = body;
        }
        rendered.fields.extend(self.fields);
    }
}

/// Renders a step from its alert as it is now, with what a person changed. The second value says what
/// went wrong on the way, where the texts are not those of the template.
pub(super) fn render_step(renderer: &Renderer, step: &LeasedStep) -> (Rendered, Option<String>) {
    let (mut rendered, failure) = render_amended(renderer, step);
    if step.alert.source.as_str() == IntegrationName::CANARY {
        mark(&mut rendered);
    }
    (rendered, failure)
}

/// Returns whether a person changed the title of a step.
pub(super) fn has_own_title(step: &LeasedStep) -> bool {
    let amendment = step.amendment.as_deref().map(serde_json::from_str::<Amendment>);
    amendment.is_some_and(|amendment| amendment.is_ok_and(|amendment| amendment.title.is_some()))
}

/// Marks the texts of a canary, whatever its template made of them: the title where a list of titles shows it first.
fn mark(rendered: &mut Rendered) {
    if !rendered.title.starts_with(CANARY_MARK) {
        let rest = rendered.title.replace(&format!("{CANARY_MARK} "), "");
        rendered.title = format!("{CANARY_MARK} {rest}");
    }
    if !rendered.body.contains(CANARY_MARK) {
        let what = "This only proves the way to this place; please ignore it.";
        rendered.body = format!("{CANARY_MARK} {what}\n\n{}", rendered.body);
    }
}

fn render_amended(renderer: &Renderer, step: &LeasedStep) -> (Rendered, Option<String>) {
    let template = step.template.as_deref();
    let Some(amendment) = &step.amendment else {
        return renderer.render(template, &step.alert, step.kind);
    };
    let Ok(mut amendment) = serde_json::from_str::<Amendment>(amendment) else {
        let (rendered, _) = renderer.render(template, &step.alert, step.kind);
        return (rendered, Some("the edit does not read back; edit again".to_owned()));
    };
    let mut alert = step.alert.clone();
    if let Some(event) = amendment.event.take() {
        alert.event = event;
    }
    let (mut rendered, failure) = renderer.render(template, &alert, step.kind);
    amendment.apply(&mut rendered);
    (rendered, failure)
}

/// Says in a line what a step sends, for the list of its attempts. A ticket keeps the title it was made with.
pub(super) fn request_line(target: &Target, step: &LeasedStep, rendered: &Rendered) -> String {
    let (kind, bytes) = (step.kind, rendered.body.len());
    let mut line = match (target, &step.ticket) {
        (Target::Ticketing(_), Some(ticket)) => {
            format!("{kind} of {}, {bytes} bytes of note", ticket.number)
        }
        (Target::Ticketing(_), None) if kind != StepKind::Open => {
            format!("{kind}, {bytes} bytes of note")
        }
        _ => {
            let title: String = rendered.title.chars().take(TITLE_CHARS_SHOWN).collect();
            format!("{kind} \"{title}\", {bytes} bytes of text")
        }
    };
    for (place, name) in rendered.fields.keys().enumerate() {
        line.push_str(if place == 0 { ", fields " } else { ", " });
        line.push_str(name);
    }
    line
}

/// A title is cut here in the list of attempts.
const TITLE_CHARS_SHOWN: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_edit_keeps_what_it_does_not_name() {
        let first: Amendment = serde_json::from_value(serde_json::json!({
            "title": "a", "body": "b", "fields": {"x": "1", "y": "1"}
        }))
        .unwrap();
        let second: Amendment =
            serde_json::from_value(serde_json::json!({"title": "c", "fields": {"y": "2"}}))
                .unwrap();

        let both = first.followed_by(second);

        let expected =
            serde_json::json!({"title": "c", "body": "b", "fields": {"x": "1", "y": "2"}});
        assert_eq!(serde_json::to_value(both).unwrap(), expected);
    }
}
