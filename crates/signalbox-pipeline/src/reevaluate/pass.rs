//! One way through what the journal keeps since a time.

use std::sync::Arc;

use signalbox_model::time::Timestamp;
use signalbox_store::journal::{Journal, JournalError, Position, StoredChunk};

/// Reads from a time to what was the head when it began.
pub(super) struct Pass {
    journal: Arc<dyn Journal>,
    after: Option<Position>,
    last: Position,
    /// How many records there are, about.
    pub(super) of: u64,
    /// How many of them were read.
    pub(super) read: u64,
}

/// How much of the journal is in memory at once, as it is stored.
const READ_BYTES: usize = 512 * 1024;

/// Where a way begins and ends.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// It begins behind this; none is the journal's beginning.
    pub before: Option<Position>,
    /// It ends with this.
    pub last: Position,
    /// When the oldest of it was committed.
    pub from: Timestamp,
    /// Whether the journal no longer keeps all that was committed since the time.
    pub is_cut: bool,
}

impl Stretch {
    /// Returns the stretch from a time to the head; `None` where nothing was committed since then. Blocks on the disk.
    ///
    /// # Errors
    /// Those of the journal.
    pub fn since(journal: &dyn Journal, since: Timestamp) -> Result<Option<Self>, JournalError> {
        let before = journal.before(since.as_millis())?;
        let Some(last) = journal.head().filter(|head| Some(*head) > before) else {
            return Ok(None);
        };
        let first = journal.read(before, 1)?;
        let Some(first) = first.first() else { return Ok(None) };
        let from = Timestamp::from_millis(first.committed_at_ms());
        let is_cut = before.is_some_and(|before| Some(before) < journal.tail());
        Ok(Some(Self { before, last, from, is_cut }))
    }
}

impl Pass {
    /// Blocks on the disk.
    pub(super) fn along(journal: Arc<dyn Journal>, stretch: Stretch) -> Result<Self, JournalError> {
        let of = journal.backlog(stretch.before)?.records;
        Ok(Self { journal, after: stretch.before, last: stretch.last, of, read: 0 })
    }

    /// Returns the next chunks; none at the end. Blocks on the disk.
    pub(super) fn next(&mut self) -> Result<Vec<StoredChunk>, JournalError> {
        let mut chunks = self.journal.read(self.after, READ_BYTES)?;
        chunks.retain(|chunk| chunk.position() <= self.last);
        if let Some(last) = chunks.last() {
            self.after = Some(last.position());
        }
        self.read += chunks.iter().map(|chunk| chunk.len() as u64).sum::<u64>();
        Ok(chunks)
    }
}
