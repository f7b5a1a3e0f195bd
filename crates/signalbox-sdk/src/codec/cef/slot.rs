//! Numbered custom keys: `cs1`, its full name `deviceCustomString1`, and their labels.
//!
//! The dictionary ends at `cs6`, `cn3`, `cfp4` and `c6a4`; senders count on, one of them to `cs148`.

use std::fmt;

use super::dictionary::Kind;
use super::key::Key;

/// A numbered custom key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// What its values are.
    pub kind: SlotKind,
    /// Its number; the dictionary begins at 1.
    pub number: u8,
}

/// The families of numbered custom keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// `cs1` or `deviceCustomString1`: text.
    String,
    /// `cn1` or `deviceCustomNumber1`: a whole number.
    Number,
    /// `cfp1` or `deviceCustomFloatingPoint1`: a number with a fraction.
    FloatingPoint,
    /// `c6a1` or `deviceCustomIPv6Address1`: an IPv6 address.
    Address,
    /// `deviceCustomDate1`: a time.
    Date,
    /// `flexString1`: text.
    FlexString,
    /// `flexNumber1`: a whole number.
    FlexNumber,
    /// `flexDate1`: a time.
    FlexDate,
}

impl Slot {
    /// Returns what the values are.
    pub const fn kind(self) -> Kind {
        match self.kind {
            SlotKind::String | SlotKind::FlexString => Kind::Text,
            SlotKind::Number | SlotKind::FlexNumber => Kind::Integer,
            SlotKind::FloatingPoint => Kind::Number,
            SlotKind::Address => Kind::Address,
            SlotKind::Date | SlotKind::FlexDate => Kind::Time,
        }
    }

    /// Returns the bytes a value may have.
    pub const fn limit(self) -> Option<usize> {
        match self.kind {
            SlotKind::String => Some(4000),
            SlotKind::FlexString => Some(1023),
            _ => None,
        }
    }

    /// Returns the bytes a label may have.
    pub const fn label_limit(self) -> usize {
        match self.kind {
            SlotKind::FlexString | SlotKind::FlexNumber | SlotKind::FlexDate => 128,
            _ => 1023,
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.kind {
            SlotKind::String => "cs",
            SlotKind::Number => "cn",
            SlotKind::FloatingPoint => "cfp",
            SlotKind::Address => "c6a",
            SlotKind::Date => "deviceCustomDate",
            SlotKind::FlexString => "flexString",
            SlotKind::FlexNumber => "flexNumber",
            SlotKind::FlexDate => "flexDate",
        };
        write!(formatter, "{name}{}", self.number)
    }
}

/// Reads `cs1` as a custom key and `cs1Label` as its label.
pub(super) fn parse(name: &str) -> Option<Key> {
    match name.strip_suffix("Label") {
        Some(stem) => numbered(stem).map(Key::Label),
        None => numbered(name).map(Key::Custom),
    }
}

fn numbered(name: &str) -> Option<Slot> {
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let kind = match stem {
        "cs" | "deviceCustomString" => SlotKind::String,
        "cn" | "deviceCustomNumber" => SlotKind::Number,
        "cfp" | "deviceCustomFloatingPoint" => SlotKind::FloatingPoint,
        "c6a" | "deviceCustomIPv6Address" => SlotKind::Address,
        "deviceCustomDate" => SlotKind::Date,
        "flexString" => SlotKind::FlexString,
        "flexNumber" => SlotKind::FlexNumber,
        "flexDate" => SlotKind::FlexDate,
        _ => return None,
    };
    let number = name.get(stem.len()..)?.parse().ok()?;
    Some(Slot { kind, number })
}

/// The slots of the dictionary with their labels, so that the usual ones are found by the table of
/// keys and not taken apart.
pub(super) const USUAL: &[(Slot, &str, &str)] = &[
    usual(SlotKind::String, 1, "cs1", "cs1Label"),
    usual(SlotKind::String, 2, "cs2", "cs2Label"),
    usual(SlotKind::String, 3, "cs3", "cs3Label"),
    usual(SlotKind::String, 4, "cs4", "cs4Label"),
    usual(SlotKind::String, 5, "cs5", "cs5Label"),
    usual(SlotKind::String, 6, "cs6", "cs6Label"),
    usual(SlotKind::Number, 1, "cn1", "cn1Label"),
    usual(SlotKind::Number, 2, "cn2", "cn2Label"),
    usual(SlotKind::Number, 3, "cn3", "cn3Label"),
    usual(SlotKind::FloatingPoint, 1, "cfp1", "cfp1Label"),
    usual(SlotKind::FloatingPoint, 2, "cfp2", "cfp2Label"),
    usual(SlotKind::FloatingPoint, 3, "cfp3", "cfp3Label"),
    usual(SlotKind::FloatingPoint, 4, "cfp4", "cfp4Label"),
    usual(SlotKind::Address, 1, "c6a1", "c6a1Label"),
    usual(SlotKind::Address, 2, "c6a2", "c6a2Label"),
    usual(SlotKind::Address, 3, "c6a3", "c6a3Label"),
    usual(SlotKind::Address, 4, "c6a4", "c6a4Label"),
    usual(SlotKind::Date, 1, "deviceCustomDate1", "deviceCustomDate1Label"),
    usual(SlotKind::Date, 2, "deviceCustomDate2", "deviceCustomDate2Label"),
    usual(SlotKind::FlexString, 1, "flexString1", "flexString1Label"),
    usual(SlotKind::FlexString, 2, "flexString2", "flexString2Label"),
    usual(SlotKind::FlexNumber, 1, "flexNumber1", "flexNumber1Label"),
    usual(SlotKind::FlexNumber, 2, "flexNumber2", "flexNumber2Label"),
    usual(SlotKind::FlexDate, 1, "flexDate1", "flexDate1Label"),
];

const fn usual(
    kind: SlotKind,
    number: u8,
    name: &'static str,
    label: &'static str,
) -> (Slot, &'static str, &'static str) {
    (Slot { kind, number }, name, label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_full_names_and_labels_are_read_and_written() {
        let string = |number| Slot { kind: SlotKind::String, number };

        assert_eq!(parse("cs148"), Some(Key::Custom(string(148))));
        assert_eq!(parse("deviceCustomString2Label"), Some(Key::Label(string(2))));
        assert_eq!(parse("flexDate1").map(|key| matches!(key, Key::Custom(_))), Some(true));
        for name in ["cs1", "cn2", "cfp3", "c6a4", "deviceCustomDate1", "flexNumber2"] {
            let Some(Key::Custom(slot)) = parse(name) else { panic!("{name}") };
            assert_eq!(slot.to_string(), name);
        }
    }
}
