//! Times in words: `Feb  9 2015 12:28:26.123 UTC`, and the same parts in other orders.
//!
//! Each part is known by its shape, so the order does not matter: devices put the year before the
//! time or at the end, the day before the month, the weekday in front, and the zone where they like.
//! A word that is no part makes it no time.

use jiff::tz::TimeZone;
use signalbox_model::time::Timestamp;

use super::parts::{Clock, Parts, milliseconds, number};
use super::{Dating, month};

/// Reads the parts in any order.
pub(super) fn read(text: &str, dating: &Dating<'_>) -> Option<Timestamp> {
    let mut parts = Parts::default();
    for word in text.split([' ', '\t', ',']).filter(|word| !word.is_empty()) {
        let begins_with_digit = word.bytes().next().is_some_and(|first| first.is_ascii_digit());
        let is_known = match begins_with_digit {
            true => {
                parts.take_date(word) || parts.take_number(word) || parts.take_clock(word, dating)
            }
            false => parts.take_month(word) || parts.take_half(word),
        };
        if !is_known && !parts.take_zone(word, dating) && !is_weekday(word) {
            return None;
        }
    }
    parts.finish(dating)
}

impl Parts {
    /// `2020/09/03`, `2020-09-03` or `31-Mar-2016`.
    fn take_date(&mut self, word: &str) -> bool {
        if !word.bytes().any(|byte| matches!(byte, b'/' | b'-')) {
            return false;
        }
        let mut pieces = word.split(['/', '-']);
        let (Some(first), Some(second), Some(third), None) =
            (pieces.next(), pieces.next(), pieces.next(), pieces.next())
        else {
            return false;
        };
        if first.len() == 4 && self.month.is_none() {
            (self.year, self.month, self.day) = (number(first), number(second), number(third));
            return self.year.is_some() && self.month.is_some() && self.day.is_some();
        }
        self.take_number(first) && self.take_month(second) && self.take_number(third)
    }

    /// A year of four digits, or a day.
    fn take_number(&mut self, word: &str) -> bool {
        match word.len() {
            4 if self.year.is_none() => set(&mut self.year, number(word)),
            1 | 2 if self.day.is_none() => set(&mut self.day, number(word)),
            _ => false,
        }
    }

    fn take_month(&mut self, word: &str) -> bool {
        self.month.is_none() && set(&mut self.month, month::read(word))
    }

    /// `12:28`, `12:28:26.123`, maybe with the zone at once: `12:28:26Z`.
    fn take_clock(&mut self, word: &str, dating: &Dating<'_>) -> bool {
        let in_clock = |letter: char| letter.is_ascii_digit() || matches!(letter, ':' | '.');
        let end = word.find(|letter| !in_clock(letter)).unwrap_or(word.len());
        let (clock, zone) = word.split_at(end);
        let has_zone = !zone.is_empty();
        self.clock.is_none()
            && set(&mut self.clock, clock_of(clock))
            && (!has_zone || self.take_zone(zone, dating))
    }

    fn take_half(&mut self, word: &str) -> bool {
        let is_afternoon = match word {
            "AM" | "am" => false,
            "PM" | "pm" => true,
            _ => return false,
        };
        set(&mut self.is_afternoon, Some(is_afternoon))
    }

    fn take_zone(&mut self, word: &str, dating: &Dating<'_>) -> bool {
        let zone: Option<TimeZone> = dating.zone_of(word);
        self.zone.is_none() && set(&mut self.zone, zone)
    }
}

fn clock_of(text: &str) -> Option<Clock> {
    // As nearly all are written; what else there is costs several searches.
    if let [_, _, b':', _, _, b':', _, _] = text.as_bytes() {
        let two = |at: usize| text.get(at..at + 2).and_then(number);
        return Some(Clock { hour: two(0)?, minute: two(3)?, second: two(6)?, millisecond: 0 });
    }
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut pieces = clock.split(':');
    let (hour, minute) = (number(pieces.next()?)?, number(pieces.next()?)?);
    let second = pieces.next().map_or(Some(0), number)?;
    let millisecond = milliseconds(fraction)?;
    pieces.next().is_none().then_some(Clock { hour, minute, second, millisecond })
}

fn is_weekday(word: &str) -> bool {
    let first = word.get(..3);
    first.is_some_and(|first| WEEKDAYS.iter().any(|day| day.eq_ignore_ascii_case(first)))
}

fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
