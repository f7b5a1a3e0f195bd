//! What real devices sent, and what a strict parser of RFC 5424 says.

use std::path::{Path, PathBuf};

use super::*;

/// What the strict parser refuses and we take without a word, and why.
const ACCEPTED: &[(&str, &str)] = &[(
    r#"[meta escape="\n"]"#,
    "RFC 5424 §6.3.3: a backslash before any other letter is a regular backslash",
)];

#[test]
fn the_judged_cases_of_rfc_5424_hold() {
    let Some(cases) = judged("go-syslog-rfc5424-cases.json") else { return };

    for (frame, is_valid) in cases {
        let fault = parsed(&frame).fault;

        let is_accepted = ACCEPTED.iter().any(|(part, _)| frame.contains(part));
        if is_valid || is_accepted {
            assert_eq!(fault, None, "{frame}");
        } else {
            assert!(fault.is_some(), "{frame}");
        }
        if is_valid {
            check_against_a_plain_reading(&frame);
        }
    }
}

/// Reads a valid frame a second way, by its blanks.
fn check_against_a_plain_reading(frame: &str) {
    let message = parsed(frame);
    let fields: Vec<&str> = frame.splitn(7, ' ').collect();
    let field = |index: usize| Some(fields[index]).filter(|field| *field != "-");
    let (priority, _) = fields[0][1..].split_once('>').unwrap();

    assert_eq!(message.form, Form::Rfc5424, "{frame}");
    assert_eq!(message.priority.unwrap().value().to_string(), priority);
    assert_eq!(message.timestamp, field(1).map(|time| Timestamp::parse(time).unwrap()), "{frame}");
    assert_eq!(message.host, field(2));
    assert_eq!(message.app, field(3));
    assert_eq!(message.process_id, field(4));
    assert_eq!(message.message_id, field(5));
    let data = message.structured_data.as_str();
    let behind = fields[6].strip_prefix(if data.is_empty() { "-" } else { data }).unwrap();
    assert_eq!(message.text, behind.strip_prefix(' ').unwrap_or(behind), "{frame}");
}

#[test]
fn the_judged_cases_of_rfc_3164_hold() {
    let Some(cases) = judged("go-syslog-rfc3164-cases.json") else { return };

    let [first, second] = <[(String, bool); 2]>::try_from(cases).unwrap();

    assert!(line(&first.0).starts_with("2026-01-12T06:30:00.000Z xxx apache - | 1.2.3.4 - - [12/"));
    assert_eq!(line(&second.0), "2026-08-07T06:30:00.000Z xxx aaa - | message from 1.2.3.4");
    assert_eq!([fault(&first.0), fault(&second.0)], [None, None]);
}

/// No line may panic, lose its message, or get a time that no log has.
#[test]
fn lines_of_real_devices_keep_their_message_and_a_plausible_time() {
    let Some(corpus) = corpus() else { return };
    let years = Timestamp::parse("2005-01-01").unwrap()..Timestamp::parse("2027-01-01").unwrap();
    let mut count = 0;

    for frame in ["syslog", "syslog/sc4s", "cef"].iter().flat_map(|at| lines(&corpus.join(at))) {
        let frame = text(&frame).into_owned();
        let message = parsed(&frame);

        count += 1;
        let whole = frame.trim_end_matches(['\n', '\r', '\0']);
        assert!(whole.ends_with(message.text), "{frame}");
        assert!(message.timestamp.is_none_or(|time| years.contains(&time)), "{frame}");
        for field in [message.host, message.relay, message.app, message.process_id] {
            let is_word = |field: &str| !field.is_empty() && !field.contains([' ', '\n']);
            assert!(field.is_none_or(is_word), "{frame}");
        }
        if let Some(marker) = marker(&frame) {
            assert!(message.text.contains(&frame[marker..]), "{frame}");
        }
    }
    assert!(count > 3_000, "{count}");
}

/// Sources of which every line has the same header.
#[test]
fn headers_of_known_devices_are_read_right() {
    let Some(corpus) = corpus() else { return };
    let check = |file: &str, is_right: fn(&Message<'_>) -> bool| {
        for frame in lines_of(&corpus.join(file)) {
            let frame = text(&frame).into_owned();
            assert!(is_right(&parsed(&frame)), "{file}: {frame}: {:?}", parsed(&frame));
        }
    };

    check("syslog/barracuda-waf.log", |message| {
        (message.host, message.app) == (Some("Barracuda"), None) && message.text.starts_with("cat=")
    });
    check("syslog/cisco-ucs.log", |message| {
        message.host.is_none() && message.has_zone && message.text.starts_with("%UCSM-")
    });
    check("syslog/openvpn.log", |message| {
        (message.host, message.app) == (Some("demo-host.local"), Some("openvpn"))
    });
    check("syslog/cisco-ise.log", |message| {
        message.relay.is_some() && message.host.is_some() && message.text.starts_with("CISE_")
    });
    check("syslog/paloalto-panos-csv.log", |message| {
        message.host.is_some() && message.app.is_none() && message.text.starts_with("1,")
    });
    check("syslog/vmware-vcenter.log", |message| {
        message.timestamp.is_some() && message.app == Some("vcenter-server")
    });
    check("syslog/syslog5424-metron.log", |message| {
        (message.fault, message.host) == (None, Some("loggregator"))
            && message.text == "Removing instance"
    });
    check("cef/claroty-ctd.log", |message| {
        message.host == Some("claroty") && message.text.starts_with("CEF:0|")
    });
}

/// Where `CEF:` or `LEEF:` begins a word.
fn marker(frame: &str) -> Option<usize> {
    let begins_word = |at: &usize| *at == 0 || frame[..*at].ends_with([' ', '>']);
    ["CEF:", "LEEF:"].iter().filter_map(|marker| frame.find(marker)).filter(begins_word).min()
}

fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("SIGNALBOX_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("SKIPPED: SIGNALBOX_CORPUS is not set");
    }
    corpus
}

fn judged(file: &str) -> Option<Vec<(String, bool)>> {
    let bytes = std::fs::read(corpus()?.join("syslog").join(file)).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
    let case = |case: &serde_json::Value| {
        (case["input"].as_str().unwrap().to_owned(), case["valid"].as_bool().unwrap())
    };
    Some(cases.iter().map(case).collect())
}

fn lines(folder: &Path) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let logs = files.filter(|path| path.extension().is_some_and(|end| end == "log"));
    logs.flat_map(|path| lines_of(&path)).collect()
}

fn lines_of(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).unwrap();
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}
