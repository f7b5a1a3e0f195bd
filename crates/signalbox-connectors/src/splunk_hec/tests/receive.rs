//! Requests that carry events.

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use signalbox_sdk::role::{Committed, RawEvent, Reply};

use super::*;

const DOCKER: &[u8] = include_bytes!("../fixtures/docker_inline.json");
const LIBRARY: &[u8] = include_bytes!("../fixtures/logging_library_batch.json");
const COLLECTOR: &[u8] = include_bytes!("../fixtures/collector_batch.json");

fn taken(request: &Request) -> Vec<RawEvent> {
    receive(&*collector(), request).unwrap().events
}

fn texts(events: &[RawEvent]) -> Vec<&str> {
    events.iter().map(|event| std::str::from_utf8(&event.body).unwrap()).collect()
}

fn said<'a>(event: &'a RawEvent, names: &[&str]) -> Vec<Option<&'a str>> {
    names.iter().map(|name| event.attribute(name)).collect()
}

pub(super) fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_alias_takes_events_and_success_follows_the_commit() {
    let collector = collector();
    for path in
        ["/services/collector", "/services/collector/event", "/services/collector/event/1.0"]
    {
        let decoded = receive(&*collector, &post(path, r#"{"event":"a"}"#)).unwrap();

        assert_eq!(texts(&decoded.events), ["a"], "{path}");
        assert!(matches!(decoded.reply, Reply::Default), "{path}");
        assert!(collector.endpoint().paths.contains(&path.to_owned()));
    }
    let success = collector.answer(Committed::Yes);
    assert_eq!(told(&success), (200, r#"{"text":"Success","code":0}"#));
    assert_eq!(header(&success, "content-type"), Some("application/json; charset=UTF-8"));
}

#[test]
fn what_is_not_committed_is_answered_busy_with_a_time_to_wait() {
    let busy = collector().answer(Committed::No { retry_after: Duration::from_millis(300) });

    assert_eq!(told(&busy), (503, r#"{"text":"Server is busy","code":9}"#));
    assert_eq!(header(&busy, "retry-after"), Some("1"));
}

#[test]
fn dockers_event_keeps_its_time_though_it_is_a_text() {
    let events = taken(&post("/services/collector/event/1.0", DOCKER));

    assert_eq!(said(&events[0], &["time", "host"]), [Some("1772366400250"), Some("docker-01")]);
    assert!(events[0].body.starts_with(b"{\"line\":"));
}

#[test]
fn a_logging_librarys_batch_without_separators_is_taken_apart() {
    let events = taken(&post("/services/collector/event/1.0", LIBRARY));

    assert_eq!(
        texts(&events),
        [
            r#"{"message":"payment refused","severity":"error","order":4711}"#,
            r#"{"message":{"step":"retry","attempt":2},"severity":"info"}"#,
        ]
    );
    let names = ["token", "time", "host", "source", "sourcetype", "index", "fields"];
    assert_eq!(
        said(&events[0], &names),
        [
            Some("plain"),
            Some("1772366400500"),
            Some("shop-7"),
            Some("checkout"),
            Some("httpevent"),
            Some("apps"),
            None
        ]
    );
    // Nothing is inherited from the object before.
    assert_eq!(said(&events[1], &["host", "index"]), [None, None]);
}

#[test]
fn a_collectors_batch_keeps_fields_and_unescaped_text() {
    let events = taken(&post("/services/collector", COLLECTOR));

    assert_eq!(
        texts(&events),
        ["level=warn msg=\"queue is long\"", "second line\nof the same record"]
    );
    assert_eq!(
        events[0].attribute("fields"),
        Some(r#"{"k8s.namespace.name":"shop","ports":["80","443"]}"#)
    );
}

#[test]
fn any_space_may_stand_between_envelopes_and_a_list_is_a_batch_too() {
    let spaced = taken(&post("/services/collector", " {\"event\":1}\r\n\n{\"event\":[2]} "));
    let listed = taken(&post("/services/collector", r#"[{"event":1},{"event":[2]}]"#));

    assert_eq!(texts(&spaced), ["1", "[2]"]);
    assert_eq!(texts(&listed), ["1", "[2]"]);
}

#[test]
fn an_unknown_key_loses_nothing_behind_it_and_a_metric_is_an_event() {
    let body = r#"{"event":"a","color":"red"}{"fields":{"metric_name:cpu":7}}{"event":"b"}"#;

    let events = taken(&post("/services/collector", body));

    assert_eq!(texts(&events), ["a", r#"{"metric_name:cpu":7}"#, "b"]);
}

#[test]
fn a_tokens_defaults_describe_what_the_envelope_does_not() {
    let collector = collector_with(&json!([{
        "name": "firewall", "token": "env:HEC_TOKEN",
        "index": "net", "source": "udp:514", "sourcetype": "cisco:asa",
    }]));
    let body = r#"{"event":"a","index":"other","host":7,"source":null}"#;

    let decoded = receive(&*collector, &post("/services/collector", body)).unwrap();

    assert_eq!(
        said(&decoded.events[0], &["token", "host", "source", "sourcetype", "index"]),
        [Some("firewall"), Some("7"), Some("udp:514"), Some("cisco:asa"), Some("other")]
    );
}

#[test]
fn gzip_is_unpacked() {
    let request = post("/services/collector", gzip(LIBRARY)).with("content-encoding", "gzip");

    assert_eq!(taken(&request).len(), 2);
}

#[test]
fn raw_lines_are_events_described_by_the_query() {
    let target = "/services/collector/raw?sourcetype=syslog&source=%2Fvar%2Flog&host=fw&index=net";

    let events = taken(&post(target, "one\r\n\n  \ntwo"));

    assert_eq!(texts(&events), ["one", "two"]);
    for event in &events {
        assert_eq!(
            said(event, &["host", "source", "sourcetype", "index", "time"]),
            [Some("fw"), Some("/var/log"), Some("syslog"), Some("net"), None]
        );
        assert_eq!(event.received, NOON);
    }
}

#[test]
fn basic_authentication_takes_the_token_as_password() {
    let credentials = format!("Basic {}", base64("anyone:", HecSimulator::TOKEN));
    let request = request(Method::POST, "/services/collector", r#"{"event":"a"}"#)
        .with("authorization", &credentials);

    assert_eq!(texts(&taken(&request)), ["a"]);
}

fn base64(user: &str, token: &str) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(format!("{user}{token}"))
}

#[test]
fn a_good_prefix_is_committed_and_the_answer_names_the_bad_event() {
    for (bad, answer) in [
        ("{", r#"{"text":"Invalid data format","code":6,"invalid-event-number":1}"#),
        (
            r#"{"event":null}"#,
            r#"{"text":"Invalid data format","code":6,"invalid-event-number":1}"#,
        ),
        (
            r#"{"time":1}"#,
            r#"{"text":"Event field is required","code":12,"invalid-event-number":1}"#,
        ),
        (
            r#"{"event":" "}"#,
            r#"{"text":"Event field cannot be blank","code":13,"invalid-event-number":1}"#,
        ),
        (
            r#"{"event":1,"fields":{"a":{}}}"#,
            r#"{"text":"Error in handling indexed fields","code":15,"invalid-event-number":1}"#,
        ),
        (
            r#"{"event":1,"time":"now"}"#,
            r#"{"text":"Error in handling indexed fields","code":15,"invalid-event-number":1}"#,
        ),
    ] {
        let body = format!(r#"{{"event":"good"}}{bad}{{"event":"behind"}}"#);

        let decoded = receive(&*collector(), &post("/services/collector", body)).unwrap();

        assert_eq!(texts(&decoded.events), ["good"], "{bad}");
        let Reply::AfterCommit(told_later) = decoded.reply else { panic!("{bad}") };
        assert_eq!(told(&told_later), (400, answer), "{bad}");
    }
}

#[test]
fn a_token_with_acknowledgement_is_answered_at_once_and_tells_the_commit_once() {
    let collector = collector();
    let decoded =
        receive(&*collector, &post_on_channel("/services/collector", r#"{"event":"a"}"#)).unwrap();
    let Reply::BeforeCommit { answer, token: id } = decoded.reply else { panic!("not at once") };
    let ask = || {
        let question = format!(r#"{{"acks":[{id},5]}}"#);
        let told_now = receive(&*collector, &post_on_channel("/services/collector/ack", question));
        String::from_utf8(told_now.unwrap_err().body.to_vec()).unwrap()
    };

    let before = ask();
    collector.committed(id);
    let after = ask();
    let again = ask();

    assert_eq!(
        told(&answer),
        (200, format!(r#"{{"text":"Success","code":0,"ackId":{id}}}"#).as_str())
    );
    let no = format!(r#"{{"acks":{{"5":false,"{id}":false}}}}"#);
    let yes = format!(r#"{{"acks":{{"5":false,"{id}":true}}}}"#);
    assert_eq!([before, after, again], [no.clone(), yes, no]);
}

#[test]
fn the_channel_may_stand_in_the_query_and_a_good_prefix_has_an_id_too() {
    let target = format!("/services/collector/event?channel={CHANNEL}");
    let request = request(Method::POST, &target, r#"{"event":"a"}{"event":""}"#)
        .with("authorization", "Splunk ack-token");

    let decoded = receive(&*collector(), &request).unwrap();

    let Reply::BeforeCommit { answer, token } = decoded.reply else { panic!("not at once") };
    let body = format!(
        r#"{{"text":"Event field cannot be blank","code":13,"invalid-event-number":1,"ackId":{token}}}"#
    );
    assert_eq!(told(&answer), (400, body.as_str()));
}
