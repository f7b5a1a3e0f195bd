//! Cases that a strict reader of RFC 5424 judged: where it takes a frame the event has the same values,
//! and where it refuses one the event has a parse error, but for what is practice.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use signalbox_model::time::Timestamp;
use signalbox_sdk::role::Parsed;

use super::{Source, document};

/// The cases of the corpus with their verdicts, but for the empty one, which is no frame.
fn cases() -> Vec<(String, bool)> {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        eprintln!("skipped: SIGNALBOX_CORPUS is not set, so no judged case was mapped");
        return Vec::new();
    };
    let file = Path::new(&corpus).join("syslog/go-syslog-rfc5424-cases.json");
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let of = |case: Value| (case["input"].as_str().unwrap().to_owned(), case["valid"] == true);
    cases.into_iter().map(of).filter(|(frame, _)| !frame.is_empty()).collect()
}

#[test]
fn what_is_taken_has_the_same_values_in_the_event() {
    let source = Source::by_default();

    for (frame, _) in cases().iter().filter(|(_, is_valid)| *is_valid) {
        let event = source.event(frame.as_bytes());
        let json = document(&event);

        // Its fields, read a second way: by blanks.
        let fields: Vec<&str> = frame.splitn(7, ' ').collect();
        let field = |at: usize| Some(fields[at]).filter(|field| *field != "-");
        let time = field(1).map(|time| json!(Timestamp::parse(time).unwrap()));
        assert_eq!(event.parsed, Parsed::InFull, "{frame}");
        assert_eq!(json["unmapped"]["parse_error"], Value::Null, "{frame}");
        assert_eq!(json["time"], time.unwrap_or(json!(super::NOON)), "{frame}");
        assert_eq!(host(&json), field(2).unwrap_or("192.0.2.9"), "{frame}");
        assert_eq!(json["metadata"]["log_provider"].as_str(), field(3), "{frame}");
        assert_eq!(json["unmapped"]["process_id"].as_str(), field(4), "{frame}");
        assert_eq!(json["unmapped"]["message_id"].as_str(), field(5), "{frame}");
        let message = json["message"].as_str().unwrap_or_default();
        assert!(frame.trim_end().ends_with(message.trim_end()), "{frame}");
    }
}

#[test]
fn what_is_refused_has_a_parse_error_or_is_practice() {
    let source = Source::by_default();

    for (frame, _) in cases().iter().filter(|(_, is_valid)| !is_valid) {
        let event = source.event(frame.as_bytes());

        let error = document(&event)["unmapped"]["parse_error"].clone();
        if let Some(error) = error.as_str() {
            assert!(error.starts_with("byte "), "{frame}: {error}");
            assert_eq!(event.parsed, Parsed::Not, "{frame}");
        } else {
            assert!(practice(frame).is_some(), "{frame}");
        }
    }
}

/// Why a frame that a strict reader refuses is taken without a word.
fn practice(frame: &str) -> Option<&'static str> {
    let digits = frame.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    let stamp = frame.split(' ').nth(1).unwrap_or_default();
    let has_stamp = stamp == "-" || stamp.contains('T') && Timestamp::parse(stamp).is_ok();
    if digits.is_none_or(|(digits, _)| !digits.bytes().all(|byte| byte.is_ascii_digit())) {
        Some("RFC 3164 §4.3.3: text without a priority is a message, of priority 13")
    } else if frame.contains("=\"\\n\"") {
        Some("RFC 5424 §6.3.3: a backslash before any other letter is a regular backslash")
    } else if stamp.contains(['t', 'z']) {
        Some("RFC 3339 §5.6: T and Z may be lower case")
    } else if !has_stamp {
        Some("RFC 3164 §4.3.2: what has no stamp behind its priority is all message")
    } else {
        None
    }
}

fn host(event: &Value) -> &str {
    let device = &event["device"];
    device["hostname"].as_str().or(device["ip"].as_str()).unwrap_or_default()
}
