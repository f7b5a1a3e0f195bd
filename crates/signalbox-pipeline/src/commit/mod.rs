//! Commit: what has gathered becomes one chunk, one fsync, and then every sender is answered.
//!
//! Each source has a bounded buffer of its own, and the committer takes from them in turn: a flood
//! at one source is that source's back-pressure and nobody else's wait. There is no timer. Whoever
//! finds the committer idle wakes it; while it writes, the next group gathers. Before each group whoever
//! is ready to hand something over does so: a hub with much to do has fewer and larger groups, one with
//! little waits for nobody.
//!
//! What senders wait for and what the line repeats itself become groups apart, built side by side. The journal takes
//! their chunks one after the other, so an answer waits for one write of the others at most, and never for the
//! compression of what comes in masses.

mod buffers;
mod group;
mod memory;

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use signalbox_model::IntegrationName;
use signalbox_store::disk_work;
use signalbox_store::journal::{ChunkBuilder, IntakeTotals, Journal, JournalError, RecordError};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::Instant;

use buffers::{Buffers, Group, PerRepeater};
use memory::Memory;

pub use group::{Original, Prepared, PreparedRecord, RepeatedBy, SourceCheckpoint, Submission};

/// The one writer of the journal. Cloning shares it.
#[derive(Clone)]
pub struct Committer {
    inner: Arc<Inner>,
}

struct Inner {
    journal: Arc<dyn Journal>,
    buffers: Mutex<Buffers>,
    builders: PerRepeater<Mutex<Option<ChunkBuilder>>>,
    memory: Memory,
    /// Where groups are committed, whoever hands something over: a thread that one begins which stands back would
    /// stand back too.
    runtime: Handle,
}

/// A source's own way into the committer.
#[derive(Clone)]
pub struct Intake {
    source: usize,
    committer: Committer,
}

/// Nothing was committed; the sender repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCommitted {
    /// The source's buffer is full: it sends faster than the disk takes.
    #[error("the buffer of this source is full")]
    BufferFull,
    /// The journal refuses; its error is in the log.
    #[error("the journal does not take events")]
    JournalRefused,
    /// An operator disabled the source.
    #[error("the source is disabled")]
    Disabled,
    /// A destination holds all that it may, and the operator wants intake to stop then.
    #[error("a destination holds all that it may")]
    HeldBack,
    /// The hub is stopping.
    #[error("the hub is stopping")]
    Stopping,
}

impl NotCommitted {
    /// Returns how long a sender should wait before it repeats.
    pub fn retry_after(self) -> Duration {
        match self {
            Self::BufferFull => Duration::from_secs(1),
            Self::JournalRefused | Self::Stopping => Duration::from_secs(5),
            Self::HeldBack => Duration::from_secs(30),
            Self::Disabled => Duration::from_secs(60),
        }
    }
}

impl Committer {
    /// Creates the committer of `journal`, which works on the runtime that this is called on.
    pub fn new(journal: Arc<dyn Journal>) -> Self {
        let (buffers, builders, runtime) =
            (Mutex::default(), PerRepeater::default(), Handle::current());
        let inner = Inner { journal, buffers, builders, memory: Memory::default(), runtime };
        Self { inner: Arc::new(inner) }
    }

    /// Returns the way in for a source; the same name keeps its buffer over a reload.
    pub fn intake(&self, source: &IntegrationName) -> Intake {
        let source = self.inner.buffers.lock().register(source);
        Intake { source, committer: self.clone() }
    }

    /// Refuses whatever comes from now on; what was taken is still committed.
    pub fn stop(&self) {
        self.inner.buffers.lock().stop();
    }

    /// Refuses whatever comes from every source, or takes it again; what was taken is still committed.
    pub fn hold_back(&self, is_held_back: bool) {
        self.inner.buffers.lock().hold_back(is_held_back);
    }
}

impl Intake {
    /// Hands a submission over and returns when it is durable. Dropping the future takes nothing back.
    ///
    /// # Errors
    /// Nothing of it, or only a part, is durable: the sender must repeat.
    pub async fn submit(&self, submission: Submission) -> Result<(), NotCommitted> {
        let (reply, outcome) = oneshot::channel();
        let repeated_by = submission.repeated_by;
        let is_idle = self.committer.inner.buffers.lock().push(self.source, submission, reply)?;
        match repeated_by {
            RepeatedBy::Sender if is_idle => Lead::of(&self.committer.inner).commit().await,
            RepeatedBy::Line if is_idle => self.committer.inner.wake(repeated_by),
            _ => {}
        }
        outcome.await.unwrap_or(Err(NotCommitted::Stopping))
    }

    /// Returns memory for so many bytes of JSON, empty: some that was committed, where there is such, or else none at all.
    pub(crate) fn memory(&self, bytes: usize) -> Vec<u8> {
        self.committer.inner.memory.take(bytes)
    }

    /// Returns when senders of any source last waited for a commit.
    pub fn awaited_at(&self) -> Option<Instant> {
        self.committer.inner.buffers.lock().awaited_at()
    }

    /// Counts what did not become records: duplicates and refusals. It is written with the next chunk.
    pub fn count(&self, totals: IntakeTotals) {
        self.committer.inner.buffers.lock().count(self.source, totals);
    }
}

impl Inner {
    /// Has the next group of what this one repeats committed once all tasks that are ready had their turn.
    fn wake(self: &Arc<Self>, repeated_by: RepeatedBy) {
        let inner = Arc::clone(self);
        self.runtime.spawn(async move {
            yield_now().await;
            match repeated_by {
                RepeatedBy::Sender => disk_work::run(move || inner.drain(repeated_by)),
                RepeatedBy::Line => drop(disk_work::spawn(move || inner.drain(repeated_by))),
            }
        });
    }

    /// Commits a group, and goes on where there is another. One thread at a time runs this for each repeater.
    fn drain(self: Arc<Self>, repeated_by: RepeatedBy) {
        let _guard = DrainGuard { buffers: &self.buffers, repeated_by };
        let group = self.buffers.lock().take_group(repeated_by);
        if let Some(group) = group {
            self.commit(group, &mut self.builders.of(repeated_by).lock());
        }
        if !self.buffers.lock().rest(repeated_by) {
            self.wake(repeated_by);
        }
    }

    /// Commits a group. Where one of its records cannot be stored, the others are committed without it.
    fn commit(&self, mut group: Group, builder: &mut Option<ChunkBuilder>) {
        match group::commit(&mut group, builder, self.journal.as_ref()) {
            Err(GroupError::Record(_)) if group.members.len() > group.durable + 1 => {
                let (durable, singles) = group.split();
                self.settle(durable);
                singles.into_iter().for_each(|single| self.commit(single, builder));
                return;
            }
            // The journal has said so once, and says when it is over.
            Err(GroupError::Journal(
                JournalError::NotWritable { .. } | JournalError::Full { .. },
            ))
            | Ok(()) => {}
            Err(error) => {
                tracing::error!(error = %error, "The journal did not take a group, its senders repeat");
            }
        }
        self.settle(group);
    }

    /// Frees a group's room and answers its senders, who are not to keep others from handing something over meanwhile.
    fn settle(&self, group: Group) {
        self.buffers.lock().settle(&group);
        group.answer(&self.memory);
    }
}

/// What a sender is in charge of that found nobody committing: the next group. Where it goes away before, others do it.
struct Lead(Option<Arc<Inner>>);

impl Lead {
    fn of(inner: &Arc<Inner>) -> Self {
        Self(Some(Arc::clone(inner)))
    }

    /// Commits once all tasks that are ready had their turn, on this thread: it has the answer first.
    async fn commit(mut self) {
        yield_now().await;
        if let Some(inner) = self.0.take() {
            disk_work::run(move || inner.drain(RepeatedBy::Sender));
        }
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if let Some(inner) = &self.0 {
            inner.wake(RepeatedBy::Sender);
        }
    }
}

/// Lets somebody else drain after a panic; the senders of the group see its replies dropped.
struct DrainGuard<'a> {
    buffers: &'a Mutex<Buffers>,
    repeated_by: RepeatedBy,
}

impl Drop for DrainGuard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.buffers.lock().stop_draining(self.repeated_by);
        }
    }
}

/// Why a group was not committed.
#[derive(Debug, thiserror::Error)]
enum GroupError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("build a chunk: {0}")]
    Build(#[from] std::io::Error),
    /// Limits are checked when a record is prepared, so this is a bug; nothing of the group is kept.
    #[error("store a record: {0}")]
    Record(RecordError),
}
