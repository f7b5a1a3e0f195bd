//! Values without a struct around them: what a field path reads and what an assignment takes.
//!
//! Both borrow. A rule that looks at an event allocates nothing, and a mapping hands over slices
//! of the bytes it received.

use std::fmt;

use super::object::Object;
use crate::time::Timestamp;

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// Text of any OCSF string type (`ip_t`, `hostname_t`, …).
    Text,
    /// A whole number, `integer_t` or `long_t`.
    Integer,
    /// A number with a fraction.
    Float,
    /// True or false.
    Boolean,
    /// A point in time.
    Timestamp,
    /// Any JSON.
    Json,
    /// Several texts.
    TextList,
    /// Several whole numbers.
    IntegerList,
    /// An object with attributes of its own.
    Object,
    /// Several objects.
    ObjectList,
}

impl FieldKind {
    /// Whether an attribute of this kind has attributes of its own.
    pub const fn is_object(self) -> bool {
        matches!(self, Self::Object | Self::ObjectList)
    }

    /// Whether an attribute of this kind holds several values.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::TextList | Self::IntegerList | Self::ObjectList)
    }
}

impl fmt::Display for FieldKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "a text",
            Self::Integer => "an integer",
            Self::Float => "a number",
            Self::Boolean => "a boolean",
            Self::Timestamp => "a time",
            Self::Json => "JSON",
            Self::TextList => "a list of texts",
            Self::IntegerList => "a list of integers",
            Self::Object => "an object",
            Self::ObjectList => "a list of objects",
        })
    }
}

/// A value to be assigned to an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A text; it becomes a number, boolean or time where the attribute is one and it parses.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A point in time.
    Timestamp(Timestamp),
    /// JSON text of any shape.
    Json(&'a str),
}

impl Value<'_> {
    /// Returns what the value is.
    pub const fn kind(&self) -> FieldKind {
        match self {
            Self::Text(_) => FieldKind::Text,
            Self::Integer(_) => FieldKind::Integer,
            Self::Float(_) => FieldKind::Float,
            Self::Boolean(_) => FieldKind::Boolean,
            Self::Timestamp(_) => FieldKind::Timestamp,
            Self::Json(_) => FieldKind::Json,
        }
    }
}

/// A value read from an event.
#[derive(Clone, Copy, Debug)]
pub enum ValueRef<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A point in time.
    Timestamp(Timestamp),
    /// JSON text that is no text, number or boolean.
    Json(&'a str),
    /// A whole object: the path ends above its attributes.
    Object(&'a dyn Object),
}

impl<'a> ValueRef<'a> {
    /// Returns the text, if the value is one.
    pub const fn as_text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the whole number, if the value is one.
    pub const fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

/// Two values are equal when kind and content are; objects never are.
impl PartialEq for ValueRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) | (Self::Json(a), Self::Json(b)) => a == b,
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            _ => false,
        }
    }
}

/// A value that does not fit the attribute it was assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What the attribute holds.
    pub expected: FieldKind,
    /// What was given. A text given for a number is a text that is no number.
    pub actual: FieldKind,
}
