//! Whatever comes makes one event, and quickly.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Source, document, violations};

/// Bytes that look like the formats that are read, and then do not.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("<134>".to_owned()),
        Just("<13>1 2026-07-01T12:00:00Z host app 1 id [a b=\"c\"] ".to_owned()),
        Just("Jul  1 12:00:00 host ".to_owned()),
        Just("CEF:0|".to_owned()),
        Just("LEEF:2.0|a|b|c|d|^|".to_owned()),
        Just("Palo Alto Networks|PAN-OS|1|end|TRAFFIC|1|".to_owned()),
        Just("cs1Label=Rule cs1=x src=10.0.0.1 dpt=70000 act=deny ".to_owned()),
        Just("1,2026/07/01 12:00:00,7,THREAT,url,".to_owned()),
        Just("%ASA-6-302013: Built outbound TCP connection 1 for a:1.1.1.1/1 to ".to_owned()),
        Just("devid=\"F\" logid=1 type=utm subtype=ips ".to_owned()),
        Just("{\"event_type\":\"alert\",\"alert\":{\"signature\":\"s\"".to_owned()),
        Just("sshd[1]: Failed password for ".to_owned()),
        "[ -~]{0,30}",
        "\\PC{0,8}",
    ];
    let text = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![text, prop::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #[test]
    fn any_bytes_make_exactly_one_valid_event(bytes in frames()) {
        let source = Source::by_default();
        let has_something = bytes.iter().any(|byte| !matches!(byte, b'\r' | b'\n'));

        match source.datagram(&bytes) {
            Some(raw) => {
                let event = document(&source.event_of(&raw));
                prop_assert_eq!(violations(&event), Vec::<String>::new());
            }
            None => prop_assert!(!has_something),
        }
    }
}

/// A frame of 60,000 bytes.
fn long(head: &str, piece: &str) -> String {
    format!("{head}{}", piece.repeat(60_000 / piece.len()))
}

/// Each of these would take minutes if its cost were the square of its length, or worse.
fn slow_frames() -> Vec<String> {
    vec![
        long("CEF:0|a|b|c|d|e|5|", "a=1 "),
        long("CEF:0|a|b|c|d|e|5|", "cs1=1 "),
        long("CEF:0|a|b|c|d|e|5|", "cs1Label=x cs1=1 "),
        long("CEF:0|a|b|c|d|e|5|", "\\"),
        long("LEEF:1.0|a|b|c|d|", "a=1\t"),
        long("", "LEEF:"),
        long("", "a=1 "),
        long("", "a=\"1\\\" "),
        long("", "a b c=\"' "),
        long("IN= SRC= PROTO= ", "a=1 "),
        long("devid=F logid=1 type=utm ", "a=1 "),
        long("time=1|product=a|", "a=1|"),
        long("1 1 0 5200 NOTICE Passed-Authentication: a, ", "a=1, "),
        long("{\"a\":", "["),
        long("<13>1 - - - - - ", "[a b=\"c\"]"),
        long("1,1,1,THREAT,", "\"\","),
        long("", "client # query: "),
    ]
}

#[test]
fn frames_made_to_be_slow_are_not() {
    let source = Source::by_default();

    let started = Instant::now();
    for frame in &slow_frames() {
        source.event(frame.as_bytes());
    }

    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

/// Every value that is told apart is compared with those before it.
#[test]
fn only_so_many_values_of_a_frame_are_told_apart() {
    let source = Source::by_default();
    let elements = long("<13>1 - - - - [a", " b=\"c\"") + "] ";
    let many = "a=1 ".repeat(1_000);
    let mut frames = slow_frames();
    frames.extend([
        format!("{elements}CEF:0|a|b|c|d|e|5|stray {many}"),
        format!(
            "{elements}1 1 0 5200 NOTICE Passed-Authentication: a, {}",
            many.replace(' ', ", ")
        ),
        format!("{elements}IN= SRC= PROTO= {many}"),
    ]);

    for frame in &frames {
        let event = document(&source.event(frame.as_bytes()));

        let kept = event["unmapped"].as_object().map_or(0, serde_json::Map::len);
        let begin: String = frame.chars().take(80).collect();
        assert!(kept < 1_020, "{kept} of {begin}");
    }
}
