//! Regular expressions that cannot be slow.
//!
//! The engine takes time in proportion to the text whatever the expression, which costs the
//! language look-around and back references (<https://docs.rs/regex/1/regex/#syntax>, read
//! 2026-11-22). What is left to bound is the memory of a compiled expression, for a repetition of
//! a Unicode class is large.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::ast::Span;

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: Box<str>,
    regex: Regex,
}

impl Pattern {
    /// Compiles what stands between the quotes of a condition. Backslashes belong to the regular
    /// expression, so nothing is doubled; before a quote they only keep it from ending the text.
    ///
    /// # Errors
    /// When the expression is invalid, uses something that is not linear, or is too large.
    pub fn compile(quoted: &str) -> Result<Self, InvalidPattern> {
        let mut syntax = ParserBuilder::new().nest_limit(NEST_MAX).build();
        syntax.parse(quoted).map_err(|error| InvalidPattern::in_syntax(&error, quoted))?;
        let text = without_escaped_quotes(quoted);
        let mut builder = RegexBuilder::new(&text);
        builder.nest_limit(NEST_MAX).size_limit(SIZE_BYTES_MAX).dfa_size_limit(CACHE_BYTES_MAX);
        match builder.build() {
            Ok(regex) => Ok(Self { text: text.into(), regex }),
            Err(_) => Err(InvalidPattern { range: 0..quoted.len(), message: TOO_LARGE.to_owned() }),
        }
    }

    /// Returns the expression, its quotes without backslashes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether some part of `text` matches.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// Two expressions are equal when they are written alike.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPattern {
    /// The bytes that are wrong.
    pub range: Range<usize>,
    /// What is wrong with them.
    pub message: String,
}

impl InvalidPattern {
    fn in_syntax(error: &regex_syntax::Error, quoted: &str) -> Self {
        let (span, message) = match error {
            regex_syntax::Error::Parse(error) => (Some(*error.span()), error.kind().to_string()),
            regex_syntax::Error::Translate(error) => {
                (Some(*error.span()), error.kind().to_string())
            }
            _ => (None, "invalid".to_owned()),
        };
        let range = |span: Span| span.start.offset..span.end.offset;
        Self { range: span.map_or(0..quoted.len(), range), message }
    }
}

/// To the regular expression, `\'` and `'` are the same.
fn without_escaped_quotes(quoted: &str) -> String {
    let mut text = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some(quote @ ('\'' | '"')) => text.push(quote),
            escaped => text.extend(['\\'].into_iter().chain(escaped)),
        }
    }
    text
}

/// A tenth of what the engine allows by itself. The letters of all alphabets, `\w`, take 50 KiB,
/// so `\w{20}` fits.
const SIZE_BYTES_MAX: usize = 1 << 20;

/// What one expression may keep for each thread that matches with it.
const CACHE_BYTES_MAX: usize = 1 << 20;

/// How deep groups may be nested.
const NEST_MAX: u32 = 64;

const TOO_LARGE: &str = "takes more than 1 MiB compiled; repeat less, or write `[a-z]` instead of \
                         `\\w`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_matters_unless_the_expression_says_otherwise() {
        assert!(!Pattern::compile("evil").unwrap().is_match("EVIL"));
        assert!(Pattern::compile("(?i)evil").unwrap().is_match("so EVIL!"));
    }

    #[test]
    fn backslashes_are_the_expressions_own() {
        let pattern = Pattern::compile(r#"^\d+\\it\'s \"x\"$"#).unwrap();

        assert_eq!(pattern.as_str(), r#"^\d+\\it's "x"$"#);
        assert!(pattern.is_match(r#"42\it's "x""#));
    }

    #[test]
    fn a_mistake_is_found_at_its_place() {
        let error = Pattern::compile("é(a|b").unwrap_err();

        assert_eq!(error.range, 2..3);
        assert_eq!(error.message, "unclosed group");
    }

    #[test]
    fn look_around_and_back_references_are_refused() {
        assert!(Pattern::compile("(?=a)").unwrap_err().message.contains("look-around"));
        assert!(Pattern::compile(r"(a)\1").unwrap_err().message.contains("backreferences"));
    }

    #[test]
    fn a_large_expression_is_refused() {
        assert!(Pattern::compile(r"\w{20}").is_ok());

        let error = Pattern::compile(r"(\w{100}){100}").unwrap_err();

        assert_eq!((error.range, error.message.as_str()), (0..14, TOO_LARGE));
    }

    #[test]
    fn deep_groups_are_refused() {
        let deep = "(".repeat(1_000) + &")".repeat(1_000);

        assert!(Pattern::compile(&deep).is_err());
    }
}
