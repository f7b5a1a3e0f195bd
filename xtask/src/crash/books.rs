//! The senders' books: what was made, and what of it was acknowledged.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use parking_lot::Mutex;

/// What was sent, and what of it was acknowledged.
#[derive(Default)]
pub(super) struct Sent {
    next: AtomicU64,
    unanswered: AtomicUsize,
    is_over: AtomicBool,
    acknowledged: Mutex<Vec<(Range<u64>, Kind)>>,
}

/// What an event asks of the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// To be passed on to every stream.
    Event,
    /// To be passed on to every stream, and a ticket.
    Severe,
    /// To wait for the stopped stream, and for no other.
    History,
}

impl Sent {
    /// Returns how many events were made; their numbers count from 0.
    pub(super) fn count(&self) -> u64 {
        self.next.load(Ordering::SeqCst)
    }

    /// Gives out the numbers of `count` new events.
    pub(super) fn draw(&self, count: u64) -> Range<u64> {
        let first = self.next.fetch_add(count, Ordering::SeqCst);
        first..first + count
    }

    /// Remembers what the hub has acknowledged.
    pub(super) fn acknowledge(&self, numbers: Range<u64>, kind: Kind) {
        self.acknowledged.lock().push((numbers, kind));
    }

    /// Returns what was acknowledged.
    pub(super) fn acknowledged(&self) -> Vec<(Range<u64>, Kind)> {
        self.acknowledged.lock().clone()
    }

    /// Returns whether something waits for its answer.
    pub(super) fn is_waiting(&self) -> bool {
        self.unanswered.load(Ordering::SeqCst) > 0
    }

    /// Says that nothing new is to be made.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }

    /// Returns whether nothing new is to be made.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }
}

/// Counts a request while it waits for its answer.
pub(super) struct Waiting(Arc<Sent>);

impl Waiting {
    /// Begins to wait.
    pub(super) fn new(sent: &Arc<Sent>) -> Self {
        sent.unanswered.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(sent))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.unanswered.fetch_sub(1, Ordering::SeqCst);
    }
}
