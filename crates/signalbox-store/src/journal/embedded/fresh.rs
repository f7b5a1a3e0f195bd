//! The newest chunks, held in memory for the readers that wait for them.
//!
//! Each was handed over by its append once the disk had it, with its events as they were before compression. So a reader
//! near the head neither reads nor verifies nor decompresses, and whoever comes first opens the directory for all. What a
//! reader may see is said by the catalog alone: nothing is looked up here that is not in it. A reader further behind finds
//! nothing here and reads the disk, and brings nothing in.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use parking_lot::Mutex;

use super::super::chunk::{Origin, PlainColumn};
use super::super::{Position, StoredChunk};

/// The newest chunks in order, up to a number of bytes.
pub(super) struct Fresh {
    held: Mutex<Held>,
    bytes_max: usize,
}

/// A chunk as it was written.
pub(super) struct Written {
    pub(super) origin: Origin,
    pub(super) records: u32,
    /// Its blocks on the disk.
    pub(super) bytes: Vec<u8>,
    /// Where in them its body is.
    pub(super) body: Range<usize>,
    /// Its column of events before compression.
    pub(super) events: PlainColumn,
}

#[derive(Default)]
struct Held {
    chunks: VecDeque<FreshChunk>,
    bytes: usize,
}

struct FreshChunk {
    position: Position,
    bytes: usize,
    state: Arc<Mutex<State>>,
}

enum State {
    Written(Written),
    Opened(StoredChunk),
    /// It does not open, as it would not from the disk.
    Unreadable,
}

impl Fresh {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { held: Mutex::default(), bytes_max }
    }

    /// Tells whether anything is held at all.
    pub(super) fn is_used(&self) -> bool {
        self.bytes_max > 0
    }

    /// Holds the newest chunk, and lets go of the oldest ones for it.
    pub(super) fn add(&self, written: Written) {
        let (position, bytes) = (written.origin.position, written.memory_bytes());
        let state = Arc::new(Mutex::new(State::Written(written)));
        let mut held = self.held.lock();
        held.bytes += bytes;
        held.chunks.push_back(FreshChunk { position, bytes, state });
        while held.bytes > self.bytes_max
            && let Some(oldest) = held.chunks.pop_front()
        {
            held.bytes -= oldest.bytes;
        }
    }

    /// Returns the chunk at a position, if it is held.
    pub(super) fn get(&self, position: Position) -> Option<StoredChunk> {
        let state = self.held.lock().find(position)?;
        // Others wait for whoever opens it, which is sooner than doing the same.
        let mut state = state.lock();
        state.open();
        match &*state {
            State::Opened(chunk) => Some(chunk.clone()),
            State::Written(_) | State::Unreadable => None,
        }
    }
}

impl Held {
    fn find(&self, position: Position) -> Option<Arc<Mutex<State>>> {
        let index = self.chunks.binary_search_by_key(&position, |chunk| chunk.position).ok()?;
        self.chunks.get(index).map(|chunk| Arc::clone(&chunk.state))
    }
}

impl State {
    fn open(&mut self) {
        *self = match std::mem::replace(self, Self::Unreadable) {
            Self::Written(written) => written.open(),
            opened => opened,
        };
    }
}

impl Written {
    fn open(self) -> State {
        let opened = StoredChunk::open_with(self.origin, self.bytes, self.body, Some(self.events));
        opened.map_or(State::Unreadable, State::Opened)
    }

    /// Returns what it takes of the memory once it is opened.
    fn memory_bytes(&self) -> usize {
        let directory = self.records as usize * RECORD_BYTES;
        self.bytes.capacity() + self.events.bytes().len() + directory
    }
}

/// What an opened chunk knows of a record, roughly.
const RECORD_BYTES: usize = 100;
