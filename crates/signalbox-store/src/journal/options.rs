//! How large the journal's files are and how long it keeps what every reader is past.

use std::time::Duration;

use super::OpenError;

const BLOCK: u64 = 4096;
const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

/// Sizes and retention of an embedded journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JournalOptions {
    /// Size of a segment file in bytes, a multiple of 4 KiB between 64 KiB and 256 MiB. Default 64 MiB.
    pub segment_bytes: u64,
    /// Size of the very first segment, so that a new folder takes its first group at once. Default 4 MiB.
    pub starter_bytes: u64,
    /// How long a chunk is kept after every checkpoint has passed it. Default 24 hours.
    pub keep: Duration,
    /// How many bytes of segments are kept at most once every checkpoint has passed them; `keep` gives way to it.
    /// Default 10 GiB.
    pub keep_bytes: u64,
    /// How many bytes the journal may occupy at all, whatever the checkpoints say; then it refuses to append.
    /// Default 64 GiB: above the 50 GiB that one destination may hold.
    pub bytes_max: u64,
    /// Size of the file that is given up when the disk is full, so that deliveries can still be settled. Default 64 MiB:
    /// the outcomes of some ten thousand deliveries. 0 is none.
    pub reserve_bytes: u64,
    /// How many bytes of the newest chunks are held in memory, not compressed, so that readers near the head need not read
    /// them each for itself. Default 4 MiB: some thousand events. 0 holds none.
    pub fresh_bytes: usize,
    /// Whether a thread keeps one segment ready. Default `Background`.
    pub provision: Provision,
}

/// Who makes the next segment ready before it is needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provision {
    /// A thread of the journal, one segment ahead, so that no commit waits for one.
    Background,
    /// The append that needs it: for tools that write little and stop.
    OnDemand,
}

impl JournalOptions {
    /// Refuses sizes that cannot work.
    pub(super) fn check(&self) -> Result<(), OpenError> {
        let expected = "a multiple of 4,096 between 65,536 and 268,435,456";
        for (name, value) in
            [("segment_bytes", self.segment_bytes), ("starter_bytes", self.starter_bytes)]
        {
            if value % BLOCK != 0 || !(64 * 1024..=256 * MIB).contains(&value) {
                return Err(OpenError::Option { name, value, expected });
            }
        }
        Ok(())
    }

    /// Returns the length of a segment in blocks of 4 KiB.
    pub(super) fn segment_blocks(&self) -> u32 {
        blocks(self.segment_bytes)
    }

    /// Returns the length of the first segment in blocks of 4 KiB.
    pub(super) fn starter_blocks(&self) -> u32 {
        blocks(self.starter_bytes)
    }
}

fn blocks(bytes: u64) -> u32 {
    u32::try_from(bytes / BLOCK).unwrap_or(u32::MAX)
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            segment_bytes: 64 * MIB,
            starter_bytes: 4 * MIB,
            keep: Duration::from_secs(24 * 60 * 60),
            keep_bytes: 10 * GIB,
            bytes_max: 64 * GIB,
            reserve_bytes: 64 * MIB,
            fresh_bytes: 4 * 1024 * 1024,
            provision: Provision::Background,
        }
    }
}
