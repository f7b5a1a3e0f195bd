//! The judgement of one event: its class, its profiles, and the attributes of each object in it.

use serde_json::{Map, Value};

use super::table::{AttributeRule, Constraint, Entity, Requirement, Schema};
use super::violation::{Code, Violation};

/// Judges an event. Valid OCSF has no violation of level [`Error`](super::Level::Error).
///
/// An event of a class or an object without a struct here is not looked into: for a class that is
/// said, with [`Code::ClassNotCovered`].
pub fn validate(event: &Value) -> Vec<Violation> {
    let mut judge = Judge { schema: Schema::get(), profiles: Vec::new(), found: Vec::new() };
    let Some(event) = event.as_object() else {
        judge.wrong_type("", "an object", event);
        return judge.found;
    };
    if let Some(class) = judge.class(event) {
        judge.declare_profiles(event);
        judge.entity(event, class, "");
        judge.version(event);
        judge.type_uid(event);
        judge.observables(event, class);
    }
    judge.found
}

/// What is known while an event is judged.
pub(super) struct Judge<'a> {
    pub(super) schema: &'static Schema,
    pub(super) profiles: Vec<&'a str>,
    found: Vec<Violation>,
}

pub(super) type Object = Map<String, Value>;

impl<'a> Judge<'a> {
    pub(super) fn report(&mut self, code: Code, path: &str, message: String) {
        self.found.push(Violation { code, path: path.to_owned(), message });
    }

    pub(super) fn wrong_type(&mut self, path: &str, expected: &str, value: &Value) {
        let actual = match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(number) if number.is_f64() => "a float",
            Value::Number(_) => "an integer",
            Value::String(_) => "a text",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        self.report(Code::WrongType, path, format!("expected {expected}, got {actual}"));
    }

    /// Finds the class; without one nothing else can be judged.
    fn class(&mut self, event: &Object) -> Option<&'static Entity> {
        let Some(value) = present(event, "class_uid") else {
            self.report(Code::RequiredMissing, "class_uid", "it is required".to_owned());
            return None;
        };
        let Some(uid) = value.as_i64() else {
            self.wrong_type("class_uid", "integer_t", value);
            return None;
        };
        let class = self.schema.classes.get(&uid);
        match (class, self.schema.uncovered.get(&uid)) {
            (Some(_), _) => {}
            (None, Some(name)) => {
                let message = format!("class `{name}` is not covered, nothing was checked");
                self.report(Code::ClassNotCovered, "class_uid", message);
            }
            (None, None) => {
                self.report(Code::ClassUidUnknown, "class_uid", format!("no class has `{uid}`"));
            }
        }
        class
    }

    fn declare_profiles(&mut self, event: &'a Object) {
        let declared = event.get("metadata").and_then(|metadata| metadata.get("profiles"));
        for (index, profile) in declared.and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            let Some(profile) = profile.as_str() else { continue };
            if !self.schema.profiles.contains(profile) {
                let path = format!("metadata.profiles[{index}]");
                self.report(Code::ProfileUnknown, &path, format!("no profile is `{profile}`"));
            }
            self.profiles.push(profile);
        }
    }

    pub(super) fn is_active(&self, rule: &AttributeRule) -> bool {
        rule.profile.is_none_or(|profile| self.profiles.contains(&profile))
    }

    pub(super) fn entity(&mut self, object: &Object, entity: &'static Entity, path: &str) {
        if entity.attributes.is_empty() {
            return;
        }
        for (name, rule) in &entity.attributes {
            if !self.is_active(rule) {
                continue;
            }
            let path = join(path, name);
            match present(object, name) {
                Some(value) => self.attribute(value, rule, object, name, &path),
                None if rule.requirement == Requirement::Required => {
                    self.report(Code::RequiredMissing, &path, "it is required".to_owned());
                }
                None => {}
            }
        }
        for key in object.keys() {
            let rule = entity.attributes.get(key.as_str());
            if !rule.is_some_and(|rule| self.is_active(rule)) {
                let profile = rule.and_then(|rule| rule.profile);
                let reason = profile.map_or_else(String::new, |profile| {
                    format!(" unless `metadata.profiles` has `{profile}`")
                });
                let message = format!("`{}` has no such attribute{reason}", entity.name);
                self.report(Code::AttributeUnknown, &join(path, key), message);
            }
        }
        for constraint in &entity.constraints {
            self.constraint(object, constraint, entity, path);
        }
    }

    fn constraint(&mut self, object: &Object, rule: &Constraint, entity: &Entity, path: &str) {
        let (names, is_met, demand) = match rule {
            Constraint::AtLeastOne(names) => (names, count(object, names) > 0, "at least one"),
            Constraint::JustOne(names) => (names, count(object, names) == 1, "exactly one"),
        };
        if !is_met {
            let message = format!("`{}` needs {demand} of `{}`", entity.name, names.join("`, `"));
            self.report(Code::ConstraintFailed, path, message);
        }
    }
}

pub(super) fn present<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

fn count(object: &Object, names: &[&str]) -> usize {
    names.iter().filter(|name| present(object, name).is_some()).count()
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
