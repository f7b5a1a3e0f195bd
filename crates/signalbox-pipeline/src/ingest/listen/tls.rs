//! TLS at a listening socket: who gets in, and in plain words why somebody does not.
//!
//! TLS 1.2 and 1.3, without early data, which could be replayed. Appliances that know only what RFC 5425
//! made mandatory (RSA key exchange, CBC; RFC 9662 replaced it in 2024) find no cipher in common and need
//! a relay in front. Client certificates are proven by their chain; one without extended key usage
//! passes, one that has it must list client authentication. Names are looked at after the handshake,
//! because verifiers of the web's kind ignore common names, which old devices have alone.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{CertificateError, Error, PeerIncompatible, RootCertStore};
use signalbox_sdk::role::{TlsClients, TlsServer};
use signalbox_sdk::tls::{TlsFileError, read_certificates, server_config};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::counts::RefusalReason;
use super::names::CertificateNames;

/// A handshake takes at most this long.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// What lets clients in.
pub(super) struct TlsEntrance {
    acceptor: TlsAcceptor,
    /// Where anybody's name will do: `None`.
    permitted: Option<Vec<String>>,
}

/// Why a client did not get in.
#[derive(Debug)]
pub(super) enum Refused {
    /// It hung up, as a load balancer's probe does.
    Left,
    /// The handshake took too long.
    Slow,
    /// The handshake failed.
    Failed(io::Error),
    /// Its certificate is genuine, but has none of the permitted names.
    Named(CertificateNames),
}

impl TlsEntrance {
    /// Reads the files of a server.
    pub(super) fn read(server: &TlsServer) -> Result<Self, TlsFileError> {
        let (verifier, permitted) = match &server.clients {
            TlsClients::Anybody => (WebPkiClientVerifier::no_client_auth(), None),
            TlsClients::Certified { ca } => (verifier(ca)?, None),
            TlsClients::Named { ca, names } => (verifier(ca)?, Some(names.clone())),
        };
        let mut config = server_config(&server.certificate, verifier)?;
        // Connections live long, so no session is kept to be resumed. And tickets would lie unread at
        // senders that never read, whose system then resets the connection instead of closing it.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), permitted })
    }

    /// Lets a client in or says why not. Nothing beyond the handshake is read.
    pub(super) async fn admit(&self, socket: TcpStream) -> Result<TlsStream<TcpStream>, Refused> {
        let handshake = tokio::time::timeout(HANDSHAKE_TIMEOUT, self.acceptor.accept(socket));
        let stream = match handshake.await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) if has_left(&error) => return Err(Refused::Left),
            Ok(Err(error)) => return Err(Refused::Failed(error)),
            Err(_) => return Err(Refused::Slow),
        };
        let Some(permitted) = &self.permitted else { return Ok(stream) };
        let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let names = certificates.first().map(|leaf| CertificateNames::read(leaf));
        let names = names.unwrap_or_default();
        if names.are_among(permitted) { Ok(stream) } else { Err(Refused::Named(names)) }
    }
}

impl Refused {
    pub(super) fn reason(&self) -> RefusalReason {
        match self {
            Self::Named(_) => RefusalReason::Name,
            Self::Left | Self::Slow | Self::Failed(_) => RefusalReason::Handshake,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Left => f.write_str("it hung up during the TLS handshake"),
            Self::Slow => write!(f, "its TLS handshake took longer than {HANDSHAKE_TIMEOUT:?}"),
            Self::Failed(error) => f.write_str(likely_cause(error)),
            Self::Named(names) => write!(
                f,
                "its certificate is genuine but says {names}; add what it says to the permitted \
                 names if it may send"
            ),
        }
    }
}

fn verifier(ca: &Path) -> Result<Arc<dyn ClientCertVerifier>, TlsFileError> {
    let mut roots = RootCertStore::empty();
    for certificate in read_certificates(ca)? {
        let unfit = |error| TlsFileError::new(ca, format!("holds no authority's: {error}"));
        roots.add(certificate).map_err(unfit)?;
    }
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build();
    verifier.map_err(|error| TlsFileError::new(ca, error.to_string()))
}

fn has_left(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
}

fn likely_cause(error: &io::Error) -> &'static str {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        Some(Error::PeerIncompatible(
            PeerIncompatible::NoCipherSuitesInCommon
            | PeerIncompatible::NoKxGroupsInCommon
            | PeerIncompatible::NamedGroupsExtensionRequired,
        )) => {
            "it shares no cipher with us, as old appliances that know only RSA key exchange or CBC; \
             put a TLS relay in front of it"
        }
        Some(Error::PeerIncompatible(
            PeerIncompatible::Tls12NotOffered | PeerIncompatible::Tls12NotOfferedOrEnabled,
        )) => "it speaks nothing newer than TLS 1.1; update it or put a TLS relay in front of it",
        Some(Error::PeerIncompatible(_)) => "its TLS does not fit ours",
        Some(Error::NoCertificatesPresented) => {
            "it has no client certificate; give it one of the authority under `ca`"
        }
        Some(Error::InvalidCertificate(error)) => certificate_cause(error),
        Some(Error::InvalidMessage(_)) => "it does not speak TLS; check its transport and port",
        Some(Error::AlertReceived(_)) => {
            "it refused our certificate or settings; check which authorities it trusts"
        }
        _ => "its TLS handshake failed",
    }
}

fn certificate_cause(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is not of the authority under `ca`"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; check the clocks"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "its certificate is made for other purposes; its extended key usage must list client \
             authentication or be absent"
        }
        _ => "its certificate cannot be verified",
    }
}
