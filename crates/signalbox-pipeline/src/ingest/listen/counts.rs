//! What happened at the sockets of one integration, for metrics: counted as it happens, read when
//! somebody asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use serde::Serialize;

use super::drops::KernelSocket;

/// The counters of one integration's sockets; a reload keeps them.
#[derive(Debug, Default)]
pub struct SocketCounts {
    connections_open: AtomicU64,
    refused: [AtomicU64; REASONS],
    protocols_broken: AtomicU64,
    frames: AtomicU64,
    /// By sockets that are closed.
    datagrams_dropped: AtomicU64,
    /// Open sockets for datagrams, with what they had dropped when they became this integration's.
    datagram_sockets: Mutex<Vec<(KernelSocket, u64)>>,
}

/// Why a sender was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalReason {
    /// Its address is in none of the permitted networks.
    Network,
    /// It did not get through the TLS handshake.
    Handshake,
    /// Its certificate has none of the permitted names.
    Name,
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SocketTotals {
    /// Connections that are open.
    pub connections_open: u64,
    /// Connections and datagrams from networks that may not send.
    pub refused_network: u64,
    /// Connections that did not get through the TLS handshake.
    pub refused_handshake: u64,
    /// Connections whose certificate has none of the permitted names.
    pub refused_name: u64,
    /// Connections closed because the sender broke the protocol.
    pub protocols_broken: u64,
    /// Frames and datagrams that are durable.
    pub frames: u64,
    /// Datagrams that the kernel dropped because they were not read in time.
    pub datagrams_dropped: u64,
}

/// How many reasons there are.
const REASONS: usize = 3;

impl SocketCounts {
    /// Returns the counters as they are now.
    pub fn totals(&self) -> SocketTotals {
        let [network, handshake, name] = &self.refused;
        let open: u64 =
            self.datagram_sockets.lock().iter().map(|(s, base)| dropped(*s, *base)).sum();
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SocketTotals {
            connections_open: read(&self.connections_open),
            refused_network: read(network),
            refused_handshake: read(handshake),
            refused_name: read(name),
            protocols_broken: read(&self.protocols_broken),
            frames: read(&self.frames),
            datagrams_dropped: read(&self.datagrams_dropped) + open,
        }
    }

    pub(super) fn refuse(&self, reason: RefusalReason) {
        let [network, handshake, name] = &self.refused;
        let counter = match reason {
            RefusalReason::Network => network,
            RefusalReason::Handshake => handshake,
            RefusalReason::Name => name,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn break_protocol(&self) {
        self.protocols_broken.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn take_frames(&self, frames: usize) {
        self.frames.fetch_add(frames as u64, Ordering::Relaxed);
    }

    /// Counts a connection as open until the result is dropped.
    pub(super) fn open_connection(self: &Arc<Self>) -> OpenConnection {
        self.connections_open.fetch_add(1, Ordering::Relaxed);
        OpenConnection(Arc::clone(self))
    }

    /// Counts what the kernel drops at a socket until the result is dropped.
    pub(super) fn watch_datagrams(self: &Arc<Self>, socket: Option<KernelSocket>) -> Watched {
        if let Some(socket) = socket {
            let base = dropped(socket, 0);
            self.datagram_sockets.lock().push((socket, base));
        }
        Watched { counts: Arc::clone(self), socket }
    }
}

fn dropped(socket: KernelSocket, base: u64) -> u64 {
    socket.dropped().unwrap_or(base).saturating_sub(base)
}

/// A connection while it is open.
pub(super) struct OpenConnection(Arc<SocketCounts>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.connections_open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A socket for datagrams while it is this integration's.
pub(super) struct Watched {
    counts: Arc<SocketCounts>,
    socket: Option<KernelSocket>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut sockets = self.counts.datagram_sockets.lock();
        let ours = sockets.iter().position(|(socket, _)| Some(*socket) == self.socket);
        if let Some((socket, base)) = ours.map(|ours| sockets.swap_remove(ours)) {
            self.counts.datagrams_dropped.fetch_add(dropped(socket, base), Ordering::Relaxed);
        }
    }
}
