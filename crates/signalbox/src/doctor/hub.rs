//! What the running hub knows of its integrations: their state, and the errors that they met.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use signalbox_model::time::Timestamp;

use super::row::{Sheet, Topic};
use crate::hub::{StartOnly, Waiting};

/// What came of asking the hub.
pub enum HubAnswer {
    /// Nobody is there to be asked.
    Absent,
    /// Somebody is, but gives no answer, for this reason.
    Silent(String),
    /// It answers.
    Told(HubState),
}

/// What a running hub says.
pub struct HubState {
    /// Whether it takes events.
    pub is_ready: bool,
    /// What a person should know.
    pub notes: Vec<String>,
    /// Its integrations.
    pub integrations: Vec<IntegrationState>,
    /// Since when it has seen each credential as it is, by reference.
    pub credentials: BTreeMap<String, Timestamp>,
    /// What it took of its configuration when it started, and takes only then.
    pub started_with: StartOnly,
}

/// What a running hub says about one integration.
#[derive(Clone, Debug, Deserialize)]
pub struct IntegrationState {
    name: String,
    state: String,
    parked: Option<String>,
    why: Option<String>,
    advice: Option<String>,
    last_success_at: Option<Timestamp>,
    last_error: Option<String>,
    last_error_at: Option<Timestamp>,
    pending: u64,
    dead: u64,
}

impl HubAnswer {
    /// Returns since when the hub has seen a credential as it is.
    pub(super) fn seen_since(&self, reference: &str) -> Option<Timestamp> {
        match self {
            Self::Told(hub) => hub.credentials.get(reference).copied(),
            Self::Absent | Self::Silent(_) => None,
        }
    }

    /// Returns what the hub has otherwise than a configuration, until it is restarted.
    pub(super) fn waiting(&self, written: &StartOnly) -> Vec<Waiting<'_>> {
        match self {
            Self::Told(hub) => hub.started_with.changed_in(written),
            Self::Absent | Self::Silent(_) => Vec::new(),
        }
    }

    /// Looks at the hub as a whole.
    pub(super) fn examine(&self, data: &Path, sheet: &mut Sheet) {
        let data = data.display();
        match self {
            Self::Absent => sheet.yellow(
                Topic::Errors,
                format!(
                    "no hub runs on data folder `{data}`, or its control socket is not yours, so \
                     that nothing is known of recent errors"
                ),
                "start one with `signalbox run`, or name its folder with `--data`",
            ),
            Self::Silent(why) => sheet.red(
                Topic::Errors,
                format!("the hub on data folder `{data}` does not answer: {why}"),
                "see its log; a hub of another version is restarted with this program",
            ),
            Self::Told(hub) => hub.examine_whole(sheet),
        }
    }
}

impl HubState {
    fn examine_whole(&self, sheet: &mut Sheet) {
        if self.is_ready {
            sheet.green(Topic::Errors, "the hub runs and takes events");
        } else {
            let fix = "see what it notes, and its log";
            sheet.red(Topic::Errors, "the hub runs but takes no events", fix);
        }
        for note in &self.notes {
            let fix = command_in(note).map_or("see its log".to_owned(), |it| format!("`{it}`"));
            sheet.yellow(Topic::Errors, format!("the hub notes: {note}"), fix);
        }
    }

    /// Looks at what the hub has met with an integration.
    pub(super) fn examine(&self, name: &str, sheet: &mut Sheet) {
        match self.integrations.iter().find(|own| own.name == name) {
            Some(own) => own.examine(sheet),
            None => {
                let detail = "the running hub does not know this integration";
                sheet.yellow(Topic::Errors, detail, "run `signalbox reload`");
            }
        }
    }
}

impl IntegrationState {
    fn examine(&self, sheet: &mut Sheet) {
        let error = self.last_error.as_deref().unwrap_or("no error was met");
        let at = self.last_error_at.map_or(String::new(), |at| format!(" (at {at})"));
        match self.state.as_str() {
            "parked" => {
                let why = self.parked.as_deref().unwrap_or(error);
                let fix = "mend what it says; the hub looks every 30 s and goes on by itself";
                sheet.red(Topic::Errors, format!("the hub has parked it: {why}"), fix);
            }
            "down" => {
                let fix = "nothing is lost meanwhile; see the other lines for the cause";
                sheet.red(Topic::Errors, format!("the hub cannot reach it: {error}{at}"), fix);
            }
            "disabled" | "held" => {
                let why = self.why.as_deref().map_or(String::new(), |why| format!(": {why}"));
                let fix = self.advice.as_deref().unwrap_or("see the hub's log");
                let detail = format!("it is {}{why}", self.state);
                sheet.yellow(Topic::Errors, detail, fix);
            }
            _ if self.is_failing() => {
                let detail = format!("the last thing the hub met was an error: {error}{at}");
                sheet.yellow(Topic::Errors, detail, "the hub tries again; see the other lines");
            }
            _ => {
                let detail = match &self.last_error {
                    Some(error) => format!("it works for the hub; the last error was {error}{at}"),
                    None => "the hub has met no error since it started".to_owned(),
                };
                sheet.green(Topic::Errors, detail);
            }
        }
        self.count_dead(sheet);
    }

    fn is_failing(&self) -> bool {
        self.state != "ok" || self.last_error_at.is_some_and(|at| self.last_success_at < Some(at))
    }

    fn count_dead(&self, sheet: &mut Sheet) {
        if self.dead > 0 {
            let detail = format!("dead letters: {}, waiting: {}", self.dead, self.pending);
            let fix = format!("`signalbox dlq list --integration {}`", self.name);
            sheet.yellow(Topic::Errors, detail, fix);
        }
    }
}

/// Returns the first command of ours that a note names.
fn command_in(note: &str) -> Option<&str> {
    note.split('`').find(|quoted| quoted.starts_with("signalbox "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_names_a_command_is_answered_by_it_and_any_other_by_the_log() {
        let notes = ["held since then; `signalbox resume` lets them go", "`snow` is full"];
        let hub = HubState {
            is_ready: true,
            notes: notes.map(str::to_owned).to_vec(),
            integrations: Vec::new(),
            credentials: BTreeMap::new(),
            started_with: StartOnly::default(),
        };
        let mut sheet = Sheet::new(None);

        hub.examine_whole(&mut sheet);

        let fixes: Vec<_> = sheet.into_rows().into_iter().filter_map(|row| row.fix).collect();
        assert_eq!(fixes, ["`signalbox resume`", "see its log"]);
    }
}
