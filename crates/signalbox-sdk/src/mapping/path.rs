//! The language of paths: how a mapping names a value of the source's JSON.
//!
//! | path | reads |
//! |---|---|
//! | `labels.severity` | below the item, key after key |
//! | `events[0].id` | an element of a list, counted from 0 |
//! | `"kubernetes.io/name".x` | a key with dots, brackets or a leading `$` or `@`, in quotes |
//! | `.` | the item itself |
//! | `$.groupKey`, `$` | below the whole body, where `for_each` split it; the body itself |
//! | `@sourcetype` | what the transport said beside the body |
//!
//! A path is read once, when the mapping is compiled.

use std::fmt;
use std::iter::{Enumerate, Peekable};
use std::str::Chars;

use thiserror::Error;

/// Where a value of the source stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// As written, for messages.
    text: String,
    /// What the steps begin at.
    pub(super) origin: Origin,
    /// Key after key; empty for the origin itself, and for what the transport said.
    pub(super) steps: Vec<Step>,
}

/// What a path begins at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The item that becomes the event.
    Item,
    /// The whole body.
    Body,
    /// What the transport said under this name.
    Transport(String),
}

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Into the member of an object.
    Key(String),
    /// Into an element of a list.
    Index(usize),
}

impl Path {
    /// Reads a path.
    pub(super) fn parse(text: &str) -> Result<Self, InvalidPath> {
        let parsed = Self { text: text.to_owned(), origin: Origin::Item, steps: Vec::new() };
        if text == "." {
            return Ok(parsed);
        }
        if let Some(name) = text.strip_prefix('@') {
            return Ok(Self { origin: Origin::Transport(transport_name(name)?), ..parsed });
        }
        let mut reader = Reader { text, rest: text.chars().enumerate().peekable() };
        let origin = match reader.take('$') {
            true => Origin::Body,
            false => Origin::Item,
        };
        let steps = reader.steps(origin == Origin::Body)?;
        if steps.len() > STEPS_MAX {
            return Err(InvalidPath::TooLong);
        }
        Ok(Self { origin, steps, ..parsed })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// A text that is no path.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum InvalidPath {
    /// Nothing to read.
    #[error("a path is empty; write a key such as `labels.severity`, or `.` for the item itself")]
    Empty,
    /// Two dots, or one at an end.
    #[error("a key is missing at column {0}; write keys with one dot between them")]
    NoKey(usize),
    /// A bracket without a number in it.
    #[error("`[` at column {0} wants a number and `]`, such as `[0]`; quote a key that has a `[`")]
    NoIndex(usize),
    /// A quote that does not end.
    #[error("the quote at column {0} has no end; close it with `\"`")]
    OpenQuote(usize),
    /// Something behind a complete step.
    #[error(
        "`{character}` at column {column} is out of place; write `.` or `[0]` there, or quote the key"
    )]
    Unexpected {
        /// The character.
        character: char,
        /// Its place, from 1.
        column: usize,
    },
    /// Deeper than any source nests on purpose.
    #[error("a path has at most {STEPS_MAX} steps")]
    TooLong,
    /// Looks like one of the transport, but is a usual key.
    #[error("`@` reads what the transport said; for the key `@{0}` of the body write `\"@{0}\"`")]
    UsualKey(String),
}

/// Keeps the names people know as keys (Elastic's, JSON-LD's) from reading nothing.
fn transport_name(name: &str) -> Result<String, InvalidPath> {
    if name.is_empty() {
        return Err(InvalidPath::NoKey(2));
    }
    if USUAL_KEYS.contains(&name) {
        return Err(InvalidPath::UsualKey(name.to_owned()));
    }
    Ok(name.to_owned())
}

/// Reads steps from the text of a path.
struct Reader<'a> {
    text: &'a str,
    rest: Peekable<Enumerate<Chars<'a>>>,
}

impl Reader<'_> {
    /// Reads all steps; `is_rooted` says that a separator must come first.
    fn steps(&mut self, is_rooted: bool) -> Result<Vec<Step>, InvalidPath> {
        if self.text.is_empty() {
            return Err(InvalidPath::Empty);
        }
        let mut steps = Vec::new();
        if !is_rooted && !self.is_at('[') {
            steps.push(self.key()?);
        }
        while let Some((place, character)) = self.rest.next() {
            steps.push(match character {
                '.' => self.key()?,
                '[' => self.index(place)?,
                _ => return Err(InvalidPath::Unexpected { character, column: place + 1 }),
            });
        }
        Ok(steps)
    }

    fn key(&mut self) -> Result<Step, InvalidPath> {
        let start = self.place();
        if self.take('"') {
            return self.quoted(start);
        }
        let mut key = String::new();
        while let Some((_, character)) = self.rest.next_if(|(_, next)| !is_special(*next)) {
            key.push(character);
        }
        match key.is_empty() {
            true => Err(InvalidPath::NoKey(start + 1)),
            false => Ok(Step::Key(key)),
        }
    }

    /// Reads up to the closing quote; a backslash takes the next character as it is.
    fn quoted(&mut self, start: usize) -> Result<Step, InvalidPath> {
        let mut key = String::new();
        while let Some((_, character)) = self.rest.next() {
            match character {
                '"' => return Ok(Step::Key(key)),
                '\\' => key.extend(self.rest.next().map(|(_, escaped)| escaped)),
                _ => key.push(character),
            }
        }
        Err(InvalidPath::OpenQuote(start + 1))
    }

    fn index(&mut self, start: usize) -> Result<Step, InvalidPath> {
        let mut digits = String::new();
        while let Some((_, digit)) = self.rest.next_if(|(_, next)| next.is_ascii_digit()) {
            digits.push(digit);
        }
        match digits.parse() {
            Ok(index) if self.take(']') => Ok(Step::Index(index)),
            _ => Err(InvalidPath::NoIndex(start + 1)),
        }
    }

    fn take(&mut self, expected: char) -> bool {
        self.rest.next_if(|(_, next)| *next == expected).is_some()
    }

    fn is_at(&mut self, expected: char) -> bool {
        self.rest.peek().is_some_and(|(_, next)| *next == expected)
    }

    fn place(&mut self) -> usize {
        self.rest.peek().map_or_else(|| self.text.chars().count(), |(place, _)| *place)
    }
}

fn is_special(character: char) -> bool {
    matches!(character, '.' | '[' | ']' | '"')
}

const STEPS_MAX: usize = 16;
const USUAL_KEYS: [&str; 6] = ["timestamp", "version", "metadata", "type", "id", "context"];

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> (Origin, Vec<String>) {
        let path = Path::parse(text).unwrap();
        let steps = path.steps.iter().map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Index(index) => format!("#{index}"),
        });
        (path.origin, steps.collect())
    }

    fn error(text: &str) -> String {
        Path::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn keys_and_indexes_lead_down_from_the_item() {
        assert_eq!(
            steps("a.b[0].c"),
            (Origin::Item, vec!["a".into(), "b".into(), "#0".into(), "c".into()])
        );
        assert_eq!(steps("[2][3]"), (Origin::Item, vec!["#2".into(), "#3".into()]));
        assert_eq!(steps("."), (Origin::Item, vec![]));
        assert_eq!(steps("größe.x y"), (Origin::Item, vec!["größe".into(), "x y".into()]));
    }

    #[test]
    fn quotes_take_a_key_as_it_is() {
        assert_eq!(steps(r#""@timestamp""#), (Origin::Item, vec!["@timestamp".into()]));
        assert_eq!(
            steps(r#"a."b.c[0]"[1]"#),
            (Origin::Item, vec!["a".into(), "b.c[0]".into(), "#1".into()])
        );
        assert_eq!(steps(r#""say \"hi\"\\""#), (Origin::Item, vec![r#"say "hi"\"#.into()]));
    }

    #[test]
    fn a_dollar_begins_at_the_body_and_an_at_sign_asks_the_transport() {
        assert_eq!(steps("$"), (Origin::Body, vec![]));
        assert_eq!(steps("$.groupKey"), (Origin::Body, vec!["groupKey".into()]));
        assert_eq!(steps("$[0]"), (Origin::Body, vec!["#0".into()]));
        assert_eq!(steps("@sourcetype"), (Origin::Transport("sourcetype".into()), vec![]));
    }

    #[test]
    fn a_text_that_is_no_path_is_refused_with_the_column() {
        assert_eq!(
            error(""),
            "a path is empty; write a key such as `labels.severity`, or `.` for the item itself"
        );
        assert_eq!(
            error("a..b"),
            "a key is missing at column 3; write keys with one dot between them"
        );
        assert_eq!(
            error("a."),
            "a key is missing at column 3; write keys with one dot between them"
        );
        assert_eq!(
            error("a[x]"),
            "`[` at column 2 wants a number and `]`, such as `[0]`; quote a key that has a `[`"
        );
        assert_eq!(error("\"a"), "the quote at column 1 has no end; close it with `\"`");
        assert_eq!(
            error("$schema"),
            "`s` at column 2 is out of place; write `.` or `[0]` there, or quote the key"
        );
        assert_eq!(error(&["a"; 17].join(".")), "a path has at most 16 steps");
    }

    #[test]
    fn a_usual_key_with_an_at_sign_is_not_taken_for_the_transport() {
        assert_eq!(
            error("@timestamp"),
            "`@` reads what the transport said; for the key `@timestamp` of the body write `\"@timestamp\"`"
        );
    }
}
