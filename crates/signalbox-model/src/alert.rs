//! What an alert rule raised from a finding, and people work on.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::{AlertId, IntegrationName, RuleName, Severity};

/// Where an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertStatus {
    /// Nobody has taken it yet.
    Open,
    /// Somebody works on it.
    Acknowledged,
    /// Over: the source said so, or a person did.
    Resolved,
}

impl AlertStatus {
    /// Returns the status as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }

    /// Parses the stored form.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Acknowledged, Self::Resolved].into_iter().find(|s| s.as_str() == text)
    }
}

/// An alert with what every destination may want to tell about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alert {
    /// Derived id, the same after a restore.
    pub id: AlertId,
    /// The rule that raised it.
    pub rule: RuleName,
    /// The source integration of its finding.
    pub source: IntegrationName,
    /// Where it stands.
    pub status: AlertStatus,
    /// The highest severity its finding has had since it opened.
    pub severity: Severity,
    /// The finding's title, as received.
    pub title: String,
    /// The finding's description or message, as received; may be empty.
    pub description: String,
    /// What the finding is about: uid and name of the resource, where known.
    pub resource: Option<AlertResource>,
    /// MITRE ATT&CK technique ids, such as `T1110`.
    pub techniques: Vec<String>,
    /// How often the finding was seen, from 1.
    pub seen_count: u64,
    /// How often the alert was opened as new, from 1.
    pub occurrence: u32,
    /// When the alert opened.
    pub opened_at: Timestamp,
    /// When the finding was last seen.
    pub last_seen_at: Timestamp,
    /// When it was resolved, while it is.
    pub resolved_at: Option<Timestamp>,
    /// The latest event of the finding: normalised OCSF, parsed for templates.
    pub event: serde_json::Value,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertResource {
    /// The source's own id of the resource.
    pub uid: String,
    /// A name people know it by.
    pub name: Option<String>,
    /// What it is: `host`, `aws_iam_user`, …
    pub kind: Option<String>,
}
