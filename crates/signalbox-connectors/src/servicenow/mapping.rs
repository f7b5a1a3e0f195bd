//! How an alert becomes an incident, and what an alert's change does to it.
//!
//! Priority is computed by the instance from impact and urgency and cannot be written, so severity
//! becomes these two. They are set once, when the incident is created: afterwards they belong to the
//! people who work on it, as do title and description.

use std::borrow::Cow;
use std::collections::BTreeSet;

use signalbox_model::{Alert, AlertStatus, DeliveryKey, Severity, SeverityColumn, StepKind};
use signalbox_sdk::role::{Ticket, TicketUpdate};

use super::config::ServiceNowConfig;
use super::escaping::{escape, plain, shown};
use super::wire::{IncidentFields, IncidentState};

/// The priorities that the instance computes, as shipped; customers may change the table.
pub(super) const SEVERITIES: SeverityColumn = SeverityColumn {
    vendor: "ServiceNow",
    values: &[
        ("1", Severity::Critical),
        ("2", Severity::High),
        ("3", Severity::Medium),
        ("4", Severity::Low),
        ("5", Severity::Informational),
    ],
    other: Severity::Unknown,
};

/// Columns of the customer's own that are filled where they exist.
pub(super) const OPTIONAL_COLUMNS: [&str; 2] = [MITRE_TECHNIQUE, SIEM_ALERT_ID];

/// Returns the columns of a new incident, references to other tables excepted. `columns` are the
/// optional ones that exist; `None` where nobody knows, and then they are sent, for the product
/// ignores a column that it does not have.
pub(super) fn new_incident(
    ticket: &Ticket,
    config: &ServiceNowConfig,
    columns: Option<&BTreeSet<String>>,
) -> IncidentFields {
    let (impact, urgency) = impact_and_urgency(ticket.alert.severity);
    let mut fields = IncidentFields::default();
    fields.set("short_description", title(&ticket.rendered.title));
    fields.set("description", cut(&shown(&ticket.rendered.body), DESCRIPTION_CHARS_MAX));
    fields.set("impact", impact);
    fields.set("urgency", urgency);
    fields.set_some("category", config.category.as_deref());
    fields.set_some("contact_type", config.contact_type.as_deref());
    let exists = |column| columns.is_none_or(|columns| columns.contains(column));
    let techniques = ticket.alert.techniques.join(", ");
    if exists(MITRE_TECHNIQUE) && !techniques.is_empty() {
        fields.set(MITRE_TECHNIQUE, shown(&escape(&techniques)));
    }
    if exists(SIEM_ALERT_ID) {
        fields.set(SIEM_ALERT_ID, siem_alert_id(&ticket.alert));
    }
    fields
}

/// Adds the columns that the template names, a note about those that had to stay empty, and those
/// that nobody may change: the incident is found by them.
pub(super) fn finish_new(fields: &mut IncidentFields, ticket: &Ticket, missing: &[String]) {
    for (column, value) in &ticket.rendered.fields {
        fields.set(column, shown(value));
    }
    if !missing.is_empty() {
        let note = format!("Signalbox left empty: {}.", missing.join("; "));
        fields.set("work_notes", join(fields.value("work_notes").unwrap_or_default(), &note));
    }
    fields.set("correlation_id", correlation_id(ticket.key));
    fields.set("correlation_display", CORRELATION_DISPLAY);
}

/// Returns what an incident that carries `key` has in `correlation_id`.
pub(super) fn correlation_id(key: DeliveryKey) -> String {
    key.to_string()
}

/// What a step does to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing: the incident is over already, as it should be.
    Nothing,
    /// A note, and the columns that the template names.
    Note,
    /// A note that says that the incident cannot be opened again.
    NoteOnFinal,
    /// Back into work.
    Reopen,
    /// Over, with code and notes.
    Resolve,
}

impl Change {
    /// Decides by the alert as it is now and the incident as it is now. Only an alert that is open
    /// reopens: acknowledging is no news to an incident that somebody resolved.
    pub(super) fn of(update: &TicketUpdate, state: &IncidentState) -> Self {
        let is_over = *state == IncidentState::Resolved || state.is_final();
        match update.alert.status {
            AlertStatus::Resolved if !is_over => Self::Resolve,
            AlertStatus::Resolved if matches!(update.step, StepKind::Resolve(_)) => Self::Nothing,
            AlertStatus::Open if *state == IncidentState::Resolved => Self::Reopen,
            AlertStatus::Open if state.is_final() => Self::NoteOnFinal,
            _ => Self::Note,
        }
    }

    /// Returns the columns to write.
    pub(super) fn fields(self, update: &TicketUpdate, config: &ServiceNowConfig) -> IncidentFields {
        let mut fields = IncidentFields::default();
        if self == Self::Resolve {
            fields.set("close_code", config.close_code.as_str());
            fields.set("close_notes", config.close_notes.as_str());
        }
        if self != Self::NoteOnFinal {
            let own = |column: &String| !OWN_COLUMNS.contains(&column.as_str());
            for (column, value) in update.rendered.fields.iter().filter(|(column, _)| own(column)) {
                fields.set(column, shown(value));
            }
        }
        let note = shown(&update.rendered.body);
        match self {
            Self::NoteOnFinal => fields.set("work_notes", join(&note, CANNOT_REOPEN)),
            _ if note.trim().is_empty() => {}
            _ => fields.set("work_notes", note),
        }
        fields.set_some("state", self.state().map(|state| state.as_str().to_owned()));
        fields
    }

    /// Returns the state that the incident is moved to.
    pub(super) fn state(self) -> Option<IncidentState> {
        match self {
            Self::Reopen => Some(IncidentState::InProgress),
            Self::Resolve => Some(IncidentState::Resolved),
            Self::Nothing | Self::Note | Self::NoteOnFinal => None,
        }
    }

    /// Returns whether an incident in `state` shows that the change took place. The instance's own
    /// rules may move it on: from resolved to closed, from in progress to whatever is not over.
    pub(super) fn is_seen_in(self, state: &IncidentState) -> bool {
        let is_over = *state == IncidentState::Resolved || state.is_final();
        match self {
            Self::Resolve => is_over,
            Self::Reopen => !is_over && !state.as_str().is_empty(),
            Self::Nothing | Self::Note | Self::NoteOnFinal => true,
        }
    }
}

/// Severities that say nothing about badness count as medium: nobody knows that they are harmless.
fn impact_and_urgency(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Fatal | Severity::Critical => ("1", "1"),
        Severity::High => ("1", "2"),
        Severity::Medium | Severity::Unknown | Severity::Other => ("2", "2"),
        Severity::Low => ("2", "3"),
        Severity::Informational => ("3", "3"),
    }
}

/// The source's own id of its finding, or ours where it has none.
fn siem_alert_id(alert: &Alert) -> String {
    let uid = alert.event.pointer("/finding_info/uid").and_then(|uid| uid.as_str());
    uid.map_or_else(|| alert.id.to_string(), |uid| shown(&escape(uid)))
}

/// Joins two paragraphs, of which the first may be empty.
fn join(first: &str, second: &str) -> String {
    format!("{first}\n\n{second}").trim_start().to_owned()
}

fn title(text: &str) -> String {
    let text = plain(text);
    let line: Vec<_> = text.split_whitespace().collect();
    cut(&line.join(" "), TITLE_CHARS_MAX).into_owned()
}

/// Cuts a text that the product would cut silently: between words where one is near, with an ellipsis.
fn cut(text: &str, chars_max: usize) -> Cow<'_, str> {
    if text.chars().count() <= chars_max {
        return Cow::Borrowed(text);
    }
    let head: String = text.chars().take(chars_max - 1).collect();
    let whole = match head.rsplit_once(char::is_whitespace) {
        Some((words, rest)) if rest.chars().count() <= WORD_CHARS_MAX => words,
        _ => head.as_str(),
    };
    Cow::Owned(format!("{}…", whole.trim_end()))
}

/// Whose key `correlation_id` is.
pub(super) const CORRELATION_DISPLAY: &str = "Signalbox";

/// Columns of an update that a template cannot write: the incident is found by the first two, and
/// the alert's status decides about the last.
const OWN_COLUMNS: [&str; 3] = ["correlation_id", "correlation_display", "state"];

const MITRE_TECHNIQUE: &str = "u_mitre_technique";
const SIEM_ALERT_ID: &str = "u_siem_alert_id";

const CANNOT_REOPEN: &str = "Signalbox: the alert is open again, but this incident is closed or \
                             canceled and cannot be opened again.";

/// The column's length as shipped; the product cuts what is longer and says nothing.
const TITLE_CHARS_MAX: usize = 160;

/// The column's length as shipped.
const DESCRIPTION_CHARS_MAX: usize = 4000;

/// A word longer than this is cut in itself rather than left out.
const WORD_CHARS_MAX: usize = 24;
