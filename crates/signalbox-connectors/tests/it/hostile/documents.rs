//! Destinations that are given data: what a text says arrives as it was sent, in its place, and begins
//! nothing of its own.

use std::fs;

use serde_json::{Value, json};
use signalbox_connectors::splunk_hec::HecSimulator;
use signalbox_connectors::webhook::WebhookSimulator;
use signalbox_sdk::role::Item;
use signalbox_sdk::testkit::hostile::TEXTS;

use super::{build, deliver, event, notifications, serve, stream_item};

/// An event of each text, and the notifications of an alert that says it.
const ITEMS: usize = 4 * TEXTS.len();

#[tokio::test]
async fn a_file_has_one_line_for_each_item_and_each_is_the_json_that_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ndjson");
    let file = build("file", json!({ "path": path }), &[]).destination.unwrap();

    for hostile in TEXTS {
        let given = event(hostile.text).to_string();
        deliver(&*file, &stream_item(given.as_bytes(), "edr")).await;
        for told in notifications(&*file, hostile.text) {
            deliver(&*file, &Item::Notification(&told)).await;
        }
    }

    let lines = fs::read(&path).unwrap();
    let lines: Vec<Value> = lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(lines.len(), ITEMS);
    for (hostile, told) in TEXTS.iter().zip(lines.chunks(4)) {
        assert_eq!(told[0], event(hostile.text));
        assert!(told[1..].iter().all(|told| told["data"]["title"] == hostile.text));
    }
}

#[tokio::test]
async fn a_webhook_is_given_each_item_as_one_document_with_headers_of_ours_only() {
    let simulator = WebhookSimulator::default();
    let (_server, address) = serve(&simulator).await;
    let config = json!({
        "direction": "send", "url": format!("http://{address}/hook"), "bearer": "env:TOKEN",
    });
    let roles = build("webhook", config, &[("TOKEN", WebhookSimulator::TOKEN)]);
    let webhook = roles.destination.unwrap();

    for hostile in TEXTS {
        for told in notifications(&*webhook, hostile.text) {
            deliver(&*webhook, &Item::Notification(&told)).await;
        }
    }

    // All have one id here, so the first is kept and the others are known as its repeats.
    let kept = simulator.deliveries();
    assert_eq!(kept.len(), 1);
    assert_eq!(usize::try_from(kept[0].seen_count).unwrap(), 3 * TEXTS.len());
    assert_eq!(kept[0].body["data"]["title"], TEXTS[0].text);
}

#[tokio::test]
async fn a_collector_indexes_as_many_events_as_were_sent_each_with_its_text() {
    let simulator = HecSimulator::default();
    let (_server, address) = serve(&simulator).await;
    let config = json!({
        "direction": "send", "url": format!("http://{address}"), "token": "env:TOKEN",
    });
    let roles = build("splunk_hec", config, &[("TOKEN", HecSimulator::TOKEN)]);
    let splunk = roles.destination.unwrap();

    for hostile in TEXTS {
        let given = event(hostile.text).to_string();
        // A source has a name of the configuration; should it ever say more, it stays a value.
        deliver(&*splunk, &stream_item(given.as_bytes(), hostile.text)).await;
        for told in notifications(&*splunk, hostile.text) {
            deliver(&*splunk, &Item::Notification(&told)).await;
        }
    }

    let indexed = simulator.events();
    assert_eq!(indexed.len(), ITEMS);
    for (hostile, told) in TEXTS.iter().zip(indexed.chunks(4)) {
        assert_eq!(told[0].event, event(hostile.text));
        assert_eq!(told[0].source.as_deref(), Some(hostile.text));
        assert!(told[1..].iter().all(|told| told.event["techniques"] == json!([hostile.text])));
    }
}

#[test]
fn syslog_is_one_frame_whose_payload_is_the_json_that_was_given() {
    let config = json!({ "direction": "send", "to": "127.0.0.1:1", "framing": "newline" });
    let roles = build("syslog", config, &[]);
    let syslog = roles.destination.unwrap();

    for hostile in TEXTS {
        let mut message = Vec::new();
        let given = event(hostile.text).to_string();
        syslog.encode(&stream_item(given.as_bytes(), "edr"), &mut message).unwrap();
        for told in notifications(&*syslog, hostile.text) {
            syslog.encode(&Item::Notification(&told), &mut message).unwrap();
        }

        let message = String::from_utf8(message).unwrap();
        let lines: Vec<&str> = message.lines().collect();
        assert_eq!(lines.len(), 4, "{}: {message}", hostile.name);
        for line in &lines {
            let fields: Vec<&str> = line.splitn(8, ' ').collect();
            let has_header = fields[0].ends_with(">1") && fields[1].starts_with("2026-");
            assert!(has_header && fields[2..4].iter().all(|field| is_name(field)), "{line}");
            assert!(serde_json::from_str::<Value>(fields[7]).is_ok(), "{}: {line}", hostile.name);
        }
        assert!(lines[0].ends_with(&given), "{}", hostile.name);
    }
}

/// Host and program as RFC 5424 wants them: printable ASCII, at most 255.
fn is_name(field: &str) -> bool {
    (1..=255).contains(&field.len()) && field.bytes().all(|byte| byte.is_ascii_graphic())
}
