//! Sending once more what was committed since a time, as it was decided then.

use std::sync::Arc;

use signalbox_model::time::Timestamp;
use signalbox_store::desk::{DeadLetterId, RangeRow, Writer};
use signalbox_store::disk_work;
use signalbox_store::journal::{EventPosition, Journal, JournalError, Position};

use super::super::{Checkpoint, Courier, StreamError, pending};
use crate::deliver::Replayed;

impl Courier {
    /// Goes back to what was committed since a time: its pairs are accepted once more. What had been set
    /// aside of it is sent from the journal like the rest.
    pub(super) async fn replay(&self, since: Timestamp) -> Result<Replayed, StreamError> {
        loop {
            let checkpoint = self.stored_checkpoint().await?;
            let journal = Arc::clone(&self.journal);
            let before = disk_work::spawn(move || journal.before(since.as_millis())).await;
            let Ok(before) = before else { return Ok(NOTHING) };
            let before = before?;
            if before >= checkpoint.position() {
                return Ok(NOTHING);
            }
            if let Some(replayed) = self.go_back(since, before, checkpoint).await? {
                tracing::info!(integration = %self.name, events = replayed.pairs,
                    "What was sent to `{}` since {since} is sent again", self.name);
                return Ok(replayed);
            }
        }
    }

    /// Moves the checkpoint back; `None` where the journal gave up what is behind the place meanwhile.
    ///
    /// Housekeeping lets go in transactions of the desk as well, by the checkpoints that it finds there: so
    /// what is behind the place is kept from this transaction on.
    async fn go_back(
        &self,
        since: Timestamp,
        before: Option<Position>,
        checkpoint: Checkpoint,
    ) -> Result<Option<Replayed>, StreamError> {
        let (journal, stream) = (Arc::clone(&self.journal), self.name.to_string());
        let now = self.clock.now();
        let change = move |writer: &Writer<'_>| {
            if let Some(range) = range_behind(writer.ranges_of(&stream)?, before) {
                return Ok(Err(StreamError::Range(range)));
            }
            journal.keep(before);
            let settled = settled_since(journal.as_ref(), &stream, (since, before), checkpoint);
            let Ok(Some(mut replayed)) = settled else {
                return Ok(settled.map(|_| None).map_err(StreamError::from));
            };
            let aside = writer.forget_items(&stream, |position| is_behind(position, before))?;
            replayed.pairs = replayed.pairs.saturating_sub(aside);
            let position = back(before).to_string();
            writer.move_checkpoint_back(&stream, &position, replayed.pairs, now)?;
            Ok(Ok(Some(replayed)))
        };
        self.desk.write("replay a stream", change).await?
    }
}

/// Counts the pairs between the place and the checkpoint; `None` where the journal does not reach back to
/// the place any more.
fn settled_since(
    journal: &dyn Journal,
    stream: &str,
    (since, before): (Timestamp, Option<Position>),
    checkpoint: Checkpoint,
) -> Result<Option<Replayed>, JournalError> {
    let head = journal.head().map(|head| journal.chunk(head)).transpose()?.flatten();
    let Some(head) = head else { return Ok(Some(NOTHING)) };
    if journal.before(since.as_millis())? != before {
        return Ok(None);
    }
    let waits_then = pending(journal, stream, back(before), &head)?;
    let waits_now = pending(journal, stream, checkpoint, &head)?;
    let first = journal.read(before, 1)?;
    let from = first.first().map(|chunk| Timestamp::from_millis(chunk.committed_at_ms()));
    let is_cut = before.is_some_and(|before| Some(before) < journal.tail());
    Ok(Some(Replayed { pairs: waits_then.saturating_sub(waits_now), from, is_cut }))
}

/// Returns the first of these ranges that ends behind a place: its events would be sent twice, and counted twice.
pub(crate) fn range_behind(
    ranges: Vec<RangeRow>,
    before: Option<Position>,
) -> Option<DeadLetterId> {
    let ends_behind = |range: &RangeRow| {
        Checkpoint::parse(&range.last).is_ok_and(|last| last.position() > before)
    };
    let RangeRow { stream, first, last, .. } = ranges.into_iter().find(ends_behind)?;
    Some(DeadLetterId::Range { stream, first, last })
}

fn back(before: Option<Position>) -> Checkpoint {
    before.map_or(Checkpoint::Start, Checkpoint::Chunk)
}

const NOTHING: Replayed = Replayed { pairs: 0, from: None, is_cut: false };

/// Returns whether an item's event is behind a place. One that names no place is left as it is.
fn is_behind(position: &str, before: Option<Position>) -> bool {
    let Ok(event) = position.parse::<EventPosition>() else { return false };
    Some(event.position) > before
}
