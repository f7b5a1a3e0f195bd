//! Whom an alert rule tells of what: kept with the desk under the version of the rules that decided,
//! so that an event is notified by the rules it was matched by.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;
use signalbox_model::{IntegrationName, RuleName};

use super::silence::{self, SilencePlan};

/// The notifications of one version of the rules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NotifyPlan {
    /// By rule.
    pub rules: BTreeMap<RuleName, RulePlan>,
    /// What keeps notifications back for a time, by name.
    #[serde(default)]
    pub silences: BTreeMap<String, SilencePlan>,
}

impl NotifyPlan {
    /// Returns the silence, with its name, that keeps back what `rule` tells of an event received at `at`;
    /// `matched` are the silences whose conditions held for the event.
    pub fn silence(
        &self,
        matched: &[String],
        rule: &RuleName,
        at: Timestamp,
    ) -> Option<(&str, &SilencePlan)> {
        silence::in_force(&self.silences, matched, rule, at)
    }
}

/// What one rule does when it matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RulePlan {
    /// Whom it tells.
    pub notify: Vec<Notify>,
    /// Repeats within this time of the last notification are not told, in milliseconds.
    pub suppress_repeats_ms: u64,
    /// A finding that returns within this time of its resolution opens the same alert again, in
    /// milliseconds.
    pub reopen_within_ms: u64,
}

/// One destination of a rule's notifications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notify {
    /// The destination.
    pub to: IntegrationName,
    /// The template; the destination's default where none is named.
    pub template: Option<String>,
    /// Which changes of the alert are told.
    pub on: Vec<NotifyOn>,
}

/// A change of an alert that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotifyOn {
    /// It opened, or opened again.
    Open,
    /// Its finding was seen again while it is open.
    Repeat,
    /// It was resolved.
    Resolved,
}

/// Repeats are told at most every 15 minutes, unless the rule says otherwise.
pub const SUPPRESS_REPEATS_DEFAULT: Duration = Duration::from_secs(15 * 60);

/// A finding that returns within 24 hours of its resolution is the same alert, unless the rule says
/// otherwise.
pub const REOPEN_WITHIN_DEFAULT: Duration = Duration::from_secs(24 * 60 * 60);

impl RulePlan {
    /// Returns the plan of a rule that there is no more.
    pub(crate) fn of_nobody() -> Self {
        Self { notify: Vec::new(), suppress_repeats_ms: 0, reopen_within_ms: 0 }
    }

    pub(super) fn to_json(&self) -> String {
        // Names, numbers and words: nothing here can fail to serialize.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Notify {
    /// Returns whether `change` is told here.
    pub fn tells(&self, change: NotifyOn) -> bool {
        self.on.contains(&change)
    }
}
