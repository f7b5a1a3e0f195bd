//! The place in the tokens where the grammar reads.

use super::super::error::{Mistake, Mistakes, Span, shown};
use super::token::{Token, TokenKind};

/// Says that a mistake was noted and that the cursor stands wherever it was found.
#[derive(Debug)]
pub(super) struct Unreadable;

/// The tokens that are left, how deep they are, and what was wrong with the others.
pub(super) struct Cursor<'t, 'a, 'm> {
    rest: &'t [Token<'a>],
    pub(super) mistakes: &'m mut Mistakes<'a>,
    /// How many `NOT` and parentheses are open.
    pub(super) depth: usize,
    /// How many parentheses are open.
    pub(super) parentheses: usize,
    has_given_up: bool,
}

impl<'t, 'a, 'm> Cursor<'t, 'a, 'm> {
    pub(super) const fn new(tokens: &'t [Token<'a>], mistakes: &'m mut Mistakes<'a>) -> Self {
        Self { rest: tokens, mistakes, depth: 0, parentheses: 0, has_given_up: false }
    }

    /// Returns the tokens that are left.
    pub(super) const fn rest(&self) -> &'t [Token<'a>] {
        self.rest
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn peek(&self) -> Option<&'t Token<'a>> {
        self.rest.first()
    }

    /// Returns where the next token stands.
    pub(super) fn span(&self) -> Span {
        self.peek().map_or(self.mistakes.end(), |token| token.span)
    }

    pub(super) fn advance(&mut self) {
        self.rest = self.rest.split_first().map_or(&[], |(_, rest)| rest);
    }

    /// Skips the next token if it is this keyword or symbol.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let is_next = self.peek().is_some_and(|token| token.is(word));
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Skips the next tokens if they are these keywords and symbols, and returns where they stand.
    pub(super) fn take_all(&mut self, words: &[&str]) -> Option<Span> {
        let tokens = self.rest.get(..words.len())?;
        if !tokens.iter().zip(words).all(|(token, word)| token.is(word)) {
            return None;
        }
        let (first, last) = (tokens.first()?, tokens.last()?);
        self.rest = self.rest.get(words.len()..)?;
        Some(Span::new(first.span.start, last.span.end))
    }

    /// Notes that something else was expected here.
    pub(super) fn expected(&mut self, expected: &str, help: Option<&str>) -> Unreadable {
        let found = self.peek().map_or("the end".to_owned(), description);
        let mistake = Mistake::new(format!("expected {expected}, found {found}"));
        let mistake = help.into_iter().fold(mistake, |mistake, help| mistake.help(help));
        self.mistakes.add(self.span(), mistake);
        Unreadable
    }

    /// Skips what cannot be read: up to the next connector or the parenthesis that closes around
    /// it.
    pub(super) fn recover(&mut self) {
        let mut opened = 0_usize;
        while let Some(token) = self.peek() {
            if opened == 0 && (token.is_connector() || token.is(")")) {
                return;
            }
            if token.is("(") {
                opened += 1;
            } else if token.is(")") {
                opened -= 1;
            }
            self.advance();
        }
    }

    /// Skips the rest of the text. What is missing in it is no mistake any more.
    pub(super) const fn give_up(&mut self) {
        self.rest = &[];
        self.has_given_up = true;
    }

    pub(super) const fn has_given_up(&self) -> bool {
        self.has_given_up
    }
}

fn description(token: &Token<'_>) -> String {
    match token.kind {
        TokenKind::Word(text) | TokenKind::Symbol(text) => format!("`{}`", shown(text)),
        TokenKind::Quoted(text) | TokenKind::Unclosed(text) => {
            format!("the text `{}`", shown(text))
        }
    }
}
