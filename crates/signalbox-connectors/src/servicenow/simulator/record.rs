//! One incident, and the rules that the product applies to what is written into it.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Serialize;
use uuid::Uuid;

use signalbox_model::{Clock, SystemClock};

use super::behavior::SimulatedBehavior;

/// An incident as tests and other processes see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SimulatedIncident {
    /// What people call it.
    pub number: String,
    /// What the API calls it.
    pub sys_id: String,
    /// The work notes, in the order they were added.
    pub work_notes: Vec<String>,
    /// Every column.
    pub columns: BTreeMap<String, String>,
}

impl SimulatedIncident {
    /// Returns a column, empty where it is unset or does not exist.
    pub fn value(&self, column: &str) -> &str {
        self.columns.get(column).map_or("", String::as_str)
    }
}

/// An incident as the instance keeps it.
pub(super) struct Record {
    columns: BTreeMap<String, String>,
    work_notes: Vec<String>,
    searchable_from: Instant,
}

impl Record {
    /// Creates an empty incident that queries see then.
    pub(super) fn new(
        number: usize,
        searchable_from: Instant,
        behavior: &SimulatedBehavior,
    ) -> Self {
        let mut columns: BTreeMap<_, _> =
            EMPTY_COLUMNS.iter().map(|column| ((*column).to_owned(), String::new())).collect();
        columns
            .extend(behavior.custom_columns.iter().map(|column| (column.clone(), String::new())));
        columns.extend(PRESET_COLUMNS.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let mut record = Self { columns, work_notes: Vec::new(), searchable_from };
        let now = now();
        for column in ["opened_at", "sys_created_on", "sys_updated_on"] {
            record.set(column, &*now);
        }
        record.set("number", format!("INC{number:07}"));
        record.set("sys_id", sys_id());
        record
    }

    pub(super) fn shown(&self) -> SimulatedIncident {
        SimulatedIncident {
            number: self.value("number").to_owned(),
            sys_id: self.value("sys_id").to_owned(),
            work_notes: self.work_notes.clone(),
            columns: self.columns.clone(),
        }
    }

    pub(super) fn columns(&self) -> &BTreeMap<String, String> {
        &self.columns
    }

    pub(super) fn value(&self, column: &str) -> &str {
        self.columns.get(column).map_or("", String::as_str)
    }

    pub(super) fn set(&mut self, column: &str, value: impl Into<String>) {
        self.columns.insert(column.to_owned(), value.into());
    }

    pub(super) fn is_searchable(&self) -> bool {
        Instant::now() >= self.searchable_from
    }

    pub(super) fn finish_indexing(&mut self) {
        self.searchable_from = Instant::now();
    }

    /// Writes what the account may write, and cuts and drops what the product does.
    pub(super) fn write(
        &mut self,
        fields: &BTreeMap<String, String>,
        behavior: &SimulatedBehavior,
    ) {
        for (column, value) in fields {
            if !behavior.unwritable_columns.contains(column) {
                self.write_column(column, value, behavior);
            }
        }
        self.derive();
    }

    /// Computes what follows from other columns.
    pub(super) fn derive(&mut self) {
        self.set("incident_state", self.value("state").to_owned());
        let priority = priority(self.value("impact"), self.value("urgency"));
        self.set("priority", priority);
        self.set("active", (!self.is_closed()).to_string());
    }

    /// Takes a change back.
    pub(super) fn restore(&mut self, before: SimulatedIncident) {
        self.columns = before.columns;
        self.work_notes = before.work_notes;
    }

    /// Counts a change.
    pub(super) fn touch(&mut self) {
        let count = self.value("sys_mod_count").parse::<u64>().unwrap_or_default() + 1;
        self.set("sys_mod_count", count.to_string());
        self.set("sys_updated_on", now());
    }

    /// Returns the mandatory columns, by label, that a resolved incident lacks.
    pub(super) fn lacks(&self) -> Vec<&'static str> {
        if !matches!(self.value("state"), "6" | "7") {
            return Vec::new();
        }
        let lacks = |(column, _): &&(&str, &str)| self.value(column).is_empty();
        MANDATORY_WHEN_RESOLVED.iter().filter(lacks).map(|(_, label)| *label).collect()
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.value("state"), "7" | "8")
    }

    fn write_column(&mut self, column: &str, value: &str, behavior: &SimulatedBehavior) {
        let is_choice = match column {
            "work_notes" if value.is_empty() => return,
            "work_notes" => return self.work_notes.push(value.to_owned()),
            "comments" => return,
            "state" | "incident_state" => STATES.contains(&value),
            "impact" | "urgency" => LEVELS.contains(&value),
            "close_code" => value.is_empty() || behavior.close_codes.iter().any(|c| c == value),
            _ => !READ_ONLY_COLUMNS.contains(&column) && self.columns.contains_key(column),
        };
        if is_choice {
            let column = if column == "incident_state" { "state" } else { column };
            self.set(column, value.chars().take(length_max(column)).collect::<String>());
        }
    }
}

/// What every table's ids look like.
pub(super) fn sys_id() -> String {
    Uuid::new_v4().simple().to_string()
}

/// Now, as the product writes it: UTC without saying so.
pub(super) fn now() -> String {
    SystemClock.now().to_string().replace('T', " ").chars().take(19).collect()
}

/// The lookup table for priorities, as shipped.
fn priority(impact: &str, urgency: &str) -> &'static str {
    match (impact, urgency) {
        ("1", "1") => "1",
        ("1", "2") | ("2", "1") => "2",
        ("1", "3") | ("2", "2") | ("3", "1") => "3",
        ("2", "3") | ("3", "2") => "4",
        _ => "5",
    }
}

/// The lengths of the columns as shipped; what is longer is cut without a word.
fn length_max(column: &str) -> usize {
    match column {
        "short_description" => 160,
        "correlation_id" | "correlation_display" => 100,
        _ => 4000,
    }
}

const STATES: [&str; 6] = ["1", "2", "3", "6", "7", "8"];
const LEVELS: [&str; 3] = ["1", "2", "3"];

const MANDATORY_WHEN_RESOLVED: [(&str, &str); 2] =
    [("close_code", "Resolution code"), ("close_notes", "Resolution notes")];

const READ_ONLY_COLUMNS: [&str; 11] = [
    "sys_id",
    "number",
    "priority",
    "active",
    "opened_at",
    "sys_created_on",
    "sys_created_by",
    "sys_updated_on",
    "sys_updated_by",
    "sys_mod_count",
    "sys_class_name",
];

const PRESET_COLUMNS: [(&str, &str); 23] = [
    ("active", "true"),
    ("approval", "not requested"),
    ("category", "inquiry"),
    ("child_incidents", "0"),
    ("escalation", "0"),
    ("impact", "3"),
    ("incident_state", "1"),
    ("knowledge", "false"),
    ("made_sla", "true"),
    ("notify", "1"),
    ("priority", "5"),
    ("reassignment_count", "0"),
    ("reopen_count", "0"),
    ("severity", "3"),
    ("state", "1"),
    ("sys_class_name", "incident"),
    ("sys_created_by", "signalbox"),
    ("sys_domain_path", "/"),
    ("sys_mod_count", "0"),
    ("sys_updated_by", "signalbox"),
    ("upon_approval", "proceed"),
    ("upon_reject", "cancel"),
    ("urgency", "3"),
];

const EMPTY_COLUMNS: [&str; 58] = [
    "activity_due",
    "additional_assignee_list",
    "approval_history",
    "approval_set",
    "assigned_to",
    "assignment_group",
    "business_duration",
    "business_service",
    "business_stc",
    "calendar_duration",
    "calendar_stc",
    "caller_id",
    "caused_by",
    "close_code",
    "close_notes",
    "closed_at",
    "closed_by",
    "cmdb_ci",
    "comments",
    "comments_and_work_notes",
    "company",
    "contact_type",
    "correlation_display",
    "correlation_id",
    "delivery_plan",
    "delivery_task",
    "description",
    "due_date",
    "expected_start",
    "follow_up",
    "group_list",
    "hold_reason",
    "location",
    "opened_by",
    "order",
    "parent",
    "parent_incident",
    "problem_id",
    "reopened_by",
    "reopened_time",
    "resolved_at",
    "resolved_by",
    "rfc",
    "service_offering",
    "short_description",
    "sla_due",
    "subcategory",
    "sys_domain",
    "sys_tags",
    "task_effective_number",
    "time_worked",
    "universal_request",
    "user_input",
    "watch_list",
    "work_end",
    "work_notes",
    "work_notes_list",
    "work_start",
];
