//! What can be wrong with a record on its way in, and with a chunk on its way out.

use std::io;

/// Why a record was not taken. The builder is unchanged, save after `Compress`.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The chunk has no room for it: finish the chunk, then push the record again.
    #[error("the chunk is full; finish it and push the record again")]
    Full,
    /// The record is larger than any chunk may be.
    #[error(
        "a record of {bytes} bytes is too large, a chunk takes {bytes_max}; lower the source's body limit"
    )]
    TooLarge {
        /// What the event and the original have together.
        bytes: usize,
        /// What they may have.
        bytes_max: usize,
    },
    /// A name, event id or checkpoint is too long.
    #[error("the {part} has {bytes} bytes, but may have {bytes_max}")]
    TooLong {
        /// Which part.
        part: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        bytes_max: usize,
    },
    /// The event holds a line break: streams send the column of events as lines.
    #[error("the normalised event has a line break outside its strings; write it as compact JSON")]
    NotOneLine,
    /// The decision names a stream, route or rule by an index that the rule set does not have.
    #[error("the decision names {part} {index}, but the rule set has only {count}")]
    UnknownName {
        /// What is named.
        part: &'static str,
        /// By which index.
        index: u16,
        /// How many there are.
        count: usize,
    },
    /// The compressor failed, for want of memory; the builder must be discarded.
    #[error("compress a chunk: {0}")]
    Compress(#[from] io::Error),
}

/// Why a chunk does not read: its bytes are not what a builder wrote.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the chunk's {part} does not read")]
pub struct ChunkError {
    /// Which part.
    pub part: &'static str,
}

impl ChunkError {
    pub(super) const fn new(part: &'static str) -> Self {
        Self { part }
    }
}

/// Refuses a part that is too long.
pub(super) fn check_length(
    part: &'static str,
    bytes: usize,
    bytes_max: usize,
) -> Result<(), RecordError> {
    if bytes > bytes_max {
        return Err(RecordError::TooLong { part, bytes, bytes_max });
    }
    Ok(())
}
