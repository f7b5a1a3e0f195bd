//! What was promised to senders with acknowledgement, and what of it is committed.
//!
//! Splunk counts ids from 0 in each channel. Here they come from one counter that starts at the
//! clock's microseconds: no id is ever given twice, not after a restart and not for a channel that
//! was forgotten, so a sender can never take the acknowledgement of a new request for that of a
//! lost one. Senders compare ids and do not calculate with them, and they stay below 2^53, where
//! JavaScript still counts exactly.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use parking_lot::Mutex;
use uuid::Uuid;

use signalbox_model::time::Timestamp;

/// A sender's channel. The same GUID with another token is another channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Channel {
    /// The token's place in the configuration.
    pub(super) token: usize,
    /// The GUID.
    pub(super) id: Uuid,
}

/// The ids of all channels. An id is waiting, then committed, then told, and then forgotten;
/// whatever is unknown is answered false, and its sender repeats.
#[derive(Debug)]
pub(super) struct Acknowledgements {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    next: u64,
    waiting: BTreeMap<u64, Channel>,
    committed: HashMap<Channel, BTreeSet<u64>>,
}

impl Acknowledgements {
    pub(super) fn new(now: Timestamp) -> Self {
        let next = now.as_millis().unsigned_abs().saturating_mul(1000);
        let state = State { next, waiting: BTreeMap::new(), committed: HashMap::new() };
        Self { state: Mutex::new(state) }
    }

    /// Gives a request its id. Requests that are never committed (the buffers were full) stay
    /// behind, so the oldest is forgotten beyond [`WAITING_MAX`].
    pub(super) fn issue(&self, channel: Channel) -> u64 {
        let mut state = self.state.lock();
        let id = state.next;
        state.next += 1;
        state.waiting.insert(id, channel);
        if state.waiting.len() > WAITING_MAX {
            state.waiting.pop_first();
        }
        id
    }

    /// Learns that the request with this id is durable.
    pub(super) fn commit(&self, id: u64) {
        let mut state = self.state.lock();
        let Some(channel) = state.waiting.remove(&id) else { return };
        if !state.committed.contains_key(&channel) && state.committed.len() >= CHANNELS_MAX {
            state.forget_the_oldest_channel();
        }
        let committed = state.committed.entry(channel).or_default();
        committed.insert(id);
        if committed.len() > UNTOLD_MAX {
            committed.pop_first();
        }
    }

    /// Answers a question for ids, as JSON; each committed one is told once.
    pub(super) fn tell(&self, channel: Channel, ids: &[u64]) -> String {
        let mut state = self.state.lock();
        let mut told = BTreeMap::new();
        for id in ids {
            let of_channel = state.committed.get_mut(&channel);
            let is_committed = of_channel.is_some_and(|committed| committed.remove(id));
            *told.entry(*id).or_insert(false) |= is_committed;
        }
        if state.committed.get(&channel).is_some_and(BTreeSet::is_empty) {
            state.committed.remove(&channel);
        }
        drop(state);
        // A map of numbers and booleans always serializes.
        serde_json::to_string(&BTreeMap::from([("acks", told)])).unwrap_or_default()
    }
}

impl State {
    /// The oldest is the one that has not committed anything for longest.
    fn forget_the_oldest_channel(&mut self) {
        let newest = |committed: &BTreeSet<u64>| committed.last().copied();
        let oldest = self.committed.iter().min_by_key(|(_, committed)| newest(committed));
        if let Some(channel) = oldest.map(|(channel, _)| *channel) {
            self.committed.remove(&channel);
        }
    }
}

/// Requests on their way into the journal. They are few; more are those that never arrived.
const WAITING_MAX: usize = 65_536;

/// Committed ids that a channel has not asked for: a sender that never asks costs no more.
const UNTOLD_MAX: usize = 16_384;

/// Channels with such ids.
const CHANNELS_MAX: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_366_400_000);

    fn channel(id: u128) -> Channel {
        Channel { token: 0, id: Uuid::from_u128(id) }
    }

    #[test]
    fn an_id_turns_true_with_the_commit_and_is_told_once() {
        let acknowledgements = Acknowledgements::new(NOW);
        let id = acknowledgements.issue(channel(1));

        let before = acknowledgements.tell(channel(1), &[id]);
        acknowledgements.commit(id);
        let elsewhere = acknowledgements.tell(channel(2), &[id]);
        let after = acknowledgements.tell(channel(1), &[id]);
        let again = acknowledgements.tell(channel(1), &[id]);

        let (no, yes) =
            (format!("{{\"acks\":{{\"{id}\":false}}}}"), format!("{{\"acks\":{{\"{id}\":true}}}}"));
        assert_eq!([before, elsewhere, after, again], [no.clone(), no.clone(), yes, no]);
    }

    #[test]
    fn ids_are_exact_in_javascript_and_never_those_from_before_a_restart() {
        let before = Acknowledgements::new(NOW).issue(channel(1));
        let later = Timestamp::from_millis(NOW.as_millis() + 1);

        let after = Acknowledgements::new(later).issue(channel(1));

        assert!(after > before);
        assert!(after < 1 << 53);
    }

    #[test]
    fn a_channel_that_never_asks_is_bounded() {
        let acknowledgements = Acknowledgements::new(NOW);
        let first = acknowledgements.issue(channel(1));
        acknowledgements.commit(first);
        for _ in 0..UNTOLD_MAX {
            acknowledgements.commit(acknowledgements.issue(channel(1)));
        }

        let told = acknowledgements.tell(channel(1), &[first, first + 1]);

        assert_eq!(told, format!("{{\"acks\":{{\"{first}\":false,\"{}\":true}}}}", first + 1));
    }

    #[test]
    fn beyond_the_bound_the_channel_that_rested_longest_is_forgotten() {
        let acknowledgements = Acknowledgements::new(NOW);
        let ids: Vec<u64> = (0..=CHANNELS_MAX as u128)
            .map(|id| {
                let issued = acknowledgements.issue(channel(id));
                acknowledgements.commit(issued);
                issued
            })
            .collect();

        assert!(acknowledgements.tell(channel(0), &[ids[0]]).contains("false"));
        assert!(acknowledgements.tell(channel(1), &[ids[1]]).contains("true"));
    }

    #[test]
    fn requests_that_are_never_committed_are_bounded() {
        let acknowledgements = Acknowledgements::new(NOW);
        let first = acknowledgements.issue(channel(1));
        for _ in 0..WAITING_MAX {
            acknowledgements.issue(channel(1));
        }

        acknowledgements.commit(first);

        assert!(acknowledgements.tell(channel(1), &[first]).contains("false"));
    }
}
