//! `Mmm dd hh:mm:ss` of RFC 3164, with the year before or behind, a fraction and a zone.

use super::Stamp;
use super::clock::{Clock, trailing_zone};
use super::iso::year;

/// Reads such a stamp at the start.
pub(in crate::codec::syslog) fn bsd(bytes: &[u8]) -> Option<Stamp> {
    let (mut stamp_year, mut at) = leading_year(bytes);
    let month = month(bytes.get(at..at + 4)?)?;
    let (day, after_day) = day(bytes, at + 4)?;
    at = after_day;
    if stamp_year.is_none()
        && let Some(year) = year_at(bytes, at)
    {
        stamp_year = Some(year);
        at += 5;
    }
    let (clock, mut length, _) = Clock::read(bytes, at)?;
    if stamp_year.is_none()
        && bytes.get(length) == Some(&b' ')
        && let Some(year) = year_at(bytes, length + 1)
    {
        stamp_year = Some(year);
        length += 5;
    }
    let zone = trailing_zone(bytes, length);
    let length = zone.map_or(length, |(_, end)| end);
    let offset = zone.map(|(seconds, _)| seconds);
    Some(Stamp { length, fault: None, year: stamp_year, month, day, clock, offset })
}

fn leading_year(bytes: &[u8]) -> (Option<i16>, usize) {
    match year_at(bytes, 0) {
        Some(year) => (Some(year), 5),
        None => (None, 0),
    }
}

/// Reads a year at `at`, which a blank ends, or a colon and a blank.
fn year_at(bytes: &[u8], at: usize) -> Option<i16> {
    let year = year(bytes.get(at..)?)?;
    let is_end = matches!(bytes.get(at + 4..), Some([] | [b' ', ..] | [b':'] | [b':', b' ', ..]));
    (is_end && YEARS.contains(&year)).then_some(year)
}

/// Reads an English month and the blank behind it.
fn month(bytes: &[u8]) -> Option<i8> {
    let &[first, second, third, b' '] = bytes else { return None };
    let name = [first, second, third].map(|letter| letter.to_ascii_lowercase());
    Some(match &name {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

/// Reads a day, padded with a blank, a zero or not at all, and the blank behind it.
fn day(bytes: &[u8], at: usize) -> Option<(i8, usize)> {
    let at = at + usize::from(bytes.get(at) == Some(&b' '));
    let digit = |byte: u8| byte.is_ascii_digit().then(|| (byte - b'0').cast_signed());
    match *bytes.get(at..at + 3)? {
        [ones, b' ', _] => Some((digit(ones)?, at + 2)),
        [tens, ones, b' '] => Some((digit(tens)? * 10 + digit(ones)?, at + 3)),
        _ => None,
    }
}

/// Beyond these, four digits behind a time are something else.
const YEARS: std::ops::Range<i16> = 1970..2200;
