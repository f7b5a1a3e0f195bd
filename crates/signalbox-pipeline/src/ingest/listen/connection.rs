//! One connection: set up, let in, and then served.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use signalbox_sdk::role::Conversation;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::SocketHandler;
use super::exchange::Exchange;
use super::tls::{Refused, TlsEntrance};

/// A sender that has said nothing for this long is asked by the system whether it is still there. Idle
/// connections of devices are normal, so there is no other limit.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(300);

/// How far apart the system asks after that; it gives up after a handful.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(30);

/// One sender's connection.
pub(super) struct Connection {
    pub(super) handler: Arc<SocketHandler>,
    pub(super) peer: SocketAddr,
    pub(super) stop: CancellationToken,
}

impl Connection {
    /// Serves the connection to its end.
    pub(super) async fn serve(self, socket: TcpStream) {
        let _open = self.handler.ingest.counts.open_connection();
        // Without them it works too, only slower, or longer for a sender that is gone.
        socket.set_nodelay(true).ok();
        let keepalive =
            TcpKeepalive::new().with_time(KEEPALIVE_AFTER).with_interval(KEEPALIVE_EVERY);
        SockRef::from(&socket).set_tcp_keepalive(&keepalive).ok();
        match &self.handler.tls {
            None => Exchange::new(socket, self).run().await,
            Some(tls) => {
                if let Some(stream) = self.enter(tls, socket).await {
                    Exchange::new(stream, self).run().await;
                }
            }
        }
    }

    /// Says what the connector makes of this sender.
    pub(super) fn converse(&self) -> Box<dyn Conversation> {
        self.handler.ingest.listener.open(self.handler.socket, self.peer)
    }

    /// Waits until the connection is told to end: the hub stops, or the integration has changed.
    pub(super) async fn ended(&self) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.handler.connections.ended.cancelled() => {}
        }
    }

    pub(super) fn is_ended(&self) -> bool {
        self.stop.is_cancelled() || self.handler.connections.ended.is_cancelled()
    }

    async fn enter(&self, tls: &TlsEntrance, socket: TcpStream) -> Option<TlsStream<TcpStream>> {
        let entered = tokio::select! {
            () = self.ended() => return None,
            entered = tls.admit(socket) => entered,
        };
        entered.map_err(|refused| self.refuse(&refused)).ok()
    }

    fn refuse(&self, refused: &Refused) {
        let (handler, peer) = (&self.handler, self.peer.ip());
        let integration = handler.integration();
        if let Refused::Left = refused {
            tracing::debug!(integration, %peer, "A client hung up during the TLS handshake");
            return;
        }
        handler.ingest.counts.refuse(refused.reason());
        let Some(repeats) = handler.repeats.say(Some(peer)) else { return };
        let error = match refused {
            Refused::Failed(error) => Some(tracing::field::display(error)),
            _ => None,
        };
        tracing::warn!(integration, %peer, error, repeats,
            "`{peer}` cannot send to `{integration}`: {refused}");
    }
}
