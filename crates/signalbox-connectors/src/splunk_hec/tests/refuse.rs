//! Requests that carry no events, or may not.

use serde_json::json;

use super::receive;
use super::*;

const EVENT: &str = "/services/collector/event";
const GOOD: &str = r#"{"event":"a"}"#;

fn refused(request: &Request) -> Answer {
    super::receive(&*collector(), request).unwrap_err()
}

fn authorized(value: &str) -> Request {
    request(Method::POST, EVENT, GOOD).with("authorization", value)
}

#[test]
fn what_is_wrong_with_a_token_is_said_in_splunks_order() {
    let known = HecSimulator::TOKEN;
    let in_query = |token: &str| request(Method::POST, &format!("{EVENT}?token={token}"), GOOD);
    let required = (401, r#"{"text":"Token is required","code":2}"#);
    let invalid_header = (401, r#"{"text":"Invalid authorization","code":3}"#);
    let unknown = (403, r#"{"text":"Invalid token","code":4}"#);
    let disabled = (403, r#"{"text":"Token disabled","code":1}"#);
    let not_in_query = (400, r#"{"text":"Query string authorization is not enabled","code":16}"#);

    for (request, expected) in [
        (request(Method::POST, EVENT, GOOD), required),
        (authorized(known), invalid_header),
        (authorized(&format!("Bearer {known}")), invalid_header),
        (authorized(&format!("splunk {known}")), invalid_header),
        (authorized(&format!("SPLUNK {known}")), invalid_header),
        (authorized("Basic !"), invalid_header),
        (authorized("Splunk nobody"), unknown),
        (authorized(&format!("Splunk {known}x")), unknown),
        (in_query("nobody"), unknown),
        (authorized("Splunk old-token"), disabled),
        (in_query("old-token"), disabled),
        (in_query(known), not_in_query),
    ] {
        assert_eq!(told(&collector().verify(&request).unwrap_err()), expected, "{request:?}");
    }
}

#[test]
fn a_token_that_cannot_be_read_asks_its_sender_to_come_back() {
    let collector = collector_with(&json!([
        { "name": "plain", "token": "env:HEC_TOKEN" },
        { "name": "lost", "token": "env:NOT_SET" },
    ]));

    let unknown = collector.verify(&authorized("Splunk lost-token")).unwrap_err();

    assert_eq!(told(&unknown), (503, r#"{"text":"Server is busy","code":9}"#));
    assert!(collector.verify(&post(EVENT, GOOD)).is_ok());
}

#[test]
fn a_body_without_a_good_first_event_is_refused_whole() {
    for (body, expected) in [
        ("", r#"{"text":"No data","code":5}"#),
        (" \r\n", r#"{"text":"No data","code":5}"#),
        ("[]", r#"{"text":"No data","code":5}"#),
        ("text", r#"{"text":"Invalid data format","code":6,"invalid-event-number":0}"#),
        ("7", r#"{"text":"Invalid data format","code":6,"invalid-event-number":0}"#),
        (
            r#"{"event":false}"#,
            r#"{"text":"Invalid data format","code":6,"invalid-event-number":0}"#,
        ),
        (
            r#"{"event":1,"host":{}}"#,
            r#"{"text":"Invalid data format","code":6,"invalid-event-number":0}"#,
        ),
        ("{}", r#"{"text":"Event field is required","code":12,"invalid-event-number":0}"#),
    ] {
        assert_eq!(told(&refused(&post(EVENT, body))), (400, expected), "{body}");
    }
    let raw = refused(&post("/services/collector/raw", "\n \n"));
    assert_eq!(told(&raw), (400, r#"{"text":"No data","code":5}"#));
}

#[test]
fn a_refused_index_is_named_one_too_high_as_splunk_does() {
    let collector = collector_with(&json!([
        { "name": "plain", "token": "env:HEC_TOKEN", "indexes": ["main"] },
    ]));
    let incorrect = r#"{"text":"Incorrect index","code":7,"invalid-event-number":1}"#;

    for request in [
        post(EVENT, r#"{"event":"a","index":"secret"}"#),
        post("/services/collector/raw?index=secret", "a"),
    ] {
        let answer = super::receive(&*collector, &request).unwrap_err();
        assert_eq!(told(&answer), (400, incorrect));
    }
    assert!(super::receive(&*collector, &post(EVENT, r#"{"event":1,"index":"main"}"#)).is_ok());
}

#[test]
fn a_token_with_acknowledgement_wants_a_channel_that_is_a_guid() {
    let without = request(Method::POST, EVENT, GOOD).with("authorization", "Splunk ack-token");
    let wrong = without.clone().with("x-splunk-request-channel", "seven");

    assert_eq!(told(&refused(&without)), (400, r#"{"text":"Data channel is missing","code":10}"#));
    assert_eq!(told(&refused(&wrong)), (400, r#"{"text":"Invalid data channel","code":11}"#));
}

#[test]
fn questions_for_acknowledgements_are_checked_too() {
    let ack = "/services/collector/ack";

    let disabled = refused(&post(ack, r#"{"acks":[0]}"#));
    let unreadable = refused(&post_on_channel(ack, r#"{"acks":"all"}"#));
    let unknown = refused(&post_on_channel(ack, r#"{"acks":[0,1]}"#));

    assert_eq!(told(&disabled), (400, r#"{"text":"ACK is disabled","code":14}"#));
    assert_eq!(told(&unreadable), (400, r#"{"text":"Invalid data format","code":6}"#));
    assert_eq!(told(&unknown), (200, r#"{"acks":{"0":false,"1":false}}"#));
}

#[test]
fn health_and_probes_need_no_token() {
    for path in ["/services/collector/health", "/services/collector/health/1.0"] {
        let healthy = refused(&request(Method::GET, path, ""));
        assert_eq!(told(&healthy), (200, r#"{"text":"HEC is healthy","code":17}"#));
    }
    let probe = refused(&request(Method::OPTIONS, "/services/collector/event/1.0", ""));
    assert_eq!((told(&probe), header(&probe, "allow")), ((200, ""), Some("POST,OPTIONS")));
    let probe = refused(&request(Method::OPTIONS, "/services/collector/health", ""));
    assert_eq!((told(&probe), header(&probe, "allow")), ((200, ""), Some("GET,HEAD,OPTIONS")));
}

#[test]
fn wrong_paths_and_methods_have_splunks_body() {
    let body = r#"{"text":"The requested URL was not found on this server.","code":404}"#;

    let nowhere = refused(&post("/services/collector/nowhere", GOOD));
    let get = refused(&request(Method::GET, EVENT, ""));

    assert_eq!(told(&nowhere), (404, body));
    assert_eq!((told(&get), header(&get, "allow")), ((405, body), Some("POST,OPTIONS")));
}

#[test]
fn only_gzip_is_unpacked_and_never_beyond_the_limit() {
    let packed = |body: &[u8], encoding: &str| {
        refused(&post(EVENT, Bytes::copy_from_slice(body)).with("content-encoding", encoding))
    };
    let bomb = receive::gzip(&vec![b' '; 1 << 20]);

    let too_large = packed(&bomb, "gzip");
    let broken = packed(b"not gzip", "gzip");
    let deflate = packed(b"x", "deflate");

    assert_eq!(too_large.status.as_u16(), 413);
    let invalid = r#"{"text":"Invalid data format","code":6,"invalid-event-number":0}"#;
    assert_eq!(told(&broken), (400, invalid));
    assert_eq!(deflate.status.as_u16(), 415);
    assert_eq!(header(&deflate, "content-type"), Some("text/html; charset=UTF-8"));
}

#[test]
fn more_events_than_memory_should_hold_are_too_large() {
    let config = json!({
        "direction": "receive",
        "tokens": [{ "name": "plain", "token": "env:HEC_TOKEN" }],
    });
    let collector = build(config).unwrap().webhook.unwrap();
    let body = "{\"event\":1}".repeat(100_001);

    let events = super::receive(&*collector, &post(EVENT, body)).unwrap_err();
    let lines = post("/services/collector/raw", "a\n".repeat(100_001));
    let lines = super::receive(&*collector, &lines).unwrap_err();

    assert_eq!([events.status.as_u16(), lines.status.as_u16()], [413, 413]);
}
