//! The condition language: which events a route, an alert rule or a query is about.
//!
//! ```text
//! config from cloud.resource where cloud.type = 'aws' AND severity IN ('high', 'critical')
//! ```
//!
//! It is the shape SOC people know from Prisma Cloud's RQL, over the paths of OCSF and short names
//! for them. A text goes through [`grammar`] (what was written), [`check`] (do the fields exist, do
//! the values fit) and becomes a typed tree ([`ast`]); [`matching`] asks an event in flight. What
//! an operator reads is `docs/concepts/conditions.md`.
//!
//! # What a comparison means
//!
//! - **Several values** (a list, a short name for several paths): any one of them.
//! - **No value**: every test fails. What is negated in words (`!=`, `NOT IN`, `DOES NOT …`) is the
//!   opposite of the test without the word, so it holds then, and `x != 1` is `NOT x = 1`.
//! - **Text**: `=`, `IN` and `CONTAINS` ignore case, by Unicode. `MATCHES` searches with a regular
//!   expression and heeds case, unless it says `(?i)`.
//! - **Addresses**: `=` and `IN` take addresses and networks; a network holds its addresses.
//! - **Severity** is an order from informational to fatal. Unknown and other have no place in it:
//!   they equal themselves and are never less or more than anything.
//! - **Times** are compared as moments, whatever their offset.
//! - **JSON** (`unmapped.KEY`): the value written says as what it is compared; a number also
//!   compares with a text that is one. `CONTAINS` and `MATCHES` look into the JSON text.
//! - `AND` binds closer than `OR`, `NOT` closer than both.
//!
//! # Limits
//!
//! A condition is at most 16 KiB long and nested at most 64 deep; it has at most 32 regular
//! expressions, each of which takes at most 1 MiB compiled and time in proportion to the text.

pub mod ast;
pub mod caseless;
pub mod field;
pub mod pattern;
pub mod short_names;
pub mod tag;

mod check;
mod display;
mod error;
mod grammar;
mod index;
mod matching;
mod together;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use signalbox_model::ocsf::Event;

use ast::Expression;
pub use error::ConditionError;
use error::{Mistake, Mistakes, Span};
pub use together::{Asked, Together};

/// A compiled condition. Displays as its normal form, without the head; parsing that gives the
/// same tree.
#[derive(Clone, Debug)]
pub struct Condition {
    text: Box<str>,
    expression: Expression,
}

impl Condition {
    /// Compiles a condition or a whole query.
    ///
    /// ```
    /// use signalbox_pipeline::evaluate::condition::Condition;
    ///
    /// let condition = Condition::compile("NOT (src.ip = '10.0.0.0/8' or Severity < medium)")?;
    /// assert_eq!(condition.to_string(), "NOT (src.ip = '10.0.0.0/8' OR severity < 'medium')");
    ///
    /// let errors = Condition::compile("finding.sevrity = 'high'").unwrap_err();
    /// assert_eq!(errors[0].column, 1);
    /// assert_eq!(errors[0].help.as_deref(), Some("did you mean `finding.severity`?"));
    /// # Ok::<(), Vec<signalbox_pipeline::evaluate::condition::ConditionError>>(())
    /// ```
    ///
    /// # Errors
    /// All mistakes that could be found, at least one, in the order of the text.
    pub fn compile(text: &str) -> Result<Self, Vec<ConditionError>> {
        let mut mistakes = Mistakes::new(text);
        if text.len() > LENGTH_BYTES_MAX {
            mistakes.add(rest_after(LENGTH_BYTES_MAX, text), too_long(text.len()));
            return Err(mistakes.into_errors());
        }
        let written = grammar::parse(text, &mut mistakes);
        let expression = written.and_then(|written| check::condition(&written, &mut mistakes));
        match expression {
            Some(expression) if mistakes.is_empty() => Ok(Self { text: text.into(), expression }),
            _ => Err(mistakes.into_errors()),
        }
    }

    /// Whether the condition holds.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        matching::holds(&self.expression, subject)
    }

    /// Asks every clause, in the order of the text, and returns each in its normal form with
    /// whether it held. A clause under `NOT` is shown without it.
    pub fn explain(&self, subject: &Subject<'_>) -> Vec<(String, bool)> {
        let clauses = self.expression.clauses().into_iter();
        clauses
            .map(|clause| (clause.to_string(), matching::clause_holds(clause, subject)))
            .collect()
    }

    /// Returns the names of the fields that are asked, each once, in the order of the text.
    pub fn fields(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for clause in self.expression.clauses() {
            if !names.contains(&clause.field.name()) {
                names.push(clause.field.name());
            }
        }
        names
    }

    /// Returns the text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the typed tree.
    pub const fn expression(&self) -> &Expression {
        &self.expression
    }
}

impl FromStr for Condition {
    type Err = Vec<ConditionError>;

    fn from_str(text: &str) -> Result<Self, Vec<ConditionError>> {
        Self::compile(text)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.fmt(formatter)
    }
}

/// What a condition is asked about: an event and where it came from.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The event.
    pub event: &'a Event,
    /// The name of the integration it came from, the field `integration`.
    pub integration: &'a str,
    /// The name of that integration's connector, the field `connector`.
    pub connector: &'a str,
}

fn rest_after(length: usize, text: &str) -> Span {
    Span::new(text.floor_char_boundary(length), text.len())
}

fn too_long(length: usize) -> Mistake {
    let message = format!("the condition is {length} bytes long, the limit is {LENGTH_BYTES_MAX}");
    Mistake::new(message).help("make several conditions of it; long lists belong into a feed")
}

/// Room for a list of some four hundred hashes.
const LENGTH_BYTES_MAX: usize = 16 * 1024;
