//! The events of a chunk as they were before compression, for readers that come while the chunk is new.
//!
//! A builder has them in one piece anyway. Memory of this size is dear to ask for, chunk after chunk, so it goes back to
//! the builder once nobody holds the chunk any more.

use std::mem;
use std::sync::Arc;

use parking_lot::Mutex;

/// The column of events of one chunk; cloning shares it.
#[derive(Clone, Debug)]
pub(in crate::journal) struct PlainColumn(Arc<Plain>);

#[derive(Debug)]
struct Plain {
    bytes: Vec<u8>,
    /// None for so little that it is asked for anew each time.
    home: Option<Home>,
}

/// Where the memory of columns waits to be used again; cloning shares it.
#[derive(Clone, Debug, Default)]
pub(super) struct Home(Arc<Mutex<Vec<Vec<u8>>>>);

/// As many as are let go of between two chunks.
const WAITING_MAX: usize = 2;

/// Up to so much is copied, so that a few events do not hold memory for a thousand.
const LITTLE_BYTES: usize = 64 * 1024;

impl PlainColumn {
    /// Returns the events, each followed by a line break.
    pub(in crate::journal) fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl Home {
    /// Holds what `column` has until the last clone of what is returned is dropped. `column` is to be cleared.
    pub(super) fn hold(&self, column: &mut Vec<u8>) -> PlainColumn {
        let plain = if column.len() <= LITTLE_BYTES {
            Plain { bytes: column.clone(), home: None }
        } else {
            Plain { bytes: mem::replace(column, self.room()), home: Some(self.clone()) }
        };
        PlainColumn(Arc::new(plain))
    }

    fn room(&self) -> Vec<u8> {
        self.0.lock().pop().unwrap_or_default()
    }

    fn take_back(&self, mut bytes: Vec<u8>) {
        bytes.clear();
        let mut waiting = self.0.lock();
        if waiting.len() < WAITING_MAX {
            waiting.push(bytes);
        }
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        if let Some(home) = self.home.take() {
            home.take_back(mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUCH: usize = LITTLE_BYTES + 1;

    #[test]
    fn memory_comes_back_when_the_last_one_lets_go() {
        let home = Home::default();
        let mut filled = vec![7; MUCH];
        let place = filled.as_ptr();

        let column = home.hold(&mut filled);
        let shared = column.clone();
        drop(column);

        assert_eq!((filled.capacity(), shared.bytes()), (0, &[7; MUCH][..]));
        drop(shared);
        let room = home.room();
        assert_eq!(room.as_ptr(), place);
    }

    #[test]
    fn a_few_events_leave_the_memory_where_it_is() {
        let home = Home::default();
        let mut filled = Vec::with_capacity(MUCH);
        filled.extend_from_slice(b"a few");

        let column = home.hold(&mut filled);

        assert_eq!((column.bytes(), filled.capacity()), (&b"a few"[..], MUCH));
        drop(column);
        assert_eq!(home.room().capacity(), 0);
    }

    #[test]
    fn no_more_memory_waits_than_is_used_again() {
        let home = Home::default();

        drop([1, 2, 3].map(|more| home.hold(&mut vec![0; LITTLE_BYTES + more])));

        let waiting: Vec<usize> = (0..3).map(|_| home.room().capacity()).collect();
        assert_eq!(waiting, [LITTLE_BYTES + 2, LITTLE_BYTES + 1, 0]);
    }
}
