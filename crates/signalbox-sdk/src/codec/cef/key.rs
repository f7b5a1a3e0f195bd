//! The key of a pair as an integer: found once while reading, switched on afterwards.

use std::fmt;

use super::dictionary::{ALIASES, DICTIONARY, Entry, Field, Kind};
use super::slot::{self, Slot, USUAL};
use crate::codec::names::Names;

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A key of the dictionary, by its short or its full name.
    Field(Field),
    /// A numbered custom value, such as `cs1`.
    Custom(Slot),
    /// The label of a numbered custom value, such as `cs1Label`.
    Label(Slot),
    /// A key of the sender's own.
    Unknown,
}

impl Key {
    /// Returns what the key `name` is. Names are told apart by case, as the standard does.
    pub fn resolve(name: &str) -> Self {
        Self::usual(name.as_bytes()).or_else(|| slot::parse(name)).unwrap_or(Self::Unknown)
    }

    /// Returns what a key of the dictionary is, or one of the usual slots and labels.
    pub(super) fn usual(name: &[u8]) -> Option<Self> {
        NAMES.find(name).and_then(|number| KEYS.get(usize::from(number))).copied()
    }
}

impl Field {
    /// Returns the short name, which is what goes over the wire: `act`.
    pub const fn short(self) -> &'static str {
        self.entry().short
    }

    /// Returns the full name: `deviceAction`. It is the short one where there is no other.
    pub const fn full(self) -> &'static str {
        self.entry().full
    }

    /// Returns what the values are.
    pub const fn kind(self) -> Kind {
        self.entry().kind
    }

    /// Returns the bytes a text may have; senders exceed it, our writer does not.
    pub const fn limit(self) -> Option<usize> {
        self.entry().limit
    }

    const fn entry(self) -> &'static Entry {
        &DICTIONARY[self as usize]
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.short())
    }
}

/// The keys that have names in [`NAMES`]: the dictionary, then the usual slots and labels by turns.
static KEYS: [Key; DICTIONARY.len() + 2 * USUAL.len()] = {
    let mut keys = [Key::Unknown; DICTIONARY.len() + 2 * USUAL.len()];
    let mut at = 0;
    while at < DICTIONARY.len() {
        keys[at] = Key::Field(DICTIONARY[at].field);
        at += 1;
    }
    at = 0;
    while at < USUAL.len() {
        keys[DICTIONARY.len() + 2 * at] = Key::Custom(USUAL[at].0);
        keys[DICTIONARY.len() + 2 * at + 1] = Key::Label(USUAL[at].0);
        at += 1;
    }
    keys
};

/// The places in [`KEYS`] by name.
static NAMES: Names<1024> = {
    let mut names = Names::new();
    let mut at = 0;
    while at < DICTIONARY.len() {
        names.insert(DICTIONARY[at].short, at as u8);
        names.insert(DICTIONARY[at].full, at as u8);
        at += 1;
    }
    at = 0;
    while at < USUAL.len() {
        names.insert(USUAL[at].1, (DICTIONARY.len() + 2 * at) as u8);
        names.insert(USUAL[at].2, (DICTIONARY.len() + 2 * at + 1) as u8);
        at += 1;
    }
    at = 0;
    while at < ALIASES.len() {
        names.insert(ALIASES[at].0, ALIASES[at].1 as u8);
        at += 1;
    }
    names
};

/// A place in the keys is a byte.
const _: () = assert!(DICTIONARY.len() + 2 * USUAL.len() <= 256);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_in_the_order_of_the_fields() {
        for (number, entry) in DICTIONARY.iter().enumerate() {
            assert_eq!(entry.field as usize, number, "{}", entry.short);
        }
    }

    #[test]
    fn every_name_of_the_dictionary_leads_to_its_key() {
        for entry in DICTIONARY {
            assert_eq!(Key::resolve(entry.short), Key::Field(entry.field));
            assert_eq!(Key::resolve(entry.full), Key::Field(entry.field));
        }
        for (slot, name, label) in USUAL {
            assert_eq!(*name, slot.to_string());
            assert_eq!(Key::resolve(name), Key::Custom(*slot));
            assert_eq!(Key::resolve(label), Key::Label(*slot));
            assert_eq!(slot::parse(label), Some(Key::Label(*slot)));
        }
        for (alias, field) in ALIASES {
            assert_eq!(Key::resolve(alias), Key::Field(*field));
        }
    }

    #[test]
    fn the_usual_names_are_of_letters_and_digits() {
        let slots = USUAL.iter().flat_map(|(_, name, label)| [*name, *label]);
        let fields = DICTIONARY.iter().flat_map(|entry| [entry.short, entry.full]);
        for name in slots.chain(fields).chain(ALIASES.iter().map(|(name, _)| *name)) {
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{name}");
        }
    }

    #[test]
    fn a_key_of_the_senders_own_is_unknown() {
        for name in ["", "SRC", "ESAMID", "ad.field[0]", "csLabel", "cs1x", "cs999", "c6a"] {
            assert_eq!(Key::resolve(name), Key::Unknown, "{name}");
        }
    }
}
