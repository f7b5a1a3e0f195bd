//! A desk in memory, of which each commit can be refused: what simulations run on.
//!
//! What was committed survives a crash, what was not does not. There is one connection to read with, so reads take turns.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::connection::{configure, create_tables, failed};
use super::{Desk, DeskError, Inner, Queue};

impl Desk {
    /// Makes a desk of its own in memory; it is gone with its last clone.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn in_memory() -> Result<Self, DeskError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = PathBuf::from(format!("file:desk{number}?mode=memory&cache=shared"));
        let open = || Connection::open(&path).map_err(failed("open in memory"));
        let (writer, reader) = (open()?, open()?);
        configure(&writer)?;
        configure(&reader)?;
        create_tables(&writer)?;
        Ok(Self { inner: Arc::new(Inner::new(path, writer, vec![reader])) })
    }

    /// Forgets what was asked for and not committed, as a crash does. Nothing may be at work on the desk.
    pub fn crash(&self) {
        *self.inner.queue.lock() = Queue::default();
    }

    /// Forgets everything, so that another simulation may begin.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn empty(&self) -> Result<(), DeskError> {
        self.crash();
        self.refuse_commits(|| false)?;
        let tables = "meta checkpoint source_checkpoint rule_set event_id finding alert delivery step \
                      attempt silenced step_count item item_range quarantine integration audit";
        let deletes = tables.split_whitespace().map(|table| format!("DELETE FROM {table};"));
        let script = format!("BEGIN IMMEDIATE; {} COMMIT;", deletes.collect::<String>());
        self.inner.writer.lock().execute_batch(&script).map_err(failed("empty the tables"))
    }

    /// Asks `refuses` at each commit from now on. A refused one is rolled back, as after an error of the disk.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn refuse_commits(
        &self,
        refuses: impl FnMut() -> bool + Send + 'static,
    ) -> Result<(), DeskError> {
        let mut writer = self.inner.writer.lock();
        writer.commit_hook(Some(refuses)).map_err(failed("watch commits"))
    }
}
