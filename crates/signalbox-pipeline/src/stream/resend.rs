//! Sending ranges: what was given up at once and is sent again, and what was decided about anew.
//!
//! Their events stay in the journal, where the range points. They go between the stream's own batches, so neither waits
//! for the other; they are later than their time, and in order within the range. A range may be discarded or skipped
//! meanwhile: then its row is gone, and what is on its way settles nothing.

use std::sync::Arc;

use signalbox_store::desk::{DecidedAnew, RangeRow, StreamProgress, Writer};
use tokio_util::sync::CancellationToken;

use super::batch::{Outgoing, Passed};
use super::cursor::{Anew, Cursor};
use super::{Checkpoint, Courier, StreamError};
use crate::deliver::ParkCause;
use crate::follow::hex;
use crate::reevaluate::{SecondLook, StreamAnew, connectors};

/// A range that is being sent again, and where in it.
pub(super) struct Resent {
    range: RangeRow,
    cursor: Cursor,
}

impl Resent {
    /// Whether it is this range; one that was given up and revived since is another.
    fn is_of(&self, range: &RangeRow) -> bool {
        let bounds = |range: &RangeRow| (range.first.clone(), range.last.clone(), range.revived_at);
        bounds(&self.range) == bounds(range)
    }
}

impl Courier {
    /// Sends the next batch of a range that is sent again, or looks for it. Says whether there was something to do.
    pub(super) async fn resend(
        &self,
        resent: &mut Option<Resent>,
        is_probe: bool,
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        let Some(Resent { range, cursor }) = self.resent(resent).await? else { return Ok(false) };
        let has_read = cursor.read_on(&self.journal, self.destination.as_ref()).await?;
        let Some(mut outgoing) = cursor.take() else {
            let range = range.clone();
            let mut is_there = has_read;
            if let Some((position, passed)) = cursor.take_idle() {
                is_there = self.pass_in_range(range, position, passed).await?;
            } else if !has_read {
                self.desk.write("end a range", move |writer| writer.end_range(&range)).await?;
            }
            if !is_there {
                *resent = None;
            }
            return Ok(true);
        };
        if !self.send(&mut outgoing, is_probe, stop).await? {
            cursor.put_back(outgoing);
            return Ok(true);
        }
        if !self.has_room(outgoing.dead()).await? {
            cursor.put_back(outgoing);
            self.park(ParkCause::DeadLetters, &self.dead_letters.reason()).await?;
            return Ok(true);
        }
        if !self.settle_range(range.clone(), &outgoing).await? {
            *resent = None;
        }
        Ok(true)
    }

    /// Returns the range that is sent next, from where it is in it: the one at hand, unless a person ended that.
    async fn resent<'a>(
        &self,
        resent: &'a mut Option<Resent>,
    ) -> Result<Option<&'a mut Resent>, StreamError> {
        let name = self.name.to_string();
        let found = self.desk.read(move |reader| reader.pending_range(&name)).await?;
        let Some(range) = found else {
            *resent = None;
            return Ok(None);
        };
        if resent.as_ref().is_none_or(|resent| !resent.is_of(&range)) {
            let cursor = self.open_range(&range).await?;
            *resent = Some(Resent { range, cursor });
        }
        Ok(resent.as_mut())
    }

    async fn open_range(&self, range: &RangeRow) -> Result<Cursor, StreamError> {
        let checkpoint = Checkpoint::parse(&range.position)?;
        let last = Checkpoint::parse(&range.last)?.position();
        let cursor = Cursor::new(self.name.clone(), checkpoint, last)?;
        Ok(match &range.anew {
            Some(anew) => cursor.deciding(self.anew(range, anew).await?),
            None => cursor,
        })
    }

    /// Returns what decides about the events of a range anew: the rules in force, which need not be those that
    /// counted them.
    async fn anew(&self, range: &RangeRow, anew: &DecidedAnew) -> Result<Anew, StreamError> {
        let passed = Checkpoint::parse(&anew.passed)?;
        if !anew.rules.is_empty() && anew.rules != hex(&self.rules.names().hash) {
            let range = range.clone();
            let change = move |writer: &Writer<'_>| writer.change_rules_of_range(&range);
            self.desk.write("change the rules of a range", change).await?;
        }
        let connectors = self.desk.read(connectors).await?;
        Ok(Anew {
            look: SecondLook::new(Arc::clone(&self.rules), connectors),
            stream: StreamAnew::new(&self.rules, &self.name, passed),
        })
    }

    /// Moves on in a range past what holds nothing to send, so that a restart does not look at it again and the journal
    /// need not keep it. Says whether the range is still there.
    async fn pass_in_range(
        &self,
        range: RangeRow,
        position: Checkpoint,
        Passed { suppressed, lost }: Passed,
    ) -> Result<bool, StreamError> {
        let progress = StreamProgress { suppressed, lost, ..StreamProgress::default() };
        let change = move |writer: &Writer<'_>| {
            writer.move_range(&range, &position.to_string(), suppressed + lost, progress)
        };
        Ok(self.desk.write("move on in a range", change).await?)
    }

    /// Moves on in a range. Says whether it is still there.
    async fn settle_range(
        &self,
        range: RangeRow,
        outgoing: &Outgoing,
    ) -> Result<bool, StreamError> {
        let (rows, progress) = self.fates(outgoing).await?;
        let parked = rows.len() as u64 - progress.dead;
        let StreamProgress { delivered, dead, suppressed, lost } = progress;
        let settled = delivered + dead + suppressed + lost + parked;
        let position = outgoing.end.to_string();
        let change = move |writer: &Writer<'_>| {
            if !writer.move_range(&range, &position, settled, progress)? {
                return Ok(false);
            }
            for (row, attempt) in &rows {
                writer.put_item(row)?;
                writer.note_item_attempt(&row.stream, &row.position, attempt)?;
            }
            Ok(true)
        };
        Ok(self.desk.write_outcome("move on in a range", change).await?)
    }
}
