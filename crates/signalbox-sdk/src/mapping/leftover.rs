//! What no attribute took, for `unmapped`.
//!
//! A member of the item that no path leads into is kept whole, exactly as received. One that was
//! taken apart is kept without the values that attributes took.

use signalbox_model::ocsf::{Event, Json};
use thiserror::Error;

use super::json::{Content, Part};
use super::readable::{self, Unreadable};

/// Puts what is left of an item into `unmapped`, by its own keys. An item that is no object is
/// kept under `value`.
///
/// # Errors
/// When it could not be read again from the event.
pub(super) fn keep(root: &Part<'_>, taken: &[bool], event: &mut Event) -> Result<(), CannotKeep> {
    let Content::Object(members) = &root.content else {
        return keep_one(WHOLE, root, taken, event);
    };
    if is_taken(root, taken) {
        return Ok(());
    }
    for (key, part) in members {
        keep_one(key, part, taken, event)?;
        if event.unmapped.len() > KEYS_MAX {
            return Err(CannotKeep::TooManyKeys);
        }
    }
    Ok(())
}

/// Something of an item that an event cannot hold.
#[derive(Debug, Error)]
pub(super) enum CannotKeep {
    /// A value that not everyone could read.
    #[error("`{key}` is read by no attribute and cannot be kept: {error}")]
    Value {
        /// Its key.
        key: String,
        /// Why.
        error: Unreadable,
    },
    /// More keys than any source has on purpose.
    #[error("more than {KEYS_MAX} keys are read by no attribute; let the source send fewer")]
    TooManyKeys,
}

fn keep_one(
    key: &str,
    part: &Part<'_>,
    taken: &[bool],
    event: &mut Event,
) -> Result<(), CannotKeep> {
    if is_taken(part, taken) {
        return Ok(());
    }
    if let Some(text) = part.plain_text() {
        event.unmapped.insert_text(key, text);
        return Ok(());
    }
    let mut json = String::with_capacity(REST_USUAL);
    let json = match &part.content {
        Content::Whole(raw) => readable::to_json(raw),
        _ if !write_rest(part, taken, &mut json) => return Ok(()),
        _ => readable::parse(&json),
    };
    let json = json.map_err(|error| CannotKeep::Value { key: key.to_owned(), error })?;
    event.unmapped.insert_json(key, json);
    Ok(())
}

fn is_taken(part: &Part<'_>, taken: &[bool]) -> bool {
    part.slot.is_some_and(|slot| taken.get(slot).copied().unwrap_or(false))
}

/// Writes what is left of a value; `false`, and nothing, when all of it was taken.
fn write_rest(part: &Part<'_>, taken: &[bool], out: &mut String) -> bool {
    if is_taken(part, taken) {
        return false;
    }
    match &part.content {
        Content::Whole(raw) => out.push_str(raw.get()),
        Content::Object(members) => {
            return write_members(out, ['{', '}'], members, |(key, part), out| {
                write_key(key, out);
                write_rest(part, taken, out)
            });
        }
        Content::List(parts) => {
            return write_members(out, ['[', ']'], parts, |part, out| write_rest(part, taken, out));
        }
    }
    true
}

fn write_key(key: &str, out: &mut String) {
    let is_special = |byte: u8| byte < b' ' || matches!(byte, b'"' | b'\\');
    match key.bytes().any(is_special) {
        true => out.push_str(Json::text(key).as_str()),
        false => out.extend(["\"", key, "\""]),
    }
    out.push(':');
}

/// Writes what is left of members between brackets; nothing where there were some and all are
/// gone.
fn write_members<T>(
    out: &mut String,
    [open, close]: [char; 2],
    members: &[T],
    write: impl Fn(&T, &mut String) -> bool,
) -> bool {
    let start = out.len();
    out.push(open);
    let mut count = 0;
    for member in members {
        let end = out.len();
        if count > 0 {
            out.push(',');
        }
        match write(member, out) {
            true => count += 1,
            false => out.truncate(end),
        }
    }
    if count == 0 && !members.is_empty() {
        out.truncate(start);
        return false;
    }
    out.push(close);
    true
}

/// The key of an item that is no object.
const WHOLE: &str = "value";

/// Bytes; most objects that are taken apart leave less.
const REST_USUAL: usize = 256;

/// The most keys of one item that are kept beside its attributes.
const KEYS_MAX: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::super::json::read;
    use super::super::path::Path;
    use super::super::shape::Shape;
    use super::*;

    /// Returns what is left of `text` when the values at `paths` were taken and those at `seen`
    /// were only looked at.
    fn left(text: &str, paths: &[&str], seen: &[&str]) -> String {
        let mut shape = Shape::default();
        for path in paths.iter().chain(seen) {
            shape.add(&Path::parse(path).unwrap().steps);
        }
        let document = read(text, &shape).unwrap();
        let taken: Vec<bool> = (0..shape.slots).map(|slot| slot < paths.len()).collect();
        let mut event = Event::default();
        keep(&document.root, &taken, &mut event).unwrap();
        let mut json = Vec::new();
        event.write_json(&mut json);
        let event: serde_json::Value = serde_json::from_slice(&json).unwrap();
        event["unmapped"].to_string()
    }

    #[test]
    fn what_was_not_taken_is_kept_under_its_own_key() {
        let text = r#"{"a": {"b": 1, "c": "x", "d": {}}, "e": [1, 2], "f": null}"#;

        assert_eq!(left(text, &["a.b"], &[]), r#"{"a":{"c":"x","d":{}},"e":[1,2],"f":null}"#);
        assert_eq!(left(text, &["a", "e[0]"], &["a.b"]), r#"{"e":[2],"f":null}"#);
        assert_eq!(left(text, &["a.b", "a.c", "a.d", "e", "f"], &[]), "null");
        assert_eq!(left(text, &["a.d", "e"], &["a.b", "f"]), r#"{"a":{"b":1,"c":"x"},"f":null}"#);
    }

    #[test]
    fn a_scalar_where_an_object_was_expected_is_kept() {
        for scalar in ["7", "-7", "1.5", "true", "null", r#""a\"b""#] {
            let text = format!(r#"{{"a":{scalar}}}"#);
            assert_eq!(left(&text, &["a.b"], &[]), text);
        }
    }

    #[test]
    fn an_item_that_is_no_object_is_kept_whole() {
        assert_eq!(left("[1, 2]", &[], &[]), r#"{"value":[1,2]}"#);
        assert_eq!(left(r#""text""#, &["."], &[]), "null");
    }

    #[test]
    fn keys_without_number_are_refused() {
        let members: Vec<String> = (0..=KEYS_MAX).map(|key| format!("\"{key}\":0")).collect();
        let text = format!("{{{}}}", members.join(","));
        let document = read(&text, &Shape::default()).unwrap();

        let refused = keep(&document.root, &[], &mut Event::default());

        assert!(matches!(refused, Err(CannotKeep::TooManyKeys)));
    }
}
