//! Text of a configuration inside a message: short, in one line, and unable to act on a terminal.

/// Puts a text into backticks, cut to a length that leaves the sentence readable.
pub(crate) fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(TEXT_CHARACTERS_MAX).map(printable).collect();
    let rest = if text.chars().nth(TEXT_CHARACTERS_MAX).is_some() { "…" } else { "" };
    format!("`{shown}{rest}`")
}

/// Replaces what a terminal would obey or reorder by.
pub(super) fn printable(character: char) -> char {
    match character {
        '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '·',
        character if character.is_control() => '·',
        character => character,
    }
}

/// Long enough for any name, short enough for a line.
const TEXT_CHARACTERS_MAX: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(quoted("a\u{1b}[31mb\u{202e}c\td"), "`a·[31mb·c d`");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(quoted(&"ä".repeat(61)), format!("`{}…`", "ä".repeat(60)));
        assert_eq!(quoted(&"ä".repeat(60)), format!("`{}`", "ä".repeat(60)));
    }
}
