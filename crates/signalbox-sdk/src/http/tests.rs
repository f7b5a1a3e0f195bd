//! What becomes of a call when the other side misbehaves, over real sockets.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use bytes::{Bytes, BytesMut};
use http::{Request, Response, StatusCode};
use rustls::server::WebPkiClientVerifier;
use signalbox_model::ErrorKind;
use signalbox_model::time::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::observe::{Contact, observed};
use crate::role::ListenTls;
use crate::testkit::{Fault, Server};
use crate::tls::{CertificateSummary, server_config};

const NOW: Timestamp = Timestamp::from_millis(784_111_777_000);

async fn server() -> Server {
    Server::start(Router::new().fallback(any(|| async { "x".repeat(2000) })), 0).await.unwrap()
}

fn client() -> HttpClient {
    let timeout = Duration::from_millis(500);
    HttpClient::new(&HttpOptions { timeout, answer_bytes_max: 4000, ca: None }).unwrap()
}

async fn send(server: &Server) -> Result<Response<Bytes>, TransportError> {
    let url = format!("http://{}/", server.address());
    client().send(Request::post(url).body(Bytes::from_static(b"{}")).unwrap()).await
}

fn kind(outcome: Result<Response<Bytes>, TransportError>, effect: Effect) -> ErrorKind {
    outcome.unwrap_err().into_error("test", effect).kind()
}

#[tokio::test]
async fn a_refused_connection_has_executed_nothing() {
    let server = server().await;
    let url = format!("http://{}/", server.address());
    drop(server);
    // The port closes with the server's task, which ends at its next turn.
    tokio::task::yield_now().await;

    let outcome = client().send(Request::post(url).body(Bytes::new()).unwrap()).await;

    assert_eq!(kind(outcome, Effect::Writes), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_cut_or_late_answer_to_a_write_may_have_been_executed() {
    let server = server().await;
    for fault in [Fault::CutBefore, Fault::CutAfter, Fault::Slow(Duration::from_secs(5))] {
        server.faults().plant(fault.clone());
        assert_eq!(
            kind(send(&server).await, Effect::Writes),
            ErrorKind::OutcomeUnknown,
            "{fault:?}"
        );
        server.faults().plant(fault.clone());
        assert_eq!(kind(send(&server).await, Effect::Reads), ErrorKind::Unavailable, "{fault:?}");
    }
}

#[tokio::test]
async fn an_oversized_answer_is_not_read_to_its_end() {
    let server = server().await;
    server.faults().plant(Fault::status(200, &"x".repeat(5000)));

    let outcome = send(&server).await;

    assert_eq!(kind(outcome, Effect::Writes), ErrorKind::Malformed);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let server = server().await;
    let headers = vec![("location", "http://127.0.0.1:1/".to_owned())];
    server.faults().plant(Fault::Answer { status: 302, headers, body: String::new() });

    let answer = send(&server).await.unwrap();

    assert_eq!(answer.status(), StatusCode::FOUND);
    assert_eq!(classify("test", &answer, NOW).kind(), ErrorKind::Rejected);
}

#[test]
fn a_status_alone_says_what_follows() {
    let throttled = |seconds| ErrorKind::Throttled { retry_after: seconds };
    let thirty = Some(Duration::from_secs(30));
    let cases = [
        (429, Some("Sun, 06 Nov 1994 08:50:07 GMT"), throttled(thirty)),
        (429, Some("-1"), throttled(None)),
        (429, None, throttled(None)),
        (503, Some("30"), throttled(thirty)),
        (503, None, ErrorKind::Unavailable),
        (500, None, ErrorKind::Unavailable),
        (504, None, ErrorKind::OutcomeUnknown),
        (401, None, ErrorKind::Unauthorized),
        (403, None, ErrorKind::Unauthorized),
        (422, None, ErrorKind::Rejected),
        (200, None, ErrorKind::Malformed),
    ];

    for (status, retry_after, expected) in cases {
        let mut answer = Response::builder().status(status);
        if let Some(value) = retry_after {
            answer = answer.header("retry-after", value);
        }
        let answer = answer.body(Bytes::new()).unwrap();
        assert_eq!(classify("test", &answer, NOW).kind(), expected, "{status} {retry_after:?}");
    }
}

#[tokio::test]
async fn what_a_peer_tells_beside_its_answer_is_noted_while_somebody_observes() {
    let folder = tempfile::tempdir().unwrap();
    let (acceptor, ca) = self_signed(folder.path());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    let options = HttpOptions { ca: Some(ca), ..HttpOptions::default() };
    let client = HttpClient::new(&options).unwrap();
    let request = Request::get(format!("{origin}/secret/path")).body(Bytes::new()).unwrap();
    let answer = async {
        let (socket, _) = listener.accept().await.unwrap();
        let mut socket = acceptor.accept(socket).await.unwrap();
        socket.read_buf(&mut BytesMut::new()).await.unwrap();
        socket.write_all(ANSWER).await.unwrap();
        socket
    };

    let ((answered, contacts), _socket) = tokio::join!(observed(client.send(request)), answer);

    assert_eq!(answered.unwrap().status(), StatusCode::OK);
    let [Contact { origin: noted, answered: Some(told) }] = &contacts[..] else {
        panic!("{contacts:?}")
    };
    assert_eq!((noted, told.status), (&origin, 200));
    assert_eq!(told.limits, [("x-ratelimit-remaining".to_owned(), "41".to_owned())]);
    assert!(told.skew_ms > Some(0));
    let certificate = CertificateSummary::read(told.certificate.as_ref().unwrap()).unwrap();
    assert_eq!(certificate.names, ["127.0.0.1"]);
}

#[tokio::test]
async fn a_peer_that_cannot_be_reached_is_noted_without_an_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let request = Request::get(&origin).body(Bytes::new()).unwrap();

    let (answer, contacts) = observed(client().send(request)).await;

    assert!(answer.is_err());
    assert_eq!(contacts, [Contact { origin, answered: None }]);
}

/// Returns a server for `127.0.0.1`, and the file by which its certificate is trusted.
fn self_signed(folder: &Path) -> (TlsAcceptor, PathBuf) {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, own.cert.pem()).unwrap();
    std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    let files = ListenTls { certificate: certificate.clone(), key };
    let config = server_config(&files, WebPkiClientVerifier::no_client_auth()).unwrap();
    (TlsAcceptor::from(Arc::new(config)), certificate)
}

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
    x-ratelimit-remaining: 41\r\ncontent-length: 2\r\n\r\n{}";
