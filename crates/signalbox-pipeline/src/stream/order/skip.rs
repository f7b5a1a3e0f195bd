//! Passing by what waits for a stream.

use signalbox_store::desk::{StreamProgress, Writer};

use super::super::{Checkpoint, Courier, StreamError, pending};

impl Courier {
    /// Passes by everything that waits, ranges that are being sent included: it counts as suppressed, and the
    /// stream goes on at the head. Dead letters stay.
    pub(super) async fn skip(&self) -> Result<(), StreamError> {
        let Some(head) = self.journal.head() else { return Ok(()) };
        let Some(head) = self.journal.chunk(head)? else { return Ok(()) };
        let name = self.name.to_string();
        let checkpoint = self.stored_checkpoint().await?;
        let suppressed = pending(self.journal.as_ref(), &name, checkpoint, &head)?;
        let position = Checkpoint::Chunk(head.position()).to_string();
        let skip = move |writer: &Writer<'_>| {
            let progress = StreamProgress { suppressed, ..StreamProgress::default() };
            writer.move_checkpoint(&name, &position, progress)?;
            Ok(writer.skip_items(&name)? + writer.skip_ranges(&name)?)
        };
        let aside = self.desk.write("skip what waits", skip).await?;
        tracing::info!(integration = %self.name, events = suppressed + aside,
            "What waited for `{}` is skipped", self.name);
        Ok(())
    }
}
