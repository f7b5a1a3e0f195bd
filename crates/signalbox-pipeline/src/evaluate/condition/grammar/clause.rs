//! One clause: a field, an operator, its values.

use super::super::ast::Comparison;
use super::super::error::{Mistake, shown};
use super::cursor::{Cursor, Unreadable};
use super::token::{Token, TokenKind, is_keyword};
use super::{Operator, Spanned, WrittenClause, WrittenValue};

/// Reads a clause.
pub(super) fn clause<'a>(cursor: &mut Cursor<'_, 'a, '_>) -> Result<WrittenClause<'a>, Unreadable> {
    let field = field(cursor)?;
    let (is_negated, operator) = operator(cursor, field.value)?;
    let values = match operator.value {
        Operator::Exists => Vec::new(),
        Operator::In => list(cursor)?,
        _ => vec![value(cursor)?],
    };
    Ok(WrittenClause { field, is_negated, operator, values })
}

fn field<'a>(cursor: &mut Cursor<'_, 'a, '_>) -> Result<Spanned<&'a str>, Unreadable> {
    let span = cursor.span();
    match cursor.peek().map(|token| token.kind) {
        Some(TokenKind::Word(value)) if !is_keyword(value) => {
            cursor.advance();
            Ok(Spanned { value, span })
        }
        Some(TokenKind::Quoted(_) | TokenKind::Unclosed(_)) => {
            Err(cursor.expected("a field", Some("the field comes first and has no quotes")))
        }
        _ => Err(cursor.expected("a field", None)),
    }
}

/// Reads an operator, and whether it asks for the opposite.
fn operator(
    cursor: &mut Cursor<'_, '_, '_>,
    field: &str,
) -> Result<(bool, Spanned<Operator>), Unreadable> {
    for (words, is_negated, value) in OPERATORS {
        if let Some(span) = cursor.take_all(words) {
            return Ok((*is_negated, Spanned { value: *value, span }));
        }
    }
    let help = cursor.peek().and_then(ours).map(|ours| format!("write `{ours}`"));
    let help = help.as_deref().unwrap_or(OPERATORS_HELP);
    let expected = format!("an operator after `{}`", shown(field));
    Err(cursor.expected(&expected, Some(help)))
}

/// Returns how we write the operator of another language.
fn ours(token: &Token<'_>) -> Option<&'static str> {
    FOREIGN.iter().find(|(foreign, _)| token.is(foreign)).map(|(_, ours)| *ours)
}

fn list<'a>(cursor: &mut Cursor<'_, 'a, '_>) -> Result<Vec<Spanned<WrittenValue<'a>>>, Unreadable> {
    if !cursor.take("(") {
        return Err(cursor.expected("`(`", Some("a list looks like `('high', 'critical')`")));
    }
    let values = list_values(cursor);
    if values.is_err() {
        leave_list(cursor);
    }
    values
}

fn list_values<'a>(
    cursor: &mut Cursor<'_, 'a, '_>,
) -> Result<Vec<Spanned<WrittenValue<'a>>>, Unreadable> {
    let mut values = vec![value(cursor)?];
    while cursor.take(",") {
        values.push(value(cursor)?);
    }
    if cursor.take(")") { Ok(values) } else { Err(cursor.expected("`,` or `)`", None)) }
}

/// Skips the rest of a list, lest its parenthesis seem to close something else. A connector says
/// that the parenthesis is what is missing.
fn leave_list(cursor: &mut Cursor<'_, '_, '_>) {
    cursor.recover();
    cursor.take(")");
}

fn value<'a>(cursor: &mut Cursor<'_, 'a, '_>) -> Result<Spanned<WrittenValue<'a>>, Unreadable> {
    let span = cursor.span();
    let value = match cursor.peek().map(|token| token.kind) {
        Some(TokenKind::Quoted(text)) => WrittenValue::Quoted(text),
        Some(TokenKind::Word(word)) if !is_keyword(word) => WrittenValue::Word(word),
        Some(TokenKind::Unclosed(_)) => {
            let mistake = Mistake::new("this text is never closed").help(UNCLOSED_HELP);
            cursor.mistakes.add(span, mistake);
            return Err(Unreadable);
        }
        _ => return Err(cursor.expected("a value", None)),
    };
    cursor.advance();
    Ok(Spanned { value, span })
}

const OPERATORS: &[(&[&str], bool, Operator)] = &[
    (&["="], false, Operator::Equals),
    (&["!="], true, Operator::Equals),
    (&["<"], false, Operator::Order(Comparison::Less)),
    (&["<="], false, Operator::Order(Comparison::LessOrEqual)),
    (&[">"], false, Operator::Order(Comparison::Greater)),
    (&[">="], false, Operator::Order(Comparison::GreaterOrEqual)),
    (&["IN"], false, Operator::In),
    (&["NOT", "IN"], true, Operator::In),
    (&["CONTAINS"], false, Operator::Contains),
    (&["DOES", "NOT", "CONTAIN"], true, Operator::Contains),
    (&["MATCHES"], false, Operator::Matches),
    (&["DOES", "NOT", "MATCH"], true, Operator::Matches),
    (&["EXISTS"], false, Operator::Exists),
    (&["DOES", "NOT", "EXIST"], true, Operator::Exists),
];

const OPERATORS_HELP: &str = "the operators are =, !=, <, <=, >, >=, IN, NOT IN, CONTAINS, \
                              DOES NOT CONTAIN, MATCHES, DOES NOT MATCH, EXISTS, DOES NOT EXIST";

/// Operators of other languages, and ours.
const FOREIGN: &[(&str, &str)] = &[
    ("==", "="),
    ("<>", "!="),
    ("=~", "MATCHES"),
    ("~", "MATCHES"),
    ("!~", "DOES NOT MATCH"),
    ("LIKE", "CONTAINS"),
    ("REGEX", "MATCHES"),
    ("IS", "="),
];

const UNCLOSED_HELP: &str =
    "add the closing quote; a backslash in front of it must be doubled, as in `'C:\\\\'`";
