//! Reads a JSON Schema as a person does: which keys there are, what they take, what they mean.

use serde_json::{Map, Value};

/// One key of a configuration.
pub(super) struct Key {
    /// Its path, such as `listen.tls.key`; a part in parentheses says when it applies.
    pub(super) path: String,
    /// What it takes.
    pub(super) kind: String,
    pub(super) need: Need,
    pub(super) description: String,
}

/// Whether a key must be written where the section that it is in is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Optional,
    /// It, or one of the others of its kind in the same section.
    Alternative,
    Required,
}

/// Where keys are looked for.
#[derive(Clone, Copy)]
struct Place<'p> {
    prefix: &'p str,
    depth: usize,
    /// Whether the section is one of several that its one key tells apart.
    is_choice: bool,
}

/// A schema with what its references lead to.
pub(super) struct Reference<'a> {
    definitions: Option<&'a Map<String, Value>>,
}

impl<'a> Reference<'a> {
    /// Reads the definitions of a root schema.
    pub(super) fn of(root: &'a Value) -> Self {
        Self { definitions: root["$defs"].as_object() }
    }

    /// Follows a reference; what is beside it counts for [`description`](Self::description) only.
    pub(super) fn resolve(&self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
        let target = name.and_then(|name| self.definitions?.get(name));
        match target {
            Some(target) => self.resolve(target),
            None => self.without_null(schema),
        }
    }

    /// Returns the keys of an object, those of nested objects below theirs.
    pub(super) fn keys(&self, schema: &'a Value) -> Vec<Key> {
        let mut keys = Vec::new();
        self.collect(schema, Place { prefix: "", depth: 0, is_choice: false }, &mut keys);
        keys
    }

    /// Returns what a schema is for: the words beside a reference come before those behind it.
    pub(super) fn description(&self, schema: &'a Value) -> String {
        let own = schema["description"].as_str();
        let text = own.or_else(|| self.resolve(schema)["description"].as_str()).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Returns the variants of a choice, each with the words that select it, such as `direction: send`.
    pub(super) fn variants(&self, schema: &'a Value) -> Vec<(Option<String>, &'a Value)> {
        let schema = self.resolve(schema);
        let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        let objects = choices.into_iter().flatten().filter(|choice| self.is_object(choice));
        objects
            .map(|choice| (selector(self.resolve(choice)).or_else(|| selector(choice)), choice))
            .collect()
    }

    fn collect(&self, schema: &'a Value, place: Place<'_>, keys: &mut Vec<Key>) {
        let target = self.resolve(schema);
        // A variant may have keys beside its reference: serde's tag.
        for part in
            [Some(target), (!std::ptr::eq(target, schema)).then_some(schema)].into_iter().flatten()
        {
            self.collect_properties(part, place, keys);
            for merged in part["allOf"].as_array().into_iter().flatten() {
                self.collect(merged, place, keys);
            }
        }
        let variants = self.variants(target);
        let is_choice = place.is_choice || variants.len() > 1;
        for (selector, variant) in variants {
            let is_choice = is_choice && selector.is_none();
            let prefix = match (&selector, place.prefix) {
                (Some(selector), "") => format!("(`{selector}`) "),
                (Some(selector), prefix) => {
                    format!("{} (`{selector}`).", prefix.trim_end_matches('.'))
                }
                (None, prefix) => prefix.to_owned(),
            };
            self.collect(variant, Place { prefix: &prefix, is_choice, ..place }, keys);
        }
    }

    fn collect_properties(&self, schema: &'a Value, place: Place<'_>, keys: &mut Vec<Key>) {
        let Place { prefix, depth, is_choice } = place;
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if property.get("const").is_some() {
                continue;
            }
            keys.push(Key {
                path: format!("{prefix}{name}"),
                kind: self.kind(property),
                need: match required.as_slice() {
                    [only] if is_choice && only == name => Need::Alternative,
                    required if required.contains(&name.as_str()) => Need::Required,
                    _ => Need::Optional,
                },
                description: self.description(property),
            });
            if depth < DEPTH_MAX {
                let prefix = format!("{prefix}{name}.");
                let below = Place { prefix: &prefix, depth: depth + 1, is_choice: false };
                self.collect(self.item(property), below, keys);
            }
        }
    }

    /// The items of a list are described where the list is.
    fn item(&self, schema: &'a Value) -> &'a Value {
        let target = self.resolve(schema);
        if self.is_list(target) { &target["items"] } else { schema }
    }

    fn kind(&self, schema: &'a Value) -> String {
        let target = self.resolve(schema);
        if target["x-signalbox-secret"] == true {
            return "secret reference".to_owned();
        }
        let expected = schema["x-signalbox-expected"]
            .as_str()
            .or_else(|| target["x-signalbox-expected"].as_str());
        if let Some(expected) = expected {
            return expected.to_owned();
        }
        let words = words(target);
        if !words.is_empty() {
            return words.join(", ");
        }
        if self.is_list(target) {
            return format!("list of {}", self.kind(&target["items"]));
        }
        match &target["type"] {
            Value::String(name) => plain(name).to_owned(),
            Value::Array(names) => {
                let names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
                names.map(plain).collect::<Vec<_>>().join(" or ")
            }
            _ if self.is_object(target) => plain("object").to_owned(),
            _ => "any".to_owned(),
        }
    }

    fn is_object(&self, schema: &'a Value) -> bool {
        let target = self.resolve(schema);
        let has = |name: &str| target.get(name).is_some() || schema.get(name).is_some();
        has("properties") || has("allOf") || !self.variants(target).is_empty()
    }

    fn is_list(&self, schema: &Value) -> bool {
        schema["type"] == "array"
            || schema["type"].as_array().is_some_and(|types| {
                types.len() == 2
                    && types.iter().any(|kind| kind == "array")
                    && types.iter().any(|kind| kind == "null")
            })
    }

    /// An optional value is a choice between it and null.
    fn without_null(&self, schema: &'a Value) -> &'a Value {
        let Some([one, other]) = schema["anyOf"].as_array().map(Vec::as_slice) else {
            return schema;
        };
        match (one["type"] == "null", other["type"] == "null") {
            (true, false) => self.resolve(other),
            (false, true) => self.resolve(one),
            _ => schema,
        }
    }
}

/// The words of an enumeration.
fn words(schema: &Value) -> Vec<String> {
    let listed = schema["enum"].as_array().into_iter().flatten();
    let described =
        schema["oneOf"].as_array().into_iter().flatten().filter_map(|choice| choice.get("const"));
    let words = listed.chain(described).filter_map(Value::as_str);
    words.map(|word| format!("`{word}`")).collect()
}

/// The key with one possible value that tells a variant.
fn selector(schema: &Value) -> Option<String> {
    let properties = schema["properties"].as_object()?;
    let (name, property) =
        properties.iter().find(|(_, property)| property.get("const").is_some())?;
    Some(format!("{name}: {}", property["const"].as_str()?))
}

fn plain(name: &str) -> &str {
    match name {
        "string" => "text",
        "object" => "section",
        "array" => "list",
        "boolean" => "`true` or `false`",
        "integer" => "whole number",
        other => other,
    }
}

/// How deep sections are followed.
const DEPTH_MAX: usize = 4;
