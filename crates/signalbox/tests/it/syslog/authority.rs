//! An authority of the test's own, and the files of those it vouches for.

use std::fs;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use crate::hub::write_private;

/// An authority, with its certificate in a file.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

/// The files of somebody the authority vouches for.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
    pub(super) authority: PathBuf,
}

impl Authority {
    /// Makes an authority that nobody knows yet.
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("authority.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    /// Vouches for a name.
    pub(super) fn issue(&self, name: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let path = |ending: &str| self.folder.path().join(format!("{name}.{ending}"));
        fs::write(path("pem"), certificate.pem()).unwrap();
        write_private(&path("key"), &key.serialize_pem());
        let authority = self.folder.path().join("authority.pem");
        Identity { certificate: path("pem"), key: path("key"), authority }
    }
}

impl Identity {
    /// Returns the keys of a TLS server that lets in who has one of `names`, to stand in braces.
    pub(super) fn yaml(&self, names: &[&str]) -> String {
        format!(
            "certificate: \"{}\", key: \"{}\", ca: \"{}\", auth: x509/name, permitted_names: {names:?}",
            self.certificate.display(),
            self.key.display(),
            self.authority.display()
        )
    }
}
