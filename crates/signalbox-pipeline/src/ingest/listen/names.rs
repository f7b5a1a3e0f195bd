//! The names in a client's certificate, and whether one of them is permitted.
//!
//! DNS names and addresses of the subject alternative name count; the common name only where there is
//! none of those, as syslog daemons do it for the certificates of old devices (RFC 5425, section 5.2).
//! That the certificate is genuine has been proven before.

use std::fmt;
use std::net::IpAddr;

use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// What a certificate says its owner is called.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CertificateNames {
    names: Vec<String>,
    addresses: Vec<IpAddr>,
}

impl CertificateNames {
    /// Reads the names of a certificate in DER. One that cannot be read has none.
    pub(super) fn read(certificate: &[u8]) -> Self {
        Certificate::from_der(certificate).ok().and_then(|read| Self::of(&read)).unwrap_or_default()
    }

    fn of(certificate: &Certificate) -> Option<Self> {
        let certificate = certificate.tbs_certificate();
        let mut found = Self::default();
        if let Some((_, SubjectAltName(alternatives))) = certificate.get_extension().ok()? {
            alternatives.iter().for_each(|name| found.add(name));
        }
        if found.names.is_empty() && found.addresses.is_empty() {
            let common_name = certificate.subject().common_name().ok()??;
            found.names.push(common_name.into());
        }
        Some(found)
    }

    fn add(&mut self, name: &GeneralName) {
        match name {
            GeneralName::DnsName(name) => self.names.push(name.to_string()),
            GeneralName::IpAddress(bytes) => {
                let bytes = bytes.as_bytes();
                let version_4 = || <[u8; 4]>::try_from(bytes).map(IpAddr::from);
                let version_6 = || <[u8; 16]>::try_from(bytes).map(IpAddr::from);
                self.addresses.extend(version_4().or_else(|_| version_6()));
            }
            _ => {}
        }
    }

    /// Returns whether one of the names is among `permitted`.
    pub(super) fn are_among(&self, permitted: &[String]) -> bool {
        permitted.iter().any(|permitted| match permitted.parse::<IpAddr>() {
            Ok(address) => self.addresses.contains(&address) || self.has_name(permitted),
            Err(_) => self.has_name(permitted),
        })
    }

    fn has_name(&self, permitted: &str) -> bool {
        self.names.iter().any(|name| is_same(name, permitted))
    }
}

impl fmt::Display for CertificateNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses = self.addresses.iter().map(IpAddr::to_string);
        // A name is the sender's text: what would break the line of a log is shown escaped.
        let names = self.names.iter().map(|name| name.escape_default().to_string());
        let all: Vec<_> = names.chain(addresses).map(|name| format!("`{name}`")).collect();
        if all.is_empty() { f.write_str("no name") } else { f.write_str(&all.join(", ")) }
    }
}

/// Compares without case; `*.` stands for exactly one label.
fn is_same(name: &str, permitted: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    match permitted.strip_prefix("*.") {
        None => name.eq_ignore_ascii_case(permitted),
        Some(parent) => name
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(permitted: &str, name: &str) -> bool {
        is_same(name, permitted)
    }

    #[test]
    fn a_star_stands_for_one_label() {
        assert!(permits("*.corp.example", "FW1.corp.example"));
        assert!(!permits("*.corp.example", "corp.example"));
        assert!(!permits("*.corp.example", "a.fw1.corp.example"));
        assert!(!permits("*.corp.example", ".corp.example"));
    }

    #[test]
    fn names_are_compared_without_case_and_final_dot() {
        assert!(permits("fw1.corp.example", "FW1.Corp.Example."));
        assert!(!permits("fw1.corp.example", "fw10.corp.example"));
    }

    #[test]
    fn bytes_that_are_no_certificate_have_no_name() {
        let names = CertificateNames::read(b"no certificate");

        assert_eq!(names.to_string(), "no name");
        assert!(!names.are_among(&["*.corp.example".to_owned()]));
    }
}
