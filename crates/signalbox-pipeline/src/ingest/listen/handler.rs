//! Who answers at a socket, and its exchange for another while the socket stays.

use std::net::IpAddr;
use std::sync::Arc;

use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{Bind, Transport};
use signalbox_sdk::tls::TlsFileError;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use super::counts::RefusalReason;
use super::repeats::Repeats;
use super::tls::TlsEntrance;
use super::{ListenerIngest, SocketKind};

/// What answers at one of an integration's sockets.
pub struct SocketHandler {
    pub(super) ingest: ListenerIngest,
    pub(super) socket: usize,
    pub(super) bind: Bind,
    pub(super) tls: Option<TlsEntrance>,
    pub(super) connections: Arc<Connections>,
    pub(super) repeats: Repeats,
}

/// The connections of one handler, and of those that followed it without a change.
pub(super) struct Connections {
    /// Room for further ones.
    pub(super) room: Arc<Semaphore>,
    /// Tells them to end.
    pub(super) ended: CancellationToken,
}

/// The handler in charge of a socket. Cloning shares it.
#[derive(Clone)]
pub struct CurrentHandler(Arc<watch::Sender<Option<Arc<SocketHandler>>>>);

impl SocketHandler {
    /// Makes the handlers of an integration's sockets, in their order, and reads their certificates.
    ///
    /// # Errors
    /// Where a file of TLS is of no use.
    pub fn all_of(ingest: &ListenerIngest) -> Result<Vec<Self>, TlsFileError> {
        let binds = ingest.bind().into_iter().enumerate();
        binds.map(|(socket, bind)| Self::new(ingest.clone(), socket, bind)).collect()
    }

    fn new(ingest: ListenerIngest, socket: usize, bind: Bind) -> Result<Self, TlsFileError> {
        let tls = match &bind.transport {
            Transport::Tcp(Some(server)) => Some(TlsEntrance::read(server)?),
            Transport::Tcp(None) | Transport::Udp { .. } => None,
        };
        let room = Arc::new(Semaphore::new(bind.connections_max.min(Semaphore::MAX_PERMITS)));
        let connections = Arc::new(Connections { room, ended: CancellationToken::new() });
        Ok(Self { ingest, socket, bind, tls, connections, repeats: Repeats::default() })
    }

    /// Returns the socket it answers at.
    pub fn bind(&self) -> &Bind {
        &self.bind
    }

    /// Returns what its socket is to the kernel.
    pub fn kind(&self) -> SocketKind {
        SocketKind::of(&self.bind.transport)
    }

    /// Returns the integration's name.
    pub fn integration(&self) -> &str {
        self.ingest.name()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.ingest.line.clock.now()
    }

    /// Returns whether a sender's network may send; one that may not is counted and told.
    pub(super) fn admits(&self, peer: IpAddr) -> bool {
        let allow = &self.bind.allow;
        if allow.is_empty() || allow.iter().any(|network| network.contains(&peer)) {
            return true;
        }
        self.ingest.counts.refuse(RefusalReason::Network);
        if let Some(repeats) = self.repeats.say(Some(peer)) {
            tracing::warn!(integration = self.integration(), %peer, repeats,
                "`{peer}` sends to `{}` and is in none of the networks under `allow`", self.integration());
        }
        false
    }

    /// Tells an error of the system, which passes.
    pub(super) fn tell(&self, error: &std::io::Error, what: &str) {
        if let Some(repeats) = self.repeats.say(None) {
            tracing::warn!(integration = self.integration(), address = %self.bind.address, %error, repeats,
                "{what} at `{}`, trying on", self.bind.address);
        }
    }

    /// Goes on with the connections of the handler before where nothing has changed; ends them otherwise.
    fn follow(&mut self, former: &Self) {
        let is_same = self.ingest.is_same(&former.ingest) && self.bind == former.bind;
        if is_same && self.socket == former.socket {
            self.connections = Arc::clone(&former.connections);
        } else {
            former.connections.ended.cancel();
        }
    }
}

impl CurrentHandler {
    /// Puts the first handler of a socket in charge.
    pub fn new(handler: SocketHandler) -> Self {
        Self(Arc::new(watch::Sender::new(Some(Arc::new(handler)))))
    }

    /// Puts another handler in charge. Where integration and socket are the same objects as before, open
    /// connections go on, and only new ones see the certificates that were read anew. Otherwise the open
    /// ones end after what they have in hand is committed and acknowledged.
    pub fn replace(&self, mut handler: SocketHandler) {
        self.0.send_modify(|current| {
            if let Some(former) = current {
                handler.follow(former);
            }
            *current = Some(Arc::new(handler));
        });
    }

    /// Has the socket closed, after what its connections have in hand.
    pub fn close(&self) {
        if let Some(former) = self.0.send_replace(None) {
            former.connections.ended.cancel();
        }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Option<Arc<SocketHandler>>> {
        self.0.subscribe()
    }
}
