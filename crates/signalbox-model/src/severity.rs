//! How bad something is: the OCSF scale, and how a vendor's words land on it.
//!
//! The numbers are OCSF's `severity_id` (schema 1.8.0, read 2026-11-22). Only 1 to 6 are an order:
//! `Unknown` (0) and `Other` (99) say nothing about badness and rank below everything. Every
//! connector states its vendor's words once, as a [`SeverityColumn`]; the table of all columns in
//! the documentation is made from these constants.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How bad an event is, on the OCSF scale.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The source says nothing (0).
    #[default]
    Unknown,
    /// For information; nothing to do (1).
    Informational,
    /// Somebody should look at it some day (2).
    Low,
    /// Needs work, but it is not urgent (3).
    Medium,
    /// Needs work at once (4).
    High,
    /// Needs work at once, and the damage is wide (5).
    Critical,
    /// The damage is done and cannot be undone in time (6).
    Fatal,
    /// The source has a word of its own that fits nowhere (99).
    Other,
}

impl Severity {
    /// All severities, in the order of their ids.
    pub const ALL: [Self; 8] = [
        Self::Unknown,
        Self::Informational,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
        Self::Fatal,
        Self::Other,
    ];

    /// Returns the OCSF `severity_id`.
    pub const fn id(self) -> i64 {
        match self {
            Self::Unknown => 0,
            Self::Informational => 1,
            Self::Low => 2,
            Self::Medium => 3,
            Self::High => 4,
            Self::Critical => 5,
            Self::Fatal => 6,
            Self::Other => 99,
        }
    }

    /// Returns the severity of an OCSF `severity_id`, or `None` for a number OCSF does not know.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.id() == id)
    }

    /// Returns the OCSF caption, such as `High`.
    pub const fn caption(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::Informational => "Informational",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
            Self::Fatal => "Fatal",
            Self::Other => "Other",
        }
    }

    /// Returns the place on the scale: 1 to 6, and 0 for `Unknown` and `Other`. Compare with this.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Unknown | Self::Other => 0,
            Self::Informational => 1,
            Self::Low => 2,
            Self::Medium => 3,
            Self::High => 4,
            Self::Critical => 5,
            Self::Fatal => 6,
        }
    }

    /// Reads a severity in words, whatever its case: a caption, or one of the usual synonyms
    /// (`info`, `moderate`, `severe`, …). Vendors' own words belong into a [`SeverityColumn`].
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim();
        let is_word = |entry: &&(&str, Self)| entry.0.eq_ignore_ascii_case(word);
        WORDS.iter().find(is_word).map(|(_, severity)| *severity)
    }

    /// Returns the words that [`parse`](Self::parse) reads, for the documentation.
    pub const fn words() -> &'static [(&'static str, Self)] {
        WORDS
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.caption())
    }
}

/// How one vendor's severities land on the scale: one constant per connector.
///
/// ```
/// use signalbox_model::{Severity, SeverityColumn};
///
/// const ACME: SeverityColumn = SeverityColumn {
///     vendor: "Acme",
///     values: &[("P1", Severity::Critical), ("P2", Severity::High)],
///     other: Severity::Unknown,
/// };
/// assert_eq!(ACME.severity("p1"), Severity::Critical);
/// assert_eq!(ACME.severity("P9"), Severity::Unknown);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SeverityColumn {
    /// The vendor's or product's name, as a heading of the table.
    pub vendor: &'static str,
    /// The vendor's values and what each means.
    pub values: &'static [(&'static str, Severity)],
    /// What any other value means.
    pub other: Severity,
}

impl SeverityColumn {
    /// Returns what the vendor's `value` means; case and surrounding space do not matter.
    pub fn severity(&self, value: &str) -> Severity {
        let value = value.trim();
        let is_value = |entry: &&(&str, Severity)| entry.0.eq_ignore_ascii_case(value);
        self.values.iter().find(is_value).map_or(self.other, |(_, severity)| *severity)
    }
}

const WORDS: &[(&str, Severity)] = &[
    ("unknown", Severity::Unknown),
    ("undefined", Severity::Unknown),
    ("none", Severity::Informational),
    ("informational", Severity::Informational),
    ("information", Severity::Informational),
    ("info", Severity::Informational),
    ("low", Severity::Low),
    ("minor", Severity::Low),
    ("medium", Severity::Medium),
    ("moderate", Severity::Medium),
    ("warning", Severity::Medium),
    ("high", Severity::High),
    ("important", Severity::High),
    ("major", Severity::High),
    ("critical", Severity::Critical),
    ("severe", Severity::Critical),
    ("very-high", Severity::Critical),
    ("fatal", Severity::Fatal),
    ("other", Severity::Other),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_leads_back_to_its_severity() {
        for severity in Severity::ALL {
            assert_eq!(Severity::from_id(severity.id()), Some(severity));
        }
        assert_eq!(Severity::from_id(7), None);
    }

    #[test]
    fn every_caption_is_read_whatever_its_case() {
        for severity in Severity::ALL {
            assert_eq!(Severity::parse(severity.caption()), Some(severity));
            assert_eq!(Severity::parse(&severity.caption().to_uppercase()), Some(severity));
        }
        assert_eq!(Severity::parse("purple"), None);
    }

    #[test]
    fn other_is_not_the_worst() {
        let ranks = Severity::ALL.map(Severity::rank);

        assert_eq!(ranks, [0, 1, 2, 3, 4, 5, 6, 0]);
    }

    #[test]
    fn a_column_ignores_case_and_falls_back() {
        let column = SeverityColumn {
            vendor: "Acme",
            values: &[("Sev 1", Severity::Critical)],
            other: Severity::Low,
        };

        assert_eq!(column.severity(" sev 1 "), Severity::Critical);
        assert_eq!(column.severity("sev 2"), Severity::Low);
    }
}
