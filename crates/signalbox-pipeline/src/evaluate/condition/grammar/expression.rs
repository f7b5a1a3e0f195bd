//! `AND`, `OR`, `NOT` and parentheses.

use super::super::error::{Mistake, Span};
use super::cursor::Cursor;
use super::{DEPTH_MAX, Written, clause};

/// Reads operands with `OR` between them.
pub(super) fn any<'a>(cursor: &mut Cursor<'_, 'a, '_>) -> Option<Written<'a>> {
    let mut operands = vec![all(cursor)];
    while cursor.take("OR") {
        operands.push(all(cursor));
    }
    joined(operands, Written::Any)
}

/// Reads operands with `AND` between them.
fn all<'a>(cursor: &mut Cursor<'_, 'a, '_>) -> Option<Written<'a>> {
    let mut operands = vec![operand(cursor)];
    while cursor.take("AND") {
        operands.push(operand(cursor));
    }
    joined(operands, Written::All)
}

/// Reads a unit and makes sure that something that may follow it follows.
fn operand<'a>(cursor: &mut Cursor<'_, 'a, '_>) -> Option<Written<'a>> {
    let unit = unit(cursor);
    while let Some(token) = cursor.peek() {
        if token.is_connector() || (token.is(")") && cursor.parentheses > 0) {
            break;
        }
        if token.is(")") {
            cursor.mistakes.add(token.span, Mistake::new("this `)` closes nothing"));
            cursor.advance();
        } else {
            let end = if cursor.parentheses > 0 { "`)`" } else { "the end" };
            cursor.expected(&format!("`AND`, `OR` or {end}"), None);
            cursor.recover();
        }
    }
    unit
}

fn unit<'a>(cursor: &mut Cursor<'_, 'a, '_>) -> Option<Written<'a>> {
    let span = cursor.span();
    if cursor.take("NOT") {
        return deeper(cursor, span, |cursor| Some(Written::Not(Box::new(unit(cursor)?))));
    }
    if cursor.take("(") {
        return deeper(cursor, span, |cursor| parenthesis(cursor, span));
    }
    match clause::clause(cursor) {
        Ok(clause) => Some(Written::Clause(clause)),
        Err(_) => {
            cursor.recover();
            None
        }
    }
}

/// Reads one level further down, unless that is too deep. Then the rest is given up: a tail of a
/// thousand parentheses tells nobody more.
fn deeper<'t, 'a, 'm>(
    cursor: &mut Cursor<'t, 'a, 'm>,
    span: Span,
    read: impl FnOnce(&mut Cursor<'t, 'a, 'm>) -> Option<Written<'a>>,
) -> Option<Written<'a>> {
    if cursor.depth == DEPTH_MAX {
        let message = format!("`NOT` and parentheses are nested more than {DEPTH_MAX} deep");
        cursor.mistakes.add(span, Mistake::new(message).help(DEPTH_HELP));
        cursor.give_up();
        return None;
    }
    cursor.depth += 1;
    let inner = read(cursor);
    cursor.depth -= 1;
    inner
}

fn parenthesis<'a>(cursor: &mut Cursor<'_, 'a, '_>, opening: Span) -> Option<Written<'a>> {
    cursor.parentheses += 1;
    let inner = any(cursor);
    cursor.parentheses -= 1;
    if !cursor.take(")") && !cursor.has_given_up() {
        let mistake = Mistake::new("this `(` is never closed").help("add the missing `)`");
        cursor.mistakes.add(opening, mistake);
    }
    inner
}

/// Joins what could be read; one operand stands for itself.
fn joined<'a>(
    operands: Vec<Option<Written<'a>>>,
    join: fn(Vec<Written<'a>>) -> Written<'a>,
) -> Option<Written<'a>> {
    let mut read: Vec<_> = operands.into_iter().flatten().collect();
    if read.len() > 1 { Some(join(read)) } else { read.pop() }
}

const DEPTH_HELP: &str = "remove superfluous parentheses, or make two conditions of this one";
