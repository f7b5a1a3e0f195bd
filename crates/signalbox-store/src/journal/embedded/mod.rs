//! The journal in segment files on the local disk.
//!
//! A segment is a file of 64 MiB that is written once with zeros and then used over and over: its first block says which
//! generation it holds, the rest is chunks, each at a multiple of 4 KiB. One chunk is one write and one sync into space
//! that exists already, which on the disks measured is several times as fast as appending and has a p99 below a
//! millisecond. Nothing is renamed, truncated or removed while a sender waits.
//!
//! | file | what it is |
//! |---|---|
//! | `append_and_sync.rs`, `writer.rs` | one chunk after the other, and what follows a failed write |
//! | `provision.rs`, `ahead.rs` | segments made ready, one ahead |
//! | `reserve.rs` | room that is given up on a full disk |
//! | `read.rs` | chunks for readers, and the verification of checkpoints |
//! | `fresh.rs` | the newest chunks, held for readers near the head |
//! | `open.rs`, `folder.rs`, `recover.rs`, `scan.rs` | the start |
//! | `catalog.rs` | the map of the segments |
//! | `copy.rs` | a copy for a backup |
//! | `aside.rs` | damage |
//! | `header.rs`, `frame.rs`, `segment.rs`, `disk.rs` | the bytes and the files |

mod ahead;
mod append_and_sync;
mod aside;
mod catalog;
mod copy;
mod disk;
mod engine;
mod folder;
mod frame;
mod fresh;
mod header;
mod open;
mod provision;
mod read;
mod recover;
mod reserve;
mod scan;
mod segment;
#[cfg(any(test, feature = "testkit"))]
pub mod simulated;
#[cfg(test)]
mod tests;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use tokio::sync::watch;

use super::{
    Backlog, CheckpointError, Chunk, Clock, Damage, Journal, JournalError, JournalId,
    JournalOptions, OpenError, Position, Provision, StoredChunk, SystemClock, Totals,
};
use engine::Engine;

pub use copy::{CopyError, JournalCopy};
pub use disk::{Access, Disk, DiskFile, FolderDisk};

/// A journal in a folder of the local disk. Only one process may have it open for writing; the data folder's lock says who.
pub struct EmbeddedJournal {
    engine: Arc<Engine>,
    thread: Option<JoinHandle<()>>,
}

impl EmbeddedJournal {
    /// Opens the journal in `folder`, or makes it, and begins a new epoch.
    ///
    /// Reads two blocks of each segment and the newest segment whole, so the time does not grow with the backlog.
    ///
    /// # Errors
    /// If the folder is of a newer version, of two journals, or cannot be read and written. It is unchanged then.
    pub fn open(folder: &Path, options: JournalOptions) -> Result<Self, OpenError> {
        let disk = Arc::new(FolderDisk::new(folder));
        Self::open_on(disk, Arc::new(SystemClock), options)
    }

    /// Opens the journal in `folder` for reading only, where no hub runs: nothing is written, whatever is found.
    ///
    /// # Errors
    /// As [`EmbeddedJournal::open`], and if there is no journal.
    pub fn open_read_only(folder: &Path, options: JournalOptions) -> Result<Self, OpenError> {
        let disk = Arc::new(FolderDisk::new(folder));
        Self::open_read_only_on(disk, Arc::new(SystemClock), options)
    }

    /// Opens the journal on a disk, with a clock: what tests do.
    ///
    /// # Errors
    /// As [`EmbeddedJournal::open`].
    pub fn open_on(
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
        options: JournalOptions,
    ) -> Result<Self, OpenError> {
        let provision = options.provision;
        let engine = Arc::new(Engine::open(disk, clock, options, Access::Write)?);
        let thread = match provision {
            Provision::Background => Some(spawn(Arc::clone(&engine))?),
            Provision::OnDemand => None,
        };
        Ok(Self { engine, thread })
    }

    /// Opens the journal on a disk for reading only.
    ///
    /// # Errors
    /// As [`EmbeddedJournal::open_read_only`].
    pub fn open_read_only_on(
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
        options: JournalOptions,
    ) -> Result<Self, OpenError> {
        let engine = Engine::open(disk, clock, options, Access::Read)?;
        Ok(Self { engine: Arc::new(engine), thread: None })
    }

    /// Returns why the last append, or the last try to make one possible, failed; none if it did not.
    pub fn failure(&self) -> Option<JournalError> {
        let now = self.engine.clock.instant();
        self.engine.failure.lock().as_ref().map(|failure| failure.to_error(now))
    }

    /// Gives room on the disk up to whoever needs it to settle what was accepted. Nothing is appended then until there is
    /// room again, which is looked for every 5 s; then the reserve is made anew. Blocks.
    pub fn give_up_reserve(&self) {
        self.engine.give_up_reserve();
    }

    /// Copies what is durable now to the folder `target`, which is made and must not hold a journal. Blocks; appending and
    /// reading go on meanwhile, and nothing is recycled.
    ///
    /// # Errors
    /// Where the journal does not read or the folder does not write.
    pub fn copy_to(&self, target: &Path) -> Result<JournalCopy, CopyError> {
        let disk = FolderDisk::new(target);
        let error = |source| CopyError { file: target.display().to_string(), source };
        disk.make_folder("").map_err(error)?;
        self.engine.copy_to(&disk)
    }
}

impl Journal for EmbeddedJournal {
    fn id(&self) -> JournalId {
        self.engine.journal
    }

    fn epoch(&self) -> u32 {
        self.engine.epoch
    }

    fn append(&self, chunk: &Chunk) -> Result<Position, JournalError> {
        self.engine.append(chunk)
    }

    fn read(
        &self,
        after: Option<Position>,
        bytes_max: usize,
    ) -> Result<Vec<StoredChunk>, JournalError> {
        self.engine.read(after, bytes_max)
    }

    fn read_fresh(&self, after: Option<Position>, bytes_max: usize) -> Vec<StoredChunk> {
        self.engine.read_fresh(after, bytes_max)
    }

    fn chunk(&self, position: Position) -> Result<Option<StoredChunk>, JournalError> {
        self.engine.chunk(position)
    }

    fn head(&self) -> Option<Position> {
        *self.engine.head.borrow()
    }

    fn tail(&self) -> Option<Position> {
        self.engine.catalog.lock().tail()
    }

    fn subscribe(&self) -> watch::Receiver<Option<Position>> {
        self.engine.head.subscribe()
    }

    fn before(&self, time_ms: i64) -> Result<Option<Position>, JournalError> {
        self.engine.before(time_ms)
    }

    fn release(&self, before: Option<Position>) {
        self.keep(before);
        self.engine.catalog.lock().released = before;
        self.engine.want_work();
    }

    fn keep(&self, before: Option<Position>) {
        if before < self.engine.catalog.lock().released {
            // A segment may be on its way out just now: whoever moves back waits until it is gone, and sees that.
            let _making = self.engine.making.lock();
            let mut catalog = self.engine.catalog.lock();
            catalog.released = catalog.released.min(before);
        }
    }

    fn verify_checkpoint(
        &self,
        journal: JournalId,
        position: Position,
    ) -> Result<(), CheckpointError> {
        self.engine.verify_checkpoint(journal, position)
    }

    fn totals(&self) -> Totals {
        self.engine.catalog.lock().totals.clone()
    }

    fn backlog(&self, after: Option<Position>) -> Result<Backlog, JournalError> {
        self.engine.backlog(after)
    }

    fn damage(&self) -> Vec<Damage> {
        self.engine.catalog.lock().damages.clone()
    }

    fn is_writable(&self) -> bool {
        self.engine.access == Access::Write && self.engine.failure.lock().is_none()
    }
}

impl Drop for EmbeddedJournal {
    fn drop(&mut self) {
        self.engine.is_stopping.store(true, Ordering::Relaxed);
        self.engine.want_work();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("Thread that makes segments ready had panicked");
        }
    }
}

fn spawn(engine: Arc<Engine>) -> Result<JoinHandle<()>, OpenError> {
    let thread = std::thread::Builder::new().name("journal-segments".to_owned());
    thread.spawn(move || engine.work_ahead()).map_err(|source| OpenError::Io {
        action: "start thread",
        file: "journal-segments".to_owned(),
        source,
    })
}
