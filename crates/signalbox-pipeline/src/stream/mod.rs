//! Stream: destinations that follow the journal by a checkpoint, one courier each.
//!
//! A healthy event costs no row: the checkpoint moves past a whole batch in one transaction. Items
//! that fail alone are set aside on the desk in that same transaction and tried on their own time,
//! so that one bad event never stops the stream. Delivery is at-least-once: a crash between the
//! destination's answer and the checkpoint sends a batch again.

mod aside;
mod batch;
mod bodies;
mod checkpoint;
mod confirm;
mod cursor;
mod encoded;
mod held;
mod order;
mod resend;
mod send;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use signalbox_model::{Clock, IntegrationName};
use signalbox_sdk::Random;
use signalbox_sdk::role::{Bounded, CheckReport, Destination};
use signalbox_store::desk::{
    DeadLetterId, Desk, DeskError, ItemAttempt, ItemRow, ItemState, StreamProgress, Writer,
};
use signalbox_store::journal::{Journal, JournalError};
use tokio_util::sync::CancellationToken;

use crate::deliver::{Admission, DeadLetterBound, Gate, ParkCause, RetryPreset};
use crate::evaluate::RuleSet;
use crate::wake::Wakes;

use aside::Aside;
use batch::{Fate, Outgoing, Passed};
use cursor::Cursor;

pub use checkpoint::{Checkpoint, CheckpointError, pending, recount};
pub use held::{HeldError, HeldEvents, held_events};
pub(crate) use order::range_behind;
pub use shared::{SharedEncoding, SharedEncodings};

/// One stream's worker.
pub struct Courier {
    /// The stream.
    pub name: IntegrationName,
    /// Where it goes.
    pub destination: Arc<dyn Destination>,
    /// What it shares with streams that are encoded alike.
    pub shared: Option<SharedEncoding>,
    /// Where it reads.
    pub journal: Arc<dyn Journal>,
    /// Where its checkpoint is.
    pub desk: Desk,
    /// Whether the destination is asked at all.
    pub gate: Arc<Gate>,
    /// The rules in force: they decide where a person wants it anew.
    pub rules: Arc<RuleSet>,
    /// Wakes it, when a parked item was revived or the integration enabled.
    pub wakes: Wakes,
    /// The waits between attempts.
    pub retry: RetryPreset,
    /// How many dead letters it may have.
    pub dead_letters: DeadLetterBound,
    /// How long the destination may still execute what was given up on.
    pub settle: Duration,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Jitter.
    pub random: Arc<dyn Random>,
}

/// Why a stream does not move.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error(transparent)]
    Held(#[from] HeldError),
    #[error("a part of it is the range `{0}`; replay it and let it be sent, or discard it first")]
    Range(DeadLetterId),
    #[error("read a chunk: {0}")]
    Chunk(#[from] signalbox_store::journal::ChunkError),
    #[error("start the decompressor: {0}")]
    Decoder(#[from] std::io::Error),
}

/// Without anything to do a courier looks again after this long.
const IDLE: Duration = Duration::from_secs(60);

/// After an error of the disk, how long until the next try.
const RETRY: Duration = Duration::from_secs(5);

/// After a batch that ends where the journal does, more gathers for so long: a request and a move of the checkpoint
/// cost the same for one event as for a hundred.
const GATHER: Duration = Duration::from_millis(10);

/// A batch of this size is large enough to go on at once.
const GATHER_BYTES: usize = 128 * 1024;

/// A checkpoint past events that concern other streams is written this often at most.
const IDLE_CHECKPOINT: Duration = Duration::from_secs(1);

impl Courier {
    /// Follows until stopped; a batch on its way has [`STOP_GRACE`](crate::STOP_GRACE) to be finished first.
    pub async fn run(mut self, stop: CancellationToken) {
        self.destination = Bounded::destination(self.destination);
        let bell = self.wakes.bell(&self.name);
        let mut head = self.journal.subscribe();
        let (mut cursor, mut aside) = (None, Aside::default());
        while !stop.is_cancelled() {
            head.borrow_and_update();
            let idle = match self.advance(&mut cursor, &mut aside, &stop).await {
                Ok(idle) => idle,
                Err(error) => {
                    tracing::error!(integration = %self.name, error = %error,
                        "The stream does not move, trying again in {RETRY:?}");
                    (cursor, aside) = (None, Aside::default());
                    RETRY
                }
            };
            if idle.is_zero() {
                continue;
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                () = bell.notified() => aside.look(),
                _ = head.changed(), if idle > RETRY => {}
                () = tokio::time::sleep(idle) => {}
            }
        }
        if let Some(cursor) = &mut cursor
            && let Err(error) = self.move_idle(cursor).await
        {
            tracing::error!(integration = %self.name, error = %error,
                "The checkpoint could not be written while stopping");
        }
    }

    /// Does one thing, and says how long nothing else will be due.
    async fn advance(
        &self,
        cursor: &mut Option<Cursor>,
        aside: &mut Aside,
        stop: &CancellationToken,
    ) -> Result<Duration, StreamError> {
        for order in self.gate.take_orders() {
            *cursor = None;
            aside.look();
            self.obey(order).await?;
        }
        let now = self.clock.now();
        let is_probe = match self.gate.admission(now) {
            Admission::Go => false,
            Admission::Probe => true,
            Admission::Check => {
                self.gate.begin_probe(now);
                self.probe(stop).await?;
                return Ok(Duration::ZERO);
            }
            // A wait of the gate is not shortened by new events, so it stays below the head's.
            Admission::Wait(until) => {
                self.pass_idle(cursor).await?;
                return Ok(until.since(now).clamp(Duration::from_millis(1), RETRY));
            }
            Admission::Disabled => {
                self.pass_idle(cursor).await?;
                return Ok(RETRY);
            }
        };
        // One parked item, one batch of a range, then one batch: none stops the others. A probe is for the
        // batch, because a parked item may go on failing alone.
        let mut has_tried = !is_probe && self.try_aside(aside, stop).await?;
        let cursor = match cursor {
            Some(cursor) => cursor,
            None => cursor.insert(self.open_cursor().await?),
        };
        let has_read = cursor.read_on(&self.journal, self.destination.as_ref()).await?;
        let Some(mut outgoing) = cursor.take() else {
            if !has_read {
                has_tried |= self.try_instead(aside, is_probe, stop).await?;
            }
            if has_read || has_tried {
                self.follow_idle(cursor).await?;
                return Ok(Duration::ZERO);
            }
            return self.rest(cursor).await;
        };
        if !self.send(&mut outgoing, is_probe, stop).await? {
            cursor.put_back(outgoing);
            return Ok(Duration::ZERO);
        }
        if !self.has_room(outgoing.dead()).await? {
            self.park(ParkCause::DeadLetters, &self.dead_letters.reason()).await?;
            cursor.put_back(outgoing);
            return Ok(Duration::ZERO);
        }
        self.settle(&outgoing).await?;
        cursor.settled();
        let is_small = outgoing.batch.body.len() < GATHER_BYTES && !cursor.has_batch();
        Ok(if is_small { GATHER } else { Duration::ZERO })
    }

    async fn stored_checkpoint(&self) -> Result<Checkpoint, StreamError> {
        let name = self.name.to_string();
        let stored = self.desk.read(move |reader| reader.checkpoint(&name)).await?;
        Ok(Checkpoint::parse(stored.as_ref().map_or("", |stored| &stored.position))?)
    }

    async fn open_cursor(&self) -> Result<Cursor, StreamError> {
        let cursor = Cursor::new(self.name.clone(), self.stored_checkpoint().await?, None)?;
        Ok(cursor.sharing(self.shared.clone()))
    }

    /// Nothing to send: the checkpoint follows lazily, and parked items may be due later.
    async fn rest(&self, cursor: &mut Cursor) -> Result<Duration, StreamError> {
        cursor.rest();
        let name = self.name.to_string();
        let due = self.desk.read(move |reader| reader.next_item_due(&name)).await?;
        let now = self.clock.now();
        let parked = due.map_or(IDLE, |due| due.since(now).max(Duration::from_millis(10)));
        if cursor.is_ahead() && !self.follow_idle(cursor).await? {
            // Below RETRY, new events would not wake it; it is short, and the next look finds them.
            return Ok(parked.min(Duration::from_millis(20)));
        }
        Ok(parked.min(IDLE).max(RETRY + Duration::from_millis(1)))
    }

    /// Has the checkpoint follow lazily, past events that concern other streams. Says whether it was time for that.
    async fn follow_idle(&self, cursor: &mut Cursor) -> Result<bool, StreamError> {
        let is_time = cursor.rested() >= IDLE_CHECKPOINT;
        if is_time {
            self.move_idle(cursor).await?;
        }
        Ok(is_time)
    }

    /// Nothing is sent now, but where nothing waits the checkpoint goes with the head: what comes is not taken for as
    /// old as what others had.
    async fn pass_idle(&self, cursor: &mut Option<Cursor>) -> Result<(), StreamError> {
        let Some(head) = self.journal.head() else { return Ok(()) };
        let checkpoint = self.stored_checkpoint().await?;
        if checkpoint.position() >= Some(head) {
            return Ok(());
        }
        let Some(chunk) = self.journal.chunk(head)? else { return Ok(()) };
        if pending(self.journal.as_ref(), self.name.as_str(), checkpoint, &chunk)? > 0 {
            return Ok(());
        }
        *cursor = None;
        let (name, position) = (self.name.to_string(), Checkpoint::Chunk(head).to_string());
        let change = move |writer: &Writer<'_>| {
            writer.move_checkpoint(&name, &position, StreamProgress::default())
        };
        Ok(self.desk.write("move a checkpoint", change).await?)
    }

    async fn move_idle(&self, cursor: &mut Cursor) -> Result<(), StreamError> {
        let Some((position, passed)) = cursor.take_idle() else { return Ok(()) };
        let (name, position) = (self.name.to_string(), position.to_string());
        let Passed { suppressed, lost } = passed;
        let progress = StreamProgress { suppressed, lost, ..StreamProgress::default() };
        self.desk
            .write("move a checkpoint", move |w| w.move_checkpoint(&name, &position, progress))
            .await?;
        Ok(())
    }

    /// Moves the checkpoint past a batch, together with what failed of it.
    async fn settle(&self, outgoing: &Outgoing) -> Result<(), StreamError> {
        let (rows, progress) = self.fates(outgoing).await?;
        let (name, position) = (self.name.to_string(), outgoing.end.to_string());
        let change = move |writer: &Writer<'_>| {
            for (row, attempt) in &rows {
                writer.put_item(row)?;
                writer.note_item_attempt(&row.stream, &row.position, attempt)?;
            }
            writer.move_checkpoint(&name, &position, progress)
        };
        self.desk.write_outcome("move a checkpoint", change).await?;
        Ok(())
    }

    /// Returns what is set aside of a batch, and what became of the rest.
    async fn fates(
        &self,
        outgoing: &Outgoing,
    ) -> Result<(Vec<(ItemRow, ItemAttempt)>, StreamProgress), StreamError> {
        let mut rows = Vec::new();
        let now = self.clock.now();
        let started = outgoing.first_attempt_at.unwrap_or(now);
        for (item, error) in &outgoing.refused {
            rows.extend(self.row(item, error, ItemState::Dead, now).await?);
        }
        let mut delivered = 0;
        for (item, fate) in outgoing.items.iter().zip(&outgoing.fates) {
            match fate {
                Some(Fate::Aside(error, state)) => {
                    rows.extend(self.row(item, error, *state, started).await?)
                }
                _ => delivered += 1,
            }
        }
        let dead = rows.iter().filter(|(row, _)| row.state == ItemState::Dead).count() as u64;
        let Passed { suppressed, lost } = outgoing.passed;
        Ok((rows, StreamProgress { delivered, dead, suppressed, lost }))
    }

    /// Returns whether so many more dead letters are kept.
    async fn has_room(&self, more: u64) -> Result<bool, StreamError> {
        let is_free = more == 0;
        let bound = self.dead_letters;
        Ok(is_free || bound.has_room(&self.desk, self.name.as_str(), more).await?)
    }

    async fn probe(&self, stop: &CancellationToken) -> Result<(), StreamError> {
        let report = self.check(stop).await;
        if report.is_some_and(|report| report.is_good()) && self.has_room(1).await? {
            self.mended().await?;
        }
        Ok(())
    }

    /// Asks whether credentials and permission do. It changes nothing, so a stop ends it at once: `None`.
    async fn check(&self, stop: &CancellationToken) -> Option<CheckReport> {
        stop.run_until_cancelled(self.destination.check()).await
    }

    async fn mended(&self) -> Result<(), StreamError> {
        self.gate.unpark();
        let (name, now) = (self.name.clone(), self.clock.now());
        let change = move |writer: &Writer<'_>| writer.set_parked(name.as_str(), None, now);
        Ok(self.desk.write("end a parking", change).await?)
    }
}
