//! That the simulator rejects what Splunk rejects, and has its traps.

use http::Request;
use serde_json::json;

use signalbox_sdk::http::{HttpClient, HttpOptions};

use super::*;
use crate::splunk_hec::TokenSettings;

const EVENT: &str = "/services/collector/event";

/// A running simulator, asked without the connector's own client.
struct Bare {
    simulator: HecSimulator,
    server: Server,
    client: HttpClient,
}

impl Bare {
    async fn start(simulator: HecSimulator) -> Self {
        let server = Server::start(simulator.router(), 0).await.unwrap();
        let client = HttpClient::new(&HttpOptions::default()).unwrap();
        Self { simulator, server, client }
    }

    async fn send(&self, request: http::request::Builder, body: &str) -> (u16, String) {
        let request = request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap();
        let answer = self.client.send(request).await.unwrap();
        let text = String::from_utf8(answer.body().to_vec()).unwrap();
        (answer.status().as_u16(), text)
    }

    fn request(&self, method: &str, target: &str) -> http::request::Builder {
        let uri = format!("http://{}{target}", self.server.address());
        Request::builder().method(method).uri(uri)
    }

    /// Posts with a token.
    async fn post(&self, target: &str, token: &str, body: &str) -> (u16, String) {
        let authorization = format!("Splunk {token}");
        self.send(self.request("POST", target).header("authorization", authorization), body).await
    }

    fn indexed(&self) -> Vec<Value> {
        self.simulator.events().into_iter().map(|event| event.event).collect()
    }
}

fn simulator() -> HecSimulator {
    let acknowledged = TokenSettings { has_acknowledgement: true, ..TokenSettings::default() };
    let narrow = TokenSettings { indexes: ["main".to_owned()].into(), ..TokenSettings::default() };
    let disabled = TokenSettings { is_enabled: false, ..TokenSettings::default() };
    HecSimulator::default()
        .with_token("acknowledged", acknowledged)
        .with_token("narrow", narrow)
        .with_token("disabled", disabled)
}

fn owned((status, body): (u16, &str)) -> (u16, String) {
    (status, body.to_owned())
}

#[tokio::test]
async fn a_batch_is_indexed_up_to_its_first_bad_event() {
    for (bad, body) in [
        ("nonsense", r#"{"text":"Invalid data format","code":6,"invalid-event-number":1}"#),
        ("[{\"event\":1}]", r#"{"text":"Invalid data format","code":6,"invalid-event-number":1}"#),
        ("{}", r#"{"text":"Event field is required","code":12,"invalid-event-number":1}"#),
        (
            "{\"event\":\"\"}",
            r#"{"text":"Event field cannot be blank","code":13,"invalid-event-number":1}"#,
        ),
        (
            r#"{"event":1,"fields":{"a":[[]]}}"#,
            r#"{"text":"Error in handling indexed fields","code":15,"invalid-event-number":1}"#,
        ),
        (
            r#"{"event":1,"time":"soon"}"#,
            r#"{"text":"Error in handling indexed fields","code":15,"invalid-event-number":1}"#,
        ),
    ] {
        let splunk = Bare::start(simulator()).await;
        let batch = format!(r#"{{"event":"good"}}{bad}{{"event":"behind"}}"#);

        let answer = splunk.post(EVENT, HecSimulator::TOKEN, &batch).await;

        assert_eq!(answer, owned((400, body)), "{bad}");
        assert_eq!(splunk.indexed(), [json!("good")], "{bad}");
    }
}

#[tokio::test]
async fn an_unknown_key_ends_the_batch_and_nobody_is_told() {
    let splunk = Bare::start(simulator()).await;
    let unknown = r#"{"event":"odd","color":"red"}"#;

    let alone = splunk.post(EVENT, HecSimulator::TOKEN, unknown).await;
    let batch = format!(r#"{{"event":"good"}}{unknown}{{"event":"behind"}}"#);
    let behind = splunk.post(EVENT, HecSimulator::TOKEN, &batch).await;

    assert_eq!(alone, owned((400, r#"{"text":"No data","code":5}"#)));
    assert_eq!(behind, owned((200, r#"{"text":"Success","code":0}"#)));
    assert_eq!(splunk.indexed(), [json!("good")]);
}

#[tokio::test]
async fn the_number_of_a_refused_index_is_one_too_high() {
    let splunk = Bare::start(simulator()).await;
    let batch = r#"{"event":1,"index":"main"}{"event":2,"index":"secret"}"#;

    let answer = splunk.post(EVENT, "narrow", batch).await;

    let body = r#"{"text":"Incorrect index","code":7,"invalid-event-number":2}"#;
    assert_eq!(answer, owned((400, body)));
    assert_eq!(splunk.indexed(), [json!(1)]);
}

#[tokio::test]
async fn tokens_are_refused_in_splunks_order_and_health_looks_at_none() {
    let splunk = Bare::start(simulator()).await;
    let good = r#"{"event":1}"#;
    let with = |header: &str| splunk.request("POST", EVENT).header("authorization", header);
    let known = HecSimulator::TOKEN;
    let in_query = format!("{EVENT}?token={known}");

    for (request, expected) in [
        (splunk.request("POST", EVENT), (401, r#"{"text":"Token is required","code":2}"#)),
        (with(known), (401, r#"{"text":"Invalid authorization","code":3}"#)),
        (with(&format!("Bearer {known}")), (401, r#"{"text":"Invalid authorization","code":3}"#)),
        (with("Splunk nobody"), (403, r#"{"text":"Invalid token","code":4}"#)),
        (with("Splunk disabled"), (403, r#"{"text":"Token disabled","code":1}"#)),
        (
            splunk.request("POST", &in_query),
            (400, r#"{"text":"Query string authorization is not enabled","code":16}"#),
        ),
        (with(&format!("Splunk {known}")), (200, r#"{"text":"Success","code":0}"#)),
    ] {
        assert_eq!(splunk.send(request, good).await, owned(expected));
    }
    let health = splunk.send(splunk.request("GET", "/services/collector/health"), "").await;
    assert_eq!(health, owned((200, r#"{"text":"HEC is healthy","code":17}"#)));
}

#[tokio::test]
async fn acknowledgements_count_from_zero_in_each_channel_and_are_told_once() {
    let splunk = Bare::start(simulator().with_acks_after(1)).await;
    let target = format!("{EVENT}?channel={CHANNEL}");
    let ask = format!("/services/collector/ack?channel={CHANNEL}");
    let success = splunk.post(&target, "acknowledged", r#"{"event":1}"#).await;
    let prefix = splunk.post(&target, "acknowledged", r#"{"event":1}{}"#).await;

    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(splunk.post(&ask, "acknowledged", r#"{"acks":[0]}"#).await.1);
    }

    assert_eq!(success, owned((200, r#"{"text":"Success","code":0,"ackId":0}"#)));
    let body = r#"{"text":"Event field is required","code":12,"invalid-event-number":1,"ackId":1}"#;
    assert_eq!(prefix, owned((400, body)));
    let (no, yes) = (r#"{"acks":{"0":false}}"#, r#"{"acks":{"0":true}}"#);
    assert_eq!(told, [no, yes, no]);
}

#[tokio::test]
async fn a_missing_channel_has_other_words_in_the_cloud() {
    let enterprise = Bare::start(simulator()).await;
    let cloud = Bare::start(simulator().as_cloud()).await;
    let good = r#"{"event":1}"#;

    let on_enterprise = enterprise.post(EVENT, "acknowledged", good).await;
    let in_cloud = cloud.post(EVENT, "acknowledged", good).await;
    let no_guid = enterprise.post(&format!("{EVENT}?channel=7"), "acknowledged", good).await;
    let disabled = enterprise.post("/services/collector/ack", HecSimulator::TOKEN, "{}").await;

    assert_eq!(on_enterprise, owned((400, r#"{"text":"Data channel is missing","code":10}"#)));
    assert_eq!(
        in_cloud,
        owned((
            400,
            r#"{"text":"Data channel is missing. If you have multiple indexers, sticky session load balancers must be provisioned and client requests must be routed accordingly.","code":28}"#
        ))
    );
    assert_eq!(no_guid, owned((400, r#"{"text":"Invalid data channel","code":11}"#)));
    assert_eq!(disabled, owned((400, r#"{"text":"ACK is disabled","code":14}"#)));
}

#[tokio::test]
async fn wrong_paths_methods_and_encodings_are_answered_as_splunk_does() {
    let splunk = Bare::start(simulator()).await;
    let not_found = r#"{"text":"The requested URL was not found on this server.","code":404}"#;

    let nowhere = splunk.post("/services/nowhere", HecSimulator::TOKEN, "").await;
    let get = splunk.send(splunk.request("GET", EVENT), "").await;
    let options = splunk.send(splunk.request("OPTIONS", EVENT), "").await;
    let authorization = format!("Splunk {}", HecSimulator::TOKEN);
    let deflate = splunk.request("POST", EVENT).header("authorization", authorization);
    let deflate = splunk.send(deflate.header("content-encoding", "deflate"), "x").await;

    assert_eq!(nowhere, owned((404, not_found)));
    assert_eq!(get, owned((405, not_found)));
    assert_eq!(options, owned((200, "")));
    assert_eq!(deflate.0, 415);
}

#[tokio::test]
async fn other_processes_see_what_was_indexed_and_how_often() {
    let splunk = Bare::start(simulator()).await;
    let batch =
        r#"{"event":{"metadata":{"uid":"a"}}}{"event":{"metadata":{"uid":"a"}}}{"event":1}"#;
    splunk.post(EVENT, HecSimulator::TOKEN, batch).await;
    splunk.post("/services/collector/raw?host=h", HecSimulator::TOKEN, "one\ntwo\n").await;

    let summary = splunk.send(splunk.request("GET", "/simulator/summary"), "").await;
    let events = splunk.send(splunk.request("GET", "/simulator/events"), "").await;

    assert_eq!(summary, owned((200, r#"{"count":5,"distinct":1,"duplicates":1}"#)));
    let events: Vec<Value> = serde_json::from_str(&events.1).unwrap();
    assert_eq!(events.len(), 5);
    assert_eq!((&events[4]["event"], &events[4]["host"]), (&json!("two"), &json!("h")));
}

#[test]
fn the_configuration_it_offers_builds() {
    let address = "127.0.0.1:8088".parse().unwrap();

    let setup = HecSimulator::default().configuration(address);

    assert_eq!(
        setup.yaml,
        "  splunk:\n    connector: splunk_hec\n    direction: send\n    url: http://127.0.0.1:8088\n    \
         token: env:SPLUNK_HEC_TOKEN\n"
    );
    assert_eq!(setup.environment, [("SPLUNK_HEC_TOKEN", HecSimulator::TOKEN.to_owned())]);
    build(json!({
        "direction": "send", "url": "http://127.0.0.1:8088", "token": "env:SPLUNK_HEC_TOKEN",
    }))
    .unwrap();
}
