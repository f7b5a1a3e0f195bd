//! Giving up what waited for longer, or is more, than a stream may hold: each as one dead letter.

use std::time::Duration;

use signalbox_store::desk::{RangeRow, Reader, Writer};

use super::super::held::{HeldEvents, behind_checkpoint, in_range};
use super::super::{Checkpoint, Courier, StreamError, pending};

impl Courier {
    /// Gives up what waits behind the checkpoint, and each range that is being sent, where it has waited for `age`
    /// or all of it together is `bytes` or more. It is looked again whether that is so: the order may be from
    /// before the stream drained.
    pub(super) async fn bury(&self, age: Duration, bytes: u64) -> Result<(), StreamError> {
        let name = self.name.to_string();
        let read =
            move |reader: &Reader<'_>| Ok((reader.checkpoint(&name)?, reader.ranges_of(&name)?));
        let (stored, ranges) = self.desk.read(read).await?;
        let Some(stored) = stored else { return Ok(()) };
        let journal = self.journal.as_ref();
        let behind = behind_checkpoint(journal, &stored)?;
        let mut sent = Vec::new();
        for range in ranges.iter().filter(|range| range.revived_at.is_some()) {
            sent.push((range.clone(), in_range(journal, range)?));
        }
        let total = behind.bytes + sent.iter().map(|(_, held)| held.bytes).sum::<u64>();
        let now = self.clock.now();
        let is_too_much = |held: &HeldEvents| {
            total >= bytes || held.oldest_at.is_some_and(|at| now.since(at) >= age)
        };
        for (range, _) in sent.into_iter().filter(|(_, held)| is_too_much(held)) {
            self.bury_again(range).await?;
        }
        if behind.oldest_at.is_some() && is_too_much(&behind) {
            self.bury_what_waits(Checkpoint::parse(&stored.position)?, &ranges).await?;
        }
        Ok(())
    }

    /// Gives up everything behind the checkpoint; the stream goes on at the head.
    async fn bury_what_waits(
        &self,
        checkpoint: Checkpoint,
        ranges: &[RangeRow],
    ) -> Result<(), StreamError> {
        let Some(head) = self.journal.head() else { return Ok(()) };
        let Some(head) = self.journal.chunk(head)? else { return Ok(()) };
        let events = pending(self.journal.as_ref(), self.name.as_str(), checkpoint, &head)?;
        let (first, last) = (checkpoint.to_string(), head.position().to_string());
        // A range of these bounds that was decided about anew: with the next event they are others.
        let is_taken = ranges.iter().any(|range| range.first == first && range.last == last);
        if events == 0 || is_taken {
            return Ok(());
        }
        let range = RangeRow {
            stream: self.name.to_string(),
            position: first.clone(),
            first,
            last,
            events,
            revived_at: None,
            anew: None,
        };
        let (reason, now) = (reason(events), self.clock.now());
        let bury = move |writer: &Writer<'_>| writer.bury_range(&range, &reason, now);
        self.desk.write("give a range up", bury).await?;
        self.tell_buried(events);
        Ok(())
    }

    /// Gives up what is left of a range that was being sent.
    async fn bury_again(&self, range: RangeRow) -> Result<(), StreamError> {
        let (events, now) = (range.events, self.clock.now());
        let reason = reason(events);
        let bury = move |writer: &Writer<'_>| writer.bury_range_again(&range, &reason, now);
        self.desk.write("give a range up again", bury).await?;
        self.tell_buried(events);
        Ok(())
    }

    fn tell_buried(&self, events: u64) {
        tracing::error!(integration = %self.name, events,
            "`{}` holds all that it may, what waits is one dead letter now; mend it, then `signalbox dlq replay`",
            self.name);
    }
}

fn reason(events: u64) -> String {
    format!("{events} events waited for as long, or were as many, as `hold` permits")
}
