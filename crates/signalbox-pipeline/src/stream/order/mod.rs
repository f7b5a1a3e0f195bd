//! What a stream is told to do between two batches: by a person, or because it holds too much.

mod bury;
mod replay;
mod skip;

use super::{Courier, StreamError};
use crate::deliver::StreamOrder;

pub(crate) use replay::range_behind;

impl Courier {
    /// Carries an order out. Whoever gave it may have gone; what was done stays done.
    pub(super) async fn obey(&self, order: StreamOrder) -> Result<(), StreamError> {
        match order {
            StreamOrder::Skip(done) => {
                let skipped = self.skip().await;
                done.send(skipped.map_err(|error| error.to_string())).ok();
            }
            StreamOrder::Bury { age, bytes } => self.bury(age, bytes).await?,
            StreamOrder::Replay(since, done) => {
                let replayed = self.replay(since).await;
                done.send(replayed.map_err(|error| error.to_string())).ok();
            }
        }
        Ok(())
    }
}
