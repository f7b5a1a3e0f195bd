//! The head of a query, `config from cloud.resource where …`.
//!
//! It is the shape of Prisma Cloud's RQL (vendor's RQL reference, read 2026-11-22). There it picks
//! one of several stores. Here there is one kind of event and one place for it, so a head is
//! checked for its form and then ignored: the query somebody investigated with is the rule.

use super::super::error::{Mistake, nearest, shown};
use super::cursor::Cursor;
use super::token::{Token, TokenKind};

/// Skips the head, if there is one. The second word tells: in a clause an operator stands there.
pub(super) fn skip(cursor: &mut Cursor<'_, '_, '_>) {
    let [kind, from, ..] = cursor.rest() else { return };
    if !from.is("FROM") {
        return;
    }
    if !HEADS.iter().any(|head| kind.is(head)) {
        cursor.mistakes.add(kind.span, unknown_head(kind));
    }
    cursor.advance();
    cursor.advance();
    let has_source = cursor.peek().is_some_and(is_source);
    if has_source {
        cursor.advance();
    } else {
        cursor.expected("what to search", Some(HELP));
    }
    if !cursor.take("WHERE") && has_source {
        cursor.expected("`WHERE`", Some(HELP));
    }
}

fn is_source(token: &Token<'_>) -> bool {
    matches!(token.kind, TokenKind::Word(_)) && !token.is("WHERE")
}

fn unknown_head(kind: &Token<'_>) -> Mistake {
    let TokenKind::Word(word) = kind.kind else {
        return Mistake::new("a query does not begin like this").help(HELP);
    };
    let mistake = Mistake::new(format!("a query does not begin with `{}`", shown(word)));
    match nearest(&word.to_ascii_lowercase(), HEADS.into_iter()) {
        Some(head) => mistake.help(format!("did you mean `{head}`?")),
        None => mistake.help(HELP),
    }
}

/// What a query may say that it searches. All of them mean the same here.
const HEADS: [&str; 3] = ["config", "event", "alert"];

const HELP: &str = "a query begins with `config from cloud.resource where`, or `event` or `alert` \
                    in the place of `config`, or with the condition itself";
