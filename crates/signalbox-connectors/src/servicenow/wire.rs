//! The Table API's words: incidents as written and as read, ids, states and the envelopes around
//! them (ServiceNow's Table API reference, release Australia, read 2026-11-22).
//!
//! Every value is text, an unset one is empty, and a reference is an object unless the request asks
//! for plain values. A column that the account may not read is missing, so all but the two names of
//! an incident are optional.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// The product's own id of a record (`sys_id`), fit for a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct SysId(String);

impl SysId {
    /// Parses an id: letters, digits, `-` and `_`. The product's own are 32 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let is_id = !text.is_empty() && text.bytes().all(is_fit);
        is_id.then(|| Self(text.to_owned()))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SysId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SysId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("is no `sys_id`"))
    }
}

/// Columns of an incident to write, by their names.
///
/// ```
/// use signalbox_connectors::servicenow::IncidentFields;
///
/// let fields = IncidentFields::default()
///     .with("short_description", "Mail server is slow")
///     .with("impact", "2");
/// assert_eq!(fields.value("impact"), Some("2"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct IncidentFields(BTreeMap<String, String>);

impl IncidentFields {
    /// Sets a column.
    pub fn set(&mut self, column: impl Into<String>, value: impl Into<String>) {
        self.0.insert(column.into(), value.into());
    }

    /// Sets a column, where there is a value for it.
    pub(super) fn set_some(&mut self, column: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.set(column, value);
        }
    }

    /// Returns the same with a column set.
    #[must_use]
    pub fn with(mut self, column: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(column, value);
        self
    }

    /// Returns a column's value.
    pub fn value(&self, column: &str) -> Option<&str> {
        self.0.get(column).map(String::as_str)
    }
}

/// An incident as read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Incident {
    /// What the API calls it.
    pub sys_id: SysId,
    /// What people call it, such as `INC0010001`.
    pub number: String,
    /// Where it stands.
    #[serde(default)]
    pub state: IncidentState,
    /// One line.
    #[serde(default)]
    pub short_description: String,
    /// What the instance computed from impact and urgency: `1` (critical) to `5` (planning).
    #[serde(default)]
    pub priority: String,
    /// The id of the group it is assigned to, empty where there is none.
    #[serde(default, deserialize_with = "reference")]
    pub assignment_group: String,
    /// The key that whoever created it gave it.
    #[serde(default)]
    pub correlation_id: String,
    /// Who gave the key.
    #[serde(default)]
    pub correlation_display: String,
    /// When it was created: UTC as `yyyy-MM-dd HH:mm:ss`, so that texts compare like times.
    #[serde(default)]
    pub sys_created_on: String,
    /// How often it was changed.
    #[serde(default)]
    pub sys_mod_count: String,
}

impl Incident {
    /// The columns that an incident is read with.
    pub(super) const COLUMNS: &str = "sys_id,number,state,short_description,priority,\
        assignment_group,correlation_id,correlation_display,sys_created_on,sys_mod_count";
}

/// Where an incident stands (`state`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentState {
    /// 1.
    New,
    /// 2.
    InProgress,
    /// 3.
    OnHold,
    /// 6: done, and it may be opened again.
    Resolved,
    /// 7: done for good and read-only for all but administrators.
    Closed,
    /// 8: was a mistake; as final as closed.
    Canceled,
    /// A state of the instance's own, or none where the account may not read it.
    Other(String),
}

impl IncidentState {
    /// Returns the value as the product writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::New => "1",
            Self::InProgress => "2",
            Self::OnHold => "3",
            Self::Resolved => "6",
            Self::Closed => "7",
            Self::Canceled => "8",
            Self::Other(value) => value,
        }
    }

    /// Returns whether nothing leads back from it.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Closed | Self::Canceled)
    }
}

impl Default for IncidentState {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl From<String> for IncidentState {
    fn from(value: String) -> Self {
        match value.as_str() {
            "1" => Self::New,
            "2" => Self::InProgress,
            "3" => Self::OnHold,
            "6" => Self::Resolved,
            "7" => Self::Closed,
            "8" => Self::Canceled,
            _ => Self::Other(value),
        }
    }
}

impl<'de> Deserialize<'de> for IncidentState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// Around every good answer.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) result: T,
}

/// Around every refusal.
#[derive(Deserialize)]
pub(super) struct Refusal {
    error: RefusalError,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RefusalError {
    Pair { message: Option<String>, detail: Option<String> },
    Plain(String),
}

impl Refusal {
    /// Returns the vendor's words in one line.
    pub(super) fn words(self) -> String {
        match self.error {
            RefusalError::Plain(text) => text,
            RefusalError::Pair { message, detail } => {
                let parts = [message, detail].into_iter().flatten();
                parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
            }
        }
    }
}

/// Reads a reference: plain text, or `{link, value}` where the request did not ask for plain values.
fn reference<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Reference {
        Plain(String),
        Link { value: String },
    }
    Reference::deserialize(deserializer).map(|reference| match reference {
        Reference::Plain(value) | Reference::Link { value } => value,
    })
}
