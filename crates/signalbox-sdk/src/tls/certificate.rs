//! What a certificate says about itself, for people who must know how long it lasts.

use std::net::IpAddr;

use signalbox_model::time::Timestamp;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

/// The parts of a certificate that matter to whoever operates it. Nothing of it is verified here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateSummary {
    /// The DNS names and addresses of its subject alternative name, which are all that count.
    pub names: Vec<String>,
    /// When it ends.
    pub not_after: Timestamp,
    subject: Vec<u8>,
    issuer: Vec<u8>,
}

impl CertificateSummary {
    /// Reads a certificate in DER; `None` where it is none.
    pub fn read(der: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?;
        let certificate = certificate.tbs_certificate();
        let end = certificate.validity().not_after.to_unix_duration();
        let alternatives = certificate.get_extension::<SubjectAltName>().ok()?;
        let names = alternatives.map(|(_, SubjectAltName(names))| names).unwrap_or_default();
        let der_of = |name: &Name| name.to_der().ok();
        Some(Self {
            names: names.iter().filter_map(shown).collect(),
            not_after: i64::try_from(end.as_millis()).ok().map(Timestamp::from_millis)?,
            subject: der_of(certificate.subject())?,
            issuer: der_of(certificate.issuer())?,
        })
    }

    /// Returns whether `above` may have issued it, by its name.
    pub fn is_issued_by(&self, above: &Self) -> bool {
        self.issuer == above.subject
    }

    /// Returns whether it names itself as its issuer.
    pub fn is_self_signed(&self) -> bool {
        self.is_issued_by(self)
    }

    /// Returns the whole days it has left; `None` where it has ended.
    pub fn days_left(&self, now: Timestamp) -> Option<u64> {
        (self.not_after > now).then(|| self.not_after.since(now).as_secs() / DAY_SECONDS)
    }
}

fn shown(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        GeneralName::IpAddress(bytes) => {
            let bytes = bytes.as_bytes();
            let version_4 = || <[u8; 4]>::try_from(bytes).map(IpAddr::from);
            let version_6 = || <[u8; 16]>::try_from(bytes).map(IpAddr::from);
            version_4().or_else(|_| version_6()).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

const DAY_SECONDS: u64 = 86_400;

/// A certificate with fewer days left is worth a word: authorities of the web remind at 30 days, and many
/// places need that long to have one issued.
pub const DAYS_ENOUGH: u64 = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_issuer_and_end_are_read() {
        let certified =
            rcgen::generate_simple_self_signed(["hub.example".to_owned(), "192.0.2.7".to_owned()])
                .unwrap();

        let read = CertificateSummary::read(certified.cert.der()).unwrap();

        assert_eq!(read.names, ["hub.example", "192.0.2.7"]);
        assert!(read.is_self_signed());
        assert!(read.days_left(Timestamp::from_millis(0)) > Some(DAYS_ENOUGH));
        assert_eq!(read.days_left(read.not_after), None);
    }

    #[test]
    fn what_is_no_certificate_is_told_from_one() {
        assert_eq!(CertificateSummary::read(b"nonsense"), None);
    }
}
