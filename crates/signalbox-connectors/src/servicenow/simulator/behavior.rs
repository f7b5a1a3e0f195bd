//! Which of the product's habits an instance shows, and when.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use signalbox_model::config::HumanDuration;

/// How a simulated instance behaves. Shares go from 0 (never) to 1 (always) and are spread evenly, so
/// that two runs behave alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedBehavior {
    /// Answers 503 to everything.
    pub is_down: bool,
    /// Answers 200 with the page of a sleeping developer instance.
    pub is_hibernating: bool,
    /// Refuses every credential and token.
    pub refuses_credentials: bool,
    /// Whether basic authentication is restricted and the account may not use it.
    pub restricts_basic_authentication: bool,
    /// Answers 429 with this `Retry-After`, where set.
    pub rate_limit: Option<HumanDuration>,
    /// Which share of creates is answered 504 and executed later.
    pub late_share: f64,
    /// How much later, at most; creates are spread between nothing and this.
    pub late_by: HumanDuration,
    /// Which share of creates queries do not see at once.
    pub lag_share: f64,
    /// How long after the request they do not, however late it was executed.
    pub search_lag: HumanDuration,
    /// Answers a create with 201 and a page instead of JSON.
    pub answers_pages: bool,
    /// Whether that answer has its `Location` header.
    pub sends_location: bool,
    /// Whether a closed incident takes work notes; otherwise it refuses every change.
    pub takes_notes_when_closed: bool,
    /// Columns that the account may not write: dropped without a word.
    pub unwritable_columns: BTreeSet<String>,
    /// Columns that the account may not read: left out of answers.
    pub unreadable_columns: BTreeSet<String>,
    /// Whether a query on an unreadable column is refused; otherwise the condition is ignored.
    pub refuses_unreadable_queries: bool,
    /// Tables whose records the account may not query.
    pub unreadable_tables: BTreeSet<String>,
    /// Incidents, by `sys_id`, that the account may not change.
    pub protected: BTreeSet<String>,
    /// Incidents, by `sys_id`, that the account may not see: counted by queries, but not shown.
    pub hidden: BTreeSet<String>,
    /// Columns that the customer added to incidents.
    pub custom_columns: BTreeSet<String>,
    /// The choices of `close_code`; others are dropped.
    pub close_codes: Vec<String>,
}

impl Default for SimulatedBehavior {
    fn default() -> Self {
        Self {
            is_down: false,
            is_hibernating: false,
            refuses_credentials: false,
            restricts_basic_authentication: false,
            rate_limit: None,
            late_share: 0.0,
            late_by: HumanDuration::from_seconds(60),
            lag_share: 0.0,
            search_lag: HumanDuration::from_seconds(60),
            answers_pages: false,
            sends_location: true,
            takes_notes_when_closed: false,
            unwritable_columns: BTreeSet::new(),
            unreadable_columns: BTreeSet::new(),
            refuses_unreadable_queries: false,
            unreadable_tables: BTreeSet::new(),
            protected: BTreeSet::new(),
            hidden: BTreeSet::new(),
            custom_columns: ["u_mitre_technique", "u_siem_alert_id"].map(str::to_owned).into(),
            close_codes: CLOSE_CODES.map(str::to_owned).into(),
        }
    }
}

/// How many creates an instance was asked for, and how many of them it did not do at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CreateCounts {
    /// All of them.
    pub asked: u64,
    /// Executed later than asked for.
    pub late: u64,
    /// Found by queries only later.
    pub lagging: u64,
}

/// Says yes to an evenly spread share of questions.
#[derive(Default)]
pub(super) struct Spread {
    sum: f64,
}

impl Spread {
    /// Returns whether this one is among the share.
    pub(super) fn takes(&mut self, share: f64) -> bool {
        self.sum += share.clamp(0.0, 1.0);
        let is_taken = self.sum >= 1.0;
        if is_taken {
            self.sum -= 1.0;
        }
        is_taken
    }
}

/// As shipped since release Tokyo; older ones have `Solved (Permanently)` and its like.
const CLOSE_CODES: [&str; 10] = [
    "Duplicate",
    "Known error",
    "No resolution provided",
    "Resolved by caller",
    "Resolved by change",
    "Resolved by problem",
    "Resolved by request",
    "Solution provided",
    "Workaround provided",
    "User error",
];
