//! Texts, numbers and lists: lengths, bounds, formats.

use std::cmp::Ordering;
use std::collections::HashSet;

use serde_json::{Number, Value};

use super::facts::Facts;
use super::text_check::{
    CONDITION, TextMistake, is_plain, is_read_as_text, magnitude, may_hold_credentials,
};
use super::walk::Walk;
use super::words::{description, expected, found};
use crate::config::diagnostic::quoted;
use crate::config::document::{Node, NodeValue};

impl<'s> Walk<'_, 's> {
    /// Checks a text; the first rule it breaks is told, with all that a format has against it.
    pub(super) fn check_text(&mut self, node: &mut Node, facts: &Facts<'s>) {
        let NodeValue::Text(text) = &node.value else { return };
        let format = facts.text("format");
        let check = format.and_then(|format| self.rules.checks.get(format));
        let mistakes = check.map(|check| check(text)).unwrap_or_default();
        node.is_visible =
            node.variable.is_some() || self.may_be_seen(text, format, mistakes.is_empty());
        if let Some(message) = wrong_length(text, facts) {
            return self.note(node.span, message, description(facts));
        }
        if !mistakes.is_empty() {
            let is_apart = format.is_some_and(is_read_as_text);
            return mistakes.into_iter().for_each(|mistake| {
                self.note_text_mistake(node, mistake, facts);
                self.set_apart(is_apart);
            });
        }
        if let Some(message) = format.and_then(|format| out_of_bounds(format, text, node, facts)) {
            return self.note(node.span, message, description(facts));
        }
        let pattern = facts.text("pattern");
        if pattern.is_some_and(|pattern| !self.rules.patterns.is_match(pattern, text)) {
            self.mismatch(node, facts);
        }
    }

    /// Checks a number's kind and bounds.
    pub(super) fn check_number(&mut self, node: &mut Node, facts: &Facts<'s>) {
        node.is_visible = !self.is_guess;
        let NodeValue::Number(number) = &node.value else { return };
        let is_kind = !number.is_f64() || facts.accepts(&["number"]);
        let is = |keyword, wrong: &[Ordering]| {
            let bound = facts.get(keyword).and_then(Value::as_number);
            bound.is_some_and(|bound| wrong.contains(&compare(number, bound)))
        };
        let is_out = is("minimum", &[Ordering::Less])
            || is("maximum", &[Ordering::Greater])
            || is("exclusiveMinimum", &[Ordering::Less, Ordering::Equal])
            || is("exclusiveMaximum", &[Ordering::Greater, Ordering::Equal]);
        if !is_kind || is_out {
            self.mismatch(node, facts);
        }
    }

    /// Checks each item of a list, how many there are, and that none comes twice where that matters.
    pub(super) fn check_list(&mut self, node: &mut Node, facts: &Facts<'s>) {
        let place = self.place_of(node);
        let NodeValue::List(items) = &mut node.value else { return };
        if let Some(message) = wrong_count(items.len(), facts) {
            self.note(place, message, description(facts));
        }
        let first =
            facts.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut seen = HashSet::new();
        for (index, item) in items.iter_mut().enumerate() {
            if let Some(schema) = first.get(index).or_else(|| facts.get("items")) {
                self.step(&index.to_string(), None, item, &facts.below(schema));
            }
            let is_counted = facts.says("uniqueItems") && !matches!(item.value, NodeValue::Null);
            if is_counted && !seen.insert(item.to_json().to_string()) {
                let message = format!("{} is in the list already", found(item));
                self.note(item.span, message, Some("remove one of the two".into()));
            }
        }
    }

    /// Whether a text may be shown. One that breaks its format may be anything, such as an address
    /// with a password in it, unless the format has no room for a secret.
    fn may_be_seen(&self, text: &str, format: Option<&str>, is_sound: bool) -> bool {
        match format {
            Some(CONDITION) => true,
            _ if may_hold_credentials(text) => false,
            Some(format) if is_plain(format) => true,
            _ => is_sound && !self.is_guess,
        }
    }

    fn note_text_mistake(&mut self, node: &Node, mistake: TextMistake, facts: &Facts<'s>) {
        if node.variable.is_some() && mistake.is_discreet {
            let message = format!("{}: {}", found(node), mistake.message);
            return self.note(node.span, message, mistake.help);
        }
        if node.variable.is_some() || !(node.is_visible || mistake.is_discreet) {
            let message = format!("expected {}, found {}", expected(facts), found(node));
            return self.note(node.span, message, None);
        }
        let place = mistake.offset.map(|offset| self.rules.document.place_inside(node, offset));
        self.note(place.unwrap_or(node.span), mistake.message, mistake.help);
    }
}

fn wrong_length(text: &str, facts: &Facts<'_>) -> Option<String> {
    let length = text.chars().count();
    match (facts.count("minLength"), facts.count("maxLength")) {
        (Some(1), _) if length == 0 => Some("expected a text that is not empty".into()),
        (Some(min), _) if length < min => {
            Some(format!("expected at least {min} characters, found {length}"))
        }
        (_, Some(max)) if length > max => {
            Some(format!("expected at most {max} characters, found {length}"))
        }
        _ => None,
    }
}

fn wrong_count(count: usize, facts: &Facts<'_>) -> Option<String> {
    match (facts.count("minItems"), facts.count("maxItems")) {
        (Some(min), Some(max)) if min == max && count != min => {
            Some(format!("expected {min} items, found {count}"))
        }
        (Some(1), _) if count == 0 => Some("expected a list that is not empty".into()),
        (Some(min), _) if count < min => {
            Some(format!("expected at least {min} items, found {count}"))
        }
        (_, Some(max)) if count > max => {
            Some(format!("expected at most {max} items, found {count}"))
        }
        _ => None,
    }
}

fn out_of_bounds(format: &str, text: &str, node: &Node, facts: &Facts<'_>) -> Option<String> {
    let size = magnitude(format, text)?;
    let bound = |keyword| {
        let bound = facts.text(keyword)?;
        Some((bound, magnitude(format, bound)?))
    };
    let (minimum, maximum) = (bound("x-signalbox-minimum"), bound("x-signalbox-maximum"));
    let found = if node.variable.is_some() { found(node) } else { quoted(text) };
    match (minimum, maximum) {
        (Some((bound, minimum)), _) if size < minimum => {
            Some(format!("expected at least `{bound}`, found {found}"))
        }
        (_, Some((bound, maximum))) if size > maximum => {
            Some(format!("expected at most `{bound}`, found {found}"))
        }
        _ => None,
    }
}

/// Compares exactly where both are whole.
fn compare(number: &Number, bound: &Number) -> Ordering {
    match (number.as_i128(), bound.as_i128()) {
        (Some(number), Some(bound)) => number.cmp(&bound),
        _ => {
            let (number, bound) =
                (number.as_f64().unwrap_or(f64::NAN), bound.as_f64().unwrap_or(0.0));
            number.partial_cmp(&bound).unwrap_or(Ordering::Equal)
        }
    }
}
