//! The desk: what people and deliveries work on, derived from the journal.
//!
//! One SQLite file (WAL, `synchronous=FULL`). Writes from everywhere gather in a queue; whoever finds
//! nobody at work commits what has gathered in one transaction. Where that is several writes each has a savepoint
//! of its own, so that a failing one takes nobody along. Readers have connections of their own and never wait for
//! the writer. All SQL of the hub stands in this folder, a function per statement.

mod alerts;
mod canary;
mod checkpoints;
mod connection;
mod copy;
mod dead;
mod findings;
mod held;
mod inspect;
mod integrations;
mod items;
mod ledger;
mod mend;
mod quarantine;
mod ranges;
mod settle;
mod silenced;
#[cfg(any(test, feature = "testkit"))]
mod simulated;
mod steps;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::disk_work;
use mend::{Trouble, WhenFull};

pub use alerts::AlertFilter;
pub use checkpoints::{StreamCheckpoint, StreamProgress};
pub use dead::{DeadFilter, DeadLetter, DeadLetterId};
pub use findings::FindingRow;
pub use held::HeldSteps;
pub use integrations::IntegrationRow;
pub use items::{ItemAttempt, ItemRow, ItemState};
pub use ledger::{LedgerTerms, StepTerms};
pub use quarantine::QuarantineRow;
pub use ranges::{DecidedAnew, RangeRow};
pub use settle::Settlement;
pub use silenced::{HeldBack, SilencedRow};
pub use steps::{AttemptRow, LeasedStep, NewAttempt, NewStep, StepFilter, StepRow};

/// The desk of one hub. Cloning shares it.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    queue: Mutex<Queue>,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    trouble: Mutex<Option<Trouble>>,
    when_full: OnceLock<WhenFull>,
}

#[derive(Default)]
struct Queue {
    jobs: Vec<Job>,
    is_draining: bool,
}

type Job = Box<dyn FnOnce(&Writer<'_>) -> Reply + Send>;
type Reply = Box<dyn FnOnce(&Result<(), DeskError>) + Send>;

/// Reads, inside one consistent view.
pub struct Reader<'a> {
    pub(crate) connection: &'a Connection,
}

/// Reads and writes, inside one transaction.
pub struct Writer<'a> {
    reader: Reader<'a>,
    /// Whether one change has the transaction to itself.
    is_alone: bool,
    /// Why a change failed that takes the whole transaction back with it: it is alone, or the disk failed it.
    failure: RefCell<Option<DeskError>>,
}

impl<'a> Writer<'a> {
    fn new(connection: &'a Connection, is_alone: bool) -> Self {
        Self { reader: Reader { connection }, is_alone, failure: RefCell::default() }
    }
}

impl<'a> std::ops::Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Self::Target {
        &self.reader
    }
}

/// Why the desk could not be read or written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DeskError {
    /// SQLite refused; nothing of the write has happened.
    #[error("desk: {operation}: {cause}; check the disk of the data folder")]
    Sqlite {
        /// What was tried.
        operation: &'static str,
        /// What SQLite said.
        cause: Arc<rusqlite::Error>,
    },
    /// The file is damaged; whatever does not touch the damage goes on.
    #[error(
        "desk: {operation}: the file is damaged ({cause}); stop the hub, move `desk.sqlite` away with its \
         `-wal` and `-shm`, for they would spoil another, and put the desk of a backup in its place: it \
         applies again what the journal has since"
    )]
    Malformed {
        /// What was tried.
        operation: &'static str,
        /// What SQLite said.
        cause: Arc<rusqlite::Error>,
    },
    /// The file cannot be made or written.
    #[error("desk `{path}`: {cause}; check the data folder")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: Arc<std::io::Error>,
    },
    /// A newer version wrote the file; it was not touched.
    #[error(
        "desk `{path}` has format {found}, this program knows {FORMAT} at most; \
         run the newer version, or restore a backup made by this one"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
    },
    /// A row does not read back as it was written.
    #[error("desk: {operation}: `{value}` is not a valid {what}; restore the desk from a backup")]
    Damaged {
        /// What was read.
        operation: &'static str,
        /// The kind of value.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// SQLite took the whole transaction back, this change with it.
    #[error(
        "desk: {operation}: the transaction was rolled back; check the disk of the data folder"
    )]
    RolledBack {
        /// What was tried.
        operation: &'static str,
    },
    /// The hub is stopping.
    #[error("desk: the hub is stopping")]
    Stopping,
}

/// The format this version writes.
const FORMAT: i64 = 6;

impl Desk {
    /// Opens the desk at `path`, making it where it is missing.
    ///
    /// # Errors
    /// Where the file cannot be opened, or a newer version wrote it.
    pub fn open(path: &Path) -> Result<Self, DeskError> {
        let writer = connection::open_writer(path)?;
        Ok(Self { inner: Arc::new(Inner::new(path.to_owned(), writer, Vec::new())) })
    }

    /// Runs `change` in a transaction shared with whatever else has gathered, and returns when it is
    /// on disk. Dropping the future does not take the change back.
    ///
    /// # Errors
    /// That of `change`, of which nothing then remains, or of the commit.
    pub async fn write<T, F>(&self, operation: &'static str, change: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: FnOnce(&Writer<'_>) -> Result<T, DeskError> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let job: Job = Box::new(move |writer| {
            let result = connection::run_change(writer, operation, change);
            Box::new(move |commit| {
                // The caller may be gone; the change stands all the same.
                drop(reply.send(commit.clone().and(result)));
            })
        });
        if self.inner.enqueue(job) {
            let inner = Arc::clone(&self.inner);
            disk_work::spawn(move || inner.drain());
        }
        outcome.await.unwrap_or(Err(DeskError::Stopping))
    }

    /// Runs `query` on a consistent view.
    ///
    /// # Errors
    /// That of `query`.
    pub async fn read<T, F>(&self, query: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: FnOnce(&Reader<'_>) -> Result<T, DeskError> + Send + 'static,
    {
        let inner = Arc::clone(&self.inner);
        let task = disk_work::spawn(move || inner.read(query));
        task.await.unwrap_or(Err(DeskError::Stopping))
    }

    /// As [`read`](Self::read), on this thread: for start-up and for commands without a hub.
    ///
    /// # Errors
    /// That of `query`.
    pub fn read_now<T>(
        &self,
        query: impl FnOnce(&Reader<'_>) -> Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        self.inner.read(query)
    }
}

/// Lets somebody else drain after a panic in a job, of which the transaction is rolled back next time.
struct DrainGuard<'a> {
    queue: &'a Mutex<Queue>,
}

impl Drop for DrainGuard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.queue.lock().is_draining = false;
        }
    }
}

impl Inner {
    fn new(path: PathBuf, writer: Connection, readers: Vec<Connection>) -> Self {
        Self {
            path,
            queue: Mutex::default(),
            writer: Mutex::new(writer),
            readers: Mutex::new(readers),
            trouble: Mutex::default(),
            when_full: OnceLock::new(),
        }
    }

    /// Adds a job and says whether the caller must drain.
    fn enqueue(&self, job: Job) -> bool {
        let mut queue = self.queue.lock();
        queue.jobs.push(job);
        !std::mem::replace(&mut queue.is_draining, true)
    }

    fn drain(&self) {
        let mut writer = self.writer.lock();
        let _guard = DrainGuard { queue: &self.queue };
        loop {
            let jobs = {
                let mut queue = self.queue.lock();
                if queue.jobs.is_empty() {
                    return queue.is_draining = false;
                }
                std::mem::take(&mut queue.jobs)
            };
            let committed = match self.mend(&mut writer) {
                Ok(()) => connection::commit(&writer, jobs),
                Err(error) => {
                    connection::refuse(&writer, jobs, error);
                    continue;
                }
            };
            if let Err(error) = committed {
                self.note_failure(error);
            }
        }
    }

    fn read<T>(
        &self,
        query: impl FnOnce(&Reader<'_>) -> Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        let kept = self.readers.lock().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => connection::open_reader(&self.path)?,
        };
        let result = connection::in_view(&connection, query);
        self.keep_reader(connection, &result);
        result
    }
}

#[cfg(test)]
mod tests;
