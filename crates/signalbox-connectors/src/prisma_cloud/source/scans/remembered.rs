//! What of the last round the checkpoint remembers: each record with findings and the state of them,
//! both shortened to hashes. It is what tells unchanged records after a restart.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Records and the state of their findings, in this round and the one before.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Remembered {
    before: Records,
    now: Records,
}

#[derive(Default)]
struct Records(BTreeMap<u32, u32>);

impl Remembered {
    /// Notes the state of a record. Returns whether it was that already.
    pub(super) fn note(&mut self, key: u32, state: u32) -> bool {
        let before = self.before.0.remove(&key);
        let old = self.now.0.get(&key).copied().or(before);
        let has_room = self.before.0.len() + self.now.0.len() < RECORDS_MAX;
        if has_room || self.now.0.contains_key(&key) {
            self.now.0.insert(key, state);
        }
        old == Some(state)
    }

    /// Forgets the records that the round did not show.
    pub(super) fn end_round(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }
}

impl Serialize for Records {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pairs = self.0.iter();
        let bytes: Vec<u8> = pairs
            .flat_map(|(key, state)| [key.to_le_bytes(), state.to_le_bytes()].concat())
            .collect();
        serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(serde::de::Error::custom)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        let (pairs, _) = numbers.as_chunks::<2>();
        let pair =
            |[key, state]: &[[u8; 4]; 2]| (u32::from_le_bytes(*key), u32::from_le_bytes(*state));
        Ok(Self(pairs.iter().map(pair).collect()))
    }
}

/// Eight bytes each, in base64: 58 of the 60 KiB that a checkpoint holds.
const RECORDS_MAX: usize = 5_600;

#[cfg(test)]
mod tests {
    use signalbox_sdk::role::Checkpoint;

    use super::*;

    #[test]
    fn as_many_records_as_are_remembered_fit_into_a_checkpoint() {
        let mut remembered = Remembered::default();
        for round in 0..2 {
            for key in 0..6_000 {
                let was_known = remembered.note(key, 7);
                assert_eq!(was_known, round == 1 && key < 5_600, "{key}");
                if key == 3_000 {
                    assert!(Checkpoint::of(&remembered).is_ok());
                }
            }
            remembered.end_round();
        }

        let stored = Checkpoint::of(&remembered).unwrap();
        let mut read: Remembered = stored.read().unwrap();
        assert!(stored.as_bytes().len() < Checkpoint::BYTES_MAX - 512);
        assert!(read.note(5_599, 7));
        assert!(!read.note(5_598, 8));
    }
}
