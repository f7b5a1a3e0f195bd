//! Binding a socket: everything about it that can fail, before anything else of a reload changes.

use std::fmt;
use std::io;
use std::net::{SocketAddr, UdpSocket};

use signalbox_sdk::role::{Bind, Transport};
use socket2::{Domain, Socket, Type};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{CurrentHandler, tcp, udp};

/// A socket that is bound and not served yet: the kernel gathers what comes.
#[derive(Debug)]
pub struct BoundSocket {
    address: SocketAddr,
    socket: Kind,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    /// Not with a runtime yet: the one that serves it is its own.
    Udp(UdpSocket),
}

/// What a socket speaks below TLS. A port of one kind is free for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SocketKind {
    /// A stream.
    Tcp,
    /// Datagrams.
    Udp,
}

/// Why a socket cannot be bound.
#[derive(Debug, thiserror::Error)]
#[error("listen on `{address}` over {kind}: {cause}; {}", remedy(.cause))]
pub struct SocketError {
    address: SocketAddr,
    kind: SocketKind,
    cause: io::Error,
}

/// Connections that the kernel completes before they are accepted; the system may permit fewer.
const BACKLOG: i32 = 1024;

impl SocketKind {
    /// Returns what `transport` is spoken over.
    pub fn of(transport: &Transport) -> Self {
        match transport {
            Transport::Tcp(_) => Self::Tcp,
            Transport::Udp { .. } => Self::Udp,
        }
    }
}

impl fmt::Display for SocketKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        })
    }
}

impl BoundSocket {
    /// Binds a socket; port 0 takes one from the kernel. An IPv6 address of all interfaces takes IPv4
    /// too where the system is set so, as most are.
    ///
    /// # Errors
    /// Where the address is taken, not this machine's, or not permitted.
    pub fn bind(bind: &Bind) -> Result<Self, SocketError> {
        let kind = SocketKind::of(&bind.transport);
        let opened = open(bind).and_then(|socket| Self::new(socket, kind));
        opened.map_err(|cause| SocketError { address: bind.address, kind, cause })
    }

    fn new(socket: Socket, kind: SocketKind) -> io::Result<Self> {
        let (address, socket) = match kind {
            SocketKind::Tcp => {
                let listener = TcpListener::from_std(socket.into())?;
                (listener.local_addr()?, Kind::Tcp(listener))
            }
            SocketKind::Udp => {
                let socket = UdpSocket::from(socket);
                (socket.local_addr()?, Kind::Udp(socket))
            }
        };
        Ok(Self { address, socket })
    }

    /// Returns where it is bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves the socket until `current` is closed or the hub stops. Then nothing more is accepted, what
    /// has been read is committed and acknowledged, and the connections are closed. What the journal does
    /// not take is waited for unless the hub stops.
    pub async fn serve(self, current: CurrentHandler, stop: CancellationToken) {
        match self.socket {
            Kind::Tcp(listener) => tcp::serve(listener, current, stop).await,
            Kind::Udp(socket) => udp::serve(socket, current, stop).await,
        }
    }
}

fn open(bind: &Bind) -> io::Result<Socket> {
    let domain = Domain::for_address(bind.address);
    let socket = match &bind.transport {
        Transport::Tcp(_) => {
            let socket = Socket::new(domain, Type::STREAM, None)?;
            // Connections of a hub that has just stopped linger; its address is free all the same.
            socket.set_reuse_address(true)?;
            socket
        }
        Transport::Udp { .. } => Socket::new(domain, Type::DGRAM, None)?,
    };
    socket.set_nonblocking(true)?;
    socket.bind(&bind.address.into())?;
    if let Transport::Tcp(_) = bind.transport {
        socket.listen(BACKLOG)?;
    }
    Ok(socket)
}

/// Returns what to do where an address cannot be listened on.
pub fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need the capability `CAP_NET_BIND_SERVICE`; grant it or choose a higher one"
        }
        io::ErrorKind::AddrNotAvailable => {
            "choose an address of this machine, or `0.0.0.0` for all"
        }
        _ => "choose another address or stop the program that has it",
    }
}
