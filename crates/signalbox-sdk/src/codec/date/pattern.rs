//! Times by a pattern of Java's `SimpleDateFormat`, which LEEF's `devTimeFormat` holds.
//!
//! The letters that occur in reality: `y M d H h m s S a E z Z X`, quoted text, and other characters
//! as themselves.

use jiff::tz::TimeZone;
use signalbox_model::time::Timestamp;

use super::parts::{Clock, Parts, milliseconds, number};
use super::{Dating, month};

/// Reads a time by a pattern; `None` where the text does not follow it, or it has an unknown letter.
pub fn read_as(text: &str, pattern: &str, dating: &Dating<'_>) -> Option<Timestamp> {
    let mut reader = Reader { rest: text.trim_ascii(), parts: Parts::default(), dating };
    let mut pattern = pattern.trim_ascii();
    while let Some(letter) = pattern.chars().next() {
        let after = pattern.trim_start_matches(letter);
        let length = pattern.len() - after.len();
        pattern = match letter {
            '\'' => reader.quoted(pattern.get(1..)?)?,
            letter if letter.is_ascii_alphabetic() => {
                // Digits are told apart by their number only where no sign stands between.
                let is_run = after.starts_with(|next: char| next.is_ascii_alphabetic());
                reader.field(letter, length, is_run)?;
                after
            }
            ' ' => {
                reader.rest = reader.rest.trim_start();
                after
            }
            _ => {
                reader.rest = reader.rest.strip_prefix(pattern.get(..length)?)?;
                after
            }
        };
    }
    if reader.rest.is_empty() { reader.parts.finish(dating) } else { None }
}

struct Reader<'t, 'd> {
    rest: &'t str,
    parts: Parts,
    dating: &'d Dating<'d>,
}

impl Reader<'_, '_> {
    /// One field of the pattern: `length` times the same letter.
    fn field(&mut self, letter: char, length: usize, is_run: bool) -> Option<()> {
        let most = if is_run { length } else { usize::MAX };
        match letter {
            'y' | 'u' => self.parts.year = Some(self.year(length, most)?),
            'M' | 'L' if length >= 3 => self.parts.month = Some(month::read(self.word())?),
            'M' | 'L' => self.parts.month = Some(number(self.digits(most))?),
            'd' => self.parts.day = Some(number(self.digits(most))?),
            'H' | 'h' => self.clock().hour = number(self.digits(most))?,
            'm' => self.clock().minute = number(self.digits(most))?,
            's' => self.clock().second = number(self.digits(most))?,
            'S' => self.clock().millisecond = milliseconds(self.digits(most))?,
            'a' => self.parts.is_afternoon = Some(self.word().eq_ignore_ascii_case("PM")),
            'E' => drop_word(self.word())?,
            'z' | 'Z' | 'X' | 'x' | 'V' => self.parts.zone = Some(self.zone()?),
            _ => return None,
        }
        Some(())
    }

    fn year(&mut self, length: usize, most: usize) -> Option<i16> {
        let year: i16 = number(self.digits(most))?;
        Some(if length == 2 && year < 100 { 2000 + year } else { year })
    }

    fn clock(&mut self) -> &mut Clock {
        self.parts.clock.get_or_insert_default()
    }

    fn zone(&mut self) -> Option<TimeZone> {
        let end = self.rest.find([' ', ')', ']']).unwrap_or(self.rest.len());
        let zone = self.take(end);
        self.dating.zone_of(zone)
    }

    /// Text between quotes, which stands as it is; two quotes are one.
    fn quoted<'p>(&mut self, pattern: &'p str) -> Option<&'p str> {
        let (text, after) = pattern.split_once('\'')?;
        let text = if text.is_empty() { "'" } else { text };
        self.rest = self.rest.strip_prefix(text)?;
        Some(after)
    }
}

impl<'t> Reader<'t, '_> {
    fn digits(&mut self, most: usize) -> &'t str {
        let is_end = |(at, byte): &(usize, u8)| *at >= most || !byte.is_ascii_digit();
        let end = self.rest.bytes().enumerate().find(is_end).map(|(at, _)| at);
        self.take(end.unwrap_or(self.rest.len()))
    }

    fn word(&mut self) -> &'t str {
        let is_end = |letter: char| !letter.is_alphabetic() && letter != '.';
        self.take(self.rest.find(is_end).unwrap_or(self.rest.len()))
    }

    fn take(&mut self, end: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

const fn drop_word(word: &str) -> Option<()> {
    if word.is_empty() { None } else { Some(()) }
}
