//! Which states of alerts were handed on.
//!
//! An alert comes again as long as a window reaches back to its time. So states are kept with the
//! minute of that time, and where they are too many the oldest are forgotten: they are the last to come
//! again. Each takes eight bytes in base64, so that some 5,300 fit into a checkpoint.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use signalbox_model::Fingerprint;
use signalbox_model::time::Timestamp;

/// States of alerts, by the hash of their event id, and the minute of their time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known(BTreeMap<u64, i64>);

impl Known {
    /// Notes a state; `false` where it was known.
    pub(super) fn insert(&mut self, event_id: &str, time: Timestamp) -> bool {
        self.0.insert(short(event_id), minute(time)).is_none()
    }

    /// Forgets what is of an earlier time.
    pub(super) fn forget_before(&mut self, time: Timestamp) {
        let first = minute(time);
        self.0.retain(|_, minute| *minute >= first);
    }

    /// Forgets the oldest until the rest is stored in `bytes_max`.
    pub(super) fn forget_beyond(&mut self, bytes_max: usize) {
        let mut left = bytes_max;
        let by_minute = self.by_minute();
        let is_kept = |(_, hashes): &(&i64, &Vec<u64>)| {
            let bytes = GROUP_BYTES + hashes.len() * HASH_BYTES;
            let fits = bytes <= left;
            left = left.saturating_sub(bytes);
            fits
        };
        let kept: BTreeMap<u64, i64> = by_minute
            .iter()
            .rev()
            .take_while(is_kept)
            .flat_map(|(minute, hashes)| hashes.iter().map(|hash| (*hash, *minute)))
            .collect();
        self.0 = kept;
    }

    fn by_minute(&self) -> BTreeMap<i64, Vec<u64>> {
        let mut by_minute: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
        for (hash, minute) in &self.0 {
            by_minute.entry(*minute).or_default().push(*hash);
        }
        by_minute
    }
}

impl Serialize for Known {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let packed = |(minute, hashes): (i64, Vec<u64>)| {
            let bytes: Vec<u8> = hashes.into_iter().flat_map(u64::to_le_bytes).collect();
            (minute, STANDARD_NO_PAD.encode(bytes))
        };
        serializer.collect_seq(self.by_minute().into_iter().map(packed))
    }
}

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut known = BTreeMap::new();
        for (minute, text) in Vec::<(i64, String)>::deserialize(deserializer)? {
            let bytes = STANDARD_NO_PAD.decode(text).map_err(D::Error::custom)?;
            let (hashes, _) = bytes.as_chunks::<8>();
            known.extend(hashes.iter().map(|hash| (u64::from_le_bytes(*hash), minute)));
        }
        Ok(Self(known))
    }
}

fn short(event_id: &str) -> u64 {
    let hash = Fingerprint::of(&[event_id]);
    hash.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

const fn minute(time: Timestamp) -> i64 {
    time.as_millis().div_euclid(60_000)
}

/// Brackets, quotes, commas, the minute, and what base64 rounds up.
const GROUP_BYTES: usize = 24;

/// Eight bytes in base64.
const HASH_BYTES: usize = 11;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_millis(minute * 60_000)
    }

    #[test]
    fn what_is_stored_is_known_again() {
        let mut known = Known::default();
        assert!(known.insert("P-1 open 1", at(1)));
        assert!(known.insert("P-2 open 2", at(2)));

        let json = serde_json::to_vec(&known).unwrap();
        let mut read: Known = serde_json::from_slice(&json).unwrap();

        assert_eq!(read, known);
        assert!(!read.insert("P-1 open 1", at(1)));
        assert!(read.insert("P-1 open 3", at(1)));
    }

    #[test]
    fn the_oldest_are_forgotten_first_and_the_rest_fits() {
        let mut known = Known::default();
        for number in 0..6000 {
            known.insert(&format!("P-{number}"), at(number / 300));
        }

        known.forget_beyond(59 * 1024);

        assert!(serde_json::to_vec(&known).unwrap().len() <= 59 * 1024);
        assert!(known.0.len() >= 5_000, "{}", known.0.len());
        assert!(!known.insert("P-5999", at(19)));
        assert!(known.insert("P-0", at(0)));
    }

    #[test]
    fn what_cannot_come_again_is_forgotten() {
        let mut known = Known::default();
        known.insert("P-1", at(1));
        known.insert("P-2", at(2));

        known.forget_before(at(2));

        assert!(known.insert("P-1", at(1)));
        assert!(!known.insert("P-2", at(2)));
    }
}
