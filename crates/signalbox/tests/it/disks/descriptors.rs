//! No file descriptors left.

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;

use super::Stage;
use crate::hub::{Hub, eventually};
use crate::peers::program;
use crate::products::{finding, signed};

#[tokio::test(flavor = "multi_thread")]
async fn without_file_descriptors_known_senders_go_on_and_new_ones_get_in_when_others_leave() {
    let mut stage = Stage::configured().await;
    let Some(prlimit) = program(&["prlimit"]) else { return };
    stage.hub.around = vec![prlimit.display().to_string(), format!("--nofile={DESCRIPTORS}")];
    stage.hub.run().await;
    assert_eq!(stage.send().await, 200);
    assert!(stage.has_tickets().await);
    let mut known = KnownSender::connect(stage.hub.address).await;

    let began = Instant::now();
    // Some wait in the kernel to be accepted; it need not take all.
    let connect = |_| TcpStream::connect_timeout(&stage.hub.address, SECOND).ok();
    let idle: Vec<TcpStream> = (0..DESCRIPTORS).filter_map(connect).collect();
    assert!(eventually(async || refusals(&stage.hub) > 0).await, "{}", stage.hub.log());
    for _ in 0..20 {
        let status = known.send(&format!("finding-{}", stage.taken + 1)).await;
        assert_eq!(status, 200, "{}", stage.hub.log());
        stage.taken += 1;
    }
    let (refusals, seconds) = (refusals(&stage.hub), began.elapsed().as_secs());
    drop(idle);

    // It is tried every 100 ms; what goes round without a pause says so thousands of times a second.
    let tries = 10 * (seconds + 1);
    assert!(refusals <= tries, "{refusals} lines in {seconds} s: {}", stage.hub.log());
    let is_in = async || TcpStream::connect(stage.hub.address).is_ok() && stage.is_ready().await;
    assert!(eventually(is_in).await, "{}", stage.hub.log());
    stage.assert_delivered_once().await;
}

fn refusals(hub: &Hub) -> u64 {
    hub.log().matches("A connection could not be accepted").count() as u64
}

/// A sender that is connected already.
struct KnownSender(SendRequest<Full<Bytes>>);

impl KnownSender {
    async fn connect(address: SocketAddr) -> Self {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    /// Sends a finding and returns the answer's status.
    async fn send(&mut self, id: &str) -> u16 {
        let body = finding(id);
        let mut request = Request::post("/hooks/edr").header("host", "hub");
        for (name, value) in signed(id, &body) {
            request = request.header(name, value);
        }
        let request = request.header("content-type", "application/json");
        self.0.ready().await.unwrap();
        let answer = self.0.send_request(request.body(Full::from(body)).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        answer.into_body().collect().await.unwrap();
        status
    }
}

/// A hub at rest has some forty.
const DESCRIPTORS: usize = 100;

const SECOND: Duration = Duration::from_secs(1);
