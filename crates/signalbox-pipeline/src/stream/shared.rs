//! Streams whose destinations encode alike have the events of a new chunk encoded once for all of them.
//!
//! The first one to come to a chunk encodes it, and the others take what it made, as long as they are sent the same of its
//! events. Only new chunks are shared, which the journal holds in memory as well: a stream that is far behind encodes for
//! itself, and what the others share is not lost to it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use signalbox_sdk::role::{Destination, Encoding};
use signalbox_store::journal::{ChunkError, Position};

use super::encoded::{EncodedChunk, Pair};

/// Which streams of a configuration share their encoded events.
#[derive(Default)]
pub struct SharedEncodings {
    shared: HashMap<Encoding, SharedEncoding>,
}

/// The encoded events that streams of one encoding have in common; cloning shares them.
#[derive(Clone)]
pub struct SharedEncoding {
    streams: usize,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    slots: VecDeque<Slot>,
    bytes: usize,
}

/// One chunk, for the streams that are sent the same of it.
struct Slot {
    position: Position,
    pairs: Vec<Pair>,
    /// How many of the streams may still come for it.
    left: usize,
    bytes: usize,
    shared: Shared,
}

/// What the first one to come makes, and the others wait for.
type Shared = Arc<Mutex<Option<Arc<EncodedChunk>>>>;

/// About three chunks of a thousand events.
const BYTES_MAX: usize = 4 * 1024 * 1024;

impl SharedEncodings {
    /// Returns what the streams with these destinations share.
    pub fn of<'a>(destinations: impl Iterator<Item = &'a Arc<dyn Destination>>) -> Self {
        let mut streams: HashMap<Encoding, usize> = HashMap::new();
        for encoding in destinations.filter_map(|destination| destination.encoding()) {
            *streams.entry(encoding).or_default() += 1;
        }
        let several = streams.into_iter().filter(|(_, streams)| *streams > 1);
        let shared = several.map(|(encoding, streams)| {
            (encoding, SharedEncoding { streams, state: Arc::default() })
        });
        Self { shared: shared.collect() }
    }

    /// Returns what a stream with this destination shares with others; none where there is no other like it.
    pub fn with(&self, destination: &dyn Destination) -> Option<SharedEncoding> {
        self.shared.get(&destination.encoding()?).cloned()
    }
}

impl SharedEncoding {
    /// Returns a chunk's events, of which `pairs` says what the stream is sent, as another stream encoded them, or else as
    /// `encode` does.
    pub(super) fn encoded(
        &self,
        position: Position,
        pairs: &[Pair],
        encode: impl FnOnce() -> Result<EncodedChunk, ChunkError>,
    ) -> Result<Arc<EncodedChunk>, ChunkError> {
        let shared = self.state.lock().find(position, pairs, self.streams);
        // The others wait for whoever encodes it, which is sooner than doing the same.
        let mut place = shared.lock();
        if let Some(encoded) = &*place {
            return Ok(Arc::clone(encoded));
        }
        let encoded = place.insert(Arc::new(encode()?)).clone();
        drop(place);
        self.state.lock().account(&shared, encoded.memory_bytes());
        Ok(encoded)
    }
}

impl State {
    /// Finds what is shared of a chunk, or begins it. Whoever is the last to come takes it along.
    fn find(&mut self, position: Position, pairs: &[Pair], streams: usize) -> Shared {
        let is_it = |slot: &Slot| slot.position == position && slot.pairs == pairs;
        let found = self.slots.iter().rposition(is_it);
        let Some((index, slot)) = found.and_then(|index| Some((index, self.slots.get_mut(index)?)))
        else {
            return self.begin(position, pairs, streams);
        };
        slot.left = slot.left.saturating_sub(1);
        let shared = Arc::clone(&slot.shared);
        if slot.left == 0 {
            self.bytes -= slot.bytes;
            self.slots.remove(index);
        }
        shared
    }

    fn begin(&mut self, position: Position, pairs: &[Pair], streams: usize) -> Shared {
        let shared = Shared::default();
        let (pairs, left) = (pairs.to_vec(), streams.saturating_sub(1));
        self.slots.push_back(Slot { position, pairs, left, bytes: 0, shared: Arc::clone(&shared) });
        shared
    }

    /// Notes how much a chunk takes once it is encoded, and lets go of the oldest ones where it is too much.
    fn account(&mut self, shared: &Shared, bytes: usize) {
        if let Some(slot) = self.slots.iter_mut().find(|slot| Arc::ptr_eq(&slot.shared, shared)) {
            slot.bytes = bytes;
            self.bytes += bytes;
        }
        while self.bytes > BYTES_MAX
            && let Some(oldest) = self.slots.pop_front()
        {
            self.bytes -= oldest.bytes;
        }
    }
}

#[cfg(test)]
mod tests;
