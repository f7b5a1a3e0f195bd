//! `signalbox decode`: saved bytes become events, offline and without a configuration.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use signalbox_sdk::testkit::sample;

/// Decodes `bytes` and returns the lines of the output and the exit code.
fn decode(connector: &str, bytes: &str) -> (Vec<Value>, i32) {
    decode_with(&[connector, "-"], bytes)
}

fn decode_with(arguments: &[&str], bytes: &str) -> (Vec<Value>, i32) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_signalbox"))
        .args(["decode", "--output", "json"])
        .args(arguments)
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

#[test]
fn every_line_of_syslog_becomes_one_event_in_order_even_one_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.log");
    fs::write(&file, SYSLOG).unwrap();

    let (lines, code) = decode_with(&["syslog", file.to_str().unwrap()], "");

    assert_eq!(code, 0);
    let shown: Vec<Value> = lines.iter().map(of_interest).collect();
    assert_eq!(
        shown,
        [
            json!(["web-01", "sshd", 3002, null]),
            json!(["fw-01", null, 4001, null]),
            json!([
                "fw-01",
                null,
                0,
                "byte 27: no version and `|` after `CEF:`; is the header complete?"
            ]),
            json!(["127.0.0.1", null, 0, null]),
        ]
    );
}

#[test]
fn a_whole_file_is_one_message() {
    let text = "<13>1 2026-11-22T08:00:00Z web-01 app - - - it failed\n  at line 7\n  at line 9";

    let (lines, code) = decode_with(&["syslog", "-", "--whole"], text);

    assert_eq!((lines.len(), code), (1, 0));
    assert_eq!(lines[0]["message"], "it failed\n  at line 7\n  at line 9");
}

#[test]
fn an_answer_of_prisma_cloud_and_what_it_posts_become_the_same_findings() {
    let item = |id: &str, status: &str| {
        json!({
            "id": id, "status": status, "alertTime": 1_763_800_000_000_i64,
            "policy": {"policyType": "config", "name": "Bucket is public", "severity": "high"},
            "resource": {"id": "arn:aws:s3:::exports", "name": "exports", "data": {"public": true}},
        })
    };
    let answer = json!({"totalRows": 2, "items": [item("P-1", "open"), item("P-2", "resolved")]});
    let posted = json!({
        "alertId": "P-1", "alertStatus": "open", "alertTs": 1_763_800_000_000_i64,
        "policyName": "Bucket is public", "severity": "high", "resourceId": "arn:aws:s3:::exports",
        "resourceName": "exports", "resource": {"data": {"public": true}},
        "complianceMetadata": [{"standardName": "CIS"}],
    });

    let (read, read_code) = decode("prisma_cloud", &answer.to_string());
    let (sent, sent_code) = decode("prisma_cloud", &posted.to_string());

    assert_eq!((read_code, sent_code), (0, 0));
    let shown = |lines: &[Value]| lines.iter().map(of_finding).collect::<Vec<_>>();
    let open = json!(["P-1", "Bucket is public", "High", "New", {"public": true}]);
    let resolved = json!(["P-2", "Bucket is public", "High", "Resolved", {"public": true}]);
    assert_eq!(shown(&read), [open.clone(), resolved]);
    assert_eq!(shown(&sent), [open]);
}

#[test]
fn every_recorded_line_becomes_one_event() {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: `SIGNALBOX_CORPUS` names no folder with recorded messages");
        return;
    };
    let mut files = Vec::new();
    for folder in ["cef", "syslog"] {
        logs_below(&corpus.join(folder), &mut files);
    }

    assert!(!files.is_empty(), "no `.log` below `{}`", corpus.display());
    for file in sample(files, 6) {
        let bytes = fs::read(&file).unwrap();
        let is_filled = |line: &&[u8]| !matches!(*line, b"" | b"\r");
        let expected = bytes.split(|byte| *byte == b'\n').filter(is_filled).count();
        let (lines, code) = decode_with(&["syslog", file.to_str().unwrap()], "");
        assert_eq!((lines.len(), code), (expected, 0), "{}", file.display());
    }
}

/// Host, program, class and what could not be read.
fn of_interest(event: &Value) -> Value {
    let device = &event["device"];
    let host = if device["hostname"].is_null() { &device["ip"] } else { &device["hostname"] };
    let error = &event["unmapped"]["parse_error"];
    json!([host, event["metadata"]["log_provider"], event["class_uid"], error])
}

/// The id, title, severity and status of a finding, and the configuration of its resource.
fn of_finding(event: &Value) -> Value {
    let finding = &event["finding_info"];
    let data = &event["resources"][0]["data"];
    json!([finding["uid"], finding["title"], event["severity"], event["status"], data])
}

fn logs_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            logs_below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "log") {
            files.push(path);
        }
    }
}

const SYSLOG: &str = "\
<86>1 2026-11-22T08:00:00Z web-01 sshd 4711 - - Accepted publickey for deploy from 192.0.2.7 port 50022 ssh2

<134>Nov 22 08:00:01 fw-01 CEF:0|Example|Wall|1.0|100|Refused|7|src=192.0.2.1 dst=198.51.100.7 proto=TCP act=blocked
<134>Nov 22 08:00:02 fw-01 CEF:nothing that has a header
only words
";
