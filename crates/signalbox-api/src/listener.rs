//! A listening socket: plain on loopback or behind a proxy, TLS otherwise.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use parking_lot::RwLock;
use rustls::server::WebPkiClientVerifier;
use signalbox_pipeline::ingest::remedy;
use signalbox_sdk::role::{Listen, ListenTls};
use signalbox_sdk::tls::{TlsFileError, server_config};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::faces::Faces;

/// Connections of one listener at the same time; further ones wait to be accepted.
const CONNECTIONS_MAX: usize = 4096;

/// How long a sender may take to send a request's head, or to finish a TLS handshake.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long after a connection could not be accepted the next try is made.
const PAUSE: Duration = Duration::from_millis(100);

/// A bound socket, ready to serve.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    certificate: Option<Certificate>,
}

/// The certificate that a listener serves; cloning shares it.
#[derive(Clone)]
pub struct Certificate {
    files: ListenTls,
    acceptor: Arc<RwLock<TlsAcceptor>>,
}

impl Certificate {
    /// Reads a certificate and its key.
    ///
    /// # Errors
    /// Where a file cannot be read or its content does not fit.
    pub fn read(files: &ListenTls) -> Result<Self, TlsFileError> {
        let acceptor = Arc::new(RwLock::new(acceptor(files)?));
        Ok(Self { files: files.clone(), acceptor })
    }

    /// Reads the files again: connections from now on see the new certificate, others go on.
    ///
    /// # Errors
    /// As [`read`](Self::read); the old one stays.
    pub fn renew(&self) -> Result<(), TlsFileError> {
        *self.acceptor.write() = acceptor(&self.files)?;
        Ok(())
    }
}

/// Why a listener cannot be bound.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is taken or not ours.
    #[error("listen on `{address}`; {}", remedy(.source))]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The certificate or key is of no use.
    #[error(transparent)]
    Tls(#[from] TlsFileError),
}

impl ListenError {
    /// Returns whether somebody else has the address, which may pass.
    pub fn is_in_use(&self) -> bool {
        matches!(self, Self::Bind { source, .. } if source.kind() == io::ErrorKind::AddrInUse)
    }
}

impl Listener {
    /// Binds an address; port 0 takes one from the kernel.
    ///
    /// # Errors
    /// Where the address is taken or the certificate is of no use.
    pub async fn bind(listen: &Listen) -> Result<Self, ListenError> {
        let certificate = listen.tls.as_ref().map(Certificate::read).transpose()?;
        let bind = |source| ListenError::Bind { address: listen.address, source };
        let socket = TcpListener::bind(listen.address).await.map_err(bind)?;
        let address = socket.local_addr().map_err(bind)?;
        Ok(Self { socket, address, certificate })
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the certificate it serves.
    pub fn certificate(&self) -> Option<Certificate> {
        self.certificate.clone()
    }

    /// Serves `faces` until stopped, then lets the requests on their way end.
    pub async fn serve(self, faces: Faces, stop: CancellationToken) {
        let graceful = Arc::new(GracefulShutdown::new());
        let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut is_starved = false;
        loop {
            let accept = async {
                let permit = Arc::clone(&room).acquire_owned().await;
                (permit, self.socket.accept().await)
            };
            let (permit, accepted) = tokio::select! {
                () = stop.cancelled() => break,
                accepted = accept => accepted,
            };
            let (socket, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most of the time: what is open must close first.
                    if !std::mem::replace(&mut is_starved, true) {
                        tracing::warn!(error = %error, "A connection could not be accepted, trying again every {PAUSE:?}");
                    }
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            is_starved = false;
            let connection =
                Connection { faces: faces.clone(), peer, graceful: graceful.watcher() };
            let tls =
                self.certificate.as_ref().map(|certificate| certificate.acceptor.read().clone());
            tokio::spawn(async move {
                connection.serve(socket, tls).await;
                drop(permit);
            });
        }
        drop(self.socket);
        if let Ok(graceful) = Arc::try_unwrap(graceful) {
            graceful.shutdown().await;
        }
    }
}

/// Returns what accepts connections with a certificate.
fn acceptor(files: &ListenTls) -> Result<TlsAcceptor, TlsFileError> {
    let mut config = server_config(files, WebPkiClientVerifier::no_client_auth())?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

struct Connection {
    faces: Faces,
    peer: SocketAddr,
    graceful: hyper_util::server::graceful::Watcher,
}

impl Connection {
    async fn serve(self, socket: TcpStream, tls: Option<TlsAcceptor>) {
        socket.set_nodelay(true).ok();
        match tls {
            None => self.serve_stream(socket).await,
            Some(tls) => match tokio::time::timeout(HEAD_TIMEOUT, tls.accept(socket)).await {
                Ok(Ok(stream)) => self.serve_stream(stream).await,
                Ok(Err(error)) => tracing::debug!(error = %error, "A TLS handshake failed"),
                Err(_) => tracing::debug!("A TLS handshake took too long"),
            },
        }
    }

    async fn serve_stream(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self { faces, peer, graceful } = self;
        let service = hyper::service::service_fn(move |request| {
            let answer = faces.clone().answer(peer, request);
            async move { Ok::<_, Infallible>(answer.await) }
        });
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        builder.http2().timer(TokioTimer::new());
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = graceful.watch(connection.into_owned()).await {
            tracing::debug!(error = %error, "A connection ended early");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_about_an_address_depends_on_what_the_system_said() {
        let words = |kind: io::ErrorKind| {
            let address = SocketAddr::from(([127, 0, 0, 1], 443));
            ListenError::Bind { address, source: kind.into() }.to_string()
        };

        let refused = words(io::ErrorKind::PermissionDenied);
        let taken = words(io::ErrorKind::AddrInUse);

        assert!(refused.contains("`CAP_NET_BIND_SERVICE`"), "{refused}");
        assert!(taken.contains("stop the program that has it"), "{taken}");
    }
}
