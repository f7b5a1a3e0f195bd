//! Choices between several schemas: tagged types, types by key, and whatever fits best.

use serde_json::Value;
use signalbox_model::secret::SecretRef;

use super::facts::Facts;
use super::object::{properties, required};
use super::walk::{SCALAR_TYPES, Walk, did_you_mean};
use super::words::{expected, found, nearest, one_of};
use crate::config::diagnostic::quoted;
use crate::config::document::{Node, NodeValue};

impl<'s> Walk<'_, 's> {
    /// Makes each choice, then checks the value against everything that applies.
    pub(super) fn check_unions(
        &mut self,
        node: &mut Node,
        mut chosen: Facts<'s>,
        unions: &[Vec<&'s Value>],
    ) {
        for arms in unions {
            match self.choose(node, arms) {
                Some(arm) => chosen.choose(arm),
                None => return,
            }
        }
        self.check(node, &chosen);
    }

    /// Finds the arm that is meant; says what is wrong if none can be.
    fn choose(&mut self, node: &mut Node, arms: &[&'s Value]) -> Option<&'s Value> {
        let all: Vec<_> = arms.iter().map(|arm| (self.facts(arm), *arm)).collect();
        let type_names = type_names(node);
        if let Some(tag) = tag_of(&all).filter(|_| type_names == ["object"]) {
            return self.choose_by_tag(node, tag, &all);
        }
        let fitting: Vec<_> = all.iter().filter(|(facts, _)| facts.accepts(type_names)).collect();
        match fitting.as_slice() {
            [] => {
                self.note_no_arm(node, &all);
                None
            }
            [(_, only)] => Some(only),
            _ if is_keyed(&fitting) => self.choose_by_key(node, &fitting),
            _ => self.choose_best(node, &fitting, &all),
        }
    }

    /// Chooses by the value of a key that all arms have, such as `connector`. If it is misspelt, the
    /// nearest arm is taken, so that the other keys are checked all the same.
    fn choose_by_tag(
        &mut self,
        node: &mut Node,
        tag: &'s str,
        arms: &[Arm<'s>],
    ) -> Option<&'s Value> {
        let names: Vec<_> = arms.iter().filter_map(|(facts, _)| tag_value(facts, tag)).collect();
        let expected = one_of(names.iter().map(|name| quoted(name)));
        let place = self.place_of(node);
        let NodeValue::Map(entries) = &mut node.value else { return None };
        let Some(entry) = entries.iter_mut().find(|entry| entry.key == tag) else {
            let message = format!("missing key {}; expected {expected}", quoted(tag));
            self.note(place, message, None);
            return None;
        };
        let of_name =
            |name| arms.iter().find(|(f, _)| tag_value(f, tag) == Some(name)).map(|a| a.1);
        let text = if let NodeValue::Text(text) = &entry.value.value { text.as_str() } else { "" };
        if let Some(arm) = of_name(text) {
            return Some(arm);
        }
        entry.value.is_visible = entry.value.is_scalar() && !self.hides(&entry.value);
        let nearest = nearest(text, names);
        let message = format!("expected {expected}, found {}", found(&entry.value));
        let place = if entry.value.is_scalar() { entry.value.span } else { entry.key_span };
        self.note(place, message, nearest.map(did_you_mean));
        let arm = of_name(nearest?)?;
        entry.value.value = NodeValue::Text(nearest?.to_owned());
        Some(arm)
    }

    /// Chooses by the one key that each arm has for itself.
    fn choose_by_key(&mut self, node: &Node, arms: &[&Arm<'s>]) -> Option<&'s Value> {
        let names: Vec<_> =
            arms.iter().filter_map(|(facts, _)| required(facts).first().copied()).collect();
        let known = names.iter().position(|name| node.entry(name).is_some());
        if let Some((_, arm)) = known.and_then(|index| arms.get(index)) {
            return Some(arm);
        }
        let NodeValue::Map(entries) = &node.value else { return None };
        let expected: Vec<_> = names.iter().map(|name| quoted(name)).collect();
        let message = format!("expected one of the keys {}", expected.join(", "));
        match entries.first() {
            None => self.note(self.place_of(node), message, None),
            Some(entry) => {
                let help = nearest(&entry.key, names).map(did_you_mean);
                let message = format!("{message}, found {}", quoted(&entry.key));
                self.note(entry.key_span, message, help);
            }
        }
        None
    }

    /// Takes the arm with the fewest mistakes, first by its keys, then by trial. A single value that
    /// fits none is told once, with all that would fit. What may be a secret is never taken for
    /// anything else.
    fn choose_best(
        &mut self,
        node: &mut Node,
        arms: &[&Arm<'s>],
        all: &[Arm<'s>],
    ) -> Option<&'s Value> {
        let secret = arms.iter().find(|(facts, _)| node.is_scalar() && facts.may_be_secret());
        if let Some((_, secret)) = secret.filter(|_| is_reference(node)) {
            return Some(secret);
        }
        let best_keys = arms.iter().map(|(facts, _)| wrong_keys(node, facts)).min()?;
        let arms = arms.iter().filter(|(facts, _)| wrong_keys(node, facts) == best_keys);
        let tried = arms.map(|arm| (self.mistakes_with(node, &arm.0), *arm));
        let (mistakes, (_, best)) = tried.min_by_key(|(mistakes, _)| *mistakes)?;
        if mistakes == 0 || !node.is_scalar() {
            return Some(best);
        }
        if let Some((_, secret)) = secret {
            return Some(secret);
        }
        self.note_no_arm(node, all);
        None
    }

    /// Counts the mistakes of an arm. There are no trials within trials, for they would multiply with
    /// each level.
    pub(super) fn mistakes_with(&self, node: &Node, facts: &Facts<'s>) -> usize {
        if self.is_trial {
            return 0;
        }
        let mut trial = Walk { is_trial: true, ..Walk::new(self.rules) };
        trial.check(&mut node.clone(), facts);
        trial.problems.len()
    }

    fn note_no_arm(&mut self, node: &mut Node, arms: &[Arm<'s>]) {
        let may_be_secret = arms.iter().any(|(facts, _)| facts.may_be_secret());
        let takes_scalars = arms.iter().any(|(facts, _)| facts.accepts(&SCALAR_TYPES));
        node.is_visible = node.is_scalar() && takes_scalars && !may_be_secret && !self.hides(node);
        let mut expectations: Vec<_> = match tag_of(arms) {
            Some(tag) => vec![format!("a map with the key {}", quoted(tag))],
            None => arms.iter().map(|(facts, _)| expected(facts)).collect(),
        };
        expectations.dedup();
        let message = format!("expected {}, found {}", expectations.join(" or "), found(node));
        self.note(self.place_of(node), message, None);
    }

    fn facts(&self, schema: &'s Value) -> Facts<'s> {
        Facts::of(self.rules.root, schema)
    }
}

/// A schema to choose, with what it says.
type Arm<'s> = (Facts<'s>, &'s Value);

/// Finds the key that tells the arms apart: in each of them it can be one word only.
fn tag_of<'s>(arms: &[Arm<'s>]) -> Option<&'s str> {
    let (first, _) = arms.first()?;
    let mut keys = properties(first).map(|(key, _)| key.as_str());
    keys.find(|key| arms.iter().all(|(facts, _)| tag_value(facts, key).is_some()))
}

fn tag_value<'s>(facts: &Facts<'s>, tag: &str) -> Option<&'s str> {
    let (_, schema) = properties(facts).find(|(key, _)| *key == tag)?;
    schema.get("const").and_then(Value::as_str)
}

fn is_keyed(arms: &[&Arm<'_>]) -> bool {
    let is_keyed = |facts: &Facts<'_>| properties(facts).count() == 1 && required(facts).len() == 1;
    arms.iter().all(|(facts, _)| is_keyed(facts))
}

/// Counts the keys of a map that an arm misses or does not know.
fn wrong_keys(node: &Node, facts: &Facts<'_>) -> usize {
    let NodeValue::Map(entries) = &node.value else { return 0 };
    let is_known = |key: &str| properties(facts).any(|(name, _)| name == key);
    let unknown = entries.iter().filter(|entry| !is_known(&entry.key)).count();
    unknown + required(facts).iter().filter(|key| node.entry(key).is_none()).count()
}

fn is_reference(node: &Node) -> bool {
    matches!(&node.value, NodeValue::Text(text) if text.parse::<SecretRef>().is_ok())
}

fn type_names(node: &Node) -> &'static [&'static str] {
    match &node.value {
        NodeValue::Null => &["null"],
        NodeValue::Boolean(_) => &["boolean"],
        NodeValue::Number(number) if number.is_f64() => &["number"],
        NodeValue::Number(_) => &["integer", "number"],
        NodeValue::Text(_) => &["string"],
        NodeValue::List(_) => &["array"],
        NodeValue::Map(_) => &["object"],
    }
}
