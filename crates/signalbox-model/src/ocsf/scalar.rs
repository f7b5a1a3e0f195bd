//! Attributes that hold one value.
//!
//! Writing is inlined: most are absent, and a key whose length is known is copied without a call.

use std::ops::ControlFlow;

use super::Text;
use super::attribute::Attribute;
use super::convert;
use super::json::Json;
use super::object::Visitor;
use super::value::{FieldKind, Mismatch, Value, ValueRef};
use super::writer::JsonWriter;
use crate::time::Timestamp;

impl Attribute for Option<Text> {
    const KIND: FieldKind = FieldKind::Text;

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.as_ref().map_or(ControlFlow::Continue(()), |text| visitor(ValueRef::Text(text)))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        *self = Some(convert::to_text(value)?);
        Ok(())
    }

    #[inline]
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if let Some(text) = self {
            writer.key(key);
            writer.text(text);
        }
    }
}

impl Attribute for Option<i64> {
    const KIND: FieldKind = FieldKind::Integer;

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.map_or(ControlFlow::Continue(()), |number| visitor(ValueRef::Integer(number)))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        *self = Some(convert::to_integer(value)?);
        Ok(())
    }

    #[inline]
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if let Some(number) = self {
            writer.key(key);
            writer.integer(*number);
        }
    }
}

/// Not-a-number and infinity have no JSON and count as absent.
impl Attribute for Option<f64> {
    const KIND: FieldKind = FieldKind::Float;

    fn is_absent(&self) -> bool {
        !self.is_some_and(f64::is_finite)
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        let number = self.filter(|number| number.is_finite());
        number.map_or(ControlFlow::Continue(()), |number| visitor(ValueRef::Float(number)))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        *self = Some(convert::to_float(value)?);
        Ok(())
    }

    #[inline]
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if let Some(number) = self.filter(|number| number.is_finite()) {
            writer.key(key);
            writer.float(number);
        }
    }
}

impl Attribute for Option<bool> {
    const KIND: FieldKind = FieldKind::Boolean;

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.map_or(ControlFlow::Continue(()), |is_true| visitor(ValueRef::Boolean(is_true)))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        *self = Some(convert::to_boolean(value)?);
        Ok(())
    }

    #[inline]
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if let Some(is_true) = self {
            writer.key(key);
            writer.boolean(*is_true);
        }
    }
}

impl Attribute for Option<Timestamp> {
    const KIND: FieldKind = FieldKind::Timestamp;

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.map_or(ControlFlow::Continue(()), |time| visitor(ValueRef::Timestamp(time)))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        *self = Some(convert::to_timestamp(value)?);
        Ok(())
    }

    #[inline]
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if let Some(time) = self {
            writer.key(key);
            writer.integer(time.as_millis());
        }
    }
}

/// A time that every event has.
impl Attribute for Timestamp {
    const KIND: FieldKind = FieldKind::Timestamp;

    fn is_absent(&self) -> bool {
        false
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        visitor(ValueRef::Timestamp(*self))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        *self = convert::to_timestamp(value)?;
        Ok(())
    }

    #[inline]
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        writer.key(key);
        writer.integer(self.as_millis());
    }
}

impl Attribute for Option<Json> {
    const KIND: FieldKind = FieldKind::Json;

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.as_ref().map_or(ControlFlow::Continue(()), |json| visitor(json.value()))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        *self = Some(convert::to_json(value)?);
        Ok(())
    }

    #[inline]
    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        if let Some(json) = self {
            writer.key(key);
            writer.json(json);
        }
    }
}
