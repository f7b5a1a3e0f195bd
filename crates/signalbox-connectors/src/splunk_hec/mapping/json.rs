//! JSON taken apart one level at a time, without copying: values stay slices of the body.

use std::borrow::Cow;

use serde_json::value::RawValue;

use signalbox_model::ocsf::Value;

use crate::json::{Members, Object};

/// Returns the members of an object; `None` where the bytes are something else.
pub(super) fn members_of(bytes: &[u8]) -> Option<Members<'_>> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    serde_json::from_slice::<Object<'_>>(bytes).ok().map(|object| object.0)
}

/// Returns the elements of a list; `None` where the text is something else.
pub(super) fn elements_of(json: &str) -> Option<Vec<&RawValue>> {
    if json.starts_with('[') { serde_json::from_str(json).ok() } else { None }
}

/// Returns a text without its quotes and escapes; `None` where the value is none.
pub(super) fn text_of(value: &RawValue) -> Option<Cow<'_, str>> {
    let json = value.get();
    let quoted = json.strip_prefix('"')?.strip_suffix('"')?;
    if !quoted.contains('\\') {
        return Some(Cow::Borrowed(quoted));
    }
    serde_json::from_str::<String>(json).ok().map(Cow::Owned)
}

/// Calls `take` with what the value is; objects, lists and texts whose escapes make no sense (half
/// a surrogate pair) as JSON. `None` for `null`.
pub(super) fn with_value<T>(value: &RawValue, take: impl FnOnce(Value<'_>) -> T) -> Option<T> {
    let json = value.get();
    Some(match json.as_bytes().first()? {
        b'n' => return None,
        b'"' => match text_of(value) {
            Some(text) => take(Value::Text(&text)),
            None => take(Value::Json(json)),
        },
        b't' => take(Value::Boolean(true)),
        b'f' => take(Value::Boolean(false)),
        b'{' | b'[' => take(Value::Json(json)),
        _ => match json.parse() {
            Ok(integer) => take(Value::Integer(integer)),
            Err(_) => take(json.parse().map_or(Value::Json(json), Value::Float)),
        },
    })
}
