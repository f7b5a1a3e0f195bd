//! From an offset in a text to its place in the file.
//!
//! A query may be written plain, quoted, folded over lines or as a block, and its parser knows only
//! the text. What all those notations keep is the order of the characters that are no white space,
//! so those are counted; quotes and escapes are taken as the one character they stand for.

use super::node::{Node, NodeValue, Span};

/// Returns the place of the character at byte `offset` of a text; of the whole value, if it is no
/// text or was not written in this file.
pub(crate) fn place_inside(source: &str, node: &Node, offset: usize) -> Span {
    let whole = node.span;
    let NodeValue::Text(text) = &node.value else { return whole };
    let raw = source.get(whole.start..whole.end).filter(|_| node.variable.is_none());
    let (Some(raw), Some((before, behind))) = (raw, text.split_at_checked(offset)) else {
        return whole;
    };
    let units = units_of(raw, node.quote);
    let count = before.chars().filter(|character| !character.is_whitespace()).count();
    let is_ink = behind.starts_with(|character: char| !character.is_whitespace());
    let start = match units.get(count) {
        Some(unit) if is_ink => unit.start,
        _ => count.checked_sub(1).and_then(|last| units.get(last)).map_or(0, |unit| unit.end),
    };
    within(whole, raw, start)
}

/// The place `start` bytes into the source text `raw` of a value, one character long.
fn within(whole: Span, raw: &str, start: usize) -> Span {
    let before = raw.get(..start).unwrap_or_default();
    let length = raw.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let lines = before.matches('\n').count();
    let last_line = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let column = if lines == 0 { whole.column + last_line } else { last_line + 1 };
    let start = whole.start + start;
    Span { line: whole.line + lines, column, start, end: start + length, ..whole }
}

/// Lists the bytes of each character that is no white space, as it is written.
fn units_of(raw: &str, quote: Option<char>) -> Vec<std::ops::Range<usize>> {
    let mut units = Vec::new();
    let mut at = quote.map_or(0, char::len_utf8);
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        let character = rest.chars().next().unwrap_or_default();
        let length = match quote {
            Some('\'') if rest.starts_with("''") => 2,
            Some('"') if character == '\\' => escape_length(rest),
            _ => character.len_utf8(),
        };
        let is_closing = Some(character) == quote && length == 1;
        if !character.is_whitespace() && !is_closing && !is_written_space(rest, quote) {
            units.push(at..at + length);
        }
        at += length;
    }
    units
}

/// YAML 1.2, section 5.7: the length of an escape, by the letter behind the backslash.
fn escape_length(escape: &str) -> usize {
    let letter = escape.chars().nth(1).unwrap_or_default();
    match letter {
        'x' => 4,
        'u' => 6,
        'U' => 10,
        _ => 1 + letter.len_utf8(),
    }
}

/// Tells whether an escape stands for white space: a tab, a line break, a joined line.
fn is_written_space(rest: &str, quote: Option<char>) -> bool {
    let spaces =
        ["\\t", "\\n", "\\r", "\\v", "\\f", "\\ ", "\\_", "\\N", "\\L", "\\P", "\\\t", "\\\n"];
    quote == Some('"') && spaces.iter().any(|space| rest.starts_with(space))
}
