//! How results are written: for people, mostly as tables, and for programs as JSON.
//!
//! Much of a result was said by senders. What would act on a terminal instead of being shown is left out
//! of what people read, and escaped in JSON, where it is the same text to a program.

use std::borrow::Cow;

use clap::ValueEnum;
use serde::Serialize;
use signalbox_sdk::role::{inert_text, is_active};

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// To be read.
    #[default]
    Table,
    /// To be piped: one JSON document.
    Json,
}

/// Prints one JSON document.
pub(super) fn print_json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    println!("{}", pretty(value)?);
    Ok(())
}

/// Returns one JSON document in lines, fit for a terminal.
pub(super) fn pretty<T: Serialize>(value: &T) -> anyhow::Result<String> {
    Ok(inert_json(&serde_json::to_string_pretty(value)?).into_owned())
}

/// Returns the same JSON with everything escaped that would act on a terminal.
pub(super) fn inert_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_active) {
        return Cow::Borrowed(json);
    }
    let mut inert = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_active(c) {
            let mut units = [0; 2];
            inert.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            inert.push(c);
        }
    }
    Cow::Owned(inert)
}

/// Returns a text from outside as one line, fit for a terminal: it cannot look like a line of ours.
pub(super) fn line(text: &str) -> String {
    inert_text(text).replace(['\n', '\t'], " ")
}

/// Returns a text from outside fit for a table. Laying out a huge one would take longer than anybody
/// waits, and nobody would read it.
pub(super) fn cell(text: &str) -> String {
    match text.char_indices().nth(CELL_CHARS_MAX) {
        Some((end, _)) => format!("{}…", inert_text(text.get(..end).unwrap_or_default())),
        None => inert_text(text).into_owned(),
    }
}

/// More than fits on a screen.
const CELL_CHARS_MAX: usize = 2_000;

#[cfg(test)]
mod tests {
    use signalbox_sdk::testkit::hostile::{TEXTS, WORDS};

    use super::*;

    #[test]
    fn json_that_is_shown_is_the_same_json_and_nothing_in_it_acts() {
        for hostile in TEXTS {
            let value = serde_json::json!({ hostile.text: [hostile.text, "ü😀\u{e0041}"] });

            let shown = pretty(&value).unwrap();

            assert!(!shown.chars().any(is_active), "{}", hostile.name);
            assert!(shown.contains('ü') && shown.contains('😀'));
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }

    #[test]
    fn a_huge_text_is_cut_in_a_table_and_says_so() {
        let shown = cell(&"ü".repeat(1 << 20));

        assert_eq!((shown.chars().count(), shown.ends_with('…')), (CELL_CHARS_MAX + 1, true));
        assert_eq!(cell("as it is"), "as it is");
    }

    #[test]
    fn a_line_stays_one_line_with_its_words() {
        for hostile in TEXTS {
            let shown = line(hostile.text);

            assert!(shown.lines().count() == 1 && shown.contains(WORDS), "{shown:?}");
            assert!(!shown.chars().any(is_active), "{}", hostile.name);
        }
    }
}
