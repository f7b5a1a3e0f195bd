//! Certificates and keys, read from PEM files.
//!
//! One place for every socket of ours that speaks TLS, so that a file that is missing or not what it
//! should be is told in the same words everywhere.

mod certificate;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;

use crate::role::ListenTls;
use crate::small_file;

pub use certificate::{CertificateSummary, DAYS_ENOUGH};

/// Why a file of TLS is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("TLS file `{path}`: {what}")]
pub struct TlsFileError {
    path: PathBuf,
    what: String,
}

impl TlsFileError {
    /// Says what is wrong with the file at `path`.
    pub fn new(path: &Path, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), what: what.into() }
    }
}

/// Reads every certificate of a file, in its order.
///
/// # Errors
/// Where the file cannot be read, is not PEM, or holds no certificate.
pub fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFileError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path)?).collect();
    let certificates =
        certificates.map_err(|source| TlsFileError::new(path, format!("is not PEM: {source}")))?;
    if certificates.is_empty() {
        return Err(TlsFileError::new(path, "holds no certificate"));
    }
    Ok(certificates)
}

/// Reads the first private key of a file: PKCS#8, PKCS#1 or SEC1.
///
/// # Errors
/// Where the file cannot be read or holds none.
pub fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsFileError> {
    PrivateKeyDer::from_pem_slice(&read(path)?)
        .map_err(|source| TlsFileError::new(path, format!("holds no private key: {source}")))
}

/// Returns a server's settings, TLS 1.2 and 1.3 without early data, for the clients that `clients`
/// admits.
///
/// # Errors
/// Where a file is of no use, or key and certificate do not belong together.
pub fn server_config(
    files: &ListenTls,
    clients: Arc<dyn ClientCertVerifier>,
) -> Result<ServerConfig, TlsFileError> {
    let chain = read_certificates(&files.certificate)?;
    let key = read_key(&files.key)?;
    ServerConfig::builder().with_client_cert_verifier(clients).with_single_cert(chain, key).map_err(
        |source| TlsFileError::new(&files.certificate, format!("does not fit its key: {source}")),
    )
}

fn read(path: &Path) -> Result<Vec<u8>, TlsFileError> {
    small_file::read(path).map_err(|what| TlsFileError::new(path, what))
}
