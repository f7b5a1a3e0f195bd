//! What of the last round is at hand: every record and every finding of it.
//!
//! No checkpoint holds them, and only they tell which finding of a record is new. So they are kept in
//! memory, as what belongs to one checkpoint: where the line goes on from another, they are forgotten.
//! That is so after a start, and the first round then compares records by the checkpoint alone.

use std::collections::BTreeSet;

use signalbox_sdk::role::Checkpoint;

use crate::prisma_cloud::mapping::scan::Record;

/// The findings of this round and of the one before, as of a checkpoint.
#[derive(Default)]
pub(super) struct Compared {
    checkpoint: Option<Checkpoint>,
    before: Round,
    now: Round,
}

#[derive(Default)]
struct Round {
    records: BTreeSet<u64>,
    findings: BTreeSet<u64>,
}

impl Compared {
    /// Goes on from a checkpoint; forgets everything where it is not the last.
    pub(super) fn go_on(&mut self, since: Option<&Checkpoint>) {
        if self.checkpoint.as_ref() != since {
            *self = Self::default();
        }
    }

    /// Notes a record. Returns which of its findings were not there before; `None` where the record
    /// itself is not known.
    pub(super) fn note(&mut self, record: &Record) -> Option<Vec<usize>> {
        let rounds = [&self.before, &self.now];
        let is_known = rounds.iter().any(|round| round.records.contains(&record.key));
        let is_added = |(at, finding): (usize, &u64)| {
            let was_there = rounds.iter().any(|round| round.findings.contains(finding));
            (!was_there).then_some(at)
        };
        let added = record.findings.iter().enumerate().filter_map(is_added).collect();
        self.now.keep(record);
        is_known.then_some(added)
    }

    /// Begins the next round.
    pub(super) fn end_round(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }

    /// Belongs to a checkpoint from now on.
    pub(super) fn stand_at(&mut self, checkpoint: &Checkpoint) {
        self.checkpoint = Some(checkpoint.clone());
    }
}

impl Round {
    fn keep(&mut self, record: &Record) {
        let room = HASHES_MAX.saturating_sub(self.records.len() + self.findings.len());
        if record.findings.len() < room {
            self.records.insert(record.key);
            self.findings.extend(&record.findings);
        }
    }
}

/// Some 12 MB a round, of which there are two.
const HASHES_MAX: usize = 1_000_000;
