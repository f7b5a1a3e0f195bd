//! What a schema expects and what was found instead, as people would say it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::facts::Facts;
use crate::config::diagnostic::quoted;
use crate::config::document::{Node, NodeValue};

/// Says what belongs in a place, such as "a whole number from 1 to 65535".
pub(super) fn expected(facts: &Facts<'_>) -> String {
    if let Some(text) = facts.text("x-signalbox-expected") {
        return text.to_owned();
    }
    if let Some(words) = facts.words() {
        return one_of(words.iter().map(|word| shown(word)));
    }
    let examples = facts.get("examples").and_then(Value::as_array);
    let examples: Vec<_> = examples.into_iter().flatten().take(EXAMPLES_MAX).map(shown).collect();
    let kind = kind(facts);
    if examples.is_empty() { kind } else { format!("{kind} such as {}", examples.join(" or ")) }
}

/// Returns the first sentence of a field's reference text.
pub(super) fn description(facts: &Facts<'_>) -> Option<String> {
    let text = facts.text("description")?;
    let paragraph = text.split("\n\n").next().unwrap_or(text).replace('\n', " ");
    let sentence = paragraph.split_once(". ").map_or(paragraph.as_str(), |(first, _)| first);
    Some(sentence.trim().trim_end_matches('.').to_owned())
}

/// Says what stands in a place. A value that may be a secret, or that is from the environment, is
/// not repeated.
pub(super) fn found(node: &Node) -> String {
    if let Some(name) = &node.variable {
        return format!("the value of environment variable `{name}`");
    }
    match &node.value {
        NodeValue::Null => "nothing".into(),
        NodeValue::Boolean(value) => format!("`{value}`"),
        NodeValue::Text(text) if text.is_empty() => "an empty text".into(),
        NodeValue::Number(_) if !node.is_visible => "a number".into(),
        NodeValue::Text(_) if !node.is_visible => "a text".into(),
        NodeValue::Number(number) => format!("the number `{number}`"),
        NodeValue::Text(text) => format!("the text {}", quoted(text)),
        NodeValue::List(_) => "a list".into(),
        NodeValue::Map(_) => "a map".into(),
    }
}

/// Lists words to choose from.
pub(super) fn one_of(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<String> = words.into_iter().collect();
    match words.as_slice() {
        [only] => only.clone(),
        words => format!("one of {}", words.join(", ")),
    }
}

/// Finds the word that was probably meant: the same but for case, `-` and `_`, a beginning, or a
/// slip of the keyboard in every third letter.
pub(super) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let word = folded(word);
    let distance = |other: &str| {
        let other = folded(other);
        let is_beginning = word.len().min(other.len()) >= BEGINNING_MIN
            && (word.starts_with(&other) || other.starts_with(&word));
        if is_beginning { 1 } else { strsim::osa_distance(&word, &other) }
    };
    let nearest = known.into_iter().map(|other| (distance(other), other)).min()?;
    let slips_max = (word.chars().count() / 3).max(1);
    (nearest.0 <= slips_max).then_some(nearest.1)
}

/// Writes a word of a schema the way it is written in YAML.
pub(super) fn shown(word: &Value) -> String {
    match word {
        Value::String(text) => quoted(text),
        other => quoted(&other.to_string()),
    }
}

fn kind(facts: &Facts<'_>) -> String {
    let arms: Vec<_> = facts.arms().map(|arm| expected(&arm)).collect();
    if !arms.is_empty() && has_other_than_maps(facts) {
        return joined(arms);
    }
    joined(facts.types().into_iter().map(|name| match name {
        "string" => text(facts),
        "integer" => format!("a whole number{}", range(facts)),
        "number" => format!("a number{}", range(facts)),
        "boolean" => "`true` or `false`".to_owned(),
        "array" => "a list".to_owned(),
        _ => map(facts),
    }))
}

/// Tells whether the arms are worth listing: maps read alike, and are described as one.
fn has_other_than_maps(facts: &Facts<'_>) -> bool {
    !facts.arms().all(|arm| arm.types() == ["object"])
}

fn text(facts: &Facts<'_>) -> String {
    let has_examples = facts.get("examples").is_some();
    match facts.text("pattern") {
        Some(pattern) if !has_examples => format!("text that matches `{pattern}`"),
        _ if facts.count("minLength") == Some(1) => "a text that is not empty".into(),
        _ => "text".into(),
    }
}

fn range(facts: &Facts<'_>) -> String {
    let minimum = facts.get("minimum").filter(|bound| bound.is_number());
    let maximum = facts.get("maximum").filter(|bound| bound.is_number());
    match (minimum, maximum) {
        (Some(minimum), Some(maximum)) => format!(" from {minimum} to {maximum}"),
        (Some(minimum), None) => format!(" of at least {minimum}"),
        (None, Some(maximum)) => format!(" of at most {maximum}"),
        (None, None) => String::new(),
    }
}

fn map(facts: &Facts<'_>) -> String {
    let arms: Vec<_> = facts.arms().collect();
    let required = facts.all("required").chain(arms.iter().flat_map(|arm| arm.all("required")));
    let keys = required.filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    let keys: BTreeSet<_> = keys.map(quoted).collect();
    match keys.len() {
        0 => "a map".into(),
        1 => format!("a map with the key {}", joined(keys)),
        _ => format!("a map with keys such as {}", joined(keys.into_iter().take(EXAMPLES_MAX))),
    }
}

/// Joins by "or", saying nothing twice.
fn joined(parts: impl IntoIterator<Item = String>) -> String {
    let mut distinct: Vec<String> = Vec::new();
    for part in parts {
        if !distinct.contains(&part) {
            distinct.push(part);
        }
    }
    distinct.join(" or ")
}

fn folded(word: &str) -> String {
    word.to_lowercase().replace(['-', ' ', '.'], "_")
}

/// Examples in one sentence.
const EXAMPLES_MAX: usize = 2;

/// Letters that two words must share at least for one to count as the other's beginning.
const BEGINNING_MIN: usize = 3;
