//! JSON objects as messages: top-level members by their names, one level below by both names.

use std::borrow::Cow;

use serde_json::value::RawValue;
use signalbox_model::ocsf::members::Object;

use super::record::ITEMS_MAX;
use crate::json::{DEPTH_MAX, too_deep};

/// A member: its path from the top, and its value as JSON.
pub(super) type Member<'a> = (Cow<'a, str>, &'a RawValue);

/// Returns the members of an object, those of objects in it as `outer.inner`.
///
/// # Errors
/// Where the text is no object: how far it was one, and why not.
pub(super) fn members(text: &str) -> Result<Vec<Member<'_>>, Broken> {
    if let Some(at) = too_deep(text.as_bytes()) {
        return Err(Broken { at, why: format!("nested deeper than {DEPTH_MAX} levels") });
    }
    let object: Object<'_> = serde_json::from_str(text).map_err(|error| Broken {
        // A frame is one line, or nearly; the line ends before count as one byte each.
        at: text
            .split('\n')
            .take(error.line().saturating_sub(1))
            .map(|line| line.len() + 1)
            .sum::<usize>()
            + error.column().saturating_sub(1),
        why: error.to_string(),
    })?;
    let mut members = Vec::with_capacity(object.0.len());
    for (key, value) in object.0 {
        let inner =
            value.get().starts_with('{').then(|| serde_json::from_str::<Object<'_>>(value.get()));
        match inner {
            Some(Ok(inner))
                if members.len() + inner.0.len() <= ITEMS_MAX && !inner.0.is_empty() =>
            {
                let named = |(name, value)| (Cow::Owned(format!("{key}.{name}")), value);
                members.extend(inner.0.into_iter().map(named));
            }
            _ => members.push((key, value)),
        }
    }
    Ok(members)
}

/// Why a text that begins like an object is none.
#[derive(Debug)]
pub(super) struct Broken {
    /// Where, in bytes from its start.
    pub(super) at: usize,
    /// Why.
    pub(super) why: String,
}

/// Returns a scalar as text; `None` for lists, objects and `null`.
pub(super) fn scalar(value: &RawValue) -> Option<Cow<'_, str>> {
    let json = value.get();
    match json.as_bytes().first()? {
        b'{' | b'[' | b'n' => None,
        b'"' => {
            let quoted = json.strip_prefix('"')?.strip_suffix('"')?;
            if quoted.contains('\\') {
                return serde_json::from_str::<String>(json).ok().map(Cow::Owned);
            }
            Some(Cow::Borrowed(quoted))
        }
        _ => Some(Cow::Borrowed(json)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_members_have_both_names() {
        let members = members(r#"{"a":1,"b":{"c":"x","d":{"e":2}},"f":{},"g":[1]}"#).unwrap();
        let shown: Vec<_> = members.iter().map(|(key, value)| format!("{key}={value}")).collect();

        assert_eq!(shown, ["a=1", "b.c=\"x\"", "b.d={\"e\":2}", "f={}", "g=[1]"]);
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));

        assert_eq!(members(&deep).unwrap_err().at, 104);
        assert!(members("{\"a\":\"[[\"}").is_ok());
    }

    #[test]
    fn what_is_cut_is_told_with_its_place() {
        let broken = members("{\"a\":1,\n\"b\":").unwrap_err();

        assert_eq!(broken.at, 11);
    }
}
