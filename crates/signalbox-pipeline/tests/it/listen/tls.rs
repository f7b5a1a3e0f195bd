//! TLS: who gets in by which certificate.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use signalbox_sdk::role::{ListenTls, TlsClients, TlsServer, Transport};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::socket::bind;
use super::{Sender, Served, eventually};

/// An authority, and the files of a hub that trusts it.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

/// What a client shows.
type Shown = Option<(rcgen::Certificate, KeyPair)>;

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let this = Self { issuer, folder: tempfile::tempdir().unwrap() };
        let (certificate, key) = this.issue(named(&["localhost"]));
        std::fs::write(this.path("hub.pem"), certificate.pem()).unwrap();
        std::fs::write(this.path("hub.key"), key.serialize_pem()).unwrap();
        std::fs::write(this.path("ca.pem"), this.issuer.pem()).unwrap();
        this
    }

    fn issue(&self, params: CertificateParams) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn transport(&self, clients: TlsClients) -> Transport {
        let certificate =
            ListenTls { certificate: self.path("hub.pem"), key: self.path("hub.key") };
        Transport::Tcp(Some(TlsServer { certificate, clients }))
    }

    fn permitting(&self, names: &[&str]) -> Transport {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.transport(TlsClients::Named { ca: self.path("ca.pem"), names })
    }

    fn certified(&self) -> Transport {
        self.transport(TlsClients::Certified { ca: self.path("ca.pem") })
    }

    /// Connects as a client that shows this; `None` where the handshake fails for it already.
    async fn connect(&self, served: &Served, shown: Shown) -> Option<Sender<impl Stream + use<>>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let config = ClientConfig::builder().with_root_certificates(roots);
        let config = match shown {
            None => config.with_no_client_auth(),
            Some((certificate, key)) => {
                let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
                config.with_client_auth_cert(vec![certificate.into()], key).unwrap()
            }
        };
        let socket = TcpStream::connect(served.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, socket).await.ok()?;
        Some(Sender::over(stream))
    }

    /// Returns whether a client that shows this is served.
    async fn serves(&self, served: &Served, shown: Shown) -> bool {
        let Some(mut sender) = self.connect(served, shown).await else { return false };
        sender.send("log a -\n").await;
        sender.answer().await == Some(1)
    }
}

/// What a TLS connection can do.
trait Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin {}

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin> Stream for S {}

fn named(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params
}

fn with_common_name(mut params: CertificateParams, name: &str) -> CertificateParams {
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

#[tokio::test]
async fn permitted_names_are_found_where_syslog_daemons_find_them() {
    let authority = Authority::new();
    let permitted = ["fw1.example.org", "*.branch.example.org", "192.0.2.7"];
    let served = Served::over(authority.permitting(&permitted)).await;
    let cases = [
        (named(&["fw1.example.org"]), true),
        (named(&["FW1.Example.org"]), true),
        (named(&["other.example.org", "fw1.example.org"]), true),
        (named(&["a.branch.example.org"]), true),
        (named(&["a.b.branch.example.org"]), false),
        (named(&["192.0.2.7"]), true),
        (named(&["192.0.2.8"]), false),
        (named(&["fw2.example.org"]), false),
        (with_common_name(named(&[]), "fw1.example.org"), true),
        (with_common_name(named(&[]), "fw2.example.org"), false),
        (with_common_name(named(&["fw2.example.org"]), "fw1.example.org"), false),
        (named(&[]), false),
    ];

    for (params, is_permitted) in cases {
        let shown = Some(authority.issue(params.clone()));
        assert_eq!(authority.serves(&served, shown).await, is_permitted, "{params:?}");
    }

    let totals = served.totals();
    assert_eq!((totals.refused_name, totals.refused_handshake, totals.frames), (6, 0, 6));
}

#[tokio::test]
async fn a_client_of_another_authority_or_without_a_certificate_does_not_get_in() {
    let (authority, other) = (Authority::new(), Authority::new());

    for transport in [authority.certified(), authority.permitting(&["fw1.example.org"])] {
        let served = Served::over(transport).await;
        let strange = Some(other.issue(named(&["fw1.example.org"])));
        assert!(!authority.serves(&served, strange).await);
        assert!(!authority.serves(&served, None).await);
        eventually(|| served.totals().refused_handshake == 2).await;
        assert_eq!(served.totals().frames, 0);
    }
}

#[tokio::test]
async fn any_certificate_of_the_authority_will_do_where_names_are_not_asked() {
    let authority = Authority::new();
    let served = Served::over(authority.certified()).await;

    assert!(authority.serves(&served, Some(authority.issue(named(&["anything"])))).await);
}

#[tokio::test]
async fn anybody_gets_in_where_certificates_are_not_asked() {
    let authority = Authority::new();
    let served = Served::over(authority.transport(TlsClients::Anybody)).await;

    assert!(authority.serves(&served, None).await);
}

/// Many devices have certificates without extended key usage, or with that of a server alone.
#[tokio::test]
async fn extended_key_usage_may_be_absent_but_must_list_clients_where_it_is_there() {
    let authority = Authority::new();
    let served = Served::over(authority.certified()).await;
    let both = [ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];

    for (usages, is_served) in [(&both[..0], true), (&both[..1], false), (&both[..], true)] {
        let mut params = named(&["fw1.example.org"]);
        params.extended_key_usages = usages.to_vec();
        let shown = Some(authority.issue(params));
        assert_eq!(authority.serves(&served, shown).await, is_served, "{usages:?}");
    }
}

#[tokio::test]
async fn who_does_not_speak_tls_is_closed_and_counted() {
    let authority = Authority::new();
    let served = Served::over(authority.transport(TlsClients::Anybody)).await;
    let mut sender = Sender::to(served.address).await;

    sender.send("<13>log a -\n").await;
    sender.hang_up().await;

    eventually(|| served.totals().refused_handshake == 1).await;
    assert_eq!(served.totals().frames, 0);
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_given_up() {
    let authority = Authority::new();
    let served = Served::over(authority.transport(TlsClients::Anybody)).await;
    let mut sender = Sender::to(served.address).await;

    assert_eq!(sender.answer().await, None);
    assert_eq!(served.totals().refused_handshake, 1);
}

#[tokio::test]
async fn a_last_line_of_a_sender_that_does_not_take_leave_is_taken() {
    let authority = Authority::new();
    let served = Served::over(authority.transport(TlsClients::Anybody)).await;
    let mut sender = authority.connect(&served, None).await.unwrap();

    sender.send("log a -\nlog b -").await;
    assert_eq!(sender.answer().await, Some(1));
    drop(sender);

    eventually(|| served.totals().frames == 2).await;
}

#[tokio::test]
async fn permitted_names_that_change_hold_for_open_connections_too() {
    let authority = Authority::new();
    let mut served = Served::over(authority.permitting(&["fw1.example.org"])).await;
    let fw1 = || Some(authority.issue(named(&["fw1.example.org"])));
    let mut sender = authority.connect(&served, fw1()).await.unwrap();
    sender.send("log a -\n").await;
    assert_eq!(sender.answer().await, Some(1));

    served.reload(bind(authority.permitting(&["fw2.example.org"])));

    assert_eq!(sender.answer().await, None);
    assert!(!authority.serves(&served, fw1()).await);
    let fw2 = Some(authority.issue(named(&["fw2.example.org"])));
    assert!(authority.serves(&served, fw2).await);
}

#[tokio::test]
async fn authorities_are_read_anew_by_a_reload() {
    let (authority, other) = (Authority::new(), Authority::new());
    let served = Served::over(authority.certified()).await;
    let new = || Some(other.issue(named(&["fw1.example.org"])));
    assert!(!authority.serves(&served, new()).await);

    std::fs::copy(other.path("ca.pem"), authority.path("ca.pem")).unwrap();
    served.reload_unchanged();

    assert!(authority.serves(&served, new()).await);
}
