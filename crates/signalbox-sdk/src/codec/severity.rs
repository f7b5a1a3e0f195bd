//! The severity field of CEF and LEEF: a number from 0 to 10, or a word.
//!
//! Senders go beyond both: `25`, `100`, `i5`, `Substantial`. A number above 10 is read as one of a
//! hundred; a word that is nobody's is unknown, and never an error.

use signalbox_model::{Severity, SeverityColumn};

/// Returns what a severity as sent means: the column's own values first, then a number brought to
/// 0 to 10 and looked up in the column, then the words that are usual everywhere.
pub fn fold(sent: &str, column: &SeverityColumn) -> Severity {
    let sent = sent.trim();
    let own = column.values.iter().find(|(value, _)| value.eq_ignore_ascii_case(sent));
    if let Some((_, severity)) = own {
        return *severity;
    }
    match number(sent) {
        Some(number) => column.severity(DIGITS[tenth(number)]),
        None => word(sent).unwrap_or(column.other),
    }
}

/// Returns whether the text is a number or a word that means a severity to anybody.
pub(super) fn is_severity(sent: &str) -> bool {
    let sent = sent.trim();
    number(sent).is_some() || word(sent).is_some()
}

/// The whole part of a number that is not negative.
fn number(sent: &str) -> Option<u32> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = sent.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = sent.split_at_checked(whole)?;
    let has_no_more = rest.is_empty() || rest.strip_prefix('.').is_some_and(is_number);
    (is_number(whole) && has_no_more).then(|| whole.parse().unwrap_or(u32::MAX))
}

const fn tenth(number: u32) -> usize {
    match number {
        0..=10 => number as usize,
        11..=100 => number as usize / 10,
        _ => 10,
    }
}

fn word(sent: &str) -> Option<Severity> {
    let is_word = |entry: &&(&str, Severity)| entry.0.eq_ignore_ascii_case(sent);
    WORDS.iter().find(is_word).map(|(_, severity)| *severity).or_else(|| Severity::parse(sent))
}

/// Returns the words that are read besides those of [`Severity::words`], for the documentation.
pub const fn words() -> &'static [(&'static str, Severity)] {
    WORDS
}

const DIGITS: [&str; 11] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

/// What senders put there besides the captions: mostly the levels of syslog.
const WORDS: &[(&str, Severity)] = &[
    ("debug", Severity::Informational),
    ("notice", Severity::Informational),
    ("warn", Severity::Medium),
    ("error", Severity::High),
    ("err", Severity::High),
    ("very high", Severity::Critical),
    ("veryhigh", Severity::Critical),
    ("crit", Severity::Critical),
    ("alert", Severity::Critical),
    ("emergency", Severity::Critical),
    ("emerg", Severity::Critical),
];

#[cfg(test)]
mod tests {
    use signalbox_model::Severity::{Critical, High, Informational, Low, Medium, Unknown};

    use super::*;

    const COLUMN: SeverityColumn = SeverityColumn {
        vendor: "CEF",
        values: &[
            ("0", Informational),
            ("2", Low),
            ("5", Medium),
            ("8", High),
            ("10", Critical),
            ("Very-High", Critical),
            ("Substantial", High),
        ],
        other: Unknown,
    };

    #[test]
    fn numbers_words_and_nonsense_are_folded() {
        for (sent, expected) in [
            ("0", Informational),
            (" 5 ", Medium),
            ("5.9", Medium),
            ("25", Low),
            ("100", Critical),
            ("4294967296", Critical),
            ("very-high", Critical),
            ("Substantial", High),
            ("WARN", Medium),
            ("Error", High),
            ("Info", Informational),
            ("Unknown", Unknown),
            ("-1", Unknown),
            ("i5", Unknown),
            ("", Unknown),
        ] {
            assert_eq!(fold(sent, &COLUMN), expected, "{sent}");
        }
    }

    #[test]
    fn a_piece_of_a_sentence_is_no_severity() {
        assert!(is_severity("7") && is_severity("medium") && is_severity("None"));
        assert!(!is_severity("") && !is_severity("b detected") && !is_severity("5."));
    }
}
