//! Texts and bodies that want to be more, through the program itself: what was taken is counted, and
//! nothing that the program then shows acts on a terminal.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};
use signalbox_sdk::role::is_active;
use signalbox_sdk::testkit::hostile::{TEXTS, bodies};
use signalbox_sdk::testkit::sample;

use crate::hub::{Hub, eventually, free_address};

const TOKEN: (&str, &str) = ("COLLECTOR_TOKEN", "collector-token");

/// A collector and a webhook; a file behind them, and alerts that nothing can take.
fn config(collector: SocketAddr, out: &Path) -> String {
    let out = out.display();
    format!(
        r#"
http: {{listen: "@HUB@"}}
integrations:
  collector:
    connector: splunk_hec
    direction: receive
    listen: {{address: "{collector}"}}
    tokens: [{{name: t, token: "env:COLLECTOR_TOKEN"}}]
  sensor:
    connector: webhook
    direction: receive
    auth: {{unauthenticated: accepted}}
    mapping: sensor
    body_max: 4MiB
  out: {{connector: file, path: "{out}"}}
  desk: {{connector: syslog, direction: send, to: "127.0.0.1:1", message_bytes_max: 4KiB, stream: false}}
mappings:
  sensor:
    class: detection_finding
    attributes:
      finding_info.uid: message
      finding_info.title: message
      message: message
      severity: severity
      device.hostname: host
      device.type: {{value: Server}}
      metadata.product.name: {{value: Test sensor}}
alert_rules:
  everything: {{when: "integration = 'sensor'", notify: [{{to: desk}}]}}
"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_comes_is_counted_and_whatever_is_shown_is_inert() {
    let (collector, folder) = (free_address(), tempfile::tempdir().unwrap());
    let out = folder.path().join("out.ndjson");
    let hub = Hub::start(&config(collector, &out), &[TOKEN]).await;

    let taken = send_bodies(&hub, collector).await + send_texts(&hub, collector).await;

    let delivered = async || {
        let ledger = hub.ask(&["ledger", "--recount"]);
        let row = ledger["streams"].as_array().unwrap().iter().find(|row| row["stream"] == "out");
        let has_passed = row.is_some_and(|row| row["pending"] == 0);
        ledger["balanced"] == true && has_passed
    };
    assert!(eventually(delivered).await, "{}\n{}", hub.ask(&["ledger"]), hub.log());
    assert!(taken > 2 * TEXTS.len(), "{taken}");
    assert_inert(&hub, &lines(&out));
}

/// Posts every body at both doors; returns how many were taken. The rest is refused in words.
async fn send_bodies(hub: &Hub, collector: SocketAddr) -> usize {
    let mut taken = 0;
    for body in bodies() {
        let doors = [
            (hub.url("/hooks/sensor"), "authorization", "none"),
            (
                format!("http://{collector}/services/collector/raw"),
                "authorization",
                "Splunk collector-token",
            ),
        ];
        for (url, name, value) in doors {
            let answer = hub.post_bytes(&url, &[(name, value)], body.bytes.clone()).await.unwrap();
            let status = answer.status();
            assert!(status.is_success() || status.is_client_error(), "{}: {status}", body.name);
            taken += usize::from(status.is_success());
        }
    }
    taken
}

/// Posts an event of each text at both doors; each is taken.
async fn send_texts(hub: &Hub, collector: SocketAddr) -> usize {
    let headers = [("authorization", "Splunk collector-token")];
    let event_url = format!("http://{collector}/services/collector/event");
    for hostile in TEXTS {
        let text = hostile.text;
        let finding = json!({"message": text, "severity": text, "host": text, text: text});
        let told = hub.post("/hooks/sensor", &[], &finding.to_string()).await.unwrap();
        let envelope =
            json!({"event": {"message": text, text: text}, "host": text, "source": text});
        let sent = hub.post_to(&event_url, &headers, &envelope.to_string()).await.unwrap();
        assert!(told.status().is_success() && sent.status().is_success(), "{}", hostile.name);
    }
    2 * TEXTS.len()
}

/// The lines of the stream: each is JSON to a parser without patience.
fn lines(out: &Path) -> Vec<Value> {
    let text = std::fs::read(out).unwrap();
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn assert_inert(hub: &Hub, events: &[Value]) {
    let commands =
        [&["alerts", "list", "--limit", "200"][..], &["dlq", "list"], &["integrations", "list"]];
    let forms = ["table", "json"];
    let show = |command| forms.map(|form| hub.show(command, form));
    let mut shown: Vec<String> = commands.into_iter().flat_map(show).collect();
    for event in sample(events.iter().rev().take(2 * TEXTS.len()), 8) {
        let uid = event["metadata"]["uid"].as_str().unwrap();
        shown.push(hub.show(&["explain", uid], "table"));
    }
    for text in shown {
        let acting = text.chars().find(|c| is_active(*c));
        assert_eq!(acting, None, "{text}");
    }
}
