//! What every OCSF object of ours can do, and the table of its attributes.
//!
//! `#[derive(Object)]` writes the implementations. A path is a list of steps, each the index of an
//! attribute in the table of the object it is reached from; following one costs a `match` per
//! step and compares no text.

use std::fmt;
use std::ops::ControlFlow;

pub use signalbox_model_derive::Object;

use super::attribute::Attribute;
use super::caption::Captions;
use super::value::{FieldKind, Mismatch, Value, ValueRef};
use super::writer::JsonWriter;

/// Is called with each value a path leads to; may end the visit.
pub type Visitor<'a, 'v> = dyn FnMut(ValueRef<'a>) -> ControlFlow<()> + 'v;

/// A struct whose fields are OCSF attributes.
pub trait Object: fmt::Debug + Send + Sync {
    /// Returns the attributes, in the order they are written.
    fn table() -> &'static Table
    where
        Self: Sized;

    /// Calls `visitor` with each value that `steps` leads to. Absent values are not visited.
    fn visit<'a>(&'a self, steps: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()>;

    /// Sets what `steps` leads to; objects on the way are made, lists are entered at their last
    /// element. The empty JSON object, set to a list of objects, appends an element.
    ///
    /// # Errors
    /// When the value does not fit.
    fn assign(&mut self, steps: &[u8], value: Value<'_>) -> Result<(), Mismatch>;

    /// Writes the attributes that are present, without the braces around them.
    fn write_members(&self, writer: &mut JsonWriter<'_>);
}

impl<O: Object> Object for Box<O> {
    fn table() -> &'static Table {
        O::table()
    }

    fn visit<'a>(&'a self, steps: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        (**self).visit(steps, visitor)
    }

    fn assign(&mut self, steps: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        (**self).assign(steps, value)
    }

    fn write_members(&self, writer: &mut JsonWriter<'_>) {
        (**self).write_members(writer);
    }
}

/// The attributes of one OCSF object.
#[derive(Debug)]
pub struct Table {
    /// The object's name in the OCSF schema, such as `network_endpoint`.
    pub name: &'static str,
    /// The attributes, by index.
    pub fields: &'static [Field],
}

impl Table {
    /// Finds an attribute: the steps to it (two, where it comes from a flattened struct) are
    /// appended to `steps`.
    pub fn find(&self, name: &str, steps: &mut Vec<u8>) -> Option<&'static Field> {
        for (field, step) in self.fields.iter().zip(0..) {
            steps.push(step);
            match (field.is_flattened, field.object) {
                (true, Some(table)) => {
                    if let Some(found) = table().find(name, steps) {
                        return Some(found);
                    }
                }
                _ if field.name == name => return Some(field),
                _ => {}
            }
            steps.pop();
        }
        None
    }

    /// Returns the attributes as the JSON shows them: those of flattened structs in their place.
    pub fn flattened(&self) -> Vec<&'static Field> {
        let mut fields = Vec::with_capacity(self.fields.len());
        for field in self.fields {
            match (field.is_flattened, field.object) {
                (true, Some(table)) => fields.extend(table().flattened()),
                _ => fields.push(field),
            }
        }
        fields
    }
}

/// One attribute in the table of its object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The OCSF name.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it can be assigned to; the rest is computed.
    pub is_assignable: bool,
    /// The numbers it may be, or whose captions it may be, where OCSF lists them.
    pub captions: Option<&'static Captions>,
    /// The table of the object it holds, where it holds one.
    pub object: Option<fn() -> &'static Table>,
    /// Whether the attributes of the struct it holds stand among those of its own object.
    pub is_flattened: bool,
}

impl Field {
    /// Describes an attribute held by a field of type `A`.
    pub const fn of<A: Attribute>(name: &'static str) -> Self {
        Self {
            name,
            kind: A::KIND,
            is_assignable: A::IS_ASSIGNABLE,
            captions: None,
            object: A::OBJECT,
            is_flattened: false,
        }
    }

    /// Adds the numbers and captions of an enumeration.
    pub const fn with_captions(self, captions: &'static Captions) -> Self {
        Self { captions: Some(captions), ..self }
    }

    /// Describes a struct whose attributes stand among those of the object that holds it.
    pub const fn flattened<O: Object>(name: &'static str) -> Self {
        Self {
            name,
            kind: FieldKind::Object,
            is_assignable: false,
            captions: None,
            object: Some(O::table),
            is_flattened: true,
        }
    }
}
