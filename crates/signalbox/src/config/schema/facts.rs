//! What a JSON Schema says about one value, gathered from everywhere it is said.
//!
//! Structs, flattened fields, optional types and variants reach the same value by `$ref`, `allOf`
//! and one-armed `anyOf`. Here all those parts apply at once; only real choices stay choices. The
//! vocabulary is what schemars writes for serde types, not the whole of JSON Schema.

use serde_json::{Map, Value};

/// The parts of a schema that apply to one value.
#[derive(Clone)]
pub(super) struct Facts<'s> {
    root: &'s Value,
    parts: Vec<&'s Map<String, Value>>,
    /// Choices between several schemas, none of them "nothing".
    unions: Vec<Vec<&'s Value>>,
    /// Whether the value may be left empty.
    pub(super) is_nullable: bool,
}

impl<'s> Facts<'s> {
    /// Gathers what `schema`, a part of `root`, says.
    pub(super) fn of(root: &'s Value, schema: &'s Value) -> Self {
        let mut facts = Self { root, parts: Vec::new(), unions: Vec::new(), is_nullable: false };
        facts.add(schema, 0);
        facts
    }

    /// Gathers what a schema says that is named by one of the parts.
    pub(super) fn below(&self, schema: &'s Value) -> Self {
        Self::of(self.root, schema)
    }

    /// Returns the same facts without their choices, which are returned beside them.
    pub(super) fn split_unions(mut self) -> (Self, Vec<Vec<&'s Value>>) {
        let unions = std::mem::take(&mut self.unions);
        (self, unions)
    }

    /// Adds the arm of a choice that was made.
    pub(super) fn choose(&mut self, arm: &'s Value) {
        self.add(arm, 0);
    }

    /// Returns the first thing said under a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<&'s Value> {
        self.all(keyword).next()
    }

    /// Returns everything said under a keyword.
    pub(super) fn all<'k>(&'k self, keyword: &'k str) -> impl Iterator<Item = &'s Value> + 'k {
        self.parts.iter().filter_map(move |part| part.get(keyword))
    }

    /// Returns the first text under a keyword.
    pub(super) fn text(&self, keyword: &str) -> Option<&'s str> {
        self.get(keyword).and_then(Value::as_str)
    }

    /// Returns the first whole number under a keyword.
    pub(super) fn count(&self, keyword: &str) -> Option<usize> {
        self.get(keyword).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok())
    }

    /// Tells whether a keyword says yes.
    pub(super) fn says(&self, keyword: &str) -> bool {
        self.get(keyword) == Some(&Value::Bool(true))
    }

    /// Tells whether a single value here may be a reference to a secret.
    pub(super) fn may_be_secret(&self) -> bool {
        self.says("x-signalbox-secret") || self.arms().any(|arm| arm.may_be_secret())
    }

    /// Returns the words of a closed list, if that is all this value may be.
    pub(super) fn words(&self) -> Option<Vec<&'s Value>> {
        if let Some(word) = self.get("const") {
            return Some(vec![word]);
        }
        if let Some(words) = self.get("enum").and_then(Value::as_array) {
            return Some(words.iter().filter(|word| !word.is_null()).collect());
        }
        let [union] = self.unions.as_slice() else { return None };
        let words: Option<Vec<_>> = union.iter().map(|arm| self.below(arm).words()).collect();
        words.map(|words| words.concat())
    }

    /// Returns the JSON types this value may have, empty if it may have any.
    pub(super) fn types(&self) -> Vec<&'s str> {
        match self.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => {
                names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect()
            }
            _ if self.get("properties").is_some() => vec!["object"],
            _ => match self.words() {
                Some(words) => words.into_iter().map(type_of).collect(),
                None => self.types_of_arms(),
            },
        }
    }

    /// Tells whether this value may have one of the types.
    pub(super) fn accepts(&self, types: &[&str]) -> bool {
        let accepted = self.types();
        accepted.is_empty() || accepted.iter().any(|accepted| types.contains(accepted))
    }

    /// Returns the facts of each arm of the choices.
    pub(super) fn arms(&self) -> impl Iterator<Item = Self> + '_ {
        self.unions.iter().flatten().map(|arm| self.below(arm))
    }

    fn types_of_arms(&self) -> Vec<&'s str> {
        let arms: Vec<_> = self.arms().map(|arm| arm.types()).collect();
        if arms.iter().any(Vec::is_empty) { Vec::new() } else { arms.concat() }
    }

    fn add(&mut self, schema: &'s Value, depth: usize) {
        let Some(part) = schema.as_object().filter(|_| depth < REFERENCES_MAX) else { return };
        self.parts.push(part);
        self.is_nullable |= part.get("type").is_some_and(names_null);
        let target =
            part.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
        if let Some(target) = target.and_then(|pointer| self.root.pointer(pointer)) {
            self.add(target, depth + 1);
        }
        for member in part.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.add(member, depth + 1);
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(arms) = part.get(keyword).and_then(Value::as_array) {
                self.add_union(arms, depth);
            }
        }
    }

    fn add_union(&mut self, arms: &'s [Value], depth: usize) {
        let is_null = |arm: &&Value| arm.get("type").is_some_and(|name| name == "null");
        let (null, arms): (Vec<_>, Vec<_>) = arms.iter().partition(is_null);
        self.is_nullable |= !null.is_empty();
        match arms.as_slice() {
            [only] => self.add(only, depth + 1),
            _ => self.unions.push(arms),
        }
    }
}

fn names_null(types: &Value) -> bool {
    types == "null" || types.as_array().is_some_and(|names| names.iter().any(|name| name == "null"))
}

fn type_of(word: &Value) -> &'static str {
    match word {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// References in a row; more are a circle.
const REFERENCES_MAX: usize = 16;
