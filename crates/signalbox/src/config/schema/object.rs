//! Maps: known keys, missing keys, keys that nobody knows.
//!
//! A map that has named keys takes no others, whether its schema says so or not: serde cannot
//! refuse unknown keys of flattened types, and a misspelt key must never be passed over.

use serde_json::{Map, Value};

use super::facts::Facts;
use super::walk::{Walk, did_you_mean};
use super::words::{description, expected, nearest};
use crate::config::diagnostic::quoted;
use crate::config::document::{Entry, Node, NodeValue, Span};

impl<'s> Walk<'_, 's> {
    /// Checks the keys of a map and all below.
    pub(super) fn check_map(&mut self, node: &mut Node, facts: &Facts<'s>) {
        let place = self.place_of(node);
        let NodeValue::Map(entries) = &mut node.value else { return };
        let mut known = Vec::with_capacity(entries.len());
        let present: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        let is_absent = |key: &str| !present.iter().any(|present| present == key);
        let mut misspelt = Vec::new();
        for mut entry in std::mem::take(entries) {
            if self.check_entry(&mut entry, facts) {
                known.push(entry);
                continue;
            }
            let absent = properties(facts).map(|(key, _)| key.as_str());
            let absent = absent.filter(|key| is_absent(key) && !misspelt.contains(key));
            let meant = nearest(&entry.key, absent);
            self.note_unknown(&entry, meant, facts);
            let is_taken = meant.is_some_and(|meant| self.take_for(&mut entry, meant, facts));
            misspelt.extend(meant);
            if is_taken || name_patterns(facts).next().is_some() {
                known.push(entry);
            } else {
                self.set_apart(meant.is_none());
                self.dropped.push(entry.value);
            }
        }
        *entries = known;
        for key in required(facts) {
            if is_absent(key) && !misspelt.contains(&key) {
                self.note_missing(place, key, facts);
            }
        }
    }

    /// Checks one entry; false if its key is unknown.
    fn check_entry(&mut self, entry: &mut Entry, facts: &Facts<'s>) -> bool {
        let property = properties(facts).find(|(key, _)| **key == entry.key);
        let schema = property.map(|(_, schema)| schema);
        let Some(schema) = schema.or_else(|| self.schema_of_name(&entry.key, facts)) else {
            return false;
        };
        let facts_below = facts.below(schema);
        if property.is_none() {
            self.check_name(entry, facts);
        } else if facts_below.says("deprecated") {
            let message = format!("{} is deprecated", quoted(&entry.key));
            self.warn(entry.key_span, message, description(&facts_below));
        }
        let key = (entry.key.clone(), entry.key_span);
        self.step(&entry.key, Some(key), &mut entry.value, &facts_below);
        true
    }

    /// Takes a misspelt key for the one that was meant, if its value would be right there: then the
    /// rest is checked as if it were spelt well. A guess, so only what is surely no secret is shown.
    fn take_for(&mut self, entry: &mut Entry, meant: &str, facts: &Facts<'s>) -> bool {
        let Some((_, schema)) = properties(facts).find(|(key, _)| *key == meant) else {
            return false;
        };
        let facts = facts.below(schema);
        if self.is_trial || self.mistakes_with(&entry.value, &facts) > 0 {
            return false;
        }
        self.set_apart(true);
        entry.key = meant.to_owned();
        let is_guess = std::mem::replace(&mut self.is_guess, true);
        self.step(meant, Some((meant.to_owned(), entry.key_span)), &mut entry.value, &facts);
        self.is_guess = is_guess;
        true
    }

    /// Finds the schema for a name the operator has chosen.
    fn schema_of_name(&self, name: &str, facts: &Facts<'s>) -> Option<&'s Value> {
        let patterns = facts.all("patternProperties").filter_map(Value::as_object).flatten();
        let mut patterns =
            patterns.filter(|(pattern, _)| self.rules.patterns.is_match(pattern, name));
        patterns.next().map(|(_, schema)| schema).or_else(|| open_schema(facts))
    }

    fn check_name(&mut self, entry: &Entry, facts: &Facts<'s>) {
        let Some(names) = facts.get("propertyNames").map(|schema| facts.below(schema)) else {
            return;
        };
        let pattern = names.text("pattern");
        let is_match = pattern.is_none_or(|p| self.rules.patterns.is_match(p, &entry.key));
        let is_word = names.words().is_none_or(|words| words.contains(&&entry.key.as_str().into()));
        if !is_match || !is_word {
            let message = format!("expected {}, found {}", expected(&names), quoted(&entry.key));
            self.note(entry.key_span, message, description(&names));
        }
    }

    /// Says that a key is unknown, and which one was probably meant.
    fn note_unknown(&mut self, entry: &Entry, nearest: Option<&str>, facts: &Facts<'s>) {
        let key = quoted(&entry.key);
        if let Some(pattern) = name_patterns(facts).next() {
            let message = format!("expected a key that matches `{pattern}`, found {key}");
            return self.note(entry.key_span, message, description(facts));
        }
        let help = nearest.map(did_you_mean).or_else(|| known_keys(facts));
        self.note(entry.key_span, format!("unknown key {key}"), help);
    }

    /// Says that a key is missing, at the key of the map it belongs to.
    fn note_missing(&mut self, place: Span, key: &str, facts: &Facts<'s>) {
        let property = properties(facts).find(|(name, _)| *name == key);
        let facts = property.map(|(_, schema)| facts.below(schema));
        let expected = facts.as_ref().map(|facts| format!("; expected {}", expected(facts)));
        let message = format!("missing key {}{}", quoted(key), expected.unwrap_or_default());
        self.note(place, message, facts.as_ref().and_then(description));
    }
}

/// Returns the keys that must be there.
pub(super) fn required<'s>(facts: &Facts<'s>) -> Vec<&'s str> {
    let keys = facts.all("required").filter_map(Value::as_array).flatten();
    let mut required = Vec::new();
    for key in keys.filter_map(Value::as_str) {
        if !required.contains(&key) {
            required.push(key);
        }
    }
    required
}

/// Returns the named keys and their schemas.
pub(super) fn properties<'k, 's>(
    facts: &'k Facts<'s>,
) -> impl Iterator<Item = (&'s String, &'s Value)> + use<'k, 's> {
    facts.all("properties").filter_map(Value::as_object).flat_map(Map::iter)
}

/// Returns the schema of names that have none of their own, where such names are allowed.
fn open_schema<'s>(facts: &Facts<'s>) -> Option<&'s Value> {
    let keywords = ["additionalProperties", "unevaluatedProperties"];
    let mut schemas = keywords.into_iter().flat_map(|keyword| facts.all(keyword));
    match schemas.find(|schema| **schema != Value::Bool(false)) {
        Some(schema) => Some(schema),
        None => {
            let is_closed = keywords.iter().any(|keyword| facts.get(keyword).is_some());
            let has_names = facts.get("properties").is_some();
            (!is_closed && !has_names).then_some(&Value::Bool(true))
        }
    }
}

/// Returns the patterns for names the operator chooses, unless there are keys besides.
fn name_patterns<'s>(facts: &Facts<'s>) -> impl Iterator<Item = &'s String> {
    let has_names = facts.get("properties").is_some();
    let patterns = facts.all("patternProperties").filter_map(Value::as_object).flatten();
    patterns.map(|(pattern, _)| pattern).filter(move |_| !has_names)
}

fn known_keys(facts: &Facts<'_>) -> Option<String> {
    let mut keys: Vec<_> = properties(facts).map(|(key, _)| quoted(key)).collect();
    keys.sort();
    keys.dedup();
    let more = if keys.len() > KEYS_SHOWN_MAX { ", …" } else { "" };
    keys.truncate(KEYS_SHOWN_MAX);
    (!keys.is_empty()).then(|| format!("known here: {}{more}", keys.join(", ")))
}

/// Known keys listed for one that resembles none.
const KEYS_SHOWN_MAX: usize = 16;
