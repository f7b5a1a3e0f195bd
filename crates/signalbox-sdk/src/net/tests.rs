//! Connections to peers that behave and to peers that do not.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use signalbox_model::ErrorKind;
use signalbox_model::time::Timestamp;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::*;
use crate::role::{CheckReport, ListenTls};
use crate::tls::server_config;

const LIMIT: Duration = Duration::from_secs(10);

async fn listener() -> (TcpListener, HostPort) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = listener.local_addr().unwrap().to_string().parse().unwrap();
    (listener, to)
}

#[tokio::test]
async fn what_is_written_arrives_and_what_is_answered_is_read() {
    let (listener, to) = listener().await;
    let mut connection = Dialer::new(to, LIMIT).dial().await.unwrap();
    let (mut peer, _) = listener.accept().await.unwrap();
    let (mut input, mut received) = (BytesMut::new(), [0; 5]);

    connection.read_waiting(&mut input).await.unwrap();
    connection.write(b"hello").await.unwrap();
    peer.read_exact(&mut received).await.unwrap();
    peer.write_all(b"yes").await.unwrap();
    connection.read(&mut input).await.unwrap();

    assert_eq!((&received, &input[..]), (b"hello", &b"yes"[..]));
}

#[tokio::test]
async fn a_peer_that_left_is_noticed_before_anything_is_written() {
    let (listener, to) = listener().await;
    let mut connection = Dialer::new(to, LIMIT).dial().await.unwrap();
    let (peer, _) = listener.accept().await.unwrap();
    drop(peer);

    let mut input = BytesMut::new();
    let lost = connection.read(&mut input).await.unwrap_err();

    assert_eq!(lost, Lost::Closed);
    assert_eq!(connection.read_waiting(&mut input).await, Err(Lost::Closed));
}

#[tokio::test]
async fn a_peer_that_takes_nothing_ends_the_write_within_the_limit() {
    let (listener, to) = listener().await;
    let limit = Duration::from_millis(50);
    let mut connection = Dialer::new(to, limit).dial().await.unwrap();
    let (_peer, _) = listener.accept().await.unwrap();
    // More than the buffers of both sides take.
    let much = vec![b'x'; 64 << 20];

    let unwritten = connection.write(&much).await.unwrap_err();

    assert_eq!(unwritten.why, Lost::Stalled(limit));
    assert!(unwritten.written < much.len());
}

#[tokio::test]
async fn a_port_that_nobody_listens_on_is_unavailable() {
    let (listener, to) = listener().await;
    drop(listener);

    let error = Dialer::new(to, LIMIT).dial().await.unwrap_err();

    assert_eq!((error.step, error.kind), ("tcp", ErrorKind::Unavailable));
    assert!(error.to_string().contains("check the port"), "{error}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_unavailable() {
    // A label of 64 letters is refused by the resolver itself, so no name server is asked.
    let to = format!("{}.invalid:514", "a".repeat(64)).parse().unwrap();

    let error = Dialer::new(to, LIMIT).dial().await.unwrap_err();

    assert_eq!((error.step, error.kind), ("name", ErrorKind::Unavailable));
}

/// An authority with files for both sides.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Self { issuer, folder: tempfile::tempdir().unwrap() };
        std::fs::write(authority.path("ca.pem"), authority.issuer.pem()).unwrap();
        authority
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a certificate for `name` and its key.
    fn issue(&self, file: &str, params: CertificateParams) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let paths = (self.path(&format!("{file}.pem")), self.path(&format!("{file}.key")));
        std::fs::write(&paths.0, certificate.pem()).unwrap();
        std::fs::write(&paths.1, key.serialize_pem()).unwrap();
        paths
    }

    fn acceptor(
        &self,
        params: CertificateParams,
        clients: Arc<dyn ClientCertVerifier>,
    ) -> TlsAcceptor {
        let (certificate, key) = self.issue("server", params);
        let config = server_config(&ListenTls { certificate, key }, clients).unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    fn asks_for_certificates(&self) -> Arc<dyn ClientCertVerifier> {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap()
    }

    fn trusted(&self) -> TlsOptions {
        TlsOptions { ca: Some(self.path("ca.pem")), ..TlsOptions::default() }
    }
}

fn named(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// Dials a server and has it shake hands meanwhile.
async fn meet(
    acceptor: &TlsAcceptor,
    tls: TlsOptions,
) -> (Result<Connection, DialError>, Option<TlsStream<TcpStream>>) {
    let (listener, to) = listener().await;
    let dialer = Dialer::new(to, LIMIT).with_tls(tls);
    let accept = async {
        let (socket, _) = listener.accept().await.ok()?;
        acceptor.accept(socket).await.ok()
    };
    tokio::join!(dialer.dial(), accept)
}

#[tokio::test]
async fn tls_is_spoken_with_a_server_whose_certificate_is_good() {
    let authority = Authority::new();
    let acceptor = authority.acceptor(named("127.0.0.1"), authority.asks_for_certificates());
    let mut tls = authority.trusted();
    tls.identity = Some(authority.issue("hub", named("hub")));

    let (connection, peer) = meet(&acceptor, tls).await;
    let (mut connection, mut peer) = (connection.unwrap(), peer.unwrap());
    connection.read_waiting(&mut BytesMut::new()).await.unwrap();
    connection.write(b"hello").await.unwrap();
    let mut received = [0; 5];
    peer.read_exact(&mut received).await.unwrap();

    assert_eq!(&received, b"hello");
}

#[tokio::test]
async fn a_certificate_that_is_not_good_waits_for_a_person() {
    let authority = Authority::new();
    let other = Authority::new();
    let mut expired = named("127.0.0.1");
    expired.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let mut renamed = authority.trusted();
    renamed.server_name = Some("siem.example.com".to_owned());
    let anybody = WebPkiClientVerifier::no_client_auth;
    for (params, tls, words) in [
        (named("127.0.0.1"), other.trusted(), "not of an authority that is trusted here"),
        (expired, authority.trusted(), "has expired"),
        (named("siem"), authority.trusted(), "is not for `127.0.0.1`"),
        (named("127.0.0.1"), renamed, "is not for `siem.example.com`"),
    ] {
        let (connection, _) = meet(&authority.acceptor(params, anybody()), tls).await;

        let error = connection.unwrap_err();
        assert_eq!((error.step, error.kind), ("tls", ErrorKind::Unauthorized), "{error}");
        assert!(error.detail.contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_name_from_the_configuration_is_looked_for_in_place_of_the_host() {
    let authority = Authority::new();
    let anybody = WebPkiClientVerifier::no_client_auth();
    let acceptor = authority.acceptor(named("siem.example.com"), anybody);
    let mut tls = authority.trusted();
    tls.server_name = Some("siem.example.com".to_owned());

    let (connection, _peer) = meet(&acceptor, tls).await;

    assert!(connection.is_ok(), "{connection:?}");
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_says_so_before_anything_is_written() {
    let authority = Authority::new();
    let acceptor = authority.acceptor(named("127.0.0.1"), authority.asks_for_certificates());

    let (connection, _) = meet(&acceptor, authority.trusted()).await;
    let lost = connection.unwrap().read_waiting(&mut BytesMut::new()).await.unwrap_err();

    let words = "the receiver wants a certificate of ours; set `certificate` and `key` to what it \
                 accepts";
    assert_eq!(lost, Lost::CertificateRefused(words.to_owned()));
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_unavailable() {
    let authority = Authority::new();
    let (listener, to) = listener().await;
    let dialer = Dialer::new(to, LIMIT).with_tls(authority.trusted());
    let answer = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.write_all(b"220 mail.example.com ESMTP\r\n").await.unwrap();
        socket
    };

    let (connection, _socket) = tokio::join!(dialer.dial(), answer);

    let error = connection.unwrap_err();
    assert_eq!((error.step, error.kind), ("tls", ErrorKind::Unavailable));
    assert_eq!(error.detail, "the receiver does not speak TLS");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_early_and_again_at_each_attempt() {
    let authority = Authority::new();
    let (_listener, to) = listener().await;
    let missing = TlsOptions { ca: Some(authority.path("no.pem")), ..TlsOptions::default() };
    let dialer = Dialer::new(to, LIMIT).with_tls(missing);

    assert!(dialer.verify_files().unwrap_err().to_string().contains("no.pem"));
    let error = dialer.dial().await.unwrap_err();
    assert_eq!((error.step, error.kind), ("tls", ErrorKind::Unauthorized));
}

#[tokio::test]
async fn a_check_tells_how_long_the_certificate_is_good() {
    let authority = Authority::new();
    let mut params = named("127.0.0.1");
    params.not_after = rcgen::date_time_ymd(2100, 1, 11);
    let acceptor = authority.acceptor(params, WebPkiClientVerifier::no_client_auth());
    let now = Timestamp::parse("2100-01-01T00:00:00Z").unwrap();
    let (listener, to) = listener().await;
    let dialer = Dialer::new(to, LIMIT).with_tls(authority.trusted());
    let accept = async {
        let (socket, _) = listener.accept().await.unwrap();
        acceptor.accept(socket).await
    };
    let mut report = CheckReport::default();

    let (connection, _peer) = tokio::join!(dialer.check(now, &mut report), accept);

    assert!(connection.is_some() && report.is_good(), "{report:?}");
    let steps: Vec<_> = report.steps.iter().map(|step| step.name).collect();
    assert_eq!(steps, ["name", "tcp", "tls"]);
    let shown = serde_json::to_value(&report.steps[2]).unwrap();
    assert_eq!(shown["verdict"], "warning");
    assert_eq!(shown["detail"], "TLS 1.3, the receiver's certificate is good for 10 days");
}
