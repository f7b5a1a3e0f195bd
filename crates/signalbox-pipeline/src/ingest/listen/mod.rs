//! Listening sources: sockets of our own, and what is read from them.
//!
//! A connection is served strictly in turn: read, decode, commit, acknowledge, read on. So a sender is
//! read from only while the commit has room, and TCP carries the back-pressure to it. For datagrams the
//! kernel's queue is the buffer, and what it drops is counted.
//!
//! A socket outlives reloads. What is swapped is its [`SocketHandler`]; connections of an integration that
//! has changed end after what they have in hand, so that new rules for senders hold for everybody.

mod connection;
mod counts;
mod drops;
mod exchange;
mod handler;
mod names;
mod repeats;
mod socket;
mod tcp;
mod tls;
mod udp;

use std::sync::Arc;
use std::time::Duration;

use signalbox_sdk::role::{Bind, Listener, RawEvent};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::SourceLine;
use crate::commit::NotCommitted;

pub use counts::{SocketCounts, SocketTotals};
pub use handler::{CurrentHandler, SocketHandler};
pub use socket::{BoundSocket, SocketError, SocketKind, remedy};

/// A listening source with the line behind it.
#[derive(Clone)]
pub struct ListenerIngest {
    listener: Arc<dyn Listener>,
    line: Arc<SourceLine>,
    counts: Arc<SocketCounts>,
    room: Arc<Semaphore>,
}

/// Frames that are committed together, at most.
const FRAMES_MAX: usize = 1000;

/// What the batches of one integration take of the committer's buffer at the same time, by estimate: less
/// than it has, so that connections wait for each other here, first come first served, and not by trying.
const ROOM_KIB: u32 = 6 << 10;

/// What a frame becomes in the buffer, beside twice its bytes: roughly the JSON of its event.
const FRAME_COST_BYTES: usize = 1 << 10;

/// How often it is looked whether a disabled source is enabled again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long what is told to end waits for what has arrived by then: the runtime hears of it a little
/// later.
const LINGER: Duration = Duration::from_millis(100);

/// What is read at most after that.
const DRAIN_BYTES_MAX: usize = 4 << 20;

/// After an error of the system, such as no file descriptors, how long until the next try.
const PAUSE: Duration = Duration::from_millis(100);

impl ListenerIngest {
    /// Puts a listener in front of its line.
    pub fn new(
        listener: Arc<dyn Listener>,
        line: Arc<SourceLine>,
        counts: Arc<SocketCounts>,
    ) -> Self {
        let room = Arc::new(Semaphore::new(ROOM_KIB as usize));
        Self { listener, line, counts, room }
    }

    /// Returns the sockets it wants.
    pub fn bind(&self) -> Vec<Bind> {
        self.listener.bind()
    }

    /// Returns the integration's name.
    pub fn name(&self) -> &str {
        self.line.integration().as_str()
    }

    /// Returns what happened at its sockets.
    pub fn totals(&self) -> SocketTotals {
        self.counts.totals()
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.listener, &other.listener) && Arc::ptr_eq(&self.line, &other.line)
    }

    /// Waits until raw events are durable, for as long as it takes.
    ///
    /// # Errors
    /// The hub stops and the journal does not take them.
    async fn commit(&self, raw: &[RawEvent], stop: &CancellationToken) -> Result<(), NotCommitted> {
        // Never closed; and whoever has room gives it back when the hub stops.
        let _room = self.room.acquire_many(cost_kib(raw)).await;
        tokio::select! {
            () = self.enabled() => {}
            () = stop.cancelled() => {}
        }
        self.line.hold(raw, None, stop).await?;
        self.counts.take_frames(raw.len());
        Ok(())
    }

    /// Waits while an operator has the source disabled.
    async fn enabled(&self) {
        while !self.is_enabled() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn is_enabled(&self) -> bool {
        self.line.gate.is_enabled()
    }
}

fn cost_kib(raw: &[RawEvent]) -> u32 {
    let bytes: usize = raw.iter().map(|raw| 2 * raw.body.len() + FRAME_COST_BYTES).sum();
    u32::try_from(bytes >> 10).unwrap_or(ROOM_KIB).min(ROOM_KIB)
}
