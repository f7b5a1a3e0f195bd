//! The grammar: text into a condition as it was written, by recursive descent.
//!
//! ```text
//! condition := [ head ] any
//! head      := ("config" | "event" | "alert") "FROM" word "WHERE"
//! any       := all { "OR" all }
//! all       := unit { "AND" unit }
//! unit      := "NOT" unit | "(" any ")" | clause
//! clause    := word operator
//! operator  := ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//!            | [ "NOT" ] "IN" "(" value { "," value } ")"
//!            | "CONTAINS" value | "MATCHES" value | "EXISTS"
//!            | "DOES" "NOT" ( "CONTAIN" value | "MATCH" value | "EXIST" )
//! value     := quoted text | word
//! ```
//!
//! Names and values come out unchecked, each with its place in the text. After a mistake the
//! reading goes on behind the next `AND`, `OR` or closing parenthesis, so that one mistake hides
//! no other; what could not be read is left out of the result, which is then only good for finding
//! more mistakes.

mod clause;
mod cursor;
mod expression;
mod head;
mod token;

use super::ast::Comparison;
use super::error::{Mistake, Mistakes, Span};
use cursor::Cursor;

/// `NOT` and parentheses may be nested this deep. People stop at three. Everything that walks a
/// tree of conditions relies on it.
pub(super) const DEPTH_MAX: usize = 64;

/// Reads a condition; `None` when nothing of it could be read.
pub(super) fn parse<'a>(text: &'a str, mistakes: &mut Mistakes<'a>) -> Option<Written<'a>> {
    let tokens = token::tokens(text);
    let mut cursor = Cursor::new(&tokens, mistakes);
    head::skip(&mut cursor);
    if cursor.is_at_end() {
        cursor.mistakes.add_first(Mistake::new("the condition is empty").help(EMPTY_HELP));
        return None;
    }
    expression::any(&mut cursor)
}

/// Something and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spanned<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// An expression as it was written.
#[derive(Debug)]
pub(super) enum Written<'a> {
    All(Vec<Written<'a>>),
    Any(Vec<Written<'a>>),
    Not(Box<Written<'a>>),
    Clause(WrittenClause<'a>),
}

/// A field and what is asked about it, as it was written.
#[derive(Debug)]
pub(super) struct WrittenClause<'a> {
    pub(super) field: Spanned<&'a str>,
    pub(super) is_negated: bool,
    pub(super) operator: Spanned<Operator>,
    /// None for `EXISTS`, one or more for `IN`, one for the others.
    pub(super) values: Vec<Spanned<WrittenValue<'a>>>,
}

/// What is asked about a field, its negation aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    Order(Comparison),
    In,
    Contains,
    Matches,
    Exists,
}

/// What stands to the right of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrittenValue<'a> {
    /// Between quotes, with its backslashes.
    Quoted(&'a str),
    /// Without quotes.
    Word(&'a str),
}

const EMPTY_HELP: &str = "say what must hold, as in `severity >= 'high'`";
