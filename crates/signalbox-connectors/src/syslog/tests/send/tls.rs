//! TLS: who is trusted and who is refused.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use signalbox_sdk::role::ListenTls;
use tempfile::TempDir;

use super::*;
use crate::syslog::ReceiverTls;

/// An authority with files for both sides.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Self { issuer, folder: tempfile::tempdir().unwrap() };
        std::fs::write(authority.path("ca.pem"), authority.issuer.pem()).unwrap();
        authority.issue("receiver", "127.0.0.1");
        authority.issue("hub", "hub.example.com");
        authority
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn issue(&self, file: &str, name: &str) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        std::fs::write(self.path(&format!("{file}.pem")), certificate.pem()).unwrap();
        std::fs::write(self.path(&format!("{file}.key")), key.serialize_pem()).unwrap();
    }

    /// A receiver that takes clients of this authority only.
    pub(super) async fn receiver(&self, protocol: ReceiverProtocol) -> SyslogReceiver {
        let certificate =
            ListenTls { certificate: self.path("receiver.pem"), key: self.path("receiver.key") };
        let tls = ReceiverTls { certificate, clients: Some(self.path("ca.pem")) };
        SyslogReceiver::start(protocol, Some(&tls)).unwrap()
    }

    pub(super) fn trusted(&self) -> Value {
        json!({ "ca": self.path("ca.pem") })
    }

    pub(super) fn trusted_with_identity(&self) -> Value {
        json!({ "ca": self.path("ca.pem"), "certificate": self.path("hub.pem"),
            "key": self.path("hub.key") })
    }
}

pub(super) const COUNTED: ReceiverProtocol = ReceiverProtocol::Stream(FramingMode::OctetCounted);

#[tokio::test]
async fn messages_arrive_over_tls_and_over_relp_with_tls() {
    let authority = Authority::new();
    for (protocol, transport) in [(COUNTED, "tls"), (ReceiverProtocol::Relp, "relp+tls")] {
        let receiver = authority.receiver(protocol).await;
        let tls = authority.trusted_with_identity();
        let line = Line::to(receiver, json!({ "transport": transport, "tls": tls }));

        let outcomes = [line.deliver(&["one"]).await, line.deliver(&["two"]).await];

        assert_eq!(outcomes, [vec![DONE], vec![DONE]], "{transport}");
        assert_eq!(line.received(2).await, ["one", "two"]);
        assert_eq!(line.receiver.connections(), 1);
    }
}

#[tokio::test]
async fn a_receiver_whose_certificate_is_not_trusted_gets_nothing_and_waits_for_a_person() {
    let (authority, other) = (Authority::new(), Authority::new());
    let mut misnamed = authority.trusted_with_identity();
    misnamed["server_name"] = json!("siem.example.com");
    for (tls, words_of_it) in [
        (other.trusted(), "name the file with its authority under `ca`"),
        (misnamed, "is not for `siem.example.com`"),
    ] {
        let receiver = authority.receiver(COUNTED).await;
        let line = Line::to(receiver, json!({ "transport": "tls", "tls": tls }));

        let outcomes = line.deliver(&["secret"]).await;

        assert_eq!(kinds(&outcomes), [Some(ErrorKind::Unauthorized)]);
        assert!(words(&outcomes[0]).contains(words_of_it), "{}", words(&outcomes[0]));
        assert_eq!(line.receiver.messages(), [] as [&str; 0]);
    }
}

#[tokio::test]
async fn a_receiver_that_wants_a_certificate_of_ours_waits_for_a_person() {
    let authority = Authority::new();
    for (protocol, transport) in [(COUNTED, "tls"), (ReceiverProtocol::Relp, "relp+tls")] {
        let receiver = authority.receiver(protocol).await;
        let config = json!({ "transport": transport, "tls": authority.trusted() });
        let line = Line::to(receiver, config);

        let outcomes = line.deliver(&["one"]).await;

        assert_eq!(kinds(&outcomes), [Some(ErrorKind::Unauthorized)], "{transport}");
        assert!(words(&outcomes[0]).contains("wants a certificate of ours"), "{outcomes:?}");
    }
}
