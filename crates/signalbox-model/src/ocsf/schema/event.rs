//! The judgement of what holds for an event as a whole: version, type and the names of observables.

use serde_json::Value;

use super::table::Entity;
use super::validate::{Judge, Object, present};
use super::violation::Code;

impl Judge<'_> {
    pub(super) fn version(&mut self, event: &Object) {
        let version = event.get("metadata").and_then(|metadata| metadata.get("version"));
        let Some(text) = version.and_then(Value::as_str) else { return };
        let (path, ours) = ("metadata.version", self.schema.version);
        match (numbers(text), numbers(ours)) {
            (None, _) => {
                self.report(Code::VersionInvalid, path, format!("`{text}` is no version"));
            }
            (Some(theirs), Some(known)) if theirs > known || theirs.0 == 0 => {
                let message = format!("`{text}` cannot be judged by `{ours}`");
                self.report(Code::VersionIncompatible, path, message);
            }
            _ if text != ours => {
                let message = format!("`{text}` is judged by `{ours}`");
                self.report(Code::VersionEarlier, path, message);
            }
            _ => {}
        }
    }

    pub(super) fn type_uid(&mut self, event: &Object) {
        let number = |name| present(event, name).and_then(Value::as_i64);
        let (Some(class), Some(activity)) = (number("class_uid"), number("activity_id")) else {
            return;
        };
        let Some(type_uid) = number("type_uid") else { return };
        let expected = class.saturating_mul(100).saturating_add(activity);
        if type_uid != expected {
            let message = format!("`{type_uid}` must be `{expected}`, class and activity together");
            self.report(Code::TypeUidIncorrect, "type_uid", message);
        }
    }

    pub(super) fn observables(&mut self, event: &Object, class: &'static Entity) {
        let observables = event.get("observables").and_then(Value::as_array);
        for (index, observable) in observables.into_iter().flatten().enumerate() {
            let Some(name) = observable.get("name").and_then(Value::as_str) else { continue };
            if !self.leads_somewhere(name, class) {
                let path = format!("observables[{index}].name");
                let message = format!("`{name}` leads to no attribute of `{}`", class.name);
                self.report(Code::ObservableNameInvalid, &path, message);
            }
        }
    }

    /// Follows a name such as `evidences[0].file.name` or `resources[].uid`.
    fn leads_somewhere(&self, name: &str, class: &'static Entity) -> bool {
        let mut entity = class;
        let mut segments = name.split('.').peekable();
        while let Some(segment) = segments.next() {
            let segment = segment.split_once('[').map_or(segment, |(name, _)| name);
            let Some(rule) = entity.attributes.get(segment).filter(|rule| self.is_active(rule))
            else {
                return false;
            };
            if segments.peek().is_none() {
                return true;
            }
            let inner = self.schema.objects.get(rule.type_name).filter(|_| rule.is_object);
            match inner {
                Some(inner) if !inner.attributes.is_empty() => entity = inner,
                // Open objects have any attribute, and what is not covered gets the benefit.
                _ => return rule.is_object,
            }
        }
        false
    }
}

/// Reads `1.8.0`, `1.8.0-dev`, `1.0.0-rc.2`.
fn numbers(version: &str) -> Option<(u32, u32, u32)> {
    let (core, suffix) = version.split_once('-').unwrap_or((version, "dev"));
    let is_known = suffix == "dev"
        || suffix.strip_prefix("rc.").is_some_and(|number| number.parse::<u32>().is_ok());
    let mut parts = core.split('.').map(str::parse::<u32>);
    let mut next = || parts.next()?.ok();
    let numbers = (next()?, next()?, next()?);
    (is_known && parts.next().is_none()).then_some(numbers)
}
