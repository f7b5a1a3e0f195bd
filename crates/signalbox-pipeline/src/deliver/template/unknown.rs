//! Names in a template that are never there, such as `alert.titel`: told at load, for at send time they
//! would print nothing.
//!
//! What is below `event` differs from event to event, so nothing is said of it: what is absent there
//! prints nothing. Names are found in the template's syntax, their places by looking for the words.

use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, Template};

/// A name that a template prints or asks for, and that is never there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// Which text: `title`, `body`, `note` or `fields/<name>`.
    pub part: String,
    /// The byte of that text where it stands.
    pub offset: usize,
    /// The name, without what it is looked for in.
    pub name: String,
    /// What it is looked for in, such as `alert`; none for a name of its own.
    pub within: Option<String>,
    /// The names that are there; none where it is looked for in a single value.
    pub known: Vec<String>,
}

/// Finds the names of a template's text that `values` can never have.
pub(super) fn unknown_names(
    environment: &Environment<'_>,
    template: &Template<'_, '_>,
    part: &str,
    values: &Value,
) -> Vec<UnknownName> {
    let source = template.source();
    let used = template.undeclared_variables(true);
    let is_function = |path: &str| environment.globals().any(|(name, _)| name == path);
    let used = used.iter().filter(|path| !is_function(path) && !SYNTAX.contains(&path.as_str()));
    let mut unknown: Vec<_> = used
        .filter_map(|path| {
            let (within, name, known) = lookup(values, path)?;
            let offset = place_of(source, path);
            Some(UnknownName { part: part.to_owned(), offset, name, within, known })
        })
        .collect();
    unknown.sort_by_key(|unknown| unknown.offset);
    unknown
}

/// Follows a path; returns where it ends too early, the name that is missing there, and those that are not.
fn lookup(values: &Value, path: &str) -> Option<(Option<String>, String, Vec<String>)> {
    let mut value = values.clone();
    let mut walked: Option<String> = None;
    for name in path.split('.') {
        let is_map = value.kind() == ValueKind::Map;
        let below = value.get_attr(name).ok().filter(|below| !below.is_undefined());
        match below {
            Some(below) => value = below,
            None if is_map || value.kind() == ValueKind::String => {
                return Some((walked, name.to_owned(), names_of(&value)));
            }
            None => return None,
        }
        walked = Some(walked.map_or_else(|| name.to_owned(), |walked| format!("{walked}.{name}")));
        if walked.as_deref() == Some(EVENT) {
            return None;
        }
    }
    None
}

fn names_of(value: &Value) -> Vec<String> {
    let keys = value.try_iter().ok().filter(|_| value.kind() == ValueKind::Map);
    keys.into_iter().flatten().filter_map(|key| key.as_str().map(str::to_owned)).collect()
}

/// Finds where a path first stands as a whole; the beginning where it is written in another way.
fn place_of(source: &str, path: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut places = source.match_indices(path).map(|(at, _)| at);
    let whole = places.find(|at| {
        let before = source.get(..*at).and_then(|before| before.chars().next_back());
        let behind = source.get(at + path.len()..).and_then(|behind| behind.chars().next());
        !before.is_some_and(|c| is_part(c) || c == '.') && !behind.is_some_and(is_part)
    });
    whole.unwrap_or_default()
}

/// The name of the event among the values.
const EVENT: &str = "event";

/// Names that belong to the language.
const SYNTAX: [&str; 4] = ["loop", "self", "super", "caller"];

#[cfg(test)]
mod tests {
    use super::super::tests::renderer;

    fn told(body: &str) -> Vec<(usize, Option<String>, String)> {
        let unknown = renderer("{{ alert.title }}", body).unknown_names();
        let told = unknown.into_iter().map(|(_, name)| (name.offset, name.within, name.name));
        told.collect()
    }

    #[test]
    fn names_that_are_never_there_are_found_with_their_places() {
        let alert = Some("alert".to_owned());
        let resource = Some("alert.resource".to_owned());
        let text = Some("alert.title".to_owned());

        let found = told(
            "{{ alert.titel }}\n{% if nope.x %}{{ alert.resource.nam }}{% endif %}{{ alert.title.x }}",
        );

        let expected = [
            (3, alert, "titel".to_owned()),
            (24, None, "nope".to_owned()),
            (36, resource, "nam".to_owned()),
            (71, text, "x".to_owned()),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_may_be_absent_what_a_template_sets_and_functions_are_no_mistakes() {
        let body = "{{ event.device.hostname }}{{ alert.resolved_at }}{{ alert.resource.kind }}\
                    {% set who = alert.source %}{{ who }}{{ alert.techniques | join(', ') }}\
                    {% for t in alert.techniques %}{{ loop.index }}{{ t.x }}{% endfor %}\
                    {% for n in range(3) %}{{ n }}{% endfor %}{{ step }}{{ alert.techniques[0] }}";

        assert_eq!(told(body), []);
    }
}
