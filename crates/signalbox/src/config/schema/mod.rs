//! Checks a configuration against the schema of its types, and tells all mistakes at once.
//!
//! serde stops at the first mistake, so it comes second: first the tree is checked against the JSON
//! Schema that schemars derives from the same types, then what is left deserializes. Two extensions
//! are read from a schema: `x-signalbox-secret: true` marks a reference to a secret, and
//! `x-signalbox-expected` says in words what belongs there ("a duration such as `30s`"). Texts with
//! a size are bounded by `x-signalbox-minimum` and `x-signalbox-maximum`.

mod facts;
mod object;
mod scalar;
mod text_check;
mod union;
mod walk;
mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use schemars::Schema;
use serde_json::Value;

use super::diagnostic::Diagnostics;
use super::document::{Document, Node, NodeValue, Span};
use super::environment::Environment;
use facts::Facts;
pub use text_check::{TextCheck, TextMistake};
use walk::{Rules, Walk};

/// A schema and the checks of the formats it names.
pub struct Validator {
    schema: Value,
    checks: HashMap<String, TextCheck>,
}

impl Validator {
    /// Makes a validator that knows the formats of durations, sizes and IP addresses.
    pub fn new(schema: Schema) -> Self {
        Self { schema: schema.to_value(), checks: text_check::standard_checks() }
    }

    /// Adds the check of a format, so that a text such as a query is checked with everything else.
    #[must_use]
    pub fn with_format(mut self, format: &str, check: TextCheck) -> Self {
        self.checks.insert(format.to_owned(), check);
        self
    }

    /// Checks a configuration and puts in what its `env:NAME` stand for.
    ///
    /// Returns every mistake: of notation, duplicate and unknown and missing keys, wrong types,
    /// words, bounds and formats, literal secrets, and references that lead nowhere. Without an
    /// error among them the document can be deserialized.
    pub fn validate(&self, document: &mut Document, environment: &Environment) -> Diagnostics {
        let mut problems = document.take_problems();
        let nothing = Node::new(NodeValue::Null, Span::of_file(0));
        let mut root = std::mem::replace(document.root_mut(), nothing);
        let rules = Rules {
            root: &self.schema,
            checks: &self.checks,
            patterns: Default::default(),
            environment,
            document,
        };
        let mut walk = Walk::new(&rules);
        walk.check(&mut root, &Facts::of(&self.schema, &self.schema));
        problems.extend(walk.problems);
        let (secrets, dropped) = (walk.secrets, walk.dropped);
        *document.root_mut() = root;
        document.set_secrets(secrets);
        document.set_aside(dropped);
        document.report(problems)
    }
}
