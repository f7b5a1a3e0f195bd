//! What received events become.

use serde_json::json;

use signalbox_sdk::mapping::Mapping;
use signalbox_sdk::role::{Normalized, Parsed};

use super::*;

/// Receives one envelope and returns the OCSF of its event.
fn normalized(envelope: &Value) -> Value {
    let tokens = json!([{ "name": "plain", "token": "env:HEC_TOKEN" }]);
    let roles = build(json!({ "direction": "receive", "tokens": tokens })).unwrap();
    let request = post("/services/collector", envelope.to_string());
    let decoded = receive(&*roles.webhook.unwrap(), &request).unwrap();
    let mut out = Vec::new();
    roles.normalize.unwrap().normalize(&decoded.events[0], &mut out);
    assert_eq!(out.len(), 1);
    match out.remove(0) {
        Normalized::Event(mapped) => {
            assert_eq!(mapped.original, decoded.events[0].body);
            let mut json = Vec::new();
            mapped.event.write_json(&mut json);
            serde_json::from_slice(&json).unwrap()
        }
        Normalized::Quarantine { reason, .. } => json!({ "quarantined": reason }),
    }
}

/// The named members of an object.
fn only(event: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), event[*name].clone())).collect()
}

#[test]
fn a_text_is_a_base_event_with_that_message() {
    let event = normalized(&json!({
        "event": "link down", "time": 1_772_366_400.5, "host": "sw-1", "source": "udp:514",
        "sourcetype": "syslog", "index": "net", "fields": { "site": "berlin" },
    }));

    assert_eq!(
        only(&event, &["class_uid", "message", "time", "unmapped"]),
        json!({
            "class_uid": 0, "message": "link down", "time": 1_772_366_400_500_i64,
            "unmapped": { "fields.site": "berlin" },
        })
    );
    assert_eq!(event["device"]["hostname"], "sw-1");
    assert_eq!(
        only(&event["metadata"], &["log_name", "log_format", "product", "tags"]),
        json!({
            "log_name": "udp:514", "log_format": "syslog", "product": { "name": "syslog" },
            "tags": [{ "name": "index", "value": "net" }],
        })
    );
}

#[test]
fn without_a_time_it_is_the_receipts_and_an_address_is_no_host_name() {
    let event = normalized(&json!({ "event": "x", "host": "10.1.2.3" }));

    assert_eq!(event["time"], 1_772_366_400_000_i64);
    assert_eq!(event["device"]["ip"], "10.1.2.3");
    assert_eq!(event["metadata"]["product"]["name"], "plain");
}

#[test]
fn the_keys_of_an_object_are_kept_and_the_usual_ones_understood() {
    let event = normalized(&json!({
        "event": { "message": "refused", "severity": "error", "level": "high", "order": { "id": 7 } },
    }));

    assert_eq!(event["message"], "refused");
    assert_eq!(
        event["unmapped"],
        json!({ "severity": "error", "level": "high", "order": { "id": 7 } })
    );
    assert_eq!(normalized(&json!({ "event": { "level": "High" } }))["severity_id"], 4);
}

#[test]
fn an_object_with_a_thousand_keys_too_many_is_kept_whole() {
    let keys: serde_json::Map<_, _> = (0..1001).map(|n| (format!("key{n}"), n.into())).collect();

    let event = normalized(&json!({ "event": keys }));

    let kept = event["unmapped"]["event"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(kept).unwrap(), Value::Object(keys));
}

#[test]
fn an_ocsf_event_is_taken_over_and_what_ocsf_does_not_know_is_kept() {
    let event = normalized(&json!({
        "time": 1,
        "event": {
            "metadata": {
                "version": "1.1.0", "uid": "e-1", "profiles": ["host"], "color": "red",
                "product": { "name": "EDR" },
            },
            "class_uid": 2004, "activity_id": 2, "severity_id": 5, "status_id": 1,
            "type_uid": 200_402, "category_uid": 2, "time": 1_772_366_400_000_i64,
            "finding_info": { "uid": "f-1", "title": "Beacon", "types": ["a", "b"] },
            "attacks": [
                { "technique": { "uid": "T1071" } },
                { "technique": { "uid": "T1105" }, "tactic": { "uid": "TA0011" } },
            ],
            "device": { "hostname": "db-7", "is_managed": "perhaps" },
            "confidence_score": null,
            "mood": { "is": "bad" },
            "unmapped": { "left": [1] },
        },
    }));

    assert_eq!(
        only(&event, &["class_uid", "activity_id", "severity_id", "status_id", "time"]),
        json!({
            "class_uid": 2004, "activity_id": 2, "severity_id": 5, "status_id": 1,
            "time": 1_772_366_400_000_i64,
        })
    );
    assert_eq!(
        event["finding_info"],
        json!({ "uid": "f-1", "title": "Beacon", "types": ["a", "b"] })
    );
    assert_eq!(event["attacks"][1]["technique"]["uid"], "T1105");
    assert_eq!(event["attacks"][1]["tactic"]["uid"], "TA0011");
    assert_eq!(event["attacks"].as_array().unwrap().len(), 2);
    assert_eq!(event["device"]["hostname"], "db-7");
    assert_eq!(
        event["unmapped"],
        json!({
            "metadata.color": "red", "device.is_managed": "perhaps", "mood": { "is": "bad" },
            "left": [1],
        })
    );
    assert_eq!(event["metadata"]["correlation_uid"], "e-1");
}

#[test]
fn an_ocsf_event_of_a_class_not_in_use_becomes_a_base_event_that_keeps_it() {
    let event = normalized(&json!({
        "event": {
            "metadata": { "product": { "name": "EDR" } }, "class_uid": 1007, "activity_id": 1,
            "message": "started", "process": { "pid": 7 },
        },
    }));

    assert_eq!(
        only(&event, &["class_uid", "activity_id", "message", "unmapped"]),
        json!({
            "class_uid": 0, "activity_id": 0, "message": "started",
            "unmapped": { "class_uid": 1007, "activity_id": 1, "process": { "pid": 7 } },
        })
    );
}

/// Receives an OCSF event whose process has this many parents.
fn with_parents(count: usize) -> Normalized {
    let deep = format!("{}{{}}{}", "{\"parent_process\":".repeat(count), "}".repeat(count));
    let body =
        format!(r#"{{"event":{{"metadata":{{}},"class_uid":0,"actor":{{"process":{deep}}}}}}}"#);
    let tokens = json!([{ "name": "plain", "token": "env:HEC_TOKEN" }]);
    let roles = build(json!({ "direction": "receive", "tokens": tokens })).unwrap();
    let decoded = receive(&*roles.webhook.unwrap(), &post("/services/collector", body)).unwrap();
    let mut out = Vec::new();
    roles.normalize.unwrap().normalize(&decoded.events[0], &mut out);
    out.remove(0)
}

#[test]
fn deep_nesting_is_kept_and_nesting_without_end_is_quarantined() {
    let Normalized::Event(deep) = with_parents(80) else { panic!("quarantined") };
    let Normalized::Quarantine { reason, .. } = with_parents(100_000) else { panic!("mapped") };

    assert_eq!(deep.event.unmapped.len(), 1);
    assert_eq!(reason, "nested deeper than 100 levels; send the inside as a text");
}

#[test]
fn too_many_indexed_fields_stay_together() {
    let fields: serde_json::Map<_, _> = (0..1001).map(|n| (format!("key{n}"), n.into())).collect();

    let event = normalized(&json!({ "event": "x", "fields": fields }));

    let kept = event["unmapped"]["fields"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(kept).unwrap(), Value::Object(fields));
}

#[test]
fn an_ocsf_event_of_unknown_attributes_only_is_quarantined() {
    let mut event = json!({ "metadata": {}, "class_uid": 2004 });
    for n in 0..1001 {
        event[format!("key{n}")] = n.into();
    }

    let event = normalized(&json!({ "event": event }));

    assert_eq!(
        event["quarantined"],
        "an OCSF event with more than 1000 attributes that OCSF does not have; send them as one \
         JSON text"
    );
}

#[test]
fn a_text_that_is_not_utf8_is_shown_as_far_as_it_goes_and_kept() {
    let tokens = json!([{ "name": "plain", "token": "env:HEC_TOKEN" }]);
    let roles = build(json!({ "direction": "receive", "tokens": tokens })).unwrap();
    let request = post("/services/collector/raw", &b"caf\xe9"[..]);
    let decoded = receive(&*roles.webhook.unwrap(), &request).unwrap();

    let mut out = Vec::new();
    roles.normalize.unwrap().normalize(&decoded.events[0], &mut out);

    let Normalized::Event(mapped) = out.remove(0) else { panic!("quarantined") };
    assert_eq!(mapped.event.message.as_deref(), Some("caf\u{fffd}"));
    assert_eq!((mapped.original.as_ref(), mapped.parsed), (&b"caf\xe9"[..], Parsed::InPart));
}

#[test]
fn half_a_surrogate_pair_loses_no_event() {
    let tokens = json!([{ "name": "plain", "token": "env:HEC_TOKEN" }]);
    let roles = build(json!({ "direction": "receive", "tokens": tokens })).unwrap();
    let body = r#"{"event":"a \ud83d b"}{"event":{"message":"\ud83d"}}"#;
    let decoded = receive(&*roles.webhook.unwrap(), &post("/services/collector", body)).unwrap();

    let mut out = Vec::new();
    for raw in &decoded.events {
        roles.normalize.as_ref().unwrap().normalize(raw, &mut out);
    }

    let kept = out.iter().map(|normalized| match normalized {
        Normalized::Event(mapped) => {
            let kept = mapped.event.unmapped.get("message").map(|value| format!("{value:?}"));
            (mapped.event.message.as_deref(), kept)
        }
        Normalized::Quarantine { .. } => panic!("quarantined"),
    });
    assert_eq!(
        kept.collect::<Vec<_>>(),
        [(Some(r"a \ud83d b"), None), (None, Some(r#"Json("\"\\ufffd\"")"#.to_owned()))]
    );
}

#[test]
fn a_token_with_a_mapping_is_mapped_and_ocsf_passes_it_by() {
    let mapping = json!({
        "class": "base_event",
        "attributes": {
            "message": "text",
            "time": "at",
            "metadata.product.name": { "value": "Door" },
            "metadata.log_name": "@source",
        },
    });
    let mapping = Mapping::compile(&serde_json::from_value(mapping).unwrap()).unwrap();
    let mut context = context();
    context.mappings = Arc::new([("door".to_owned(), Arc::new(mapping))].into());
    let config = json!({
        "direction": "receive",
        "tokens": [{ "name": "plain", "token": "env:HEC_TOKEN", "mapping": "door" }],
    });
    let roles = (CONNECTOR.build)(config, &context).unwrap();
    let body = r#"{"event":{"text":"open","at":1772366400},"source":"hall"}
        {"event":{"metadata":{},"class_uid":0,"message":"from another hub"}}"#;
    let decoded = receive(&*roles.webhook.unwrap(), &post("/services/collector", body)).unwrap();

    let mut out = Vec::new();
    for raw in &decoded.events {
        roles.normalize.as_ref().unwrap().normalize(raw, &mut out);
    }

    let events: Vec<_> = out
        .iter()
        .map(|normalized| match normalized {
            Normalized::Event(mapped) => {
                (mapped.event.message.as_deref(), mapped.event.metadata.log_name.as_deref())
            }
            Normalized::Quarantine { reason, .. } => panic!("{reason}"),
        })
        .collect();
    assert_eq!(events, [(Some("open"), Some("hall")), (Some("from another hub"), None)]);
}
