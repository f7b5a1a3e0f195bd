//! The journal: the durable log of accepted events, in chunks of what one sync commits.
//!
//! The contract is the same embedded and clustered. One committer appends, a chunk at a time; any number of readers follow, each from a
//! checkpoint it keeps beside its effect. Left of `append` everything may be forgotten, for no sender has been answered;
//! once it returned nothing may. The calls block on the disk, but for [`Journal::read_fresh`]: async code makes them from a
//! blocking thread.

mod chunk;
mod clock;
mod damage;
mod embedded;
mod error;
mod options;
mod position;

use tokio::sync::watch;

pub use chunk::{
    CHUNK_BYTES_MAX, CHUNK_RAW_BYTES_MAX, CHUNK_RECORDS_MAX, Chunk, ChunkBuilder, ChunkDecoder,
    ChunkError, ChunkId, Decision, EventRecord, Events, FindingKey, IntakeTotals, NAME_BYTES_MAX,
    Originals, QuarantineRecord, RECORD_BYTES_MAX, RecordError, RecordKind, RecordView, RuleNames,
    StoredChunk, StoredDecision, StreamTotals, Suppression, TEXT_BYTES_MAX, Totals,
};
pub use clock::{Clock, SystemClock};
pub use damage::Damage;
pub use embedded::EmbeddedJournal;
#[cfg(any(test, feature = "testkit"))]
pub use embedded::simulated;
pub use embedded::{Access, CopyError, Disk, DiskFile, FolderDisk, JournalCopy};
pub use error::{CheckpointError, JournalError, OpenError};
pub use options::{JournalOptions, Provision};
pub use position::{EventPosition, JournalId, Position, PositionError};

/// The durable log of accepted events.
pub trait Journal: Send + Sync {
    /// Returns the identity of this journal, to be kept with every checkpoint.
    fn id(&self) -> JournalId;

    /// Returns the epoch that this start began: positions of an earlier one are from before it.
    fn epoch(&self) -> u32;

    /// Makes the chunk durable and returns its position. Blocks until the disk has it.
    ///
    /// Calls take turns. A chunk whose id is among the last 1,024 appended returns the position it has
    /// and changes nothing.
    ///
    /// # Errors
    /// Whatever the error, nothing of the chunk is acknowledged and no reader sees it. `NotWritable` and `Full` pass by
    /// themselves: refuse the senders and try again.
    fn append(&self, chunk: &Chunk) -> Result<Position, JournalError>;

    /// Returns the chunks behind `after` in order, from the oldest kept one if `after` is none.
    ///
    /// As many as fit into `bytes_max` as stored, but at least one if there is one; none at the head. Chunks that are
    /// damaged are left out and named by [`Journal::damage`]; chunks that were recycled are left out silently.
    ///
    /// # Errors
    /// `Read` if the disk fails: nothing was skipped, try again later.
    fn read(
        &self,
        after: Option<Position>,
        bytes_max: usize,
    ) -> Result<Vec<StoredChunk>, JournalError>;

    /// Returns what [`Journal::read`] would, as far as it is held in memory: nothing where the disk comes first, and
    /// nothing at the head. It waits for no disk, so async code calls it where it is.
    fn read_fresh(&self, after: Option<Position>, bytes_max: usize) -> Vec<StoredChunk>;

    /// Returns the chunk at `position`; none if it is not kept, is damaged or never was.
    ///
    /// # Errors
    /// `Read` if the disk fails.
    fn chunk(&self, position: Position) -> Result<Option<StoredChunk>, JournalError>;

    /// Returns the newest durable chunk's position.
    fn head(&self) -> Option<Position>;

    /// Returns the oldest kept chunk's position.
    fn tail(&self) -> Option<Position>;

    /// Returns a receiver that always holds the head and wakes whoever waits for it to move.
    fn subscribe(&self) -> watch::Receiver<Option<Position>>;

    /// Returns where a reader begins that wants everything committed at or after `time_ms` and still kept: behind this
    /// position; none is the journal's beginning. The chunk at it need not be kept any more.
    ///
    /// # Errors
    /// `Read` if the disk fails.
    fn before(&self, time_ms: i64) -> Result<Option<Position>, JournalError>;

    /// Says that every checkpoint has passed everything before `before`: it may be recycled once it is past `keep` too.
    ///
    /// A chunk that a checkpoint names is kept, so `before` is the smallest checkpoint itself; none releases nothing
    /// from now on.
    fn release(&self, before: Option<Position>);

    /// Keeps everything behind `before` from now on, for a reader that goes back to there. It lets go of nothing: where
    /// another reader is further back, all behind that one is kept as ever.
    fn keep(&self, before: Option<Position>);

    /// Proves that a reader can go on from `position` of the journal `journal` without missing anything.
    ///
    /// # Errors
    /// Says what is wrong and what to do; the hub does not start then.
    fn verify_checkpoint(
        &self,
        journal: JournalId,
        position: Position,
    ) -> Result<(), CheckpointError>;

    /// Returns the sums as of the head: what was accepted for each stream and what each integration took in.
    fn totals(&self) -> Totals;

    /// Returns how much lies behind `after`: what its reader holds on to.
    ///
    /// # Errors
    /// `Read` if the disk fails.
    fn backlog(&self, after: Option<Position>) -> Result<Backlog, JournalError>;

    /// Returns what was acknowledged and can no longer be read, as far as it has been found since the start.
    fn damage(&self) -> Vec<Damage>;

    /// Tells whether the last append, or the last try to make one possible, succeeded.
    fn is_writable(&self) -> bool;
}

/// What lies between a checkpoint and the head.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Backlog {
    /// How many records: events and quarantined ones.
    pub records: u64,
    /// How many bytes of segment files, to the 4 KiB.
    pub bytes: u64,
    /// When the oldest of it was committed, in milliseconds since 1970.
    pub oldest_committed_at_ms: Option<i64>,
}
