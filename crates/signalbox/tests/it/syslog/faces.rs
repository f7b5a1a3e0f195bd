//! A message on the command line: as it comes, and how it went.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::{cef_line, network_to_splunk, socket};
use crate::hub::{Hub, eventually, free_address};
use crate::products::Splunk;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_seen_as_it_comes_and_explained_by_its_uid() {
    let (splunk, address) = (Splunk::start().await, free_address());
    let config = network_to_splunk(&socket("tcp", address), &splunk);
    let hub = Hub::start(&config, &[Splunk::ENVIRONMENT]).await;
    let tail = Tail::start(&hub);

    let shown = tail.shown(address).await;
    let uid = shown["event"]["metadata"]["uid"].as_str().unwrap();
    let explain = || hub.ask(&["explain", uid]);
    let is_delivered = async || explain().to_string().contains("`splunk`: delivered");
    assert!(eventually(is_delivered).await, "{}", explain());

    let explained = explain();
    let notes = explained["stages"].as_array().unwrap();
    let stages: Vec<&str> = notes.iter().map(|note| note["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["ingest", "normalize", "evaluate", "commit", "stream"]);
    assert!(notes[0]["note"].as_str().unwrap().starts_with("received from `network` at "));
    let event = &explained["event"];
    assert_eq!(*event, shown["event"]);
    assert_eq!(
        json!([event["class_name"], event["metadata"]["product"], event["metadata"]["log_format"]]),
        json!([
            "Network Activity",
            {"vendor_name": "Example", "name": "Sensor", "version": "1.0"},
            "CEF"
        ])
    );
}

/// A running `signalbox tail`.
struct Tail {
    process: Child,
    lines: Receiver<String>,
}

impl Tail {
    fn start(hub: &Hub) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_signalbox"))
            .args(["tail", "--source", "network", "--output", "json", "--data"])
            .arg(hub.path("data"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { process, lines }
    }

    /// Sends messages until one is shown: what comes before it follows, it does not show.
    async fn shown(&self, address: SocketAddr) -> Value {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let mut shown = None;
        eventually(async || {
            connection.write_all((cef_line(1) + "\n").as_bytes()).await.unwrap();
            shown = self.lines.try_recv().ok();
            shown.is_some()
        })
        .await;
        serde_json::from_str(&shown.unwrap()).unwrap()
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
