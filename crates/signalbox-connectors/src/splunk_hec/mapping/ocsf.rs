//! OCSF events from elsewhere, taken over attribute by attribute.
//!
//! Strict when emitting, lenient when reading: an attribute that the hub does not have, one of a
//! class it does not use, and a value that does not fit are kept in `unmapped`, under their path.
//! What follows from other attributes (captions, type numbers, profiles) is left to the writer.

use serde_json::value::RawValue;

use signalbox_model::Severity;
use signalbox_model::ocsf::object::{Field, Object, Table};
use signalbox_model::ocsf::{Class, ClassUid, Event, FieldKind, Json, Text, Value};
use signalbox_sdk::role::{Normalized, RawEvent};

use super::json;
use super::{KEYS_MAX, keep_fields, mapped, quarantined, time_of};
use crate::json::Members;

/// Returns the class of an OCSF event; `None` where the object is something else.
pub(super) fn class_number(members: &[(std::borrow::Cow<'_, str>, &RawValue)]) -> Option<i64> {
    let value = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let has_metadata = value("metadata")?.get().starts_with('{');
    let number = value("class_uid")?.get().parse().ok()?;
    has_metadata.then_some(number)
}

/// Makes an event of the members of an OCSF object.
pub(super) fn take_over(class_number: i64, members: Members<'_>, raw: &RawEvent) -> Normalized {
    let class = ClassUid::from_number(class_number);
    let mut event = Event::new(Class::new(class.unwrap_or_default()), time_of(raw));
    let mut taker = Taker { event: &mut event, steps: Vec::new(), path: String::new() };
    for (key, value) in members {
        taker.take_top(&key, value, class);
    }
    if event.unmapped.len() > KEYS_MAX {
        let reason = format!(
            "an OCSF event with more than {KEYS_MAX} attributes that OCSF does not have; send them \
             as one JSON text"
        );
        return quarantined(raw, reason);
    }
    keep_fields(raw, &mut event);
    let event_id = event.metadata.uid.take();
    if event.metadata.correlation_uid.is_none() {
        event.metadata.correlation_uid.clone_from(&event_id);
    }
    mapped(event, event_id, raw)
}

/// Fills an event, following the tables of attributes.
struct Taker<'e> {
    event: &'e mut Event,
    /// The steps to where it is.
    steps: Vec<u8>,
    /// The same in words.
    path: String,
}

impl Taker<'_> {
    /// Takes an attribute of the event itself; `class` is `None` for one the hub does not use.
    fn take_top(&mut self, key: &str, value: &RawValue, class: Option<ClassUid>) {
        if self.take_header(key, value, class) || value.get() == "null" {
            return;
        }
        let table = <Event as Object>::table();
        if let Some(field) = self.find(table, key) {
            return self.take_found(key, field, value);
        }
        // The attributes of the class stand among the event's own.
        let class_step = table.fields.iter().zip(0..).find(|(field, _)| field.is_flattened);
        if let Some((_, step)) = class_step {
            self.steps.push(step);
            self.take(class.unwrap_or_default().table(), key, value);
            self.steps.pop();
        }
    }

    /// Takes what every event has and no table lists; returns whether it was that.
    fn take_header(&mut self, key: &str, value: &RawValue, class: Option<ClassUid>) -> bool {
        let number = || value.get().parse::<i64>().ok();
        match key {
            "severity_id" => {
                self.event.severity = number().and_then(Severity::from_id).unwrap_or_default();
            }
            "severity" | "category_uid" | "category_name" => {}
            // What they mean depends on the class.
            "activity_id" | "activity_name" | "status_id" | "status" | "type_uid" | "type_name"
            | "class_uid" | "class_name"
                if class.is_none() =>
            {
                self.keep_at(key, value);
            }
            "activity_id" => self.event.activity_id = number().unwrap_or_default(),
            "activity_name" => self.event.activity_name = json::text_of(value).map(Text::from),
            "status_id" => self.event.status_id = number(),
            "status" => self.event.status = json::text_of(value).map(Text::from),
            "type_uid" | "type_name" | "class_uid" | "class_name" => {}
            "unmapped" => self.keep_members(value),
            _ => return false,
        }
        true
    }

    /// Takes an attribute of the object that `table` describes.
    fn take(&mut self, table: &'static Table, key: &str, value: &RawValue) {
        match self.find(table, key) {
            Some(field) => self.take_found(key, field, value),
            None => self.keep_at(key, value),
        }
    }

    /// Finds an attribute and goes there; [`take_found`](Self::take_found) returns.
    fn find(&mut self, table: &'static Table, key: &str) -> Option<(&'static Field, usize)> {
        let depth = self.steps.len();
        let field = table.find(key, &mut self.steps)?;
        Some((field, depth))
    }

    fn take_found(&mut self, key: &str, found: (&'static Field, usize), value: &RawValue) {
        let (field, depth) = found;
        let length = self.enter(key);
        self.take_value(field, value);
        self.path.truncate(length);
        self.steps.truncate(depth);
    }

    fn take_value(&mut self, field: &'static Field, value: &RawValue) {
        let json = value.get();
        // What is computed is written anew: the schema's version, the profiles.
        if json == "null" || !field.is_assignable {
            return;
        }
        let is_taken = match (field.kind, field.object) {
            (FieldKind::Object, Some(table)) => self.take_members(table(), value),
            (FieldKind::ObjectList, Some(table)) => self.take_list(table(), value),
            (FieldKind::TextList | FieldKind::IntegerList, _) => {
                let elements = json::elements_of(json).unwrap_or_else(|| vec![value]);
                elements.iter().all(|element| self.assign(element))
            }
            _ => self.assign(value),
        };
        if !is_taken {
            self.keep(value);
        }
    }

    fn take_members(&mut self, table: &'static Table, value: &RawValue) -> bool {
        if self.steps.len() > DEPTH_MAX {
            return false;
        }
        let members = json::members_of(value.get().as_bytes());
        let is_object = members.is_some();
        for (key, value) in members.unwrap_or_default() {
            self.take(table, &key, value);
        }
        is_object
    }

    /// Takes a list of objects, or one object in its place. A list with anything else is kept whole.
    fn take_list(&mut self, table: &'static Table, value: &RawValue) -> bool {
        let elements = json::elements_of(value.get()).unwrap_or_else(|| vec![value]);
        if !elements.iter().all(|element| element.get().starts_with('{')) {
            return false;
        }
        for element in elements {
            let appended = Object::assign(self.event, &self.steps, Value::Json("{}"));
            if appended.is_err() || !self.take_members(table, element) {
                return false;
            }
        }
        true
    }

    fn assign(&mut self, value: &RawValue) -> bool {
        let assigned =
            json::with_value(value, |value| Object::assign(self.event, &self.steps, value).is_ok());
        assigned.unwrap_or(true)
    }

    /// Appends to the path; returns where to cut it again.
    fn enter(&mut self, key: &str) -> usize {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        length
    }

    fn keep_at(&mut self, key: &str, value: &RawValue) {
        let length = self.enter(key);
        self.keep(value);
        self.path.truncate(length);
    }

    /// Keeps a value under its path. Beyond the bound the event is refused anyway.
    fn keep(&mut self, value: &RawValue) {
        if self.event.unmapped.len() <= KEYS_MAX && value.get() != "null" {
            self.event.unmapped.insert_json(&self.path, Json::from(value));
        }
    }

    /// Keeps what another hub had kept, under the same names.
    fn keep_members(&mut self, value: &RawValue) {
        for (key, value) in json::members_of(value.get().as_bytes()).unwrap_or_default() {
            self.keep_at(&key, value);
        }
    }
}

/// Processes have parents without end; what is nested deeper is kept as it is.
const DEPTH_MAX: usize = 32;
