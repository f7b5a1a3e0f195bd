//! The line a diagnostic points at, without the values nobody may see.
//!
//! A value is shown only after validation has found it to belong to a field that is no secret. So a
//! password under a misspelt key, or in a branch that was never looked at, stays covered. Keys and
//! punctuation are shown, comments are not: people park old passwords there. In a file that could
//! not be read to its end nothing is known about its values; there only keys and punctuation remain.

use std::ops::Range;

use super::quote::printable;
use crate::config::document::Span;

/// A line of a configuration and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The line, values that may be secret replaced by `***`.
    pub line: String,
    /// Characters of it before the part that is meant.
    pub start: usize,
    /// Characters of the part that is meant, at least one.
    pub length: usize,
}

impl Snippet {
    /// Returns the carets to print below the line.
    pub fn carets(&self) -> String {
        " ".repeat(self.start) + &"^".repeat(self.length)
    }

    /// Keeps what surrounds the meant part, if the line is too long to print.
    fn shortened(self) -> Self {
        let characters = self.line.chars().count();
        if characters <= LINE_CHARACTERS_MAX {
            return self;
        }
        let skipped = self.start.saturating_sub(LINE_CHARACTERS_MAX / 2);
        let kept: String = self.line.chars().skip(skipped).take(LINE_CHARACTERS_MAX).collect();
        let before = if skipped > 0 { "…" } else { "" };
        let after = if skipped + LINE_CHARACTERS_MAX < characters { "…" } else { "" };
        let start = self.start - skipped + before.chars().count();
        let length = self.length.min(LINE_CHARACTERS_MAX + 1 - start);
        Self { line: format!("{before}{kept}{after}"), start, length }
    }
}

/// What may be shown of one file.
pub(crate) enum Shown {
    /// The file could not be read: keys and punctuation only.
    Keys,
    /// The places of all keys and scalars, in order, and whether each may be shown.
    Scalars(Vec<Scalar>),
}

/// The bytes of a key or a value, and whether they may be shown.
pub(crate) type Scalar = (Range<usize>, bool);

impl Shown {
    /// Puts places in order. Where one is named twice, as by aliases, both must allow it.
    pub(crate) fn of_scalars(mut scalars: Vec<Scalar>) -> Self {
        scalars.sort_by_key(|(range, is_visible)| (range.start, *is_visible));
        scalars.dedup_by_key(|(range, _)| range.start);
        Self::Scalars(scalars)
    }

    /// Cuts out the line on which `span` begins; none for an empty file.
    pub(crate) fn cut(&self, text: &str, span: Span) -> Option<Snippet> {
        let (before, behind) = text.split_at_checked(span.start)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = behind.find('\n').map_or(text.len(), |newline| span.start + newline);
        let line = text.get(line_start..line_end)?.trim_end_matches('\r');
        let meant = span.start - line_start..span.end.saturating_sub(line_start);
        let snippet = match self {
            Self::Keys => Line::of(line, meant).cover(&words_of(line), 0),
            Self::Scalars(scalars) => Line::of(line, meant).cover(scalars, line_start),
        };
        (!text.is_empty()).then(|| snippet.shortened())
    }
}

/// A line while it is copied. Positions within it are bytes of the original.
struct Line<'t> {
    original: &'t str,
    meant: Range<usize>,
    shown: String,
    width: usize,
    start: Option<usize>,
    end: Option<usize>,
}

impl<'t> Line<'t> {
    fn of(original: &'t str, meant: Range<usize>) -> Self {
        Self { original, meant, shown: String::new(), width: 0, start: None, end: None }
    }

    /// Copies the line up to its comment, each scalar as it may be shown. The scalars count their
    /// bytes from `offset` bytes before the line.
    fn cover(mut self, scalars: &[Scalar], offset: usize) -> Snippet {
        let mut at = 0;
        while let Some(character) = self.original.get(at..).and_then(|rest| rest.chars().next()) {
            self.note_place(at);
            match scalar_at(scalars, offset + at) {
                Some((range, false)) => {
                    self.shown.push_str(COVER);
                    self.width += COVER.len();
                    at = (range.end - offset).min(self.original.len());
                    continue;
                }
                None if character == '#' && self.is_behind_space(at) => break,
                _ => self.shown.push(printable(character)),
            }
            self.width += 1;
            at += character.len_utf8();
        }
        self.note_place(usize::MAX);
        let start = self.start.unwrap_or_default();
        let length = self.end.unwrap_or_default().saturating_sub(start).max(1);
        Snippet { line: self.shown.trim_end().to_owned(), start, length }
    }

    /// Notes how wide the copy is when the meant part begins and when it ends.
    fn note_place(&mut self, at: usize) {
        if at >= self.meant.start {
            self.start.get_or_insert(self.width);
        }
        if at >= self.meant.end {
            self.end.get_or_insert(self.width);
        }
    }

    fn is_behind_space(&self, at: usize) -> bool {
        self.original
            .get(..at)
            .is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']))
    }
}

fn scalar_at(scalars: &[Scalar], at: usize) -> Option<&Scalar> {
    let before = scalars.partition_point(|(range, _)| range.start <= at).checked_sub(1)?;
    scalars.get(before).filter(|(range, _)| at < range.end)
}

/// Finds the words of a line that is no YAML. Only those that can be nothing but keys are shown: a
/// word with a colon behind it and nothing before it that could open a value.
fn words_of(line: &str) -> Vec<Scalar> {
    let mut words = Vec::new();
    let mut word = None;
    let mut opening = ' ';
    for (at, character) in line.char_indices().chain([(line.len(), ' ')]) {
        if is_word_character(character) {
            word.get_or_insert(at);
            continue;
        }
        if let Some(start) = word.take() {
            let text = line.get(start..at).unwrap_or_default();
            let behind = line.get(at..).unwrap_or_default();
            let is_key = behind == ":" || behind.starts_with(": ");
            let is_visible = text == "-" || (is_key && " -{,".contains(opening));
            words.push((start..at, is_visible));
            opening = if text == "-" { '-' } else { 'w' };
        }
        if !character.is_whitespace() {
            opening = character;
        }
    }
    words
}

fn is_word_character(character: char) -> bool {
    !character.is_whitespace() && !"[]{},:\"'#&*!|>%@`".contains(character)
}

/// Stands for a value that may be secret; always as long, so that it tells nothing.
const COVER: &str = "***";

/// A line of a terminal, less the margin.
const LINE_CHARACTERS_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize) -> Span {
        Span { start, end, ..Span::of_file(0) }
    }

    fn drawn(snippet: Option<Snippet>) -> String {
        let snippet = snippet.unwrap();
        format!("{}\n{}", snippet.line, snippet.carets())
    }

    #[test]
    fn values_are_covered_unless_known_to_be_harmless() {
        let text = "a: 1\nb: { token: hunter2, port: none }\n";
        let scalars = vec![(5..6, true), (10..15, true), (17..24, false), (26..30, true)];

        let snippet = Shown::of_scalars([scalars, vec![(32..36, true)]].concat());

        assert_eq!(
            drawn(snippet.cut(text, span(32, 36))),
            "b: { token: ***, port: none }\n                       ^^^^"
        );
        assert_eq!(
            drawn(snippet.cut(text, span(17, 24))),
            "b: { token: ***, port: none }\n            ^^^"
        );
    }

    #[test]
    fn a_place_that_is_named_twice_is_shown_only_if_both_allow_it() {
        let shown = Shown::of_scalars(vec![(3..10, true), (3..10, false)]);

        assert_eq!(drawn(shown.cut("a: hunter2", span(0, 1))), "a: ***\n^");
    }

    #[test]
    fn comments_are_left_out_and_hashes_in_values_are_not() {
        let shown = Shown::of_scalars(vec![(3..6, true)]);

        assert_eq!(drawn(shown.cut("a: b#c # hunter2", span(3, 6))), "a: b#c\n   ^^^");
    }

    #[test]
    fn in_a_file_that_is_no_yaml_only_keys_and_punctuation_remain() {
        let cut = |text: &str| drawn(Shown::Keys.cut(text, span(0, 1)));

        assert_eq!(cut("- token: \"hunter2, x"), "- token: \"***, ***\n^");
        assert_eq!(cut("{a: b: c, url: https://x}"), "{a: ***: ***, url: ***:***}\n^");
        assert_eq!(cut("token: \"sec: ret"), "token: \"***: ***\n^");
        assert_eq!(cut("MIIEvQIBADAN # x"), "***\n^^^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_meant_part() {
        let text = format!("{}X{}", "a".repeat(300), "b".repeat(300));
        let shown = Shown::of_scalars(vec![(0..601, true)]);

        let snippet = shown.cut(&text, span(300, 301)).unwrap();

        assert_eq!(snippet.line, format!("…{}X{}…", "a".repeat(50), "b".repeat(49)));
        assert_eq!((snippet.start, snippet.length), (51, 1));
    }

    #[test]
    fn places_outside_the_text_have_no_line() {
        assert_eq!(Shown::Keys.cut("", span(0, 0)), None);
        assert_eq!(Shown::Keys.cut("a", span(9, 9)), None);
        assert_eq!(Shown::Keys.cut("ä", span(1, 1)), None);
    }
}
