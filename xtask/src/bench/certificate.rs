//! A certificate for the listener of this run, and a client that knows it.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, RootCertStore};

/// A certificate in a file, its key in another.
pub(super) struct Certificate {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
    /// What a sender needs that trusts nobody else.
    pub(super) client: Arc<ClientConfig>,
}

impl Certificate {
    /// Makes one for [`NAME`].
    pub(super) fn make(folder: &Path) -> anyhow::Result<Self> {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([NAME.to_owned()])?;
        let (certificate, key) = (folder.join("listener.pem"), folder.join("listener.key"));
        fs::write(&certificate, cert.pem())
            .with_context(|| format!("write `{}`", certificate.display()))?;
        let mut file =
            OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&key)?;
        file.write_all(signing_key.serialize_pem().as_bytes())?;
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone())?;
        let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(Self { certificate, key, client: Arc::new(client) })
    }
}

/// Whom it is for.
pub(super) const NAME: &str = "localhost";
