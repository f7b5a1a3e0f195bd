//! The number that every event of a run carries in its text, so that it is found wherever it went.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// What a stream has taken.
#[derive(Clone, Default)]
pub(super) struct Taken {
    /// How many events carry a number; more than one where a sender repeated it.
    counts: HashMap<u64, u32>,
    /// The hashes of the events' uids: a million texts would be much.
    uids: HashSet<u64>,
    duplicates: u64,
}

impl Taken {
    /// Counts an event, unless it is one that the stream has already.
    pub(super) fn add(&mut self, text: &str) {
        let Some(number) = find(text) else { return };
        let mut hasher = DefaultHasher::new();
        uid(text).hash(&mut hasher);
        if self.uids.insert(hasher.finish()) {
            *self.counts.entry(number).or_default() += 1;
        } else {
            self.duplicates += 1;
        }
    }

    /// Returns whether an event of this number is there.
    pub(super) fn has(&self, number: u64) -> bool {
        self.counts.contains_key(&number)
    }

    /// Returns how often an event came again under the same uid.
    pub(super) fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// Returns how often a number came again under another uid: its sender had no answer.
    pub(super) fn sender_repeats(&self) -> u64 {
        self.counts.values().map(|count| u64::from(count.saturating_sub(1))).sum()
    }
}

/// Returns the text that carries a number.
pub(super) fn text(number: u64) -> String {
    format!("{MARK}{number}")
}

/// Returns the first number that a text carries.
pub(super) fn find(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(MARK)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

/// Returns `metadata.uid` of an event as the hub writes it.
fn uid(text: &str) -> Option<&str> {
    let (_, metadata) = text.split_once(r#""metadata":{"#)?;
    let (_, rest) = metadata.split_once(r#""uid":""#)?;
    rest.split_once('"').map(|(uid, _)| uid)
}

const MARK: &str = "sequence-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_any_text_that_carries_it() {
        let line = format!(r#"{{"message":"{} from web-01"}}"#, text(42));

        assert_eq!(find(&line), Some(42));
        assert_eq!(find("nothing of ours"), None);
    }

    #[test]
    fn what_a_stream_repeats_is_told_from_what_a_sender_repeats() {
        let event = |uid| format!(r#"{{"uid":"x {}","metadata":{{"uid":"{uid}"}}}}"#, text(1));
        let mut taken = Taken::default();

        ["a", "a", "b"].iter().for_each(|uid| taken.add(&event(uid)));

        assert!(taken.has(1) && !taken.has(2));
        assert_eq!((taken.duplicates(), taken.sender_repeats()), (1, 1));
    }
}
