//! How values get from the source into attributes, and what becomes of the rest.

use super::*;

#[test]
fn values_are_read_by_the_kind_of_their_attribute() {
    let mapping = finding(json!({
        "count": "count",
        "time": "when",
        "start_time": "since",
        "confidence_score": "score",
        "is_alert": "alert",
        "status_code": "code",
        "finding_info.types": "types",
        "resources.name": "host",
        "resources.data": "facts",
    }));

    let mapped = map(
        &mapping,
        json!({
            "uid": 7, "title": "t", "count": "12", "when": "2026-03-01T13:00:00+01:00",
            "since": 1_772_366_399, "score": 80.0, "alert": "yes", "code": 4.50,
            "types": ["a", 2], "host": "h", "facts": {"x": [1, null]}
        }),
    );

    let event = written(&mapped.event);
    assert_eq!(event["finding_info"], json!({"uid": "7", "title": "t", "types": ["a", "2"]}));
    assert_eq!(event["resources"], json!([{"name": "h", "data": {"x": [1, null]}}]));
    assert_eq!(event["time"], 1_772_366_400_000_i64);
    assert_eq!(event["start_time"], 1_772_366_399_000_i64);
    assert_eq!((&event["count"], &event["confidence_score"]), (&json!(12), &json!(80)));
    assert_eq!((&event["is_alert"], &event["status_code"]), (&json!(true), &json!("4.5")));
    assert_eq!(event["unmapped"], Value::Null);
}

#[test]
fn the_first_value_that_is_present_counts_and_the_others_stay() {
    let mapping = finding(json!({"message": ["a", "b", "c"]}));

    let mapped = map(&mapping, json!({"uid": "u", "title": "t", "a": "", "b": "x", "c": "y"}));

    let event = written(&mapped.event);
    assert_eq!(event["message"], "x");
    assert_eq!(event["unmapped"], json!({"a": "", "c": "y"}));
}

#[test]
fn a_table_translates_and_a_default_stands_in() {
    let mapping = finding(json!({
        "severity": {"path": "level", "table": {"P1": "critical", "2": "high"}},
        "status": {"path": "state", "table": {"open": "new"}, "default": "unknown"},
        "count": {"path": "n", "default": 1},
    }));
    let event = |body: Value| written(&map(&mapping, body).event);
    let item = |level: Value, state: &str| json!({"uid": "u", "title": "t", "level": level, "state": state});

    let listed = event(item(json!("p1"), "OPEN"));
    let number = event(item(json!(2), "open"));
    let plain = event(item(json!("low"), "odd"));
    let unknown = event(item(json!("purple"), "open"));

    assert_eq!((&listed["severity_id"], &listed["status_id"]), (&json!(5), &json!(1)));
    assert_eq!((&number["severity_id"], &number["count"]), (&json!(4), &json!(1)));
    assert_eq!((&plain["severity_id"], &plain["status_id"]), (&json!(2), &json!(0)));
    assert_eq!(plain["unmapped"], json!({"state": "odd"}));
    assert_eq!(
        (&unknown["severity_id"], &unknown["unmapped"]),
        (&json!(0), &json!({"level": "purple"}))
    );
}

#[test]
fn the_words_of_the_source_need_no_table_where_ocsf_has_them() {
    let mapping = finding(json!({"status": "state"}));
    let event = |state: &str| {
        written(&map(&mapping, json!({"uid": "u", "title": "t", "state": state})).event)
    };

    let known = event("in_progress");
    let own = event("snoozed");

    assert_eq!((&known["status_id"], &known["status"]), (&json!(2), &json!("In Progress")));
    assert_eq!((&own["status_id"], &own["status"]), (&json!(99), &json!("snoozed")));
}

#[test]
fn a_finding_whose_status_says_closed_is_closed() {
    let mapping = finding(json!({"status": "state"}));
    let explicit = finding(json!({"status": "state", "activity_name": {"value": "update"}}));
    let body = |state: &str| json!({"uid": "u", "title": "t", "state": state});
    let activity = |mapping, state| map(mapping, body(state)).event.activity_id;

    assert_eq!(activity(&mapping, "new"), 1);
    assert_eq!(activity(&mapping, "resolved"), 3);
    assert_eq!(activity(&explicit, "resolved"), 2);
}

#[test]
fn an_event_without_a_time_has_the_time_of_receipt() {
    let mapping = finding(json!({"time": "when"}));
    let time =
        |when: &str| map(&mapping, json!({"uid": "u", "title": "t", "when": when})).event.time;

    assert_eq!(time(""), RECEIVED);
    assert_eq!(time("0001-01-01T00:00:00Z"), RECEIVED);
    assert_eq!(time("1970-01-01T00:00:01Z"), Timestamp::from_millis(1_000));
}

#[test]
fn an_object_that_would_be_incomplete_stays_in_unmapped() {
    let mapping = finding(json!({
        "resources.name": "host",
        "resources.type": {"value": "host"},
        "resources.namespace": "namespace",
    }));

    let mapped = map(&mapping, json!({"uid": "u", "title": "t", "namespace": "prod"}));

    let event = written(&mapped.event);
    assert_eq!(event["resources"], Value::Null);
    assert_eq!(event["unmapped"], json!({"namespace": "prod"}));
}

#[test]
fn what_is_kept_keeps_its_form() {
    let mapping = finding(json!({}));
    let body =
        r#"{"uid":"u","title":"t","n":1.10,"big":12345678901234567890123,"e":"\u00e9\ud83d"}"#;

    let mapped = event(apply(&mapping, &raw(body)).remove(0));

    let mut json = Vec::new();
    mapped.event.write_json(&mut json);
    let json = String::from_utf8(json).unwrap();
    let kept = r#""unmapped":{"n":1.10,"big":12345678901234567890123,"e":"\u00e9\ufffd"}"#;
    assert!(json.contains(kept), "{json}");
    assert_eq!(mapped.original, body);
}

#[test]
fn the_transport_and_the_body_around_are_read_by_their_own_paths() {
    let mapping = compile(json!({
        "class": "base_event",
        "for_each": "events",
        "attributes": {
            "metadata.product.name": "$.product",
            "metadata.log_name": "@sourcetype",
            "unmapped.x": "$.x",
            "message": ".",
        }
    }))
    .unwrap();
    let mut raw = raw(r#"{"events": ["hello"], "x": {"y": 1}, "product": "Acme"}"#);
    raw.attributes = [("sourcetype", Text::new("acme:log"))].into();

    let mapped = event(apply(&mapping, &raw).remove(0));

    let event = written(&mapped.event);
    assert_eq!(event["message"], "hello");
    assert_eq!(event["metadata"]["log_name"], "acme:log");
    assert_eq!(event["metadata"]["product"]["name"], "Acme");
    assert_eq!(event["unmapped"], json!({"x": {"y": 1}}));
}

#[test]
fn a_value_that_does_not_fit_is_described_and_never_shown() {
    let mapping = finding(json!({
        "count": ["n", "m"],
        "time": "when",
        "status_id": "state",
        "severity_id": "level",
        "evidences.dst_endpoint.port": "port",
        "evidences.dst_endpoint.ip": "ip",
        "finding_info.types": "types",
    }));
    let reason = |key: &str, value: Value| {
        let mut body = json!({"uid": "u", "title": "t", "ip": "192.0.2.1"});
        body[key] = value;
        quarantined(&mapping, body.to_string())
    };
    let advice = "; map another path, or translate it by a `table`";

    assert_eq!(
        reason("m", json!("hunter2")),
        format!("`count` does not take `m`, a text of 7 bytes: it is not an integer{advice}")
    );
    assert_eq!(
        reason("when", json!("yesterday")),
        format!("`time` does not take `when`, a text of 9 bytes: it is not a time{advice}")
    );
    assert_eq!(
        reason("state", json!(42)),
        format!(
            "`status_id` does not take `state`, a number of 2 bytes: it is none of the \
             attribute's numbers{advice}"
        )
    );
    assert_eq!(
        reason("level", json!(7)),
        format!(
            "`severity_id` does not take `level`, a number of 1 bytes: it is none of the \
             attribute's numbers{advice}"
        )
    );
    assert_eq!(
        reason("port", json!(65536)),
        format!(
            "`evidences.dst_endpoint.port` does not take `port`, a number of 5 bytes: it \
             is not within 0 to 65535{advice}"
        )
    );
    assert_eq!(
        reason("ip", json!("1".repeat(41))),
        format!(
            "`evidences.dst_endpoint.ip` does not take `ip`, a text of 41 bytes: it is longer \
             than 40 characters{advice}"
        )
    );
    assert_eq!(
        reason("types", json!([["x"]])),
        format!("`finding_info.types` does not take `types`, a list: it has lists inside{advice}")
    );
}

#[test]
fn without_a_value_that_ocsf_requires_there_is_no_event() {
    let mapping = finding(json!({}));

    assert_eq!(
        quarantined(&mapping, r#"{"title": "t", "uid": null}"#),
        "OCSF requires `finding_info.uid`, and there is no value at `uid`; map a path that is \
         always there, or give a `default`"
    );
}
