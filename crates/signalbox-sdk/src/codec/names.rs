//! A table of names made while compiling, which finds a name by one hash and one comparison.
//!
//! A log line has some twenty keys, and each is looked up; a chain of comparisons against two
//! hundred names would cost more than the rest of the parser. The hash reads the length and at most
//! sixteen bytes, the first and the last eight: names differ there or sit beside each other.

/// Names and the small number each stands for.
pub(super) struct Names<const SLOTS: usize> {
    slots: [Option<(&'static str, u8)>; SLOTS],
}

impl<const SLOTS: usize> Names<SLOTS> {
    /// Makes an empty table. `SLOTS` is a power of two, at least twice the number of names.
    pub(super) const fn new() -> Self {
        assert!(SLOTS.is_power_of_two());
        Self { slots: [None; SLOTS] }
    }

    /// Adds a name; one that is there already stays as it is.
    pub(super) const fn insert(&mut self, name: &'static str, number: u8) {
        let mut slot = Self::slot(name.as_bytes());
        while let Some((stored, _)) = self.slots[slot] {
            if is_same(stored.as_bytes(), name.as_bytes()) {
                return;
            }
            slot = (slot + 1) % SLOTS;
        }
        self.slots[slot] = Some((name, number));
    }

    /// Returns the number of exactly this name.
    pub(super) fn find(&self, name: &str) -> Option<u8> {
        let mut slot = Self::slot(name.as_bytes());
        // A slot is free somewhere, or the table had not been built.
        while let Some((stored, number)) = self.slots[slot] {
            if stored == name {
                return Some(number);
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }

    const fn slot(name: &[u8]) -> usize {
        let word = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
            (Some(first), Some(last)) => {
                u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29)
            }
            _ => short_word(name),
        };
        let mixed = (word ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize % SLOTS
    }
}

/// The bytes of a name of less than eight, some of them twice.
const fn short_word(name: &[u8]) -> u64 {
    match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u32::from_le_bytes(*first) as u64 | (u32::from_le_bytes(*last) as u64) << 32
        }
        _ => match name {
            [one] => *one as u64,
            [one, two] => *one as u64 | (*two as u64) << 8,
            [one, two, three] => *one as u64 | (*two as u64) << 8 | (*three as u64) << 16,
            _ => 0,
        },
    }
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 8] =
        ["", "a", "ab", "abc", "abcd", "abcdefg", "destinationHostName", "destinationUserName"];

    const TABLE: Names<16> = {
        let mut table = Names::new();
        let mut number = 0;
        while number < WORDS.len() {
            table.insert(WORDS[number], number as u8);
            number += 1;
        }
        table
    };

    #[test]
    fn every_name_is_found_and_no_other() {
        for (number, word) in WORDS.iter().enumerate() {
            assert_eq!(TABLE.find(word).map(usize::from), Some(number), "{word}");
        }
        for word in ["A", "abce", "destinationHostname", "destinationXostName"] {
            assert_eq!(TABLE.find(word), None, "{word}");
        }
    }

    #[test]
    fn the_first_of_two_equal_names_counts() {
        let mut table: Names<4> = Names::new();
        table.insert("src", 1);
        table.insert("src", 2);

        assert_eq!(table.find("src"), Some(1));
    }
}
