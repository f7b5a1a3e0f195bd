//! Sources that are connected to: syslog over UDP, TCP, TLS and RELP.
//!
//! The line owns sockets, TLS, limits, pace and the commit. The connector turns bytes into frames, one
//! at a time and without copying them, and says in its protocol's words that they are durable. It does
//! no I/O and reads no clock.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use signalbox_model::time::Timestamp;

use super::{ListenTls, RawEvent};

/// A source that is connected to.
pub trait Listener: Send + Sync {
    /// Says which sockets to open.
    fn bind(&self) -> Vec<Bind>;

    /// Begins a conversation with a sender that connected to the socket of this index.
    fn open(&self, socket: usize, peer: SocketAddr) -> Box<dyn Conversation>;

    /// Reads a datagram that came to the socket of this index; `None` where nothing is in it.
    fn datagram(
        &self,
        socket: usize,
        peer: IpAddr,
        bytes: Bytes,
        received: Timestamp,
    ) -> Option<RawEvent>;
}

/// One connection's state: what of a frame was seen, what is still to be acknowledged.
pub trait Conversation: Send {
    /// Takes the next frame off `input`, or returns `None` and leaves what is incomplete. Whatever it
    /// takes besides, such as a protocol's own commands, is answered by
    /// [`acknowledge`](Self::acknowledge) in turn.
    ///
    /// # Errors
    /// The sender breaks the protocol: what came before is committed and acknowledged, then the
    /// connection is closed.
    fn next(
        &mut self,
        input: &mut BytesMut,
        received: Timestamp,
    ) -> Result<Option<RawEvent>, BrokenProtocol>;

    /// Takes what is left where the sender has closed its side: a last line without its end.
    fn finish(&mut self, input: &mut BytesMut, received: Timestamp) -> Option<RawEvent>;

    /// Writes the answers to everything taken so far, in order: all of it is durable. Protocols without
    /// an acknowledgement write nothing.
    fn acknowledge(&mut self, output: &mut Vec<u8>);

    /// Says how many bytes it may leave in the input: its largest frame with what stands before it. A sender
    /// that goes on after that breaks the protocol.
    fn input_bytes_max(&self) -> usize {
        256 << 10
    }

    /// Says whether the sender has ended the conversation: once the answers are out, the line closes.
    fn is_over(&self) -> bool {
        false
    }
}

/// Why a connection is closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BrokenProtocol(pub String);

/// A socket to open.
#[derive(Clone, Debug, PartialEq)]
pub struct Bind {
    /// Address and port.
    pub address: SocketAddr,
    /// What carries it.
    pub transport: Transport,
    /// What is spoken over it, for people, such as `RELP`; `None` where its transport is all there is to say.
    pub protocol: Option<&'static str>,
    /// Connections at the same time; further ones wait to be accepted.
    pub connections_max: usize,
    /// Networks that may send; empty permits all. Others are refused and counted.
    pub allow: Vec<ipnet::IpNet>,
}

impl Bind {
    /// Returns what is spoken at it, for people: `UDP`, `TCP`, `TLS`, `RELP`, `RELP within TLS`.
    pub fn speech(&self) -> Cow<'static, str> {
        match (self.protocol, &self.transport) {
            (Some(protocol), Transport::Tcp(Some(_))) => format!("{protocol} within TLS").into(),
            (Some(protocol), _) => protocol.into(),
            (None, Transport::Tcp(Some(_))) => "TLS".into(),
            (None, Transport::Tcp(None)) => "TCP".into(),
            (None, Transport::Udp { .. }) => "UDP".into(),
        }
    }
}

/// What carries the bytes of a socket.
#[derive(Clone, Debug, PartialEq)]
pub enum Transport {
    /// Datagrams.
    Udp {
        /// The kernel's receive buffer, in bytes; the system may grant less.
        receive_buffer_bytes: usize,
    },
    /// A stream, plain or within TLS.
    Tcp(Option<TlsServer>),
}

/// A TLS server: its own certificate, and who may connect.
#[derive(Clone, Debug, PartialEq)]
pub struct TlsServer {
    /// The certificate to serve; re-read on reload.
    pub certificate: ListenTls,
    /// Who may connect.
    pub clients: TlsClients,
}

/// Who may connect over TLS, in the terms of syslog daemons.
#[derive(Clone, Debug, PartialEq)]
pub enum TlsClients {
    /// Anybody (`anon`): encryption without authentication.
    Anybody,
    /// Whoever has a certificate of this authority (`x509/certvalid`).
    Certified {
        /// File with the authorities' certificates, in PEM; re-read on reload.
        ca: PathBuf,
    },
    /// Whoever has a certificate of this authority with one of these names (`x509/name`). A name may
    /// begin with `*.`, which stands for one label.
    Named {
        /// File with the authorities' certificates, in PEM; re-read on reload.
        ca: PathBuf,
        /// Names to find among the certificate's DNS names and addresses; its common name counts where
        /// it has none of those.
        names: Vec<String>,
    },
}
