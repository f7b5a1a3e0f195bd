//! What the faked Splunk keeps: events, tokens, channels.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use uuid::Uuid;

use super::{IndexedEvent, Summary, TokenSettings};

/// The state of a simulator.
#[derive(Debug)]
pub(super) struct Indexer {
    pub(super) tokens: BTreeMap<String, TokenSettings>,
    pub(super) is_cloud: bool,
    pub(super) content_bytes_max: usize,
    pub(super) acks_after: u32,
    pub(super) events: VecDeque<IndexedEvent>,
    count: u64,
    duplicates: u64,
    identities: HashSet<String>,
    channels: HashMap<(String, Uuid), Channel>,
}

/// A channel of one token: ids count from 0.
#[derive(Debug, Default)]
struct Channel {
    next: u64,
    /// Ids that were not told yet, and how many questions for each were answered.
    untold: BTreeMap<u64, u32>,
}

impl Default for Indexer {
    fn default() -> Self {
        Self {
            tokens: BTreeMap::new(),
            is_cloud: false,
            content_bytes_max: CONTENT_BYTES_MAX,
            acks_after: 0,
            events: VecDeque::new(),
            count: 0,
            duplicates: 0,
            identities: HashSet::new(),
            channels: HashMap::new(),
        }
    }
}

impl Indexer {
    pub(super) fn index(&mut self, event: IndexedEvent) {
        self.count += 1;
        let is_new = identity(&event).map(|identity| self.identities.insert(identity));
        if is_new == Some(false) {
            self.duplicates += 1;
        }
        self.events.push_back(event);
        if self.events.len() > EVENTS_KEPT {
            self.events.pop_front();
        }
    }

    pub(super) fn summary(&self) -> Summary {
        let distinct = self.identities.len() as u64;
        Summary { count: self.count, distinct, duplicates: self.duplicates }
    }

    /// Gives the next id of a channel.
    pub(super) fn promise(&mut self, token: &str, channel: Uuid) -> u64 {
        let channel = self.channels.entry((token.to_owned(), channel)).or_default();
        let id = channel.next;
        channel.next += 1;
        channel.untold.insert(id, 0);
        id
    }

    /// Tells whether an id is indexed: once, and only after the set number of questions.
    pub(super) fn tell(&mut self, token: &str, channel: Uuid, id: u64) -> bool {
        let Some(channel) = self.channels.get_mut(&(token.to_owned(), channel)) else {
            return false;
        };
        let Some(questions) = channel.untold.get_mut(&id) else { return false };
        *questions += 1;
        let is_told = *questions > self.acks_after;
        if is_told {
            channel.untold.remove(&id);
        }
        is_told
    }

    pub(super) fn forget_acks(&mut self) {
        for channel in self.channels.values_mut() {
            channel.untold.clear();
        }
    }
}

/// What the hub's receivers deduplicate by.
fn identity(event: &IndexedEvent) -> Option<String> {
    let uid = event.event.pointer("/metadata/uid").or_else(|| event.event.get("delivery_key"))?;
    uid.as_str().map(str::to_owned)
}

/// `max_content_length` of `limits.conf`, as it comes with Splunk Enterprise 10.
const CONTENT_BYTES_MAX: usize = 838_860_800;

/// Events kept for inspection; the counts go on.
const EVENTS_KEPT: usize = 100_000;
