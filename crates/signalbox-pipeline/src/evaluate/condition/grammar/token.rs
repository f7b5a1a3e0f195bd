//! Text into tokens: words, quoted texts, symbols.
//!
//! A word is everything up to white space or a character that means something, so an address
//! without its quotes or a number with a letter in it stays one token and gets one error. Every
//! text is a row of tokens; what they are worth is for the grammar to say.

use winnow::combinator::{alt, delimited, iterator, opt, repeat};
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::stream::LocatingSlice;
use winnow::token::{any, one_of, take_while};

use super::super::error::Span;

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) span: Span,
}

impl Token<'_> {
    /// Whether the token is this symbol or, whatever its case, this keyword.
    pub(super) fn is(&self, expected: &str) -> bool {
        match self.kind {
            TokenKind::Word(word) => word.eq_ignore_ascii_case(expected),
            TokenKind::Symbol(symbol) => symbol == expected,
            TokenKind::Quoted(_) | TokenKind::Unclosed(_) => false,
        }
    }

    /// Whether another operand follows the token.
    pub(super) fn is_connector(&self) -> bool {
        self.is("AND") || self.is("OR")
    }
}

/// Whether a word means something to the grammar, so that it is no field and no value.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'a> {
    /// A keyword, field, number or anything else that is not quoted.
    Word(&'a str),
    /// What stands between two quotes, with its backslashes.
    Quoted(&'a str),
    /// A quoted text that goes on to the end: its second quote is missing.
    Unclosed(&'a str),
    /// An operator, parenthesis or comma.
    Symbol(&'a str),
}

type Input<'a> = LocatingSlice<&'a str>;

/// Splits a text into its tokens.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let token = alt((quoted, symbol, word)).with_span();
    let mut input = LocatingSlice::new(text);
    let mut pairs = iterator(&mut input, delimited(space, token, space));
    pairs.map(|(kind, span)| Token { kind, span: Span::from(span) }).collect()
}

fn space<'a>(input: &mut Input<'a>) -> Result<&'a str, EmptyError> {
    take_while(0.., char::is_whitespace).parse_next(input)
}

fn word<'a>(input: &mut Input<'a>) -> Result<TokenKind<'a>, EmptyError> {
    take_while(1.., is_word_character).map(TokenKind::Word).parse_next(input)
}

fn quoted<'a>(input: &mut Input<'a>) -> Result<TokenKind<'a>, EmptyError> {
    let quote = one_of(['\'', '"']).parse_next(input)?;
    let escaped = ('\\', opt(any)).void();
    let plain = any.verify(move |character| *character != quote && *character != '\\').void();
    let content = repeat::<_, _, (), _, _>(0.., alt((escaped, plain)));
    let content = content.take().parse_next(input)?;
    let closing: Result<char, EmptyError> = one_of(quote).parse_next(input);
    Ok(if closing.is_ok() { TokenKind::Quoted(content) } else { TokenKind::Unclosed(content) })
}

/// The second half is no part of the language: other languages write it, and an error about the
/// whole symbol says more than one about its first character.
fn symbol<'a>(input: &mut Input<'a>) -> Result<TokenKind<'a>, EmptyError> {
    let ours = alt(("<=", ">=", "!=", "(", ")", ","));
    let foreign = alt(("==", "=~", "!~", "<>", "&&", "||"));
    let single = one_of(SYMBOLS).take();
    alt((ours, foreign, single)).map(TokenKind::Symbol).parse_next(input)
}

fn is_word_character(character: char) -> bool {
    !character.is_whitespace()
        && !matches!(character, '\'' | '"' | '(' | ')' | ',')
        && !SYMBOLS.contains(&character)
}

const KEYWORDS: [&str; 8] = ["AND", "OR", "NOT", "IN", "CONTAINS", "DOES", "MATCHES", "EXISTS"];

const SYMBOLS: [char; 7] = ['=', '!', '<', '>', '&', '|', '~'];

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind<'_>> {
        tokens(text).into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn words_texts_and_symbols_need_no_space_between_them() {
        use TokenKind::{Quoted, Symbol, Word};

        let expected = vec![
            Symbol("("),
            Word("dst.port"),
            Symbol(">="),
            Word("1024"),
            Symbol(")"),
            Word("AND"),
            Word("a"),
            Symbol("!="),
            Quoted("b c"),
            Symbol(","),
            Quoted("it's"),
        ];
        assert_eq!(kinds("(dst.port>=1024)AND a!='b c',\"it's\""), expected);
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_text() {
        assert_eq!(kinds(r"'a\'b'"), [TokenKind::Quoted(r"a\'b")]);
        assert_eq!(kinds(r"'a\\' b"), [TokenKind::Quoted(r"a\\"), TokenKind::Word("b")]);
    }

    #[test]
    fn a_text_without_its_second_quote_runs_to_the_end() {
        assert_eq!(kinds("'a b"), [TokenKind::Unclosed("a b")]);
        assert_eq!(kinds(r"'a\'"), [TokenKind::Unclosed(r"a\'")]);
        assert_eq!(kinds(r"'a\"), [TokenKind::Unclosed(r"a\")]);
    }

    #[test]
    fn spans_are_counted_in_bytes_of_the_text() {
        let spans: Vec<_> = tokens(" é = 'x' ").into_iter().map(|token| token.span).collect();

        assert_eq!(spans, [Span::new(1, 3), Span::new(4, 5), Span::new(6, 9)]);
    }
}
