//! The journal under watch: no position comes twice or out of order, and its readers wake in the order they came.

use std::sync::Arc;

use parking_lot::Mutex;
use signalbox_store::journal::{
    Backlog, CheckpointError, Chunk, Damage, EmbeddedJournal, Journal, JournalError, JournalId,
    Position, StoredChunk, Totals,
};
use tokio::sync::watch;

use super::diary::Diary;

/// A life's journal.
pub(crate) struct WatchedJournal {
    journal: EmbeddedJournal,
    /// The highest position that any life gave.
    highest: Arc<Mutex<Option<Position>>>,
    /// A channel for each reader: one that several wait for wakes them in an order of its own choice.
    readers: Mutex<Vec<watch::Sender<Option<Position>>>>,
    diary: Diary,
}

impl WatchedJournal {
    pub(crate) fn new(
        journal: EmbeddedJournal,
        highest: Arc<Mutex<Option<Position>>>,
        diary: Diary,
    ) -> Self {
        Self { journal, highest, readers: Mutex::default(), diary }
    }
}

impl Journal for WatchedJournal {
    fn id(&self) -> JournalId {
        self.journal.id()
    }

    fn epoch(&self) -> u32 {
        self.journal.epoch()
    }

    fn append(&self, chunk: &Chunk) -> Result<Position, JournalError> {
        let appended = self.journal.append(chunk);
        match &appended {
            Ok(position) => {
                let before = self.highest.lock().replace(*position);
                if before >= Some(*position) {
                    self.diary.complain(format!("position {position} was given after {before:?}"));
                }
                self.diary.note(format_args!("journal: {position}"));
                for reader in self.readers.lock().iter() {
                    reader.send_replace(Some(*position));
                }
            }
            Err(error) => self.diary.note(format_args!("journal: {error}")),
        }
        appended
    }

    fn read(
        &self,
        after: Option<Position>,
        bytes_max: usize,
    ) -> Result<Vec<StoredChunk>, JournalError> {
        self.journal.read(after, bytes_max)
    }

    fn read_fresh(&self, after: Option<Position>, bytes_max: usize) -> Vec<StoredChunk> {
        self.journal.read_fresh(after, bytes_max)
    }

    fn chunk(&self, position: Position) -> Result<Option<StoredChunk>, JournalError> {
        self.journal.chunk(position)
    }

    fn head(&self) -> Option<Position> {
        self.journal.head()
    }

    fn tail(&self) -> Option<Position> {
        self.journal.tail()
    }

    fn subscribe(&self) -> watch::Receiver<Option<Position>> {
        let (reader, head) = watch::channel(self.head());
        self.readers.lock().push(reader);
        head
    }

    fn before(&self, time_ms: i64) -> Result<Option<Position>, JournalError> {
        self.journal.before(time_ms)
    }

    fn keep(&self, before: Option<Position>) {
        self.journal.keep(before);
    }

    fn release(&self, before: Option<Position>) {
        self.journal.release(before);
    }

    fn verify_checkpoint(
        &self,
        journal: JournalId,
        position: Position,
    ) -> Result<(), CheckpointError> {
        self.journal.verify_checkpoint(journal, position)
    }

    fn totals(&self) -> Totals {
        self.journal.totals()
    }

    fn backlog(&self, after: Option<Position>) -> Result<Backlog, JournalError> {
        self.journal.backlog(after)
    }

    fn damage(&self) -> Vec<Damage> {
        self.journal.damage()
    }

    fn is_writable(&self) -> bool {
        self.journal.is_writable()
    }
}
