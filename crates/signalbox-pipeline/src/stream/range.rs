//! Ranges: what waited for longer than the stream may hold is given up as one dead letter, and sent again as a whole.
//!
//! Its events stay in the journal, where the range points. What is sent again goes between the stream's own batches, so
//! neither waits for the other; it is later than its time, and in order within itself.

use signalbox_store::desk::{RangeRow, StreamProgress, Writer};
use tokio_util::sync::CancellationToken;

use super::batch::Outgoing;
use super::cursor::{Checkpoint, Cursor, pending};
use super::{Courier, StreamError};
use crate::deliver::ParkCause;

/// A range that is being sent again, and where in it.
pub(super) struct Resent {
    range: RangeRow,
    cursor: Cursor,
}

impl Courier {
    /// Gives up everything that waits, as one dead letter; the stream goes on at the head.
    pub(super) async fn bury(&self) -> Result<(), StreamError> {
        let Some(head) = self.journal.head() else { return Ok(()) };
        let Some(head) = self.journal.chunk(head)? else { return Ok(()) };
        let checkpoint = self.stored_checkpoint().await?;
        let events = pending(self.journal.as_ref(), self.name.as_str(), checkpoint, &head)?;
        if events == 0 {
            return Ok(());
        }
        let (first, last) = (checkpoint.to_string(), head.position().to_string());
        let range = RangeRow {
            stream: self.name.to_string(),
            position: first.clone(),
            first,
            last,
            events,
        };
        let reason =
            format!("{events} events waited for as long, or were as many, as `hold` permits");
        let now = self.clock.now();
        let bury = move |writer: &Writer<'_>| writer.bury_range(&range, &reason, now);
        self.desk.write("give a range up", bury).await?;
        tracing::error!(integration = %self.name, events,
            "`{}` holds all that it may, what waits is one dead letter now; mend it, then `signalbox dlq replay`",
            self.name);
        Ok(())
    }

    /// Sends the next batch of a range that is sent again. Says whether there was something to do.
    pub(super) async fn resend(
        &self,
        resent: &mut Option<Resent>,
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        let Some(Resent { range, cursor }) = self.resent(resent).await? else { return Ok(false) };
        let Some(mut outgoing) = cursor.next(&self.journal, self.destination.as_ref()).await?
        else {
            let suppressed = cursor.take_idle().map_or(0, |(_, passed)| passed.suppressed);
            let range = range.clone();
            *resent = None;
            let end = move |writer: &Writer<'_>| writer.end_range(&range, suppressed);
            self.desk.write("end a range", end).await?;
            return Ok(true);
        };
        if !self.send(&mut outgoing, false, stop).await? {
            cursor.put_back(outgoing);
            return Ok(true);
        }
        if !self.has_room(outgoing.dead()).await? {
            cursor.put_back(outgoing);
            self.park(ParkCause::DeadLetters, &self.dead_letters.reason()).await?;
            return Ok(true);
        }
        let range = range.clone();
        self.settle_range(range, &outgoing).await?;
        Ok(true)
    }

    async fn resent<'a>(
        &self,
        resent: &'a mut Option<Resent>,
    ) -> Result<Option<&'a mut Resent>, StreamError> {
        if resent.is_none() {
            let name = self.name.to_string();
            let found = self.desk.read(move |reader| reader.pending_range(&name)).await?;
            if let Some(range) = found {
                let checkpoint = Checkpoint::parse(&range.position)?;
                let last = Checkpoint::parse(&range.last)?.position();
                let cursor = Cursor::new(self.name.clone(), checkpoint, last)?;
                *resent = Some(Resent { range, cursor });
            }
        }
        Ok(resent.as_mut())
    }

    async fn settle_range(&self, range: RangeRow, outgoing: &Outgoing) -> Result<(), StreamError> {
        let (rows, progress) = self.fates(outgoing).await?;
        let parked = rows.len() as u64 - progress.dead;
        let StreamProgress { delivered, dead, suppressed, lost } = progress;
        let settled = delivered + dead + suppressed + lost + parked;
        let position = outgoing.end.to_string();
        let change = move |writer: &Writer<'_>| {
            for (row, attempt) in &rows {
                writer.put_item(row)?;
                writer.note_item_attempt(&row.stream, &row.position, attempt)?;
            }
            writer.move_range(&range, &position, settled, progress)
        };
        Ok(self.desk.write_outcome("move on in a range", change).await?)
    }
}
