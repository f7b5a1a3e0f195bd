//! Real programs at both ends of the hub. `cargo xtask test` fetches them and then requires them;
//! elsewhere a test whose program is missing says so and is skipped.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use signalbox_sdk::http::{HttpClient, HttpOptions};

use crate::hub::{Hub, eventually, free_address, write_private};
use crate::products::{ENVIRONMENT, Snow};

const TOKEN: &str = "3c1f6c5e-7d0a-4b59-9a43-5a0e9d8d2b11";

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_of_a_real_alertmanager_becomes_a_ticket_and_its_end_resolves_it() {
    let Some(program) = program(&["prometheus-alertmanager", "alertmanager"]) else { return };
    let snow = Snow::start().await;
    let hub =
        Hub::start(&alertmanager_to_snow(&snow), &[ENVIRONMENT[1], ("ALERTMANAGER_TOKEN", TOKEN)])
            .await;
    let alertmanager = Alertmanager::start(&program, &hub).await;

    alertmanager.post(json!({})).await;
    assert!(eventually(async || snow.simulator.tickets().len() == 1).await, "{}", hub.log());
    alertmanager.post(json!({"endsAt": "2026-01-01T00:00:00Z"})).await;

    let state = || snow.simulator.tickets()[0].value("state").to_owned();
    assert!(eventually(async || state() == "6").await, "{}", hub.log());
    assert_eq!(snow.simulator.tickets().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_splunk_logging_library_logs_to_the_hub() {
    let Some(node) = program(&["node"]) else { return };
    let library = Command::new(&node)
        .args(["-e", "require('splunk-logging')"])
        .stderr(Stdio::null())
        .status();
    if !library.is_ok_and(|status| status.success()) {
        return missing("splunk-logging");
    }
    let (collector, archive) = (free_address(), tempfile::tempdir().unwrap());
    let path = archive.path().join("events.ndjson");
    let config = collector_to(
        collector,
        &format!("  archive: {{connector: file, path: \"{}\"}}\n", path.display()),
    );
    let hub = Hub::start(&config, &[("HEC_TOKEN", TOKEN)]).await;

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/send_hec.js");
    let sender = Command::new(&node)
        .arg(script)
        .args([&format!("http://{collector}"), TOKEN, "25"])
        .output()
        .unwrap();

    assert!(sender.status.success(), "{}", String::from_utf8_lossy(&sender.stderr));
    assert!(hub.settled(25).await, "{}", hub.log());
    let written = fs::read_to_string(&path).unwrap();
    let first: Value = serde_json::from_str(written.lines().next().unwrap()).unwrap();
    assert_eq!(first["device"]["hostname"], "app-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_hub_sends_over_hec_another_takes_as_it_is() {
    let (near, far) = (free_address(), free_address());
    let archive = tempfile::tempdir().unwrap();
    let path = archive.path().join("events.ndjson");
    let file = format!("  archive: {{connector: file, path: \"{}\"}}\n", path.display());
    let receiver = Hub::start(&collector_to(far, &file), &[("HEC_TOKEN", TOKEN)]).await;
    let send = format!(
        "  far: {{connector: splunk_hec, direction: send, url: \"http://{far}\", token: \"env:FAR_TOKEN\"}}\n"
    );
    let sender = Hub::start(
        &collector_to(near, &send),
        &[("HEC_TOKEN", "near-token"), ("FAR_TOKEN", TOKEN)],
    )
    .await;

    let body: String = (0..50)
        .map(|n| json!({"host": "app-1", "event": format!("line {n}")}).to_string())
        .collect();
    let status = post(
        &format!("http://{near}/services/collector/event"),
        ("authorization", "Splunk near-token"),
        body,
    )
    .await;

    assert_eq!(status, 200);
    assert!(
        sender.settled(50).await && receiver.settled(50).await,
        "{}\n{}",
        sender.log(),
        receiver.log()
    );
    let written = fs::read_to_string(&path).unwrap();
    let message = |line: &str| serde_json::from_str::<Value>(line).unwrap()["message"].clone();
    let messages: Vec<Value> = written.lines().map(message).collect();
    assert_eq!(messages, (0..50).map(|n| json!(format!("line {n}"))).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn promtool_finds_nothing_to_mend_in_the_metrics() {
    let Some(promtool) = program(&["promtool"]) else { return };
    let snow = Snow::start().await;
    let hub =
        Hub::start(&alertmanager_to_snow(&snow), &[ENVIRONMENT[1], ("ALERTMANAGER_TOKEN", TOKEN)])
            .await;
    let metrics = hub.get("/metrics", &[]).await.unwrap();

    let mut judge = Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    judge.stdin.take().unwrap().write_all(metrics.body()).unwrap();
    let verdict = judge.wait_with_output().unwrap();

    let said = [verdict.stdout, verdict.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    assert_eq!((verdict.status.success(), said.as_str()), (true, ""));
}

/// A running Alertmanager that notifies a hub; it ends with the test.
struct Alertmanager {
    process: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Alertmanager {
    async fn start(program: &Path, hub: &Hub) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (address, config) = (free_address(), folder.path().join("alertmanager.yml"));
        write_private(
            &config,
            &format!(
                "route: {{receiver: hub, group_wait: 1s, group_interval: 1s, repeat_interval: 1h}}\n\
             receivers:\n  - name: hub\n    webhook_configs:\n      - url: {}\n        send_resolved: true\n        \
             http_config: {{authorization: {{type: Bearer, credentials: {TOKEN}}}}}\n",
                hub.url("/hooks/alertmanager")
            ),
        );
        let process = Command::new(program)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--cluster.listen-address=")
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let alertmanager = Self { process, url: format!("http://{address}"), _folder: folder };
        let ready = format!("{}/-/ready", alertmanager.url);
        let client = HttpClient::new(&HttpOptions::default()).unwrap();
        let is_ready = async || {
            let answer = client.send(Request::get(&ready).body(Bytes::new()).unwrap()).await;
            answer.is_ok_and(|answer| answer.status() == 200)
        };
        assert!(eventually(is_ready).await, "the Alertmanager does not start");
        alertmanager
    }

    /// Posts the test's alert, as Prometheus does; `more` says when it ended.
    async fn post(&self, more: Value) {
        let mut alert = json!({
            "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "web-01"},
            "annotations": {"summary": "The disk of web-01 is full"},
            "startsAt": "2025-12-31T00:00:00Z",
        });
        alert.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let url = format!("{}/api/v2/alerts", self.url);
        assert_eq!(
            post(&url, ("accept", "application/json"), json!([alert]).to_string()).await,
            200
        );
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

async fn post(url: &str, header: (&str, &str), body: String) -> u16 {
    let client = HttpClient::new(&HttpOptions::default()).unwrap();
    let request =
        Request::post(url).header("content-type", "application/json").header(header.0, header.1);
    client.send(request.body(Bytes::from(body)).unwrap()).await.unwrap().status().as_u16()
}

fn alertmanager_to_snow(snow: &Snow) -> String {
    format!(
        "http: {{listen: \"@HUB@\"}}\nintegrations:\n  alertmanager:\n    connector: webhook\n    direction: receive\n    \
         auth: {{bearer: {{tokens: [\"env:ALERTMANAGER_TOKEN\"]}}}}\n    mapping: alertmanager\n{}\
         alert_rules:\n  severe: {{when: severity >= high, notify: [{{to: snow}}]}}\n",
        snow.yaml()
    )
}

/// A hub with a collector at `port`; `more` stands below `integrations:`.
fn collector_to(listen: SocketAddr, more: &str) -> String {
    format!(
        "http: {{listen: \"@HUB@\"}}\nintegrations:\n  collector:\n    connector: splunk_hec\n    direction: receive\n    \
         listen: {{address: \"{listen}\"}}\n    tokens: [{{name: test, token: \"env:HEC_TOKEN\"}}]\n{more}"
    )
}

/// Finds a program by one of its names.
pub(crate) fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let found = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = found.into_iter().find(|file| file.is_file());
    if found.is_none() {
        missing(names[0]);
    }
    found
}

/// Says that a peer is missing; where peers are required that is a failure.
pub(crate) fn missing(name: &str) {
    assert!(
        std::env::var("SIGNALBOX_PEERS").as_deref() != Ok("required"),
        "the peer `{name}` is missing"
    );
    eprintln!("skipped: `{name}` is not here; `cargo xtask test` fetches it");
}
