//! Halves of UTF-16 surrogate pairs in JSON escapes.
//!
//! A sender that cuts a text in the middle of an emoji writes `"\ud83d"`: valid JSON by its
//! grammar, but no Unicode, and most parsers refuse the whole document for it. One broken
//! character is no reason to lose an alert, so such a half is read as U+FFFD, the replacement
//! character. The escape has the same length, so places in the text stay what they were.

use std::borrow::Cow;

/// Replaces the escapes of halves that have no other half.
pub fn mend(json: &str) -> Cow<'_, str> {
    let mut mended = Cow::Borrowed(json);
    let mut place = 0;
    while let Some(found) = json.get(place..).and_then(|rest| rest.find('\\')) {
        place += found;
        let Some(half) = surrogate(json, place) else {
            // An escape is at least two bytes, so the second of `\\` does not begin another.
            place += 2;
            continue;
        };
        if half.is_high() && surrogate(json, place + ESCAPE_BYTES).is_some_and(Half::is_low) {
            place += 2 * ESCAPE_BYTES;
            continue;
        }
        mended.to_mut().replace_range(place..place + ESCAPE_BYTES, "\\ufffd");
        place += ESCAPE_BYTES;
    }
    mended
}

/// A number from D800 to DFFF.
#[derive(Clone, Copy)]
struct Half(u16);

impl Half {
    fn is_high(self) -> bool {
        self.0 < 0xDC00
    }

    fn is_low(self) -> bool {
        !self.is_high()
    }
}

/// Reads the escape at `place`, if it is one of a surrogate.
fn surrogate(json: &str, place: usize) -> Option<Half> {
    let digits = json.get(place..place + ESCAPE_BYTES)?.strip_prefix("\\u")?;
    let number = u16::from_str_radix(digits, 16).ok()?;
    (0xD800..=0xDFFF).contains(&number).then_some(Half(number))
}

const ESCAPE_BYTES: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_pairs_and_other_escapes_stay() {
        for json in [r#""\ud83d\ude00""#, r#""\\ud83d""#, r#""\n\u00e9\\""#, "\"plain ü\"", "\"\\"]
        {
            assert_eq!(mend(json), json);
        }
    }

    #[test]
    fn a_half_becomes_the_replacement_character_in_its_place() {
        assert_eq!(mend(r#"{"a":"x\ud83d","b":1}"#), r#"{"a":"x\ufffd","b":1}"#);
        assert_eq!(mend(r#""\ude00\ud83d""#), r#""\ufffd\ufffd""#);
        assert_eq!(mend(r#""\ud83d\ud83d\ude00""#), r#""\ufffd\ud83d\ude00""#);
        assert_eq!(mend(r#""\\\ud83d""#), r#""\\\ufffd""#);
    }
}
