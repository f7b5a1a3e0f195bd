//! Which value fits which attribute, and how it becomes one.
//!
//! A mapping reads texts more often than typed values, so a text becomes a number, boolean or
//! time where it is exactly one. Nothing is rounded, cut or guessed: what does not fit is refused,
//! and the mapping decides what then happens.

use compact_str::{CompactString, ToCompactString, format_compact};

use super::Text;
use super::json::Json;
use super::value::{FieldKind, Mismatch, Value};
use crate::time::Timestamp;

/// Whether an attribute of kind `target` takes values of kind `source`, at least some of them:
/// a text fits an integer, though not every text does.
pub(super) const fn accepts(target: FieldKind, source: FieldKind) -> bool {
    use FieldKind::{Boolean, Float, Integer, Json, Text, Timestamp};
    match target {
        FieldKind::Text | FieldKind::TextList => {
            matches!(source, Text | Integer | Float | Boolean | Timestamp)
        }
        FieldKind::Integer | FieldKind::IntegerList => matches!(source, Text | Integer | Float),
        FieldKind::Float => matches!(source, Text | Integer | Float),
        FieldKind::Boolean => matches!(source, Text | Integer | Boolean),
        FieldKind::Timestamp => matches!(source, Text | Integer | Timestamp),
        FieldKind::Json => {
            matches!(source, Text | Integer | Float | Boolean | Timestamp | Json)
        }
        FieldKind::Object | FieldKind::ObjectList => false,
    }
}

pub(super) fn to_text(value: Value<'_>) -> Result<Text, Mismatch> {
    Ok(match value {
        Value::Text(text) => CompactString::new(text),
        Value::Integer(number) => number.to_compact_string(),
        Value::Float(number) => number.to_compact_string(),
        Value::Boolean(is_true) => is_true.to_compact_string(),
        Value::Timestamp(time) => format_compact!("{time}"),
        Value::Json(_) => return Err(mismatch(FieldKind::Text, value)),
    })
}

pub(super) fn to_integer(value: Value<'_>) -> Result<i64, Mismatch> {
    let number = match value {
        Value::Integer(number) => Some(number),
        Value::Text(text) => text.trim().parse().ok(),
        Value::Float(number) => whole(number),
        _ => None,
    };
    number.ok_or(mismatch(FieldKind::Integer, value))
}

pub(super) fn to_float(value: Value<'_>) -> Result<f64, Mismatch> {
    let number = match value {
        Value::Float(number) => Some(number),
        Value::Integer(number) => exact(number),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite()).ok_or(mismatch(FieldKind::Float, value))
}

pub(super) fn to_boolean(value: Value<'_>) -> Result<bool, Mismatch> {
    let is_true = match value {
        Value::Boolean(is_true) => Some(is_true),
        Value::Integer(0) => Some(false),
        Value::Integer(1) => Some(true),
        Value::Text(text) => word(text.trim()),
        _ => None,
    };
    is_true.ok_or(mismatch(FieldKind::Boolean, value))
}

pub(super) fn to_timestamp(value: Value<'_>) -> Result<Timestamp, Mismatch> {
    let time = match value {
        Value::Timestamp(time) => Some(time),
        Value::Integer(number) => Some(Timestamp::from_number(number)),
        Value::Text(text) => Timestamp::parse(text).ok(),
        _ => None,
    };
    time.ok_or(mismatch(FieldKind::Timestamp, value))
}

pub(super) fn to_json(value: Value<'_>) -> Result<Json, Mismatch> {
    match value {
        Value::Json(text) => Json::parse(text).map_err(|_| mismatch(FieldKind::Json, value)),
        Value::Text(text) => Ok(Json::text(text)),
        Value::Integer(number) => Ok(Json::integer(number)),
        Value::Timestamp(time) => Ok(Json::integer(time.as_millis())),
        Value::Boolean(is_true) => Ok(Json::boolean(is_true)),
        Value::Float(number) => Json::float(number).ok_or(mismatch(FieldKind::Json, value)),
    }
}

pub(super) const fn mismatch(expected: FieldKind, value: Value<'_>) -> Mismatch {
    Mismatch { expected, actual: value.kind() }
}

/// A float that is a whole number is that number; `{number:.0}` of such a float is exact.
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0).then(|| format_compact!("{number:.0}").parse().ok()).flatten()
}

/// An integer that a float holds exactly.
fn exact(number: i64) -> Option<f64> {
    let float = number.to_compact_string().parse::<f64>().ok()?;
    (whole(float) == Some(number)).then_some(float)
}

fn word(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("yes") => Some(true),
        _ if text.eq_ignore_ascii_case("false") || text.eq_ignore_ascii_case("no") => Some(false),
        _ => None,
    }
}
