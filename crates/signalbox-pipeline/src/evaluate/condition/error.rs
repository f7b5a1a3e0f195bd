//! What is wrong with a condition, and where.
//!
//! A condition is read to its end and all mistakes are told at once, so that an operator edits
//! once. Only the first few of them, for a binary file given by accident would make thousands.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

/// One mistake in the text of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct ConditionError {
    /// Where the mistake begins: the number of its first character in the text, from 1, line
    /// breaks counted like any other character.
    pub column: usize,
    /// How many characters are wrong, at least 1.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl fmt::Display for ConditionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "column {}: {}", self.column, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(formatter, "; {help}"))
    }
}

/// Bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// The mistakes found so far.
#[derive(Debug)]
pub(super) struct Mistakes<'a> {
    text: &'a str,
    found: Vec<(Span, Mistake)>,
}

impl<'a> Mistakes<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, found: Vec::new() }
    }

    /// Adds a mistake, unless there are enough already.
    pub(super) fn add(&mut self, span: Span, mistake: Mistake) {
        if !self.is_full() {
            self.found.push((span, mistake));
        }
    }

    /// Adds a mistake about the whole text, unless a better one was found already.
    pub(super) fn add_first(&mut self, mistake: Mistake) {
        if self.found.is_empty() {
            self.found.push((self.end(), mistake));
        }
    }

    /// Whether nothing is wrong.
    pub(super) const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether further mistakes would not be told anyway.
    pub(super) const fn is_full(&self) -> bool {
        self.found.len() >= MISTAKES_MAX
    }

    /// Returns the place behind the last character.
    pub(super) const fn end(&self) -> Span {
        Span::new(self.text.len(), self.text.len())
    }

    /// Returns the errors in the order of the text.
    pub(super) fn into_errors(mut self) -> Vec<ConditionError> {
        self.found.sort_by_key(|(span, _)| *span);
        let text = self.text;
        self.found.into_iter().map(|(span, mistake)| mistake.at(span, text)).collect()
    }
}

/// A mistake whose place is known to somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    message: String,
    help: Option<String>,
}

impl Mistake {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Adds what to write instead.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn at(self, span: Span, text: &str) -> ConditionError {
        let characters = |from: usize, to: usize| {
            text.get(from..to).map_or(0, |between| between.chars().count())
        };
        ConditionError {
            column: characters(0, span.start) + 1,
            length: characters(span.start, span.end).max(1),
            message: self.message,
            help: self.help,
        }
    }
}

/// Shows what somebody wrote inside a message, cut where it is long.
pub(super) fn shown(written: &str) -> String {
    match written.char_indices().nth(SHOWN_CHARACTERS_MAX) {
        Some((cut, _)) => format!("{}…", written.get(..cut).unwrap_or_default()),
        None => written.to_owned(),
    }
}

/// Returns the candidate that `written` most likely stands for, if any is close.
pub(super) fn nearest<'c>(
    written: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<&'c str> {
    if written.len() > NEAREST_BYTES_MAX {
        return None;
    }
    let scored = candidates.map(|candidate| (strsim::jaro_winkler(written, candidate), candidate));
    let close = scored.filter(|(score, _)| *score >= NEAREST_SCORE_MIN);
    close.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, candidate)| candidate)
}

/// More mistakes than this say that the text is something else altogether.
const MISTAKES_MAX: usize = 20;

/// Longer than any field or severity; enough to recognize what was written.
const SHOWN_CHARACTERS_MAX: usize = 60;

/// The comparison takes time with the product of the lengths; no field is that long.
const NEAREST_BYTES_MAX: usize = 100;

/// One or two slips in a word score above this, other words below.
const NEAREST_SCORE_MIN: f64 = 0.85;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_characters_from_one() {
        let mut mistakes = Mistakes::new("é = ö");

        mistakes.add(Span::new(5, 7), Mistake::new("not a number").help("write 5"));

        let error = mistakes.into_errors().remove(0);
        assert_eq!((error.column, error.length), (5, 1));
        assert_eq!(error.to_string(), "column 5: not a number; write 5");
    }

    #[test]
    fn a_mistake_at_the_end_is_one_character_long() {
        let mut mistakes = Mistakes::new("abc");

        mistakes.add(mistakes.end(), Mistake::new("something is missing"));

        let error = mistakes.into_errors().remove(0);
        assert_eq!((error.column, error.length), (4, 1));
    }

    #[test]
    fn only_the_first_twenty_mistakes_are_kept() {
        let mut mistakes = Mistakes::new("");

        for _ in 0..50 {
            mistakes.add(mistakes.end(), Mistake::new("wrong"));
        }

        assert_eq!(mistakes.into_errors().len(), MISTAKES_MAX);
    }

    #[test]
    fn long_words_are_shown_cut() {
        assert_eq!(shown("abc"), "abc");
        assert_eq!(shown(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }

    #[test]
    fn the_nearest_word_is_found_only_when_it_is_near() {
        let words = ["critical", "high", "low"];

        assert_eq!(nearest("critcal", words.into_iter()), Some("critical"));
        assert_eq!(nearest("purple", words.into_iter()), None);
    }
}
