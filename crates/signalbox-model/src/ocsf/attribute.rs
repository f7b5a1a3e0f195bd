//! The types a field of an OCSF struct may have.
//!
//! The derive macro knows no types: it calls these functions on every field, and the field's type
//! decides what they do. `Option` is absent when `None`, a list when it is empty; absent
//! attributes are neither written nor visited.

use std::ops::ControlFlow;

use super::Text;
use super::convert;
use super::object::{Object, Table, Visitor};
use super::value::{FieldKind, Mismatch, Value, ValueRef};
use super::writer::JsonWriter;

/// A field that holds an OCSF attribute.
pub trait Attribute {
    /// What it holds.
    const KIND: FieldKind;
    /// Whether a mapping may set it.
    const IS_ASSIGNABLE: bool = true;
    /// The table of the object it holds, where it holds one.
    const OBJECT: Option<fn() -> &'static Table> = None;

    /// Whether it holds nothing.
    fn is_absent(&self) -> bool;

    /// Calls `visitor` with each value that `steps`, counted from this attribute, leads to.
    fn visit<'a>(&'a self, steps: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()>;

    /// Sets what `steps`, counted from this attribute, leads to.
    ///
    /// # Errors
    /// When the value does not fit.
    fn assign(&mut self, steps: &[u8], value: Value<'_>) -> Result<(), Mismatch>;

    /// Writes `key` and the value, unless it is absent.
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>);
}

/// Assigning appends.
impl Attribute for Vec<Text> {
    const KIND: FieldKind = FieldKind::TextList;

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.iter().try_for_each(|text| visitor(ValueRef::Text(text)))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        self.push(convert::to_text(value)?);
        Ok(())
    }

    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if !self.is_empty() {
            writer.key(key);
            writer.list(self.iter(), |writer, text| writer.text(text));
        }
    }
}

/// Assigning appends.
impl Attribute for Vec<i64> {
    const KIND: FieldKind = FieldKind::IntegerList;

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.iter().try_for_each(|number| visitor(ValueRef::Integer(*number)))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        self.push(convert::to_integer(value)?);
        Ok(())
    }

    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if !self.is_empty() {
            writer.key(key);
            writer.list(self.iter(), |writer, number| writer.integer(*number));
        }
    }
}

impl<O: Object + Default> Attribute for Option<O> {
    const KIND: FieldKind = FieldKind::Object;
    const OBJECT: Option<fn() -> &'static Table> = Some(O::table);

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn visit<'a>(&'a self, steps: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.as_ref().map_or(ControlFlow::Continue(()), |object| object.visit(steps, visitor))
    }

    fn assign(&mut self, steps: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        self.get_or_insert_default().assign(steps, value)
    }

    #[inline]
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if let Some(object) = self {
            writer.key(key);
            writer.object(object);
        }
    }
}

/// Visiting enters every element, assigning the last, which is made where there is none. Assigning
/// an empty object to the list itself appends one, for whoever has several.
impl<O: Object + Default> Attribute for Vec<O> {
    const KIND: FieldKind = FieldKind::ObjectList;
    const OBJECT: Option<fn() -> &'static Table> = Some(O::table);

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn visit<'a>(&'a self, steps: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.iter().try_for_each(|object| object.visit(steps, visitor))
    }

    fn assign(&mut self, steps: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        if let ([], Value::Json("{}")) = (steps, value) {
            self.push(O::default());
            return Ok(());
        }
        if let Some(last) = self.last_mut() {
            return last.assign(steps, value);
        }
        let mut first = O::default();
        first.assign(steps, value)?;
        self.push(first);
        Ok(())
    }

    #[inline]
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if !self.is_empty() {
            writer.key(key);
            writer.list(self.iter(), |writer, object| writer.object(object));
        }
    }
}
