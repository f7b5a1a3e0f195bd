//! What the journal acknowledged once and can no longer read.

use std::path::PathBuf;

use serde::Serialize;

use super::Position;

/// A range of acknowledged chunks that do not verify any more.
///
/// Found at start in the newest segment, and otherwise when the range is read. The two positions identify it: the same
/// damage is found again after a restart, so whoever counts lost records keeps them with the count.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Damage {
    /// The last good chunk before the range; none if the range is the oldest thing kept.
    pub after: Option<Position>,
    /// The last chunk of the range.
    pub through: Position,
    /// How many records (events and quarantined ones) were in it; none where `after` is unknown.
    pub records: Option<u64>,
    /// When the last good chunk before it was committed, in milliseconds since 1970.
    pub committed_after_ms: Option<i64>,
    /// When the first good chunk behind it was committed, in milliseconds since 1970; the range's own time where only
    /// its body is damaged.
    pub committed_before_ms: Option<i64>,
    /// The segment file it is in.
    pub file: String,
    /// Where in that file it begins.
    pub offset: u64,
    /// How many bytes of the file it covers.
    pub bytes: u64,
    /// Where these bytes were copied to, for whoever wants to look; none if that failed too.
    pub copy: Option<PathBuf>,
}
