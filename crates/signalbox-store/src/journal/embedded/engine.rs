//! What the parts of the embedded journal share: the disk, the map of the segments, the writer's state.
//!
//! Locks are taken in this order and never the other way: `writer`, `making`, `catalog`, `failure`,
//! `reserve`. The catalog's is never
//! held while the disk works, so a reader never waits for the disk of another. Those of `fresh` are taken and let go on
//! their own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use tokio::sync::watch;
use tracing::{error, info};

use super::super::{Clock, JournalError, JournalId, JournalOptions, Position};
use super::catalog::Catalog;
use super::disk::{Access, Disk};
use super::fresh::Fresh;
use super::reserve::Reserve;
use super::writer::Writer;

/// How long after a failure the next try is made.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(5);

pub(super) struct Engine {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) options: JournalOptions,
    pub(super) journal: JournalId,
    pub(super) epoch: u32,
    pub(super) access: Access,
    pub(super) writer: Mutex<Writer>,
    /// Changed while `making` is held, so that a reserve being made is not given up.
    pub(super) reserve: Mutex<Reserve>,
    /// Held while a segment or the reserve is made ready, so that two never make one at once.
    pub(super) making: Mutex<()>,
    pub(super) catalog: Mutex<Catalog>,
    pub(super) fresh: Fresh,
    /// Wakes the thread that makes segments ready; used with `catalog`.
    pub(super) wanted: Condvar,
    pub(super) is_stopping: AtomicBool,
    /// Why the last append failed, until one, or a try to make one possible, succeeds.
    pub(super) failure: Mutex<Option<Failure>>,
    pub(super) head: watch::Sender<Option<Position>>,
}

/// Why nothing can be appended, and until when that is not even tried.
#[derive(Clone)]
pub(super) struct Failure {
    pub(super) cause: WriteError,
    pub(super) retry_at: Instant,
}

/// Why a chunk could not be made durable.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum WriteError {
    /// All that the journal may occupy is held by a checkpoint.
    #[error("it holds {bytes} bytes and may hold {bytes_max}")]
    Full { bytes: u64, bytes_max: u64 },
    /// The disk refused.
    #[error("{0}")]
    Disk(Arc<io::Error>),
}

impl Engine {
    /// Notes why nothing can be appended and returns what the committer is told; logs it when it is new.
    pub(super) fn set_failure(&self, cause: WriteError) -> JournalError {
        let now = self.clock.instant();
        let failure = Failure { cause, retry_at: now + RETRY_AFTER };
        let error = failure.to_error(now);
        let before = self.failure.lock().replace(failure);
        if before.is_none() {
            error!(%error, "Journal cannot write, intake is refused");
            self.want_work();
        }
        error
    }

    /// Notes that something could be written; logs it when it could not before.
    pub(super) fn clear_failure(&self) {
        if self.failure.lock().take().is_some() {
            info!("Journal can write again");
        }
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Disk(Arc::new(error))
    }
}

impl Failure {
    /// Returns what a sender's side is told at `now`.
    pub(super) fn to_error(&self, now: Instant) -> JournalError {
        match &self.cause {
            WriteError::Full { bytes, bytes_max } => {
                JournalError::Full { bytes: *bytes, bytes_max: *bytes_max }
            }
            WriteError::Disk(cause) => JournalError::NotWritable {
                cause: Arc::clone(cause),
                retry_in: self.retry_at.saturating_duration_since(now),
            },
        }
    }

    /// Tells whether an append may be tried at `now`. A full journal may be released at any time, and to see so is cheap.
    pub(super) fn allows_try(&self, now: Instant) -> bool {
        matches!(self.cause, WriteError::Full { .. }) || now >= self.retry_at
    }
}
