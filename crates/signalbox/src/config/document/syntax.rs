//! The mistakes of notation that people make, in their words instead of the parser's.

use granit_parser::{ErrorKind, ScanError};

/// Says what is wrong with the notation and what to do.
pub(super) fn explain(error: &ScanError) -> String {
    use ErrorKind as Kind;
    let words = match error.kind() {
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabInPlainScalar => "a tab in the indentation; indent with spaces only",
        Kind::MappingValueNotAllowed => {
            "a `:` where no key can be; check the indentation, or quote a value with `: ` in it"
        }
        Kind::SimpleKeyExpected => "a key without `:`; write `key: value`",
        Kind::InvalidQuotedScalarIndent | Kind::UnclosedQuotedScalar => {
            "a quote above is not closed; close it"
        }
        Kind::InvalidColonPlacement
        | Kind::UnclosedFlowCollection { .. }
        | Kind::ExpectedFlowMappingSeparator
        | Kind::ExpectedFlowSequenceSeparator
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofFlowSequence => "a bracket is not closed, or a comma is missing",
        Kind::MismatchedFlowCollectionEnd { .. } | Kind::MisplacedFlowCollectionEnd => {
            "a bracket closes nothing, or another kind of bracket"
        }
        Kind::ExpectedBlockMappingKey | Kind::InvalidIndentation => {
            "the indentation fits no line above; indent the keys of one map alike"
        }
        Kind::ExpectedBlockSequenceEntry => "a list goes on with `-`; check the indentation",
        Kind::BlockSequenceEntryNotAllowed => "a list begins on a line of its own, below its key",
        Kind::UnknownAnchor | Kind::MissingAnchorOrAliasName => {
            "`*` repeats a value that `&` has named, and there is none; quote a text with `*` or \
             `&` at its beginning"
        }
        Kind::UnknownQuotedScalarEscape => {
            "unknown escape in double quotes; write `\\\\` for a backslash, or use single quotes"
        }
        Kind::UnexpectedCharacter { character } => {
            return format!("a text cannot begin with `{character}`; quote it");
        }
        _ => return format!("this is no YAML: {}", error.info()),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use granit_parser::Parser;

    use super::*;

    #[test]
    fn common_slips_are_told_in_plain_words() {
        let told = |text: &str| {
            let error = Parser::new_from_str(text).find_map(Result::err).unwrap();
            explain(&error)
        };

        for (text, words) in [
            ("a:\n\tb: 1\n", "a tab in the indentation; indent with spaces only"),
            ("a: 1\n\tb: 1\n", "a tab in the indentation; indent with spaces only"),
            (
                "a: b: c\n",
                "a `:` where no key can be; check the indentation, or quote a value with `: ` in it",
            ),
            ("a: 1\nb\nc: 2\n", "a key without `:`; write `key: value`"),
            ("a: \"x\nb: 1\n", "a quote above is not closed; close it"),
            ("a: [1, 2\nb: 3\n", "a bracket is not closed, or a comma is missing"),
            ("a: {x: 1\nb: 3\n", "a bracket is not closed, or a comma is missing"),
            ("a: [1}\n", "a bracket closes nothing, or another kind of bracket"),
            (
                "a:\n  b: 1\n c: 2\n",
                "the indentation fits no line above; indent the keys of one map alike",
            ),
            ("- a\nb: 1\n", "a list goes on with `-`; check the indentation"),
            ("a: - b\n", "a list begins on a line of its own, below its key"),
            (
                "a: *alert*\n",
                "`*` repeats a value that `&` has named, and there is none; quote a text with `*` \
                 or `&` at its beginning",
            ),
            ("a: @here\n", "a text cannot begin with `@`; quote it"),
            (
                "a: \"\\d\"\n",
                "unknown escape in double quotes; write `\\\\` for a backslash, or use single quotes",
            ),
            (
                "a: |foo\n",
                "this is no YAML: while scanning a block scalar, did not find expected comment or \
                 line break",
            ),
        ] {
            assert_eq!(told(text), words, "{text:?}");
        }
    }
}
