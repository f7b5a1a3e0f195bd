//! A table of names made while compiling, which finds a name by one hash and one comparison.
//!
//! A log line has some twenty keys, and each is looked up; a chain of comparisons against two
//! hundred names would cost more than the rest of the parser. The hash reads the length and at most
//! sixteen bytes, the first and the last eight: names differ there or sit beside each other.

/// Names and the small number each stands for.
pub(super) struct Names<const SLOTS: usize> {
    slots: [Option<Entry>; SLOTS],
}

#[derive(Clone, Copy)]
struct Entry {
    name: &'static str,
    ends: Ends,
    number: u8,
}

/// The first and the last eight bytes of a name: all of it, up to sixteen.
#[derive(Clone, Copy)]
struct Ends(u64, u64);

impl<const SLOTS: usize> Names<SLOTS> {
    /// Makes an empty table. `SLOTS` is a power of two, at least twice the number of names.
    pub(super) const fn new() -> Self {
        assert!(SLOTS.is_power_of_two());
        Self { slots: [None; SLOTS] }
    }

    /// Adds a name; one that is there already stays as it is.
    pub(super) const fn insert(&mut self, name: &'static str, number: u8) {
        let ends = Ends::of(name.as_bytes());
        let mut slot = Self::slot(ends, name.len());
        while let Some(stored) = self.slots[slot] {
            if is_same(stored.name.as_bytes(), name.as_bytes()) {
                return;
            }
            slot = (slot + 1) % SLOTS;
        }
        self.slots[slot] = Some(Entry { name, ends, number });
    }

    /// Returns the number of exactly this name.
    pub(super) fn find(&self, name: &[u8]) -> Option<u8> {
        let ends = Ends::of(name);
        let mut slot = Self::slot(ends, name.len());
        // A slot is free somewhere, or the table had not been built.
        while let Some(stored) = &self.slots[slot] {
            let are_ends_same = (stored.ends.0 == ends.0) & (stored.ends.1 == ends.1);
            if are_ends_same
                && stored.name.len() == name.len()
                && (name.len() <= 16 || stored.name.as_bytes() == name)
            {
                return Some(stored.number);
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }

    const fn slot(ends: Ends, length: usize) -> usize {
        let word = ends.0 ^ ends.1.rotate_left(29);
        let mixed = (word ^ length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize % SLOTS
    }
}

impl Ends {
    const fn of(name: &[u8]) -> Self {
        match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
            (Some(first), Some(last)) => {
                Self(u64::from_le_bytes(*first), u64::from_le_bytes(*last))
            }
            _ => Self(short_word(name), 0),
        }
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
            assert_eq!(TABLE.find(word.as_bytes()).map(usize::from), Some(number), "{word}");
        }
        for word in ["A", "abce", "destinationHostname", "destinationXostName"] {
            assert_eq!(TABLE.find(word.as_bytes()), None, "{word}");
        }
    }

    #[test]
    fn the_first_of_two_equal_names_counts() {
        let mut table: Names<4> = Names::new();
        table.insert("src", 1);
        table.insert("src", 2);

        assert_eq!(table.find(b"src"), Some(1));
    }
}
