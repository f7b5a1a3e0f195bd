//! One pass over tree and schema together, which notes every mistake and goes on.
//!
//! It also does what only the schema can decide: puts in what `env:NAME` stands for, except where a
//! secret belongs, and marks the values that are no secret and may be shown.

use std::collections::HashMap;

use serde_json::Value;
use signalbox_model::secret::{SecretRef, SecretRefError};

use super::facts::Facts;
use super::text_check::{Patterns, TextCheck, may_hold_credentials};
use super::words::{description, expected, found, nearest, one_of, shown};
use crate::config::diagnostic::{Severity, quoted};
use crate::config::document::{Document, Node, NodeValue, Problem, Span, below};
use crate::config::environment::Environment;
use crate::config::reference::{probe_file, variable_of};

/// What every step needs to know.
pub(super) struct Rules<'s> {
    pub(super) root: &'s Value,
    pub(super) checks: &'s HashMap<String, TextCheck>,
    pub(super) patterns: Patterns,
    pub(super) environment: &'s Environment,
    pub(super) document: &'s Document,
}

/// Where the walk is and what it found.
pub(super) struct Walk<'r, 's> {
    pub(super) rules: &'r Rules<'s>,
    pub(super) pointer: String,
    /// The key whose value is looked at; none at the top and in lists.
    pub(super) key: Option<(String, Span)>,
    pub(super) problems: Vec<Problem>,
    /// The secrets that are named, with their places.
    pub(super) secrets: Vec<(String, SecretRef)>,
    /// Values of keys that nobody knows: they are left out of the tree.
    pub(super) dropped: Vec<Node>,
    /// Whether this walk only finds out how well a choice would fit.
    pub(super) is_trial: bool,
    /// Whether the walk is below a misspelt key, so that the schema is only a guess: what may be a
    /// secret stays covered.
    pub(super) is_guess: bool,
}

impl<'r, 's> Walk<'r, 's> {
    /// Starts at the top.
    pub(super) fn new(rules: &'r Rules<'s>) -> Self {
        Self {
            rules,
            pointer: String::new(),
            key: None,
            problems: Vec::new(),
            secrets: Vec::new(),
            dropped: Vec::new(),
            is_trial: false,
            is_guess: false,
        }
    }

    /// Checks a value against everything said about it.
    pub(super) fn check(&mut self, node: &mut Node, facts: &Facts<'s>) {
        if facts.says("x-signalbox-secret") {
            return self.check_secret(node, facts);
        }
        if facts.types().is_empty() {
            return self.substitute_below(node);
        }
        if !facts.may_be_secret() && !self.substitute(node, facts) {
            return;
        }
        if matches!(node.value, NodeValue::Null) && self.fill_or_accept(node, facts) {
            return;
        }
        if let Some(words) = facts.words() {
            return self.check_word(node, &words, facts);
        }
        match facts.clone().split_unions() {
            (_, unions) if unions.is_empty() => self.check_kind(node, facts),
            (chosen, unions) => self.check_unions(node, chosen, &unions),
        }
    }

    /// Goes one step down, and back again.
    pub(super) fn step(
        &mut self,
        segment: &str,
        key: Option<(String, Span)>,
        node: &mut Node,
        facts: &Facts<'s>,
    ) {
        let above = (self.pointer.clone(), self.key.take());
        self.pointer = below(&self.pointer, segment);
        self.key = key;
        self.check(node, facts);
        (self.pointer, self.key) = above;
    }

    /// Says that a value is not what belongs there. Where only lists or maps belong, it may be a
    /// secret that was put one level too high, and stays covered.
    pub(super) fn mismatch(&mut self, node: &mut Node, facts: &Facts<'s>) {
        node.is_visible = node.is_scalar() && facts.accepts(&SCALAR_TYPES) && !self.hides(node);
        let message = format!("expected {}, found {}", expected(facts), found(node));
        let help = mismatch_help(node, facts);
        self.note(self.place_of(node), message, help);
    }

    /// Notes a mistake at a place.
    pub(super) fn note(&mut self, span: Span, message: String, help: Option<String>) {
        let pointer = self.pointer.clone();
        self.problems.push(Problem { pointer, help, ..Problem::error(span, message) });
    }

    /// Says of the mistake that was noted last whether what is around it can be read without it.
    pub(super) fn set_apart(&mut self, is_apart: bool) {
        if let Some(problem) = self.problems.last_mut() {
            problem.is_apart = is_apart;
        }
    }

    /// Notes something to look at.
    pub(super) fn warn(&mut self, span: Span, message: String, help: Option<String>) {
        self.note(span, message, help);
        if let Some(problem) = self.problems.last_mut() {
            problem.severity = Severity::Warning;
        }
    }

    /// Returns the place to point at: a single value itself, the key of lists and maps.
    pub(super) fn place_of(&self, node: &Node) -> Span {
        let key =
            self.key.as_ref().filter(|_| !node.is_scalar() || node.span.start == node.span.end);
        key.map_or(node.span, |(_, span)| *span)
    }

    /// Tells whether a value that is not what belongs there stays covered for what it looks like.
    pub(super) fn hides(&self, node: &Node) -> bool {
        let is_login = matches!(&node.value, NodeValue::Text(text) if may_hold_credentials(text));
        node.variable.is_none() && (self.is_guess || is_login)
    }

    fn check_kind(&mut self, node: &mut Node, facts: &Facts<'s>) {
        match &node.value {
            NodeValue::Map(_) if facts.accepts(&["object"]) => self.check_map(node, facts),
            NodeValue::List(_) if facts.accepts(&["array"]) => self.check_list(node, facts),
            NodeValue::Text(_) if facts.accepts(&["string"]) => self.check_text(node, facts),
            NodeValue::Number(_) if facts.accepts(&["integer", "number"]) => {
                self.check_number(node, facts);
            }
            NodeValue::Boolean(_) if facts.accepts(&["boolean"]) => node.is_visible = true,
            _ => self.mismatch(node, facts),
        }
    }

    fn check_word(&mut self, node: &mut Node, words: &[&Value], facts: &Facts<'s>) {
        node.is_visible = node.is_scalar();
        if words.contains(&&node.to_json()) {
            return;
        }
        node.is_visible &= !self.hides(node);
        let NodeValue::Text(text) = &node.value else { return self.mismatch(node, facts) };
        let nearest = nearest(text, words.iter().filter_map(|word| word.as_str()));
        let help = nearest.filter(|_| node.variable.is_none()).map(did_you_mean);
        let words = one_of(words.iter().map(|word| shown(word)));
        self.note(node.span, format!("expected {words}, found {}", found(node)), help);
    }

    /// Takes a section without content for an empty one: its entries are often commented out.
    fn fill_or_accept(&mut self, node: &mut Node, facts: &Facts<'s>) -> bool {
        if facts.is_nullable {
            return true;
        }
        match facts.types().as_slice() {
            ["object"] => node.value = NodeValue::Map(Vec::new()),
            ["array"] => node.value = NodeValue::List(Vec::new()),
            _ => self.mismatch(node, facts),
        }
        matches!(node.value, NodeValue::Null)
    }

    /// Checks that a secret is named and present, and forgets it if it stands there itself.
    fn check_secret(&mut self, node: &mut Node, facts: &Facts<'s>) {
        let parsed = match &node.value {
            NodeValue::Null if facts.is_nullable => return,
            NodeValue::Null | NodeValue::List(_) | NodeValue::Map(_) => {
                return self.mismatch(node, facts);
            }
            NodeValue::Boolean(_) | NodeValue::Number(_) => Err(SecretRefError::Literal),
            NodeValue::Text(text) => text.parse::<SecretRef>(),
        };
        match parsed {
            Ok(reference) => {
                node.is_visible = true;
                self.check_presence(node.span, &reference);
                self.secrets.push((self.pointer.clone(), reference));
            }
            Err(error) => {
                node.value = NodeValue::Null;
                let name = self.key.as_ref().map_or("this value".into(), |(key, _)| quoted(key));
                self.note(node.span, format!("{name} {error}"), None);
            }
        }
    }

    /// Says where a secret is not there. It is only read when the hub runs, so that its integration can be checked
    /// all the same.
    fn check_presence(&mut self, span: Span, reference: &SecretRef) {
        let before = self.problems.len();
        match reference {
            SecretRef::Environment(name) => match self.rules.environment.get(name) {
                Some(secret) if secret.expose().is_empty() => {
                    let message = format!("environment variable `{name}` is empty");
                    self.note(span, message, Some("put the secret there".into()));
                }
                Some(_) => {}
                None => self.note_unset(span, name),
            },
            SecretRef::File(path) => {
                let path = self.rules.environment.folder().join(path);
                if let Err(error) = probe_file(&path) {
                    self.note(span, error.to_string(), None);
                }
            }
        }
        if self.problems.len() > before {
            self.set_apart(true);
        }
    }

    fn note_unset(&mut self, span: Span, name: &str) {
        if self.rules.environment.is_complete() {
            let message = format!("environment variable `{name}` is not set");
            let help = "set it, or add it to `.env` beside the configuration";
            self.note(span, message, Some(help.into()));
        }
    }

    /// Puts in what `env:NAME` stands for; false if there is nothing to put in.
    fn substitute(&mut self, node: &mut Node, facts: &Facts<'s>) -> bool {
        let NodeValue::Text(text) = &node.value else { return true };
        let Some(name) = variable_of(text).filter(|_| node.variable.is_none()) else { return true };
        let name = name.to_owned();
        node.is_visible = true;
        let Some(secret) = self.rules.environment.get(&name) else {
            self.note_unset(node.span, &name);
            return false;
        };
        node.value = match secret.expose() {
            text if facts.accepts(&["string"]) => NodeValue::Text(text.to_owned()),
            text => NodeValue::of_plain(text),
        };
        node.variable = Some(name);
        true
    }

    /// Does so wherever anything may stand. What is unknown stays covered.
    fn substitute_below(&mut self, node: &mut Node) {
        let anything = Facts::of(self.rules.root, &Value::Bool(true));
        match &mut node.value {
            NodeValue::List(items) => items.iter_mut().for_each(|item| self.substitute_below(item)),
            NodeValue::Map(entries) => {
                entries.iter_mut().for_each(|entry| self.substitute_below(&mut entry.value));
            }
            _ => drop(self.substitute(node, &anything)),
        }
    }
}

/// Words for a suggestion.
pub(super) fn did_you_mean(word: &str) -> String {
    format!("did you mean {}?", quoted(word))
}

/// The two slips that YAML invites: a text that reads as a number, and `yes` for `true`.
fn mismatch_help(node: &Node, facts: &Facts<'_>) -> Option<String> {
    if node.variable.is_some() {
        return None;
    }
    match &node.value {
        NodeValue::Number(_) if facts.accepts(&["string"]) && !has_format(facts) => {
            Some("put it in quotes to make it a text".into())
        }
        NodeValue::Text(text) if facts.accepts(&["boolean"]) => match text.as_str() {
            "yes" | "Yes" | "on" | "On" => Some(did_you_mean("true")),
            "no" | "No" | "off" | "Off" => Some(did_you_mean("false")),
            _ => None,
        },
        _ => description(facts),
    }
}

fn has_format(facts: &Facts<'_>) -> bool {
    facts.get("format").is_some() || facts.get("pattern").is_some()
}

/// The JSON types of single values.
pub(super) const SCALAR_TYPES: [&str; 4] = ["string", "integer", "number", "boolean"];
