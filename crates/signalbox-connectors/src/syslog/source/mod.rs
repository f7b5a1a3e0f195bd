//! The sockets that devices send to, and what is spoken over each.

mod relp;
mod stream;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use ipnet::IpNet;
use signalbox_model::ocsf::Text;
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::syslog::framing::{self, FramingMode};
use signalbox_sdk::role::{
    Attributes, Bind, Conversation, ListenTls, Listener, RawEvent, TlsClients, TlsServer, Transport,
};

use super::config::{ReceiveConfig, RelpTls, TlsAuthentication, TlsConfig};
use super::said;
use relp::RelpConversation;
use stream::StreamConversation;

/// The sockets of one integration, in the order `udp`, `tcp`, `tls`, `relp`.
pub(super) struct SyslogListener {
    sockets: Vec<Socket>,
    frame_bytes_max: usize,
}

struct Socket {
    bind: Bind,
    speech: Speech,
    /// As told to events and operators.
    transport: &'static str,
}

/// What is spoken over a socket.
#[derive(Clone, Copy)]
enum Speech {
    Datagrams { bytes_max: usize },
    Frames(FramingMode),
    Relp,
}

impl SyslogListener {
    /// Lays out the sockets of a configuration without mistakes.
    pub(super) fn new(config: &ReceiveConfig) -> Self {
        let allow: Vec<IpNet> = config.allow.iter().copied().map(IpNet::from).collect();
        let bind = |address: SocketAddr, transport| Bind {
            address,
            transport,
            protocol: None,
            connections_max: config.connections_max,
            allow: allow.clone(),
        };
        let udp = config.udp.iter().map(|one| Socket {
            bind: bind(
                one.address,
                Transport::Udp { receive_buffer_bytes: bytes(one.receive_buffer) },
            ),
            speech: Speech::Datagrams { bytes_max: bytes(one.datagram_bytes_max) },
            transport: "udp",
        });
        let tcp = config.tcp.iter().map(|one| Socket {
            bind: bind(one.address, Transport::Tcp(None)),
            speech: Speech::Frames(one.framing),
            transport: "tcp",
        });
        let tls = config.tls.iter().map(|one| Socket {
            bind: bind(one.address, Transport::Tcp(Some(server(one)))),
            speech: Speech::Frames(one.framing),
            transport: "tls",
        });
        let relp = config.relp.iter().map(|one| Socket {
            bind: Bind {
                protocol: Some("RELP"),
                ..bind(one.address, Transport::Tcp(one.tls.as_ref().map(relp_server)))
            },
            speech: Speech::Relp,
            transport: if one.tls.is_some() { "relp+tls" } else { "relp" },
        });
        let sockets = udp.chain(tcp).chain(tls).chain(relp).collect();
        Self { sockets, frame_bytes_max: bytes(config.frame_bytes_max) }
    }
}

impl Listener for SyslogListener {
    fn bind(&self) -> Vec<Bind> {
        self.sockets.iter().map(|socket| socket.bind.clone()).collect()
    }

    fn open(&self, socket: usize, peer: SocketAddr) -> Box<dyn Conversation> {
        let socket = self.sockets.get(socket);
        let said = Said::of(peer.ip(), socket.map_or("tcp", |socket| socket.transport));
        match socket.map(|socket| socket.speech) {
            Some(Speech::Relp) => Box::new(RelpConversation::new(said, self.frame_bytes_max)),
            Some(Speech::Frames(framing)) => {
                Box::new(StreamConversation::new(said, framing, self.frame_bytes_max))
            }
            _ => Box::new(StreamConversation::new(said, FramingMode::Auto, self.frame_bytes_max)),
        }
    }

    fn datagram(
        &self,
        socket: usize,
        peer: IpAddr,
        bytes: Bytes,
        received: Timestamp,
    ) -> Option<RawEvent> {
        let is_nothing = bytes.iter().all(|byte| matches!(byte, b'\n' | b'\r'));
        if is_nothing {
            return None;
        }
        let message = framing::datagram(&bytes);
        // Only zeros, or a count and nothing behind it: odd, but sent.
        let mut body = if message.is_empty() { bytes.clone() } else { bytes.slice_ref(message) };
        let bytes_max = match self.sockets.get(socket).map(|socket| socket.speech) {
            Some(Speech::Datagrams { bytes_max }) => bytes_max,
            _ => self.frame_bytes_max,
        };
        let said = Said::of(peer, "udp");
        let is_cut = body.len() > bytes_max;
        body.truncate(bytes_max);
        Some(said.frame(body, is_cut, received))
    }
}

/// What a connection says of all its frames, shared by them.
struct Said {
    attributes: Attributes,
}

impl Said {
    fn of(peer: IpAddr, transport: &'static str) -> Self {
        let peer = Text::from(peer.to_canonical().to_string());
        let transport = Text::const_new(transport);
        Self { attributes: Arc::new([(said::PEER, peer), (said::TRANSPORT, transport)]) }
    }

    fn frame(&self, body: Bytes, is_cut: bool, received: Timestamp) -> RawEvent {
        let attributes = if is_cut {
            let at = (said::CUT_AT, Text::from(body.len().to_string()));
            self.attributes.iter().cloned().chain([at]).collect()
        } else {
            Arc::clone(&self.attributes)
        };
        RawEvent { body, received, event_id: None, attributes }
    }
}

fn server(config: &TlsConfig) -> TlsServer {
    let certificate = certificate(&config.certificate, &config.key);
    TlsServer {
        certificate,
        clients: clients(config.auth, config.ca.as_ref(), &config.permitted_names),
    }
}

fn relp_server(config: &RelpTls) -> TlsServer {
    let certificate = certificate(&config.certificate, &config.key);
    TlsServer {
        certificate,
        clients: clients(config.auth, config.ca.as_ref(), &config.permitted_names),
    }
}

fn certificate(certificate: &Path, key: &Path) -> ListenTls {
    ListenTls { certificate: certificate.to_owned(), key: key.to_owned() }
}

fn clients(auth: TlsAuthentication, ca: Option<&PathBuf>, names: &[String]) -> TlsClients {
    let ca = ca.cloned().unwrap_or_default();
    match auth {
        TlsAuthentication::Anonymous => TlsClients::Anybody,
        TlsAuthentication::Certified => TlsClients::Certified { ca },
        TlsAuthentication::Named => TlsClients::Named { ca, names: names.to_vec() },
    }
}

fn bytes(size: signalbox_model::config::ByteSize) -> usize {
    usize::try_from(size.as_bytes()).unwrap_or(usize::MAX)
}

/// What stands before a frame's data is shorter: a count, or the header of RELP with 55 bytes.
const HEAD_BYTES_MAX: usize = 64;
