//! Events read from their JSON, attribute by attribute.
//!
//! Strict when emitting, lenient when reading: an attribute that the hub does not have, one of a
//! class it does not use, and a value that does not fit are kept in `unmapped`, under their path.
//! What follows from other attributes (captions, type numbers, profiles) is left to the writer. So
//! an event of the hub's own reads back as it was, and another's as far as it can be understood.

use serde_json::value::RawValue;

use super::class::{Class, ClassUid};
use super::event::Event;
use super::json::Json;
use super::members::{self, Members};
use super::object::{Field, Object, Table};
use super::value::{FieldKind, Value};
use super::{Text, header::Header};
use crate::Severity;
use crate::time::Timestamp;

impl Event {
    /// Reads an event from its JSON; `None` where the bytes are no object with a class and metadata.
    pub fn read_json(json: &[u8]) -> Option<Self> {
        let members = members::members_of(json)?;
        let class = Self::class_number(&members)?;
        Some(Self::of_members(class, &members, Timestamp::from_millis(0), usize::MAX))
    }

    /// Returns the number of an OCSF event's class; `None` where the object is something else.
    pub fn class_number(members: &Members<'_>) -> Option<i64> {
        let value =
            |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let has_metadata = value("metadata")?.get().starts_with('{');
        let number = value("class_uid")?.get().parse().ok()?;
        has_metadata.then_some(number)
    }

    /// Makes an event of the members of an OCSF object. `time` is its time where it has none itself;
    /// of what no attribute is there for at most one more than `leftovers_max` is kept.
    pub fn of_members(
        class_number: i64,
        members: &Members<'_>,
        time: Timestamp,
        leftovers_max: usize,
    ) -> Self {
        let class = ClassUid::from_number(class_number);
        let mut event = Self::new(Class::new(class.unwrap_or_default()), time);
        let mut reader =
            Reader { event: &mut event, steps: Vec::new(), path: String::new(), leftovers_max };
        for (key, value) in members {
            reader.take_top(key, value, class);
        }
        event
    }
}

/// Fills an event, following the tables of attributes.
struct Reader<'e> {
    event: &'e mut Event,
    /// The steps to where it is.
    steps: Vec<u8>,
    /// The same in words.
    path: String,
    leftovers_max: usize,
}

impl Reader<'_> {
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
        if key == "unmapped" {
            self.keep_members(value);
            return true;
        }
        let Some(header) = Header::from_name(key) else { return false };
        let number = || value.get().parse::<i64>().ok();
        match header {
            Header::SeverityId => {
                self.event.severity = number().and_then(Severity::from_id).unwrap_or_default();
            }
            Header::Severity | Header::CategoryUid | Header::CategoryName => {}
            // What they mean depends on the class.
            _ if class.is_none() => self.keep_at(key, value),
            Header::ActivityId => self.event.activity_id = number().unwrap_or_default(),
            Header::ActivityName => {
                self.event.activity_name = members::text_of(value).map(Text::from);
            }
            Header::StatusId => self.event.status_id = number(),
            Header::Status => self.event.status = members::text_of(value).map(Text::from),
            Header::TypeUid | Header::TypeName | Header::ClassUid | Header::ClassName => {}
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
                let elements = members::elements_of(json).unwrap_or_else(|| vec![value]);
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
        let members = members::members_of(value.get().as_bytes());
        let is_object = members.is_some();
        for (key, value) in members.unwrap_or_default() {
            self.take(table, &key, value);
        }
        is_object
    }

    /// Takes a list of objects, or one object in its place. A list with anything else is kept whole.
    fn take_list(&mut self, table: &'static Table, value: &RawValue) -> bool {
        let elements = members::elements_of(value.get()).unwrap_or_else(|| vec![value]);
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
        let assign = |value: Value<'_>| Object::assign(self.event, &self.steps, value).is_ok();
        members::with_value(value, assign).unwrap_or(true)
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

    /// Keeps a value under its path, up to the bound.
    fn keep(&mut self, value: &RawValue) {
        if self.event.unmapped.len() <= self.leftovers_max && value.get() != "null" {
            self.event.unmapped.insert_json(&self.path, Json::from(value));
        }
    }

    /// Keeps what was kept before, under the same names: texts as texts.
    fn keep_members(&mut self, value: &RawValue) {
        for (key, value) in members::members_of(value.get().as_bytes()).unwrap_or_default() {
            match members::text_of(value) {
                Some(text) if self.event.unmapped.len() <= self.leftovers_max => {
                    self.event.unmapped.insert_text(&key, &text);
                }
                _ => self.keep_at(&key, value),
            }
        }
    }
}

/// Processes have parents without end; what is nested deeper is kept as it is.
const DEPTH_MAX: usize = 32;
