//! The records of a simulated instance, and what may be done with them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use http::StatusCode;

use super::ServiceNowSimulator;
use super::behavior::{CreateCounts, SimulatedBehavior, Spread};
use super::query::Query;
use super::record::{Record, now, sys_id};
use super::token::Tokens;

/// Columns by name; every value is text.
pub(super) type Row = BTreeMap<String, String>;

/// A refusal: its status and the product's two phrases.
pub(super) type Refusal = (StatusCode, String, Option<String>);

/// Everything that a simulated instance knows.
pub(super) struct Instance {
    pub(super) behavior: SimulatedBehavior,
    pub(super) incidents: Vec<Record>,
    pub(super) tokens: Tokens,
    groups: Vec<Row>,
    users: Vec<Row>,
    late: Spread,
    lagging: Spread,
    creates: CreateCounts,
}

impl Default for Instance {
    fn default() -> Self {
        let group = |name: &str| row(&[("name", name), ("active", "true")]);
        let user = |name: &str, full: &str| {
            row(&[("user_name", name), ("name", full), ("active", "true")])
        };
        Self {
            behavior: SimulatedBehavior::default(),
            incidents: Vec::new(),
            tokens: Tokens::default(),
            groups: vec![group("Service Desk"), group(ServiceNowSimulator::GROUP)],
            users: vec![
                user(ServiceNowSimulator::USERNAME, "Signalbox"),
                user("soc.analyst", "SOC Analyst"),
            ],
            late: Spread::default(),
            lagging: Spread::default(),
            creates: CreateCounts::default(),
        }
    }
}

impl Instance {
    /// Counts the correlation ids that more than one incident has.
    pub(super) fn duplicate_tickets(&self) -> usize {
        let mut counts = BTreeMap::<&str, usize>::new();
        for record in &self.incidents {
            *counts.entry(record.value("correlation_id")).or_default() += 1;
        }
        counts.iter().filter(|(id, count)| !id.is_empty() && **count > 1).count()
    }

    /// Counts the creates so far.
    pub(super) fn creates(&self) -> CreateCounts {
        self.creates
    }

    /// Returns how much later this create is executed, where it is one of those.
    pub(super) fn lateness(&mut self) -> Option<Duration> {
        self.creates.asked += 1;
        if !self.late.takes(self.behavior.late_share) {
            return None;
        }
        self.creates.late += 1;
        // Multiples of the golden ratio fill the time evenly, whatever their number.
        let part = (self.creates.late as f64 * 0.618_034).fract();
        Some(self.behavior.late_by.as_duration().mul_f64(part))
    }

    /// Creates an incident that was asked for at `asked`, and returns all of it.
    pub(super) fn create(&mut self, fields: &Row, asked: Instant) -> Result<Row, Refusal> {
        let is_lagging = self.lagging.takes(self.behavior.lag_share);
        let lag = self.behavior.search_lag.as_duration();
        let searchable_from = if is_lagging { asked + lag } else { asked };
        let number = NUMBER_FIRST + self.incidents.len();
        let mut record = Record::new(number, searchable_from, &self.behavior);
        record.write(fields, &self.behavior);
        obey_data_policy(&record)?;
        self.creates.lagging += u64::from(is_lagging);
        let columns = record.columns().clone();
        self.incidents.push(record);
        Ok(columns)
    }

    /// Changes an incident and returns all of it.
    pub(super) fn change(&mut self, sys_id: &str, fields: &Row) -> Result<Row, Refusal> {
        let behavior = self.behavior.clone();
        let found = self.incidents.iter_mut().find(|record| record.value("sys_id") == sys_id);
        let record = found.ok_or_else(no_record)?;
        let is_closed = record.is_closed();
        if behavior.protected.contains(sys_id) || (is_closed && !behavior.takes_notes_when_closed) {
            return Err(forbidden("ACL Exception Update Failed due to security constraints"));
        }
        let mut fields = fields.clone();
        if is_closed {
            fields.retain(|column, _| column == "work_notes");
        }
        let before = record.shown();
        record.write(&fields, &behavior);
        if let Err(refusal) = obey_data_policy(record) {
            record.restore(before);
            return Err(refusal);
        }
        if record.shown() != before {
            record.touch();
        }
        Ok(record.columns().clone())
    }

    /// Reads a record of any table.
    pub(super) fn read(&self, table: &str, sys_id: &str) -> Result<Row, Refusal> {
        let mut rows = self.rows(table, true)?;
        let is_wanted = |id: &String| id == sys_id && !self.behavior.hidden.contains(id);
        let found = rows.iter().position(|row| row.get("sys_id").is_some_and(is_wanted));
        found.map(|at| rows.swap_remove(at).into_owned()).ok_or_else(no_record)
    }

    /// Returns how many records of a table a query selects, and a page of them in its order.
    pub(super) fn query(
        &self,
        table: &str,
        query: &Query,
        page: Range<usize>,
    ) -> Result<(usize, Vec<Row>), Refusal> {
        let rows = self.rows(table, false)?;
        let is_unreadable = |column: &str| self.behavior.unreadable_columns.contains(column);
        if self.behavior.unreadable_tables.contains(table) {
            return Err((StatusCode::FORBIDDEN, QUERY_DENIED.to_owned(), None));
        }
        if self.behavior.refuses_unreadable_queries && query.columns().any(is_unreadable) {
            let detail = "Field(s) present in the query do not have permission to be read";
            return Err((StatusCode::FORBIDDEN, QUERY_DENIED.to_owned(), Some(detail.to_owned())));
        }
        // An empty table has no columns to tell, and nothing to select either.
        let known = rows.first().cloned().unwrap_or_default();
        let is_usable = |column: &str| known.contains_key(column) && !is_unreadable(column);
        let selected = query.select(rows, is_usable);
        let total = selected.len();
        // As in the product, counted and cut into pages first, and hidden only then.
        let page = selected.into_iter().skip(page.start).take(page.len());
        let is_shown = |row: &Cow<'_, Row>| {
            row.get("sys_id").is_none_or(|id| !self.behavior.hidden.contains(id))
        };
        Ok((total, page.filter(is_shown).map(Cow::into_owned).collect()))
    }

    /// The incidents are lent: there may be thousands, and a query wants one.
    fn rows(&self, table: &str, with_unsearchable: bool) -> Result<Vec<Cow<'_, Row>>, Refusal> {
        let is_seen = |record: &&Record| with_unsearchable || record.is_searchable();
        match table {
            "incident" => {
                let seen = self.incidents.iter().filter(is_seen);
                Ok(seen.map(|record| Cow::Borrowed(record.columns())).collect())
            }
            "sys_user_group" => Ok(self.groups.iter().map(Cow::Borrowed).collect()),
            "sys_user" => Ok(self.users.iter().map(Cow::Borrowed).collect()),
            "sys_choice" => Ok(self.choices().into_iter().map(Cow::Owned).collect()),
            _ => Err((StatusCode::BAD_REQUEST, format!("Invalid table {table}"), None)),
        }
    }

    fn choices(&self) -> Vec<Row> {
        let codes = self.behavior.close_codes.iter();
        let choice = |code: &String| {
            row(&[
                ("name", "incident"),
                ("element", "close_code"),
                ("value", code),
                ("label", code),
            ])
        };
        codes.map(choice).collect()
    }
}

/// The refusal for a record that is not there, or hidden.
pub(super) fn no_record() -> Refusal {
    let detail = "Record doesn't exist or ACL restricts the record retrieval";
    (StatusCode::NOT_FOUND, "No Record found".to_owned(), Some(detail.to_owned()))
}

/// The refusal of a rule about records.
pub(super) fn forbidden(detail: &str) -> Refusal {
    (StatusCode::FORBIDDEN, "Operation Failed".to_owned(), Some(detail.to_owned()))
}

fn obey_data_policy(record: &Record) -> Result<(), Refusal> {
    let lacks = record.lacks();
    if lacks.is_empty() {
        return Ok(());
    }
    let labels = lacks.join(", ");
    let detail = format!("Data Policy Exception: The following fields are mandatory: {labels}");
    Err(forbidden(&detail))
}

fn row(columns: &[(&str, &str)]) -> Row {
    let mut row: Row = columns.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    row.insert("sys_id".to_owned(), sys_id());
    row.insert("sys_created_on".to_owned(), now());
    row
}

const QUERY_DENIED: &str = "Insufficient rights to query records";

/// Numbers of new instances begin here.
const NUMBER_FIRST: usize = 10_001;
