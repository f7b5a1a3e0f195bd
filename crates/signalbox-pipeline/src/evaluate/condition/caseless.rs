//! Text compared without regard to case.
//!
//! Every character is folded to its own lower case, by Unicode; nothing else is: `ß` is not `ss`,
//! and accents stay. Folded once when the condition is compiled; the text of an event is compared
//! as it lies there, and only a search in text beyond ASCII makes a folded copy.

use memchr::{memchr2_iter, memmem};

/// A text of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caseless {
    text: Box<str>,
    folded: Box<str>,
    /// Where the byte stands that is rarest in ordinary text, to search for.
    rarest: usize,
}

impl Caseless {
    /// Prepares a text.
    pub fn new(text: &str) -> Self {
        let folded = folded(text);
        let rarest = folded.bytes().enumerate().max_by_key(|(_, byte)| rarity(*byte));
        let rarest = rarest.map_or(0, |(place, _)| place);
        Self { text: text.into(), folded: folded.into(), rarest }
    }

    /// Returns the text as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the text in lower case.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether `other` is this text.
    pub fn equals(&self, other: &str) -> bool {
        if other.is_ascii() {
            return self.folded.eq_ignore_ascii_case(other);
        }
        fold(other).eq(self.folded.chars())
    }

    /// Whether this text is somewhere in `haystack`.
    pub fn is_in(&self, haystack: &str) -> bool {
        if haystack.is_ascii() {
            return self.is_in_ascii(haystack.as_bytes());
        }
        let folded = folded(haystack);
        memmem::find(folded.as_bytes(), self.folded.as_bytes()).is_some()
    }

    fn is_in_ascii(&self, haystack: &[u8]) -> bool {
        let needle = self.folded.as_bytes();
        let Some(rarest) = needle.get(self.rarest) else { return true };
        let Some(places) = haystack.get(self.rarest..) else { return false };
        let mut starts = memchr2_iter(*rarest, rarest.to_ascii_uppercase(), places);
        starts.any(|start| {
            let window = haystack.get(start..start + needle.len());
            window.is_some_and(|window| window.eq_ignore_ascii_case(needle))
        })
    }
}

/// Calls `look` with a text in lower case; copies it to the stack where it is short and ASCII, as most are.
pub(super) fn with_folded<R>(text: &str, look: impl FnOnce(&str) -> R) -> R {
    let mut short = [0; SHORT_BYTES];
    let lower = short.get_mut(..text.len()).filter(|_| text.is_ascii()).and_then(|lower| {
        lower.copy_from_slice(text.as_bytes());
        lower.make_ascii_lowercase();
        std::str::from_utf8(lower).ok()
    });
    match lower {
        Some(lower) => look(lower),
        None => look(&folded(text)),
    }
}

/// Returns a text in lower case.
pub(super) fn folded(text: &str) -> String {
    fold(text).collect()
}

/// Names of hosts, users, products and rules are seldom longer.
const SHORT_BYTES: usize = 64;

fn fold(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// Ranks a byte by how seldom it stands in logs and findings.
fn rarity(byte: u8) -> usize {
    COMMON.iter().position(|common| *common == byte).unwrap_or(COMMON.len())
}

/// The commonest characters of English text, paths and addresses, the commonest first.
const COMMON: &[u8] = b"e tainosrlcdhmup.-/0g1f2_y:bw34576v89k";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_does_not_matter_in_any_alphabet() {
        assert!(Caseless::new("Host Vulnerability").equals("HOST vulnerability"));
        assert!(Caseless::new("ÄRGER").equals("ärger"));
        assert!(Caseless::new("ПРИВЕТ").equals("привет"));
        assert!(!Caseless::new("Straße").equals("STRASSE"));
        assert!(!Caseless::new("admin").equals("admins"));
    }

    #[test]
    fn a_letter_beyond_ascii_may_fold_into_ascii() {
        let kelvin = "\u{212A}";

        assert!(Caseless::new(kelvin).equals("K"));
        assert!(Caseless::new("k").equals(kelvin));
        assert!(Caseless::new("k").is_in(&format!("300 {kelvin}")));
    }

    #[test]
    fn a_part_is_found_wherever_it_stands() {
        let part = Caseless::new("PowerShell");

        assert!(part.is_in("powershell"));
        assert!(part.is_in("C:\\Windows\\POWERSHELL.EXE -enc"));
        assert!(part.is_in("é powershell"));
        assert!(!part.is_in("powershel"));
        assert!(!part.is_in("power shell"));
        assert!(!part.is_in(""));
        assert!(Caseless::new("").is_in(""));
    }

    proptest! {
        #[test]
        fn searching_agrees_with_searching_in_lower_case(
            part in "[a-cA-C]{0,3}|[a-cä-üÄ-Ü]{1,2}",
            text in "[a-cA-C]{0,20}|[a-cA-Cä-üÄ-Ü]{0,20}",
        ) {
            let expected = text.to_lowercase().contains(&part.to_lowercase());

            prop_assert_eq!(Caseless::new(&part).is_in(&text), expected);
        }

        #[test]
        fn a_text_equals_and_contains_itself(text in ".*") {
            let caseless = Caseless::new(&text);

            prop_assert!(caseless.equals(&text));
            prop_assert!(caseless.is_in(&text));
        }
    }
}
