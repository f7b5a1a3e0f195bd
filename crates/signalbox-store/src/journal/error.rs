//! What can go wrong with a journal, in the words an operator reads.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::{JournalId, Position};

/// Why the journal did not do what was asked. After an append that failed nothing of the chunk is acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Neither the segment in use nor another one took the chunk; until a try succeeds nothing is accepted.
    #[error(
        "the journal cannot write ({cause}); nothing is accepted, the next try is in {} s; check the disk of the data folder", retry_in.as_secs_f32().ceil()
    )]
    NotWritable {
        /// What the operating system said to the last try.
        cause: Arc<io::Error>,
        /// How long appends are refused without a try.
        retry_in: Duration,
    },
    /// The journal occupies all it may and no checkpoint has passed any of it.
    #[error(
        "the journal holds {bytes} bytes that some destination still has to take, and may hold {bytes_max}; mend or delete that destination, or raise the limit"
    )]
    Full {
        /// What the segments occupy.
        bytes: u64,
        /// What they may occupy.
        bytes_max: u64,
    },
    /// The chunk does not fit into any segment.
    #[error("a chunk of {bytes} bytes does not fit into a segment, which takes {bytes_max}")]
    ChunkTooLarge {
        /// What the chunk needs.
        bytes: u64,
        /// What a segment takes.
        bytes_max: u64,
    },
    /// The journal was opened for reading.
    #[error("the journal was opened for reading only; start the hub to write to it")]
    ReadOnly,
    /// The operating system could not read a segment. Nothing is skipped for this: try again later.
    #[error("read segment `{file}` at byte {offset}: {source}; check the disk of the data folder")]
    Read {
        /// The segment file.
        file: String,
        /// Where in it.
        offset: u64,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Why a checkpoint cannot be gone on from.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The checkpoint was made with another journal.
    #[error(
        "checkpoint `{position}` belongs to the journal `{expected}`, but the data folder holds the journal `{found}`; put back the journal and the desk of the same backup"
    )]
    OtherJournal {
        /// The checkpoint.
        position: Position,
        /// The journal it was made with.
        expected: JournalId,
        /// The journal that is here.
        found: JournalId,
    },
    /// The checkpoint is ahead of everything the journal holds.
    #[error(
        "checkpoint `{position}` is ahead of the journal, which ends at {}: the desk is newer than the journal; put back the newer journal, or restore a desk that is not newer",
        named(head)
    )]
    BeyondHead {
        /// The checkpoint.
        position: Position,
        /// The newest chunk.
        head: Option<Position>,
    },
    /// The journal went on differently from where the checkpoint is.
    #[error(
        "checkpoint `{position}` names no chunk of this journal: the chunk was lost, or written by a copy of this data folder; put back the journal and the desk of the same backup"
    )]
    Unknown {
        /// The checkpoint.
        position: Position,
    },
    /// The chunks that follow the checkpoint have been recycled.
    #[error(
        "checkpoint `{position}` is older than the journal, which begins at {}: what lies between is no longer kept; restore a journal that reaches back to it, or go on from the beginning with `signalbox replay`",
        named(tail)
    )]
    Recycled {
        /// The checkpoint.
        position: Position,
        /// The oldest chunk.
        tail: Option<Position>,
    },
    /// The journal could not be read.
    #[error("verify checkpoint `{position}`: {reason}")]
    Unreadable {
        /// The checkpoint.
        position: Position,
        /// What the journal said.
        reason: String,
    },
}

fn named(position: &Option<Position>) -> String {
    position.map_or_else(|| "nothing (it is empty)".to_owned(), |position| format!("`{position}`"))
}

/// Why a journal cannot be opened. Nothing in the folder has been changed then, save for a missing folder being made.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file was written by a newer version.
    #[error(
        "`{file}` has format version {found}, this version of Signalbox reads up to {known}; start the newer version, nothing was changed"
    )]
    NewerFormat {
        /// The file.
        file: String,
        /// Its format version.
        found: u32,
        /// The newest we read.
        known: u32,
    },
    /// Files of two journals lie in one folder.
    #[error(
        "`{file}` belongs to the journal `{found}`, the folder to `{expected}`; move that file out of the folder"
    )]
    OtherJournal {
        /// The file.
        file: String,
        /// The journal the file belongs to.
        found: JournalId,
        /// The journal the folder belongs to.
        expected: JournalId,
    },
    /// Neither the manifest nor any segment says whose journal it is.
    #[error(
        "`{folder}` holds segments of a journal, but neither its manifest nor a segment's header is readable; restore the folder from a backup, or move it away to begin a new journal"
    )]
    Unrecognized {
        /// The folder.
        folder: String,
    },
    /// There is no journal to read.
    #[error("`{folder}` holds no journal; start the hub once, or check `--data`")]
    Missing {
        /// The folder.
        folder: String,
    },
    /// The newest chunk could not be read.
    #[error("read the sums of the journal: {reason}")]
    Totals {
        /// What the journal said.
        reason: String,
    },
    /// An option is out of its range.
    #[error("{name} is {value}, but must be {expected}")]
    Option {
        /// The option.
        name: &'static str,
        /// Its value.
        value: u64,
        /// What it may be.
        expected: &'static str,
    },
    /// The operating system refused.
    #[error("{action} `{file}`: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        file: String,
        /// What the operating system said.
        source: io::Error,
    },
}
