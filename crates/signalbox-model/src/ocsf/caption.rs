//! Numbers and the words beside them.
//!
//! OCSF's enumerations are a number (`action_id`) and an optional word (`action`): the exact
//! caption of the number, or the source's own word where the number is 99 (Other). So the number
//! leads. A known number is read and written with its caption whatever the word says; the word
//! counts where there is no caption. Assigning a word finds its number.

use std::ops::ControlFlow;

use super::Text;
use super::convert;
use super::object::Visitor;
use super::value::{Mismatch, Value, ValueRef};
use super::writer::JsonWriter;

/// The numbers of an enumeration with their captions.
pub type Captions = [(i64, &'static str)];

/// The number of a word that OCSF has no number for.
pub const OTHER: i64 = 99;

/// Returns the caption of a number; `Other` is none, for it says nothing.
pub fn caption_of(number: Option<i64>, captions: &'static Captions) -> Option<&'static str> {
    let number = number.filter(|number| *number != OTHER)?;
    captions.iter().find(|(id, _)| *id == number).map(|(_, caption)| *caption)
}

/// Returns the number of a caption, whatever its case.
pub fn number_of(word: &str, captions: &Captions) -> Option<i64> {
    captions.iter().find(|(_, caption)| caption.eq_ignore_ascii_case(word)).map(|(id, _)| *id)
}

/// Returns the word to show: the caption, or else the source's own word.
pub(super) fn word_of<'a>(
    word: Option<&'a str>,
    number: Option<i64>,
    captions: &'static Captions,
) -> Option<&'a str> {
    caption_of(number, captions).or(word)
}

pub(super) fn visit<'a>(
    word: &'a Option<Text>,
    number: Option<i64>,
    captions: &'static Captions,
    visitor: &mut Visitor<'a, '_>,
) -> ControlFlow<()> {
    let word = word_of(word.as_deref(), number, captions);
    word.map_or(ControlFlow::Continue(()), |word| visitor(ValueRef::Text(word)))
}

pub(super) fn assign(
    word: &mut Option<Text>,
    number: &mut Option<i64>,
    captions: &'static Captions,
    value: Value<'_>,
) -> Result<(), Mismatch> {
    let text = convert::to_text(value)?;
    match number_of(&text, captions) {
        Some(known) => *number = Some(known),
        None => *number = number.or(Some(OTHER)),
    }
    *word = Some(caption_of(*number, captions).map_or(text, Text::const_new));
    Ok(())
}

#[inline]
pub(super) fn write(
    key: &'static [u8],
    word: &Option<Text>,
    number: Option<i64>,
    captions: &'static Captions,
    writer: &mut JsonWriter<'_>,
) {
    if number.is_some() || word.is_some() {
        write_word(key, word.as_deref(), caption_of(number, captions), writer);
    }
}

fn write_word(
    key: &'static [u8],
    word: Option<&str>,
    caption: Option<&'static str>,
    writer: &mut JsonWriter<'_>,
) {
    if let Some(caption) = caption {
        writer.key(key);
        writer.word(caption);
    } else if let Some(word) = word {
        writer.key(key);
        writer.text(word);
    }
}

/// A number that OCSF requires, written even when absent.
pub(super) trait Required {
    /// Writes the number; absent, 99 (Other) beside a word and 0 (Unknown) without one.
    fn write(&self, key: &'static [u8], has_word: bool, writer: &mut JsonWriter<'_>);
}

impl Required for Option<i64> {
    #[inline]
    fn write(&self, key: &'static [u8], has_word: bool, writer: &mut JsonWriter<'_>) {
        let absent = if has_word { OTHER } else { UNKNOWN };
        writer.key(key);
        writer.integer(self.unwrap_or(absent));
    }
}

impl Required for Vec<i64> {
    fn write(&self, key: &'static [u8], _: bool, writer: &mut JsonWriter<'_>) {
        let absent: &[i64] = &[UNKNOWN];
        let numbers = if self.is_empty() { absent } else { self };
        writer.key(key);
        writer.list(numbers.iter(), |writer, number| writer.integer(*number));
    }
}

/// The number of what the source does not say.
const UNKNOWN: i64 = 0;
