//! Sources that are asked: vendors' APIs that are read page by page.
//!
//! One call is one page. The line owns the loop, the pace, retries and the breaker; it stores a page's
//! checkpoint in the same write as its events, so that a crash between two pages neither loses nor
//! skips any. What a vendor repeats beyond its overlap, the source drops itself by what it keeps in its
//! checkpoint, or leaves to event ids.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use signalbox_model::{Error, ErrorKind};

use super::{CheckReport, RawEvent};

/// One thing that is polled. An integration may poll several, each with a checkpoint of its own.
#[async_trait]
pub trait Source: Send + Sync {
    /// Names what is polled among the integration's, such as `alerts`. It is part of the checkpoint's
    /// key and never changes.
    fn name(&self) -> &'static str;

    /// Says how long the line waits after the last page before it asks again.
    fn interval(&self) -> Duration;

    /// Says how long one exchange with the product may take at most; a page may be several of them.
    fn timeout(&self) -> Duration {
        Duration::from_secs(10)
    }

    /// Reads one page: what is new since `since`, or the beginning that the configuration names.
    ///
    /// # Errors
    /// Those of the call. Nothing moved: the same page is asked for again.
    async fn poll(&self, since: Option<&Checkpoint>) -> Result<Page, Error>;

    /// Learns that everything up to `checkpoint` is durable: queues delete here. Called again after a
    /// crash at most for what was polled again.
    ///
    /// # Errors
    /// Those of the call; the vendor will repeat what it still has.
    async fn confirm(&self, _checkpoint: &Checkpoint) -> Result<(), Error> {
        Ok(())
    }

    /// Proves reachability, credentials and permission with one harmless call.
    async fn check(&self) -> CheckReport;
}

/// What one call brought.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its raw events, in the vendor's order.
    pub events: Vec<RawEvent>,
    /// Where the next call goes on.
    pub checkpoint: Checkpoint,
    /// Whether the next page is asked for at once.
    pub has_more: bool,
}

/// How far a source has read: JSON that only the source understands, at most
/// [`BYTES_MAX`](Self::BYTES_MAX) long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint(Bytes);

impl Checkpoint {
    /// What the journal stores as one text.
    pub const BYTES_MAX: usize = 60 * 1024;

    /// Creates a checkpoint that says `state`.
    ///
    /// # Errors
    /// `Bug` where it is longer than [`BYTES_MAX`](Self::BYTES_MAX) or not JSON.
    pub fn of<T: Serialize>(state: &T) -> Result<Self, Error> {
        let bug = |what| Error::new(ErrorKind::Bug, "keep the source's checkpoint", what);
        let json = serde_json::to_vec(state).map_err(|error| bug(error.to_string()))?;
        if json.len() > Self::BYTES_MAX {
            return Err(bug(format!("{} bytes are more than {}", json.len(), Self::BYTES_MAX)));
        }
        Ok(Self(json.into()))
    }

    /// Returns the state; `None` where another version of the connector wrote it and it does not read.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.0).ok()
    }

    /// Returns the checkpoint as stored.
    pub fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Takes a checkpoint as it was stored.
    pub fn stored(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }
}
