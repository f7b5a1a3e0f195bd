//! From hub to hub: what the destination writes, the source reads.

use super::super::{Source, document};
use super::*;

fn through(config: Value, event: &Value) -> Value {
    let message = encoded(&*sender(config), event);
    document(&Source::by_default().event(message.as_bytes()))
}

fn cef(header: &str) -> Value {
    json!({ "transport": "relp", "payload": "cef", "header": header })
}

fn connection(severity_id: i64, text: &str) -> Value {
    json!({
        "class_uid": 4001, "class_name": "Network Activity", "type_uid": 400_106,
        "type_name": "Network Activity: Traffic", "severity_id": severity_id,
        "message": text, "metadata": { "uid": "0197c0de-0000-8000-8000-000000000001" },
        "device": { "hostname": "fw-1" },
        "src_endpoint": { "ip": "203.0.113.7", "port": 51_000, "hostname": text },
        "dst_endpoint": { "ip": "2001:db8::9", "port": 443 },
        "actor": { "user": { "name": "alice" } },
        "http_request": { "user_agent": text },
    })
}

const HOSTILE: &[&str] = &[
    "plain",
    "a|b|10|src=1.2.3.4",
    "x act=allowed dst=6.6.6.6",
    "a=b =c= d =",
    "line\nCEF:0|A|B|1|2|3|4|",
    "return\r\nact=allowed",
    "ends with a backslash\\",
    "\\= \\| \\n \\r \\",
    "\u{202e}bidi\u{202c} \u{2028}",
    "\"quoted=\" 'x' ]",
];

#[test]
fn severity_ids_and_addresses_are_the_same_at_the_other_hub() {
    for header in ["rfc5424", "rfc3164"] {
        for severity in [0, 1, 2, 3, 4, 5] {
            for text in HOSTILE {
                let sent = connection(severity, text);

                let read = through(cef(header), &sent);

                assert_eq!(read["severity_id"], severity, "{text}");
                assert_eq!(read["time"], NOON.as_millis());
                assert_eq!(read["metadata"]["original_event_uid"], sent["metadata"]["uid"]);
                assert_eq!(read["device"]["hostname"], "fw-1");
                assert_eq!(read["message"], *text);
                assert_eq!(read["http_request"]["user_agent"], *text);
                for (end, key) in [
                    ("src_endpoint", "ip"),
                    ("src_endpoint", "port"),
                    ("src_endpoint", "hostname"),
                    ("dst_endpoint", "ip"),
                    ("dst_endpoint", "port"),
                ] {
                    assert_eq!(read[end][key], sent[end][key], "{text}: {end}.{key}");
                }
            }
        }
    }
}

#[test]
fn a_field_of_a_megabyte_is_cut_and_takes_no_other_with_it() {
    let text = "=|\\ src=6.6.6.6 ".repeat(70_000);

    let read = through(cef("rfc5424"), &connection(4, &text));

    assert_eq!(read["src_endpoint"]["ip"], "203.0.113.7");
    assert!(text.starts_with(read["message"].as_str().unwrap()));
    assert_eq!(read["unmapped"].get("parse_error"), None);
}
