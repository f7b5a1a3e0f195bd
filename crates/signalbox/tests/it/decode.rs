//! `signalbox decode`: saved bytes become events, offline and without a configuration.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Decodes `bytes` and returns the lines of the output and the exit code.
fn decode(connector: &str, bytes: &str) -> (Vec<Value>, i32) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_signalbox"))
        .args(["decode", connector, "-", "--output", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(bytes.as_bytes()).unwrap();
    let output = program.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (lines.collect(), output.status.code().unwrap())
}

#[test]
fn an_alertmanager_notification_becomes_a_finding_and_a_bad_item_is_told_alone() {
    let good = json!({
        "status": "firing", "fingerprint": "f1", "startsAt": "2026-11-22T08:00:00Z",
        "labels": {"alertname": "HostDown", "severity": "critical"},
    });
    let body = json!({"version": "4", "alerts": [good, 7, good]}).to_string();

    let (lines, code) = decode("webhook", &body);

    assert_eq!(code, 0);
    assert_eq!(lines[0]["finding_info"]["title"], "HostDown");
    assert_eq!(lines[0]["severity_id"], 5);
    assert_eq!(lines[1]["quarantined"], true);
    assert_eq!(lines[2]["finding_info"]["uid"], "f1");
    assert_eq!(lines.len(), 3);
}

#[test]
fn hec_envelopes_become_events_in_order_and_the_refused_rest_is_told() {
    let body = r#"{"event":"one","time":1700000000.5}{"event":"two"}{"event":""}{"event":"lost"}"#;

    let (lines, code) = decode("splunk_hec", body);

    assert_eq!(code, 0);
    assert_eq!(
        (&lines[0]["message"], &lines[0]["time"]),
        (&json!("one"), &json!(1_700_000_000_500_i64))
    );
    assert_eq!(lines[1]["message"], "two");
    assert_eq!(lines[2]["quarantined"], true);
    assert!(lines[2]["reason"].as_str().unwrap().contains("\"invalid-event-number\":2"));
    assert_eq!(lines.len(), 3);
}
