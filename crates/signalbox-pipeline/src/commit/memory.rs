//! The memory of large submissions, used again once they are committed: to ask for a megabyte anew, batch after batch, and to
//! touch it page by page, is dear.

use parking_lot::Mutex;

/// Memory that waits for the next large submission.
#[derive(Default)]
pub(super) struct Memory(Mutex<Vec<Vec<u8>>>);

/// One for a connection that has sent, and one for another that sends at the same time.
const WAITING_MAX: usize = 2;

/// What is smaller is asked for anew each time, and what is larger is not kept.
const KEPT_BYTES: std::ops::RangeInclusive<usize> = 64 * 1024..=2 * 1024 * 1024;

impl Memory {
    /// Returns empty memory for so many bytes where there is some, and none otherwise.
    pub(super) fn take(&self, bytes: usize) -> Vec<u8> {
        if !KEPT_BYTES.contains(&bytes) {
            return Vec::new();
        }
        let mut waiting = self.0.lock();
        let fitting = waiting.iter().position(|memory| memory.capacity() >= bytes);
        fitting.map(|index| waiting.swap_remove(index)).unwrap_or_default()
    }

    /// Keeps memory that is no longer needed, in place of what waits longest.
    pub(super) fn give(&self, mut memory: Vec<u8>) {
        if !KEPT_BYTES.contains(&memory.capacity()) {
            return;
        }
        memory.clear();
        let mut waiting = self.0.lock();
        if waiting.len() == WAITING_MAX {
            waiting.remove(0);
        }
        waiting.push(memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUCH: usize = 100 * 1024;

    #[test]
    fn memory_that_fits_is_used_again_and_is_empty() {
        let memory = Memory::default();
        let given = vec![7; MUCH];
        let place = given.as_ptr();
        memory.give(given);

        let larger = memory.take(2 * MUCH);
        let again = memory.take(MUCH / 2 + 20_000);

        assert_eq!(larger.capacity(), 0);
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
    }

    #[test]
    fn neither_little_nor_very_much_nor_many_are_kept() {
        let memory = Memory::default();

        for bytes in [1000, 3 * 1024 * 1024, MUCH, MUCH + 1, MUCH + 2] {
            memory.give(Vec::with_capacity(bytes));
        }

        let kept: Vec<_> = memory.0.lock().iter().map(Vec::capacity).collect();
        assert_eq!(kept, [MUCH + 1, MUCH + 2]);
    }
}
