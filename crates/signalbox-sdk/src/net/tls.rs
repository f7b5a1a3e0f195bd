//! TLS as a client: TLS 1.2 and 1.3, the peer's certificate always verified, no early data.
//!
//! The peer has to have the name that was connected to among the names of its certificate; a common
//! name does not count, as verifiers of the web's kind ignore it. With TLS 1.3 a client believes the
//! handshake over before the server has looked at the client's certificate, so a refusal is waited for
//! a moment.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, Error as TlsError, ProtocolVersion,
    RootCertStore,
};
use rustls_platform_verifier::BuilderVerifierExt as _;
use signalbox_model::ErrorKind;
use signalbox_model::time::Timestamp;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{DialError, HostPort};
use crate::role::CheckReport;
use crate::tls::{CertificateSummary, DAYS_ENOUGH, TlsFileError, read_certificates, read_key};

/// What a client of TLS trusts and shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// A PEM file with the authorities to trust in place of the system's.
    pub ca: Option<PathBuf>,
    /// PEM files with our certificate chain, leaf first, and its key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// The name to look for in the peer's certificate in place of the host's.
    pub server_name: Option<String>,
}

/// A finished handshake.
pub(super) struct Handshake {
    pub(super) stream: TlsStream<TcpStream>,
    pub(super) leaf: Leaf,
}

/// The peer's own certificate, and the version of TLS.
pub(super) struct Leaf {
    der: Vec<u8>,
    version: &'static str,
}

impl TlsOptions {
    /// Reads the files.
    pub(super) fn read(&self) -> Result<ClientConfig, TlsFileError> {
        let builder = ClientConfig::builder();
        let builder = match &self.ca {
            Some(path) => {
                let mut roots = RootCertStore::empty();
                for certificate in read_certificates(path)? {
                    let unfit =
                        |error| TlsFileError::new(path, format!("holds no authority's: {error}"));
                    roots.add(certificate).map_err(unfit)?;
                }
                builder.with_root_certificates(roots)
            }
            None => builder.with_platform_verifier().map_err(|error| {
                let what = format!("the system's authorities cannot be read: {error}; set `ca`");
                TlsFileError::new("/etc/ssl/certs".as_ref(), what)
            })?,
        };
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => builder
                .with_client_auth_cert(read_certificates(certificate)?, read_key(key)?)
                .map_err(|error| {
                    TlsFileError::new(certificate, format!("does not fit its key: {error}"))
                })?,
        };
        // Connections live long, so that no session is kept to be resumed.
        config.resumption = Resumption::disabled();
        Ok(config)
    }

    /// Makes a connection a protected one.
    pub(super) async fn handshake(
        &self,
        to: &HostPort,
        socket: TcpStream,
        limit: Duration,
    ) -> Result<Handshake, DialError> {
        let config = self.read().map_err(|error| {
            let fix = "mend the file, or correct its path";
            DialError::tls(ErrorKind::Unauthorized, error.to_string(), fix)
        })?;
        let name = self.server_name.as_deref().unwrap_or(to.host());
        let server = ServerName::try_from(name.to_owned()).map_err(|_| {
            let detail = format!("`{name}` cannot be a name in a certificate");
            DialError::tls(ErrorKind::Unavailable, detail, "set `server_name`")
        })?;
        let connecting = TlsConnector::from(Arc::new(config)).connect(server, socket);
        let stream = match timeout(limit, connecting).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(failure(&error, name)),
            Err(_) => return Err(slow(limit)),
        };
        let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let der = certificates.first().map(|leaf| leaf.to_vec()).unwrap_or_default();
        let is_13 = stream.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_3);
        let leaf = Leaf { der, version: if is_13 { "TLS 1.3" } else { "TLS 1.2" } };
        if is_13 {
            // Whatever comes is read with the connection; only its coming is waited for. A server that
            // says nothing has nothing against us.
            timeout(REFUSAL_WAIT, stream.get_ref().0.readable()).await.ok();
        }
        Ok(Handshake { stream, leaf })
    }
}

impl Leaf {
    /// Adds the step `tls`, with the days the certificate has left.
    pub(super) fn judge(&self, now: Timestamp, report: &mut CheckReport) {
        let version = self.version;
        let read = CertificateSummary::read(&self.der);
        let Some(days) = read.and_then(|read| read.days_left(now)) else {
            return report.passed("tls", format!("{version}, the certificate is good"));
        };
        let detail = format!("{version}, the receiver's certificate is good for {days} days");
        if days < DAYS_ENOUGH {
            report.warning("tls", detail, "have it renewed before nothing can be sent any more");
        } else {
            report.passed("tls", detail);
        }
    }
}

/// Returns in words that the peer does not take our certificate, if that is what an error says.
pub(super) fn refusal(error: &io::Error) -> Option<String> {
    let Some(TlsError::AlertReceived(alert)) = inner(error) else { return None };
    let words = match alert {
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            "the receiver wants a certificate of ours"
        }
        AlertDescription::UnknownCA => {
            "the receiver does not know the authority of our certificate"
        }
        AlertDescription::CertificateExpired => {
            "the receiver says that our certificate has expired"
        }
        AlertDescription::CertificateRevoked => {
            "the receiver says that our certificate was revoked"
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::AccessDenied => "the receiver refuses our certificate",
        _ => return None,
    };
    Some(format!("{words}; set `certificate` and `key` to what it accepts"))
}

fn failure(error: &io::Error, name: &str) -> DialError {
    if let Some(words) = refusal(error) {
        let (detail, fix) = words.split_once("; ").unwrap_or((&words, ""));
        return DialError::tls(ErrorKind::Unauthorized, detail, fix);
    }
    match inner(error) {
        Some(TlsError::InvalidCertificate(error)) => unverified(error, name),
        Some(TlsError::AlertReceived(AlertDescription::HandshakeFailure)) => other(
            "the receiver ends the handshake",
            "it may want a certificate of ours (`certificate`, `key`), or share no cipher with us",
        ),
        Some(TlsError::AlertReceived(AlertDescription::ProtocolVersion)) => {
            other("the receiver speaks nothing newer than TLS 1.1", "put a TLS relay before it")
        }
        Some(TlsError::InvalidMessage(_)) => {
            other("the receiver does not speak TLS", "check its port, or set `transport`")
        }
        Some(error) => other(&format!("the handshake failed: {error}"), "look at its log"),
        None if error.kind() == io::ErrorKind::UnexpectedEof => other(
            "the receiver hung up during the handshake",
            "check that its port speaks TLS, and look at its log",
        ),
        None => other(&format!("the handshake broke: {error}"), "check that its port speaks TLS"),
    }
}

/// The peer's certificate is not one that we take.
fn unverified(error: &CertificateError, name: &str) -> DialError {
    let (detail, fix) = match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => (
            "the receiver's certificate is not of an authority that is trusted here".to_owned(),
            "name the file with its authority under `ca`".to_owned(),
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("the receiver's certificate has expired".to_owned(), "have it renewed".to_owned())
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            "the receiver's certificate is not valid yet".to_owned(),
            "check the clocks of both machines".to_owned(),
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            format!("the receiver's certificate is not for `{name}`"),
            "set `server_name` to a name it has as subject alternative name, for a common name does \
             not count"
                .to_owned(),
        ),
        error => (
            format!("the receiver's certificate cannot be verified: {error}"),
            "have it issued anew, for servers".to_owned(),
        ),
    };
    DialError::tls(ErrorKind::Unauthorized, detail, fix)
}

fn other(detail: &str, fix: &str) -> DialError {
    DialError::tls(ErrorKind::Unavailable, detail, fix)
}

fn slow(limit: Duration) -> DialError {
    let detail = format!("the handshake took longer than {limit:?}");
    other(&detail, "check that its port speaks TLS, or raise `timeout`")
}

fn inner(error: &io::Error) -> Option<&TlsError> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>())
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handshake").field("version", &self.leaf.version).finish_non_exhaustive()
    }
}

/// How long a refusal of our certificate is waited for: several times the way to another continent.
/// Servers that send tickets, which most do, end it at once.
const REFUSAL_WAIT: Duration = Duration::from_millis(500);
