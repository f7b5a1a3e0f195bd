//! How many dead letters an integration may have: at the bound it is parked rather than giving up more.

use signalbox_store::desk::{Desk, DeskError};

/// The most dead letters of one integration. What is on its way when the bound is reached may still
/// add to it, so it may be passed by as many as are tried at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadLetterBound(pub u64);

impl Default for DeadLetterBound {
    /// 100,000: some hundred megabytes on the desk, and more than a person will read.
    fn default() -> Self {
        Self(100_000)
    }
}

impl DeadLetterBound {
    /// Returns whether `integration` may have so many more.
    pub(crate) async fn has_room(
        self,
        desk: &Desk,
        integration: &str,
        more: u64,
    ) -> Result<bool, DeskError> {
        let integration = integration.to_owned();
        let dead = desk.read(move |reader| reader.count_dead(&integration)).await?;
        Ok(dead.saturating_add(more) <= self.0)
    }

    /// Says why an integration is parked.
    pub(crate) fn reason(self) -> String {
        format!(
            "it has {} dead letters, the most that are kept; see `signalbox dlq list`, then replay or \
             discard some",
            self.0
        )
    }
}
