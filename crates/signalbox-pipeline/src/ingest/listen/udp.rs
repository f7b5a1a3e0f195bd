//! Reading datagrams.
//!
//! The kernel's queue is the buffer: while the journal does not take a batch, nothing is read, and what
//! the kernel drops meanwhile is in the metrics.
//!
//! Nobody who sends datagrams waits for an answer, and a flood of them has no end. So while senders of other sources wait
//! for answers, a socket is read at a pace that leaves them the processors.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bytes::BytesMut;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{RawEvent, Transport};
use signalbox_store::journal::CHUNK_RECORDS_MAX;
use socket2::SockRef;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::drops::KernelSocket;
use super::{CurrentHandler, DRAIN_BYTES_MAX, LINGER, PAUSE, SocketHandler};

/// The largest datagram. Into less room the kernel would cut it without a word.
const DATAGRAM_BYTES_MAX: usize = 65_535;

/// What an empty datagram takes on the wire.
const HEADER_BYTES: usize = 28;

/// What is read before it is committed.
const BATCH_BYTES: usize = 1 << 20;

/// As many are committed at once: half a chunk.
const DATAGRAMS_MAX: usize = CHUNK_RECORDS_MAX / 2;

/// As many are read at once where answers are awaited, for a thread that has a processor keeps it for as long as it has
/// work.
const DATAGRAMS_MAX_AWAITED: usize = 64;

/// Answers are awaited where one was within this time.
const AWAITED: Duration = Duration::from_secs(1);

/// The pace then, in datagrams a second for each processor: about a fourth of what two take in that do nothing else.
const PACE_AWAITED: u32 = 5_000;

/// Reads until stopped or closed, and then what has arrived by then.
pub(super) async fn serve(
    socket: std::net::UdpSocket,
    current: CurrentHandler,
    stop: CancellationToken,
) {
    let mut handlers = current.subscribe();
    let socket = match UdpSocket::from_std(socket) {
        Ok(socket) => socket,
        Err(error) => {
            tracing::error!(%error, "Datagrams are not read; restart");
            return;
        }
    };
    let mut datagrams = Datagrams {
        kernel: KernelSocket::of(&socket),
        socket,
        arena: BytesMut::with_capacity(BATCH_BYTES + DATAGRAM_BYTES_MAX),
        batch: Vec::new(),
        processors: thread::available_parallelism().map_or(1, |count| count.get() as u32),
    };
    let mut last = None;
    loop {
        let Some(handler) = handlers.borrow_and_update().clone() else { break };
        let goes_on = datagrams.serve(&handler, &mut handlers, &stop).await;
        last = Some(handler);
        if !goes_on {
            break;
        }
    }
    if let Some(handler) = last {
        datagrams.drain(&handler, &stop).await;
    }
}

/// Returns whether senders of any source wait for answers at this time.
fn is_awaited(handler: &SocketHandler) -> bool {
    handler.ingest.line.intake.awaited_at().is_some_and(|at| at.elapsed() < AWAITED)
}

/// Returns how long so many datagrams take at least while answers are awaited.
fn time_for(count: usize, processors: u32) -> Duration {
    let pace = PACE_AWAITED.saturating_mul(processors);
    Duration::from_secs_f64(count as f64 / f64::from(pace))
}

/// What one look at the socket brought.
struct Read {
    bytes: usize,
    /// Whether the kernel may have more.
    is_more: bool,
}

struct Datagrams {
    kernel: Option<KernelSocket>,
    socket: UdpSocket,
    /// Where datagrams are read to. Its memory is used again once their batch is durable.
    arena: BytesMut,
    batch: Vec<RawEvent>,
    /// How many there are to share.
    processors: u32,
}

impl Datagrams {
    /// Reads for one handler until another one is in charge, or `false` when the hub stops.
    async fn serve(
        &mut self,
        handler: &SocketHandler,
        handlers: &mut watch::Receiver<Option<Arc<SocketHandler>>>,
        stop: &CancellationToken,
    ) -> bool {
        let _watched = handler.ingest.counts.watch_datagrams(self.kernel);
        self.fit_buffer(handler);
        let goes_on = loop {
            if !handler.ingest.is_enabled() {
                self.commit(handler, stop).await;
            }
            let first = async {
                let ready = self.socket.readable().await;
                handler.ingest.enabled().await;
                ready
            };
            let ready = tokio::select! {
                () = stop.cancelled() => break false,
                _ = handlers.changed() => break true,
                ready = first => ready,
            };
            self.take(ready, handler, stop).await;
        };
        // What of a flood was not committed yet.
        self.commit(handler, stop).await;
        goes_on
    }

    /// Takes what is there. While answers are awaited, what was read of a flood stays in the batch until that is full or
    /// the flood is over: each commit syncs, and those who await an answer would wait for the disk.
    async fn take(
        &mut self,
        ready: io::Result<()>,
        handler: &SocketHandler,
        stop: &CancellationToken,
    ) {
        let begun = Instant::now();
        let is_awaited = is_awaited(handler);
        let before = self.batch.len();
        let read = ready.and_then(|()| self.read(handler, is_awaited));
        let count = self.batch.len() - before;
        let may_grow = read.as_ref().is_ok_and(|read| read.is_more) && self.has_room();
        if !(is_awaited && may_grow) {
            self.commit(handler, stop).await;
        }
        if is_awaited {
            let pause = time_for(count, self.processors).saturating_sub(begun.elapsed());
            tokio::time::sleep(pause).await;
        }
        if let Err(error) = read {
            handler.tell(&error, "Datagrams could not be read");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Reads what is there, up to what is read at once.
    fn read(&mut self, handler: &SocketHandler, is_awaited: bool) -> io::Result<Read> {
        let received = handler.now();
        let mut bytes = 0;
        let datagrams_max = if is_awaited { DATAGRAMS_MAX_AWAITED } else { DATAGRAMS_MAX };
        for _ in 0..datagrams_max {
            if !self.has_room() {
                break;
            }
            match self.socket.try_recv_buf_from(&mut self.arena) {
                Ok((length, peer)) => {
                    bytes += length + HEADER_BYTES;
                    self.decode(handler, peer, received);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(Read { bytes, is_more: false });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Read { bytes, is_more: true })
    }

    /// Whether another datagram fits the batch.
    fn has_room(&self) -> bool {
        self.batch.len() < DATAGRAMS_MAX && self.arena.capacity() >= DATAGRAM_BYTES_MAX
    }

    fn decode(&mut self, handler: &SocketHandler, peer: SocketAddr, received: Timestamp) {
        let peer: IpAddr = peer.ip().to_canonical();
        if !handler.admits(peer) {
            handler.ingest.line.count_refused(1);
            return self.arena.clear();
        }
        let bytes = self.arena.split().freeze();
        let raw = handler.ingest.listener.datagram(handler.socket, peer, bytes, received);
        self.batch.extend(raw);
    }

    /// Waits until the batch is durable. One that the journal does not take before the hub stops is counted
    /// as refused.
    async fn commit(&mut self, handler: &SocketHandler, stop: &CancellationToken) {
        if !self.batch.is_empty() {
            // Who sent it cannot be told.
            handler.ingest.commit(&self.batch, stop).await.ok();
            self.batch.clear();
        }
        self.arena.reserve(BATCH_BYTES + DATAGRAM_BYTES_MAX);
    }

    /// Takes what has arrived before the end, within reason.
    async fn drain(&mut self, handler: &SocketHandler, stop: &CancellationToken) {
        let deadline = Instant::now() + LINGER;
        let mut drained = 0;
        while drained < DRAIN_BYTES_MAX && handler.ingest.is_enabled() {
            if tokio::time::timeout_at(deadline, self.socket.readable()).await.is_err() {
                return;
            }
            let read = self.read(handler, false);
            self.commit(handler, stop).await;
            match read {
                Ok(read) => drained += read.bytes,
                Err(_) => return,
            }
        }
    }

    /// Asks the kernel for the buffer that is configured, which a reload may have changed.
    fn fit_buffer(&self, handler: &SocketHandler) {
        let Transport::Udp { receive_buffer_bytes: wanted } = handler.bind.transport else {
            return;
        };
        let socket = SockRef::from(&self.socket);
        let granted = socket.set_recv_buffer_size(wanted).and_then(|()| socket.recv_buffer_size());
        let (integration, address) = (handler.integration(), handler.bind.address);
        match granted {
            // Linux doubles what it is asked for, for its own needs, and says the double.
            Ok(granted) if granted / 2 >= wanted => {}
            Ok(granted) => tracing::warn!(integration, %address, wanted, granted = granted / 2,
                "The system grants `{address}` a smaller receive buffer than configured; raise `net.core.rmem_max`"),
            Err(error) => tracing::warn!(integration, %address, %error,
                "The receive buffer of `{address}` stays as it is"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_processors_take_in_ten_thousand_datagrams_a_second_where_answers_are_awaited() {
        assert_eq!(time_for(10_000, 2), Duration::from_secs(1));
        assert_eq!(time_for(DATAGRAMS_MAX_AWAITED, 2), Duration::from_micros(6_400));
        assert_eq!(time_for(0, 2), Duration::ZERO);
    }
}
