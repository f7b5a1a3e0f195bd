//! What becomes of a call when the other side misbehaves, over real sockets.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use signalbox_model::ErrorKind;
use signalbox_model::time::Timestamp;

use super::*;
use crate::testkit::{Fault, Server};

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
