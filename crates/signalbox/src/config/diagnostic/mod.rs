//! What is wrong with a configuration, told to a person or to a program.
//!
//! A diagnostic stands alone: the line of the file it points at is part of it, with every value left
//! out that is not known to be harmless. So it may be printed, logged or sent to the console.

mod quote;
mod snippet;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

pub(crate) use quote::quoted;
pub(crate) use snippet::Shown;
pub use snippet::Snippet;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The configuration cannot be used.
    Error,
    /// It can be used, and somebody should have a look.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One mistake, or one thing to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// The file, as a path from where the program was started.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// JSON pointer of the value it is about; empty for the whole configuration.
    #[serde(skip)]
    pub pointer: String,
    /// What is wrong, in one line.
    pub message: String,
    /// What to write instead, where that is known.
    pub help: Option<String>,
    /// The line it points at; none where the file has no such line.
    #[serde(skip)]
    pub snippet: Option<Snippet>,
    /// Whether what is around it can be read and checked without it, as around an unknown key.
    #[serde(skip)]
    pub is_apart: bool,
}

impl Diagnostic {
    /// Makes an error about a file as a whole, or about a line of it that must not be shown.
    pub fn in_file(file: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            file: file.into(),
            line,
            column: 1,
            pointer: String::new(),
            message: message.into(),
            help: None,
            snippet: None,
            is_apart: false,
        }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Turns it into a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

/// The text for people: what, where, the line with a caret, the help.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.severity, self.message)?;
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "{margin}--> {}:{}:{}", self.file, self.line, self.column)?;
        if let Some(snippet) = &self.snippet {
            writeln!(f, "{margin} |")?;
            writeln!(f, "{number} | {}", snippet.line)?;
            writeln!(f, "{margin} | {}", snippet.carets())?;
        }
        match &self.help {
            Some(help) => writeln!(f, "{margin} = help: {help}"),
            None => Ok(()),
        }
    }
}

/// Diagnostics in the order of their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Starts without any.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one at its place.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let place = place_of(&diagnostic);
        let index = self.0.partition_point(|other| place_of(other) <= place);
        self.0.insert(index, diagnostic);
    }

    /// Tells whether the configuration cannot be used.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Tells whether nothing at or below a JSON pointer keeps it from being read, so that this part can be checked
    /// further while others have mistakes.
    pub fn is_sound(&self, pointer: &str) -> bool {
        let is_below = |other: &str| {
            let rest = other.strip_prefix(pointer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let errors = self.0.iter().filter(|d| d.severity == Severity::Error && !d.is_apart);
        !errors.map(|d| d.pointer.as_str()).any(is_below)
    }

    /// Returns the keys below a JSON pointer whose values cannot be read; `None` where there is no such key, or
    /// where what is wrong is the whole, as a key that is missing.
    pub fn mistaken_keys(&self, pointer: &str) -> Option<BTreeSet<String>> {
        let errors = self.0.iter().filter(|d| d.severity == Severity::Error && !d.is_apart);
        let below = errors.filter_map(|d| d.pointer.strip_prefix(pointer));
        let below = below.filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let keys = below.map(|rest| rest.split('/').nth(1).map(str::to_owned));
        let keys: BTreeSet<String> = keys.collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(keys)
    }

    /// Returns how many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Visits them in the order of their places.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.0.extend(diagnostics);
        self.0.sort_by(|a, b| place_of(a).cmp(&place_of(b)));
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        let mut all = Self::new();
        all.extend(diagnostics);
        all
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The array for `--output json`.
impl Serialize for Diagnostics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// All of them for people, with the sum at the end; nothing when there are none.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in self.0.iter().take(SHOWN_MAX) {
            writeln!(f, "{diagnostic}")?;
        }
        let more = self.0.len().saturating_sub(SHOWN_MAX);
        if more > 0 {
            writeln!(f, "and {more} more")?;
        }
        let errors = counted(self.count(Severity::Error), "error");
        let warnings = counted(self.count(Severity::Warning), "warning");
        match (errors, warnings) {
            (None, None) => Ok(()),
            (Some(only), None) | (None, Some(only)) => writeln!(f, "{only}"),
            (Some(errors), Some(warnings)) => writeln!(f, "{errors}, {warnings}"),
        }
    }
}

fn place_of(diagnostic: &Diagnostic) -> (&str, usize, usize) {
    (&diagnostic.file, diagnostic.line, diagnostic.column)
}

fn counted(count: usize, word: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    }
}

/// Diagnostics printed for people; nobody reads further, and all are in the JSON.
const SHOWN_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(file: &str, line: usize) -> Diagnostic {
        Diagnostic::in_file(file, line, format!("message {line}"))
    }

    #[test]
    fn diagnostics_come_in_the_order_of_their_places() {
        let mut all: Diagnostics = [at("b.yaml", 1), at("a.yaml", 9)].into_iter().collect();

        all.push(at("a.yaml", 2));

        let places: Vec<_> = all.iter().map(|d| (d.file.as_str(), d.line)).collect();
        assert_eq!(places, [("a.yaml", 2), ("a.yaml", 9), ("b.yaml", 1)]);
    }

    #[test]
    fn json_has_the_place_the_message_and_the_help() {
        let all: Diagnostics =
            [at(".env", 3).with_help("do this").as_warning()].into_iter().collect();

        assert_eq!(
            serde_json::to_value(&all).unwrap(),
            serde_json::json!([{
                "severity": "warning",
                "file": ".env",
                "line": 3,
                "column": 1,
                "message": "message 3",
                "help": "do this",
            }])
        );
    }

    #[test]
    fn the_sum_counts_errors_and_warnings_apart() {
        let mut all = Diagnostics::new();
        assert_eq!(all.to_string(), "");

        all.extend([at("a", 1), at("a", 2), at("a", 3).as_warning()]);

        assert!(all.to_string().ends_with("\n\n2 errors, 1 warning\n"), "{all}");
    }

    #[test]
    fn a_flood_is_cut_for_people() {
        let all: Diagnostics = (1..=250).map(|line| at("a", line)).collect();

        let text = all.to_string();

        assert!(text.ends_with("and 150 more\n250 errors\n"), "{text}");
        assert_eq!(text.matches("-->").count(), 100);
    }

    #[test]
    fn a_part_is_sound_unless_something_at_or_below_it_is_wrong() {
        let mut wrong = at("a", 1);
        wrong.pointer = "/integrations/jira/url".into();
        let all: Diagnostics = [wrong].into_iter().collect();

        assert!(!all.is_sound("/integrations/jira"));
        assert!(!all.is_sound("/integrations/jira/url"));
        assert!(!all.is_sound(""));
        assert!(all.is_sound("/integrations/ji"));
        assert_eq!(all.mistaken_keys("/integrations/jira"), Some(["url".to_owned()].into()));
        assert_eq!(all.mistaken_keys("/integrations/jira/url"), None);
        assert_eq!(all.mistaken_keys("/integrations/ji"), None);
        assert!(all.is_sound("/integrations/snow"));
    }
}
