//! A receiver of syslog, faked: TCP, TLS or RELP on a port from the kernel.
//!
//! It is no [`Simulator`](signalbox_sdk::testkit::Simulator), for those speak HTTP. It takes what a
//! receiver takes, by the codecs that the source has: RELP is answered by a session that knows the
//! protocol, and streams are cut into frames as RFC 6587 says. Faults are planted one by one and befall
//! the next connections, a fault each.

mod conversation;

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use signalbox_sdk::codec::syslog::framing::FramingMode;
use signalbox_sdk::role::ListenTls;
use signalbox_sdk::tls::{read_certificates, server_config};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use conversation::serve;

/// What a receiver speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiverProtocol {
    /// Messages over TCP, told apart in one way only.
    Stream(FramingMode),
    /// RELP.
    Relp,
}

/// TLS of a receiver.
#[derive(Clone, Debug)]
pub struct ReceiverTls {
    /// Its certificate and key.
    pub certificate: ListenTls,
    /// The authorities of clients; without any nobody is asked for a certificate.
    pub clients: Option<PathBuf>,
}

/// What goes wrong with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiverFault {
    /// It is closed before anything is read of it.
    Close,
    /// It is left open, and nothing is read of it.
    Deaf,
    /// It is closed behind so many messages; RELP answers none of them.
    CutAfter(usize),
    /// Messages are taken and none is answered (RELP).
    Silent,
    /// Messages with this text in them are answered 500 (RELP).
    Refuse(String),
    /// The first message is answered 500 (RELP).
    RefuseOne,
    /// The first message is read, but not taken, and the connection is closed.
    Lose,
    /// The connection is closed behind the first message, which is taken this much later.
    TakeLate(Duration),
    /// The first message is taken, and these bytes are the answer.
    Reply(Vec<u8>),
    /// The first message is taken, and its answer comes a byte at a time, without end (RELP).
    Drip,
    /// The session is refused (RELP).
    RefuseSession,
}

/// A running receiver. It ends, with all of its connections, when it is dropped.
pub struct SyslogReceiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Aborts its tasks when dropped.
    _accepting: JoinSet<()>,
}

/// What connections share.
struct Shared {
    protocol: ReceiverProtocol,
    messages: Mutex<Vec<String>>,
    faults: Mutex<VecDeque<ReceiverFault>>,
    always: Mutex<Option<ReceiverFault>>,
    connections: AtomicUsize,
    changed: Notify,
    hang_up: watch::Sender<()>,
}

impl SyslogReceiver {
    /// Starts a receiver on the loopback, within a runtime.
    ///
    /// # Errors
    /// Where there is no port, or a file of TLS is of no use.
    pub fn start(protocol: ReceiverProtocol, tls: Option<&ReceiverTls>) -> io::Result<Self> {
        let acceptor = tls.map(acceptor).transpose()?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            protocol,
            messages: Mutex::default(),
            faults: Mutex::default(),
            always: Mutex::default(),
            connections: AtomicUsize::new(0),
            changed: Notify::new(),
            hang_up: watch::Sender::new(()),
        });
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, acceptor, shared.clone()));
        Ok(Self { address, shared, _accepting: accepting })
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what it has received, in order, without framing.
    pub fn messages(&self) -> Vec<String> {
        self.shared.messages.lock().clone()
    }

    /// Returns how many connections there were.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Waits until it has received so many messages, and returns them all; ten seconds at most.
    pub async fn wait_for(&self, count: usize) -> Vec<String> {
        let enough = async {
            loop {
                let changed = self.shared.changed.notified();
                if self.shared.messages.lock().len() >= count {
                    return;
                }
                changed.await;
            }
        };
        // Whoever waits for more than comes sees what is missing.
        tokio::time::timeout(WAIT_MAX, enough).await.ok();
        self.messages()
    }

    /// Has the next connection without a fault suffer this one.
    pub fn plant(&self, fault: ReceiverFault) {
        self.shared.faults.lock().push_back(fault);
    }

    /// Has every connection from now on suffer this fault, or none but the planted ones.
    pub fn set_always(&self, fault: Option<ReceiverFault>) {
        *self.shared.always.lock() = fault;
    }

    /// Closes every open connection, with what is unread in it.
    pub fn hang_up(&self) {
        self.shared.hang_up.send_replace(());
    }
}

impl Shared {
    fn receive(&self, message: &[u8]) {
        self.messages.lock().push(String::from_utf8_lossy(message).into_owned());
        self.changed.notify_waiters();
    }
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let (acceptor, shared) = (acceptor.clone(), shared.clone());
        let fault = shared.faults.lock().pop_front().or_else(|| shared.always.lock().clone());
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let mut hang_up = shared.hang_up.subscribe();
        connections.spawn(async move {
            let talk = async {
                match acceptor {
                    None => serve(socket, fault, &shared).await,
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(socket).await {
                            serve(stream, fault, &shared).await;
                        }
                    }
                }
            };
            tokio::select! {
                () = talk => {}
                _ = hang_up.changed() => {}
            }
        });
    }
}

fn acceptor(tls: &ReceiverTls) -> io::Result<TlsAcceptor> {
    let verifier = match &tls.clients {
        None => WebPkiClientVerifier::no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in read_certificates(path).map_err(io::Error::other)? {
                roots.add(certificate).map_err(io::Error::other)?;
            }
            WebPkiClientVerifier::builder(Arc::new(roots)).build().map_err(io::Error::other)?
        }
    };
    let config = server_config(&tls.certificate, verifier).map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

const WAIT_MAX: Duration = Duration::from_secs(10);
