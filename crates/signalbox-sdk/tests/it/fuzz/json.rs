//! What walks JSON that somebody else wrote.

use serde_json::json;
use signalbox_model::ocsf::Json;
use signalbox_model::ocsf::schema::{Level, validate};
use signalbox_model::time::Timestamp;
use signalbox_sdk::mapping::{Mapping, mend_surrogates};
use signalbox_sdk::role::{Attributes, Normalized, RawEvent};
use signalbox_sdk::testkit::fuzz::{MOMENT, compose};

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\"id\":",
    "\"title\":",
    "\"severity\":",
    "\"host\":",
    "\"items\":[{",
    "\"time\":",
    "\"a\"",
    "1",
    "-1",
    "1e999",
    "0.1",
    "true",
    "null",
    "\\",
    "\\u",
    "d83d",
    "\\ud83d",
    "\\ude00",
    "\\u0000",
    " ",
    "\"tags\":[",
    "{\"id\":\"1\"}",
    "{\"id\":\"1\",\"title\":\"x\"}",
    "1782907200",
    "\"2026-07-01T12:00:00Z\"",
];

#[test]
fn a_mapping_makes_valid_events_or_says_why_not() {
    let mapping = mapping();
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let body = compose(random, JSON);
        let attributes = Attributes::from([]);
        let received = Timestamp::from_millis(1_782_907_200_000);
        let raw = RawEvent { body: body.clone().into(), received, event_id: None, attributes };
        let mut parts = Vec::new();

        mapping.apply(&raw, &mut parts);

        let is_empty_list = parts.is_empty() && body.starts_with(b"{");
        assert!(is_empty_list || !parts.is_empty());
        for part in parts {
            match part {
                Normalized::Event(mapped) => {
                    let mut json = Vec::new();
                    mapped.event.write_json(&mut json);
                    let event = serde_json::from_slice(&json).unwrap();
                    assert!(validate(&event).iter().all(|found| found.level() != Level::Error));
                    assert!(!json.contains(&b'\n'));
                }
                Normalized::Quarantine { reason, original } => {
                    assert!(!reason.is_empty() && original.len() <= body.len());
                }
            }
        }
    });
}

fn mapping() -> Mapping {
    let config = json!({
        "for_each": "items",
        "class": "detection_finding",
        "event_id": "id",
        "attributes": {
            "finding_info.uid": "id",
            "finding_info.title": "title",
            "finding_info.types": "tags",
            "severity": "severity",
            "device.hostname": "host",
            "device.type": { "value": "Server" },
            "time": "time",
            "metadata.product.name": { "value": "Sensor" },
        },
    });
    Mapping::compile(&serde_json::from_value(config).unwrap()).unwrap()
}

#[test]
fn json_that_is_kept_can_be_read_by_a_parser_that_forgives_nothing() {
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let text = String::from_utf8_lossy(&compose(random, JSON)).into_owned();

        let Ok(kept) = Json::parse(&text) else { return };

        let read = serde_json::from_str::<serde_json::Value>(kept.as_str());
        assert!(read.is_ok(), "{read:?} of {kept}");
        let same = serde_json::from_str::<serde_json::Value>(&mend_surrogates(&text));
        assert!(same.is_err() || same.unwrap() == read.unwrap());
        assert_eq!(Json::parse(kept.as_str()).as_ref(), Ok(&kept));
    });
}
