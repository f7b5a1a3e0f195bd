//! `cefp` of Python's registry, a parser of CEF that we did not write, reads what the syslog destination
//! makes of hostile events: every value as it was, and no key that was not written.

use std::sync::Arc;

use serde_json::{Value, json};
use signalbox_connectors::syslog::CONNECTOR;
use signalbox_model::IntegrationName;
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_sdk::Context;
use signalbox_sdk::role::{Destination, EventItem, Item};
use signalbox_sdk::testkit::hostile::TEXTS;

use crate::cefp::{python, read_by_peer};

#[test]
fn hostile_events_in_cef_are_read_back_by_a_second_parser() {
    let Some(python) = python() else { return };
    let destination = destination();
    let lines: Vec<String> = texts().map(|text| line(&*destination, text)).collect();

    let peers = read_by_peer(&python, &lines);

    for (text, peer) in texts().zip(&peers) {
        // A NUL would end the frame for many receivers.
        let text = &text.replace('\0', " ");
        let in_header = text.replace(['\r', '\n'], " ");
        assert_eq!(peer["device"]["event_class_id"], in_header);
        assert_eq!((&peer["name"], &peer["severity"]), (&json!("Detection Finding"), &json!("8")));
        assert_eq!(peer["extension"], expected(text), "{text:?}");
    }
}

#[test]
fn a_field_of_a_megabyte_is_cut_and_leaves_the_others_as_they_are() {
    let Some(python) = python() else { return };
    let text = "=|\\ src=6.6.6.6 ".repeat(70_000);
    let line = line(&*destination(), &text);

    let peer = read_by_peer(&python, std::slice::from_ref(&line)).remove(0);

    assert!(line.len() < 64 << 10, "{}", line.len());
    let extension = &peer["extension"];
    assert_eq!(extension["src"], "203.0.113.7");
    assert_eq!(extension["externalId"], "uid-1");
    for key in ["msg", "reason", "suser", "request", "fname", "cs1", "cs2"] {
        let value = extension[key].as_str().unwrap();
        assert!(!value.is_empty() && text.starts_with(value), "{key}");
    }
}

/// The corpus, and what only a format with backslashes minds.
fn texts() -> impl Iterator<Item = &'static str> {
    let more = [
        "plain",
        "x act=allowed",
        "a=b =c= d =",
        "\\\\",
        "\\= \\| \\n \\r \\",
        "\"quoted=\" 'x' ]",
    ];
    TEXTS.iter().map(|hostile| hostile.text).chain(more)
}

fn event(text: &str) -> Value {
    json!({
        "class_name": "Detection Finding", "type_uid": 200_401, "type_name": "Detection Finding",
        "severity_id": 4, "message": text, "status_detail": text,
        "metadata": { "uid": "uid-1" },
        "finding_info": { "uid": text, "title": text, "analytic": { "uid": text, "name": text } },
        "evidences": [{
            "actor": { "user": { "name": text } },
            "src_endpoint": { "ip": "203.0.113.7", "port": 0 },
            "url": { "url_string": text },
            "file": { "name": text },
        }],
        "malware": [{ "name": text }],
    })
}

fn expected(text: &str) -> Value {
    json!({
        "rt": "1772366400000", "externalId": "uid-1", "cat": "Detection Finding",
        "src": "203.0.113.7", "spt": "0", "suser": text, "request": text, "reason": text,
        "msg": text, "fname": text, "cs1Label": "rule", "cs1": text, "cs2Label": "findingUid",
        "cs2": text, "cs6Label": "threat", "cs6": text, "flexString1Label": "source",
        "flexString1": "edr", "flexString2Label": "finding", "flexString2": text,
    })
}

fn destination() -> Arc<dyn Destination> {
    let config =
        json!({ "direction": "send", "to": "127.0.0.1:1", "transport": "relp", "payload": "cef" });
    let secrets = FixedSecrets::of_variables([("NONE", "none")]);
    let context = Context::new(IntegrationName::new("siem"), Arc::new(secrets));
    (CONNECTOR.build)(config, &context).unwrap().destination.unwrap()
}

/// The line of CEF behind the header of syslog.
fn line(destination: &dyn Destination, text: &str) -> String {
    let (json, mut out) = (event(text).to_string(), Vec::new());
    let time = Timestamp::from_millis(1_772_366_400_000);
    let item = EventItem { json: json.as_bytes(), time, source: "edr" };
    destination.encode(&Item::Event(item), &mut out).unwrap();
    let message = String::from_utf8(out).unwrap();
    message[message.find("CEF:").unwrap()..].to_owned()
}
