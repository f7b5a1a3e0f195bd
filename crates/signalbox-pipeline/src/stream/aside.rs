//! Items that failed alone, tried on their own time.

use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::role::{Batch, EventItem, Item, Outcome};
use signalbox_store::desk::{ItemAttempt, ItemRow, ItemState, Writer};
use signalbox_store::journal::{ChunkDecoder, EventPosition};
use tokio_util::sync::CancellationToken;

use super::batch::SentItem;
use super::confirm::is_broken_off;
use super::resend::Resent;
use super::{Courier, StreamError};
use crate::deliver::{Failure, ParkCause, Verdict, decide};

/// What is sent beside a stream's own batches: parked items, and ranges once more.
#[derive(Default)]
pub(super) struct Aside {
    resent: Option<Resent>,
    /// When there was last found to be none.
    none_at: Option<tokio::time::Instant>,
    /// Whether it was not looked since.
    is_unseen: bool,
}

/// While batches flow, it is looked so often whether anything is due beside them: a look costs as much as a small batch,
/// and what is parked waits for seconds.
const LOOK: Duration = Duration::from_millis(100);

impl Aside {
    /// Has it looked at once, as there may be something.
    pub(super) fn look(&mut self) {
        self.none_at = None;
    }
}

impl Courier {
    /// Tries one parked item and one batch of a range. Says whether there was anything to do.
    pub(super) async fn try_aside(
        &self,
        aside: &mut Aside,
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        aside.is_unseen = aside.none_at.is_some_and(|at| at.elapsed() < LOOK);
        if aside.is_unseen {
            return Ok(false);
        }
        let mut has_tried = self.try_parked(false, stop).await?;
        has_tried |= self.resend(&mut aside.resent, false, stop).await?;
        aside.none_at = (!has_tried).then(tokio::time::Instant::now);
        Ok(has_tried)
    }

    /// Does the same where the stream has nothing of its own to send: for a probe, and before it rests without having
    /// looked.
    pub(super) async fn try_instead(
        &self,
        aside: &mut Aside,
        is_probe: bool,
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        if is_probe {
            return Ok(self.try_parked(true, stop).await?
                || self.resend(&mut aside.resent, true, stop).await?);
        }
        if !aside.is_unseen {
            return Ok(false);
        }
        aside.look();
        self.try_aside(aside, stop).await
    }

    /// Tries one due parked item. Says whether there was one.
    pub(super) async fn try_parked(
        &self,
        is_probe: bool,
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        let (name, now) = (self.name.to_string(), self.clock.now());
        let due = self.desk.read(move |reader| reader.due_items(&name, now, 1)).await?;
        let Some(row) = due.into_iter().next().filter(|_| !stop.is_cancelled()) else {
            return Ok(false);
        };
        if is_probe {
            self.gate.begin_probe(self.clock.now());
        }
        let started = self.clock.now();
        let mut body = Vec::new();
        let event = EventItem { json: row.payload(), time: row.event_time, source: &row.source };
        let outcome = match self.destination.encode(&Item::Event(event), &mut body) {
            Ok(()) => {
                let ends = vec![body.len()];
                let batch = Batch { id: row.position.replace('.', "-"), body: body.into(), ends };
                let outcomes = self.deliver(&batch, stop).await;
                if is_broken_off(&outcomes) {
                    return Ok(true);
                }
                outcomes.into_iter().next()
            }
            Err(error) => Some(Outcome::Failed(error)),
        };
        self.settle_parked(row, outcome, started, stop).await?;
        Ok(true)
    }

    async fn settle_parked(
        &self,
        row: ItemRow,
        outcome: Option<Outcome>,
        started: Timestamp,
        stop: &CancellationToken,
    ) -> Result<(), StreamError> {
        let Some(Outcome::Failed(error)) = outcome else {
            let ended = self.gate.succeeded(self.clock.now());
            let deliver =
                move |writer: &Writer<'_>| writer.deliver_item(&row.stream, &row.position);
            self.desk.write_outcome("settle a parked item", deliver).await?;
            return if ended { self.mended().await } else { Ok(()) };
        };
        let now = self.clock.now();
        self.gate.failed(&error, now);
        let Some(mut verdict) = self.what_follows(&row, &error, now, stop).await else {
            return Ok(());
        };
        let attempt = attempt(row.payload(), &error, started, now);
        let mut next =
            ItemRow { reason: error.to_string(), answer: error.answer().map(str::to_owned), ..row };
        if verdict == Verdict::Dead && !self.has_room(1).await? {
            verdict = Verdict::Park(ParkCause::DeadLetters);
            next.reason = self.dead_letters.reason();
        }
        match verdict {
            Verdict::Again { after, attempts, .. } => {
                next.attempts = attempts;
                next.next_at = now.saturating_add(after);
            }
            Verdict::Break { after, .. } => {
                self.gate.trip(now);
                next.attempts = 0;
                next.next_at = now.saturating_add(after);
            }
            Verdict::Park(cause) => {
                self.park(cause, &next.reason).await?;
                next.next_at = now;
            }
            Verdict::Dead | Verdict::Check => {
                let bury = move |writer: &Writer<'_>| match writer.bury_item(&next, now)? {
                    true => writer.note_item_attempt(&next.stream, &next.position, &attempt),
                    false => Ok(()),
                };
                return Ok(self.desk.write_outcome("give an item up", bury).await?);
            }
        }
        let put = move |writer: &Writer<'_>| match writer.put_item_back(&next)? {
            true => writer.note_item_attempt(&next.stream, &next.position, &attempt),
            false => Ok(()),
        };
        Ok(self.desk.write_outcome("put an item back", put).await?)
    }

    /// Decides what follows. `None` where the stream stops meanwhile: the item is as it was.
    async fn what_follows(
        &self,
        row: &ItemRow,
        error: &Error,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Option<Verdict> {
        let checked = match error.kind() {
            ErrorKind::Unauthorized => Some(self.check(stop).await?.is_good()),
            _ => None,
        };
        if checked == Some(true) {
            self.gate.refused(now);
        }
        Some(decide(&Failure {
            error,
            attempts: row.attempts,
            first_attempt_at: row.created_at,
            last_success_at: self.gate.last_success_at(),
            checked,
            is_everything_refused: self.gate.is_everything_refused(),
            must_find: false,
            retry: self.retry,
            settle: self.settle,
            random: self.random.next(),
        }))
    }

    /// Copies an item from the journal to the desk, with why. `None` where the journal has it no more,
    /// which only damage explains; that is counted there.
    pub(super) async fn row(
        &self,
        item: &SentItem,
        error: &Error,
        state: ItemState,
        started: Timestamp,
    ) -> Result<Option<(ItemRow, ItemAttempt)>, StreamError> {
        let now = self.clock.now();
        if state == ItemState::Dead {
            tracing::warn!(integration = %self.name, event.position = %item.position, error = %error,
                error.kind = error.kind().label(), "An event is given up and kept as a dead letter");
        }
        let Some((source, event)) = self.event(item.position)? else { return Ok(None) };
        let wait = self.retry.wait(1, self.random.next()).unwrap_or_default();
        let attempt = attempt(&event, error, started, now);
        let row = ItemRow {
            stream: self.name.to_string(),
            position: item.position.to_string(),
            state,
            source,
            event_time: item.time,
            event,
            attempts: 1,
            next_at: now.saturating_add(wait),
            created_at: now,
            reason: error.to_string(),
            answer: error.answer().map(str::to_owned),
            settled_at: (state == ItemState::Dead).then_some(now),
            amendment: None,
        };
        Ok(Some((row, attempt)))
    }

    fn event(&self, position: EventPosition) -> Result<Option<(String, Vec<u8>)>, StreamError> {
        let Some(chunk) = self.journal.chunk(position.position)? else { return Ok(None) };
        let mut decoder = ChunkDecoder::new()?;
        let events = decoder.events(&chunk)?;
        let source = chunk.record(position.index).map(|record| record.integration.to_owned());
        Ok(source.zip(events.get(position.index).map(<[u8]>::to_vec)))
    }
}

/// What is kept of a try that failed.
fn attempt(event: &[u8], error: &Error, started_at: Timestamp, ended_at: Timestamp) -> ItemAttempt {
    ItemAttempt {
        started_at,
        ended_at,
        outcome: error.kind().label(),
        message: error.to_string(),
        request: format!("event of {} bytes", event.len()),
    }
}
