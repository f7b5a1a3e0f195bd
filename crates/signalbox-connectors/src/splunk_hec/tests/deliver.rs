//! What the destination sends, and what it makes of Splunk's answers.

use std::time::Duration;

use serde_json::json;

use signalbox_model::{
    Alert, AlertId, AlertResource, AlertStatus, DeliveryKey, Fingerprint, RuleName, Severity,
    StepKind,
};
use signalbox_sdk::role::{Notification, Rendered};
use signalbox_sdk::testkit::Fault;

use super::*;
use crate::splunk_hec::TokenSettings;

const REJECTED: Option<ErrorKind> = Some(ErrorKind::Rejected);

#[tokio::test]
async fn events_arrive_whole_and_described() {
    let config = json!({ "index": "security", "host": "hub-1", "fields": { "site": "berlin" } });
    let splunk = Splunk::start(HecSimulator::default(), config).await;

    let outcomes = splunk.deliver(&[r#"{"a":1}"#, r#"{"a":2}"#]).await;

    assert_eq!(outcomes, [Outcome::Done(None), Outcome::Done(None)]);
    let events = splunk.simulator.events();
    assert_eq!(
        serde_json::to_value(&events[1]).unwrap(),
        json!({
            "time_microseconds": 1_772_366_400_000_000_i64, "host": "hub-1", "source": "firewall",
            "sourcetype": "_json", "index": "security", "event": { "a": 2 },
            "fields": { "site": "berlin" },
        })
    );
    assert_eq!(events.len(), 2);
}

#[test]
fn what_the_envelope_says_decides_who_encodes_alike() {
    let encoded = |config| {
        let destination = sender("https://splunk.example.com", config);
        (destination.encoding(), batch(&*destination, &["1"]).body)
    };
    let plain = encoded(json!({}));

    assert_eq!(encoded(json!({ "gzip": true, "batch_events_max": 7 })), plain);
    for said in [
        json!({ "index": "security" }),
        json!({ "host": "hub-1" }),
        json!({ "source": "hub" }),
        json!({ "sourcetype": "ocsf" }),
        json!({ "fields": { "site": "berlin" } }),
    ] {
        let (encoding, body) = encoded(said.clone());
        assert_ne!(encoding, plain.0, "{said}");
        assert_ne!(body, plain.1, "{said}");
    }
}

#[tokio::test]
async fn every_form_of_the_address_and_gzip_lead_to_the_same_place() {
    let simulator = HecSimulator::default();
    let server = Server::start(simulator.router(), 0).await.unwrap();
    for path in
        ["", "/", "/services/collector", "/services/collector/event", "/services/collector/"]
    {
        let url = format!("http://{}{path}", server.address());
        let destination = sender(&url, json!({ "gzip": path.is_empty() }));

        let outcomes = destination.deliver(&batch(&*destination, &["1"])).await;

        assert_eq!(outcomes, [Outcome::Done(None)], "{path}");
    }
    assert_eq!(simulator.summary().count, 5);
}

#[tokio::test]
async fn a_notification_carries_its_delivery_key_in_the_event_and_as_a_field() {
    let config = json!({ "fields": { "site": "berlin" } });
    let splunk = Splunk::start(HecSimulator::default(), config).await;
    let notification = notification(StepKind::Update(2));
    let (mut body, item) = (Vec::new(), Item::Notification(&notification));
    splunk.destination.encode(&item, &mut body).unwrap();
    let ends = vec![body.len()];

    let sent = Batch { id: "1".to_owned(), body: body.into(), ends };
    let outcomes = splunk.destination.deliver(&sent).await;

    assert_eq!(outcomes, [Outcome::Done(None)]);
    let (key, id) = (notification.key.to_string(), notification.alert.id.to_string());
    let event = splunk.simulator.events().remove(0);
    assert_eq!(event.source.as_deref(), Some("edr"));
    assert_eq!(
        event.event,
        json!({
            "delivery_key": key, "step": "update 2", "id": id, "rule": "critical", "source": "edr",
            "status": "open", "severity": "High", "severity_id": 4, "title": "Rendered title",
            "description": "As received",
            "resource": { "uid": "host-7", "name": "db-7", "kind": "host" },
            "techniques": ["T1110"], "seen_count": 3, "occurrence": 1,
            "opened_at": "2026-03-01T12:00:00.000Z", "last_seen_at": "2026-03-01T12:00:00.000Z",
        })
    );
    assert_eq!(
        serde_json::Value::Object(event.fields),
        json!({ "alert_id": id, "delivery_key": key, "site": "berlin", "team": "blue" })
    );
}

fn notification(step: StepKind) -> Notification {
    let rule = RuleName::new("critical");
    let id = AlertId::derive(&rule, &Fingerprint::of(&["edr", "f-1"]), 1);
    let alert = Alert {
        id,
        rule,
        source: IntegrationName::new("edr"),
        status: AlertStatus::Open,
        severity: Severity::High,
        title: "As received".to_owned(),
        description: "As received".to_owned(),
        resource: Some(AlertResource {
            uid: "host-7".to_owned(),
            name: Some("db-7".to_owned()),
            kind: Some("host".to_owned()),
        }),
        techniques: vec!["T1110".to_owned()],
        seen_count: 3,
        occurrence: 1,
        opened_at: NOON,
        last_seen_at: NOON,
        resolved_at: None,
        event: json!({}),
    };
    let rendered = Rendered {
        title: "Rendered title".to_owned(),
        fields: [("team".to_owned(), "blue".to_owned())].into(),
        ..Rendered::default()
    };
    let key = DeliveryKey::derive(id, &IntegrationName::new("splunk"), step);
    Notification { key, step, alert, rendered, receipt: None }
}

#[tokio::test]
async fn a_refused_event_is_rejected_alone_and_those_behind_it_go_again_at_once() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;

    let outcomes = splunk.deliver(&["1", "2", "\" \"", "4", "5"]).await;

    assert_eq!(kinds(&outcomes), [None, None, REJECTED, Some(AT_ONCE), Some(AT_ONCE)]);
    assert_eq!(splunk.simulator.summary().count, 2);
}

#[tokio::test]
async fn the_first_event_can_be_the_refused_one() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;

    let outcomes = splunk.deliver(&["null", "2"]).await;

    assert_eq!(kinds(&outcomes), [REJECTED, Some(AT_ONCE)]);
    assert_eq!(splunk.simulator.summary().count, 0);
}

#[tokio::test]
async fn a_refused_index_names_the_event_before_the_number() {
    let settings =
        TokenSettings { indexes: ["main".to_owned()].into(), ..TokenSettings::default() };
    let simulator = HecSimulator::default().with_token(HecSimulator::TOKEN, settings);
    let splunk = Splunk::start(simulator, json!({ "index": "secret" })).await;

    let outcomes = splunk.deliver(&["1", "2"]).await;

    assert_eq!(kinds(&outcomes), [REJECTED, Some(AT_ONCE)]);
    let Outcome::Failed(error) = &outcomes[0] else { panic!("not failed") };
    assert_eq!(
        error.to_string(),
        "send events: the token may not write to the index; allow it at the token, or correct \
         `index` (code 7)"
    );
}

#[tokio::test]
async fn too_large_is_said_of_every_event_so_that_the_batch_is_split() {
    let simulator = HecSimulator::default().with_content_bytes_max(100);
    let enterprise = Splunk::start(simulator, json!({})).await;
    let cloud = Splunk::start(HecSimulator::default().as_cloud(), json!({})).await;
    let large = format!("\"{}\"", "x".repeat(3_000_000));

    let by_status = enterprise.deliver(&["1", "2"]).await;
    let by_code = cloud.deliver(&[&large, &large]).await;

    assert_eq!(kinds(&by_status), [REJECTED, REJECTED]);
    assert_eq!(kinds(&by_code), [REJECTED, REJECTED]);
    assert_eq!(cloud.simulator.summary().count, 0);
}

#[tokio::test]
async fn every_answer_has_its_consequence() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
    let throttled = ErrorKind::Throttled { retry_after: None };
    for (status, code, kind) in [
        (403, 1, ErrorKind::Unauthorized),
        (401, 2, ErrorKind::Unauthorized),
        (401, 3, ErrorKind::Unauthorized),
        (403, 4, ErrorKind::Unauthorized),
        (400, 5, ErrorKind::Rejected),
        (400, 6, ErrorKind::Rejected),
        (400, 7, ErrorKind::Rejected),
        (500, 8, ErrorKind::OutcomeUnknown),
        (503, 9, throttled),
        (400, 10, ErrorKind::Rejected),
        (400, 11, ErrorKind::Rejected),
        (400, 14, ErrorKind::Rejected),
        (400, 16, ErrorKind::Rejected),
        (503, 18, ErrorKind::Unavailable),
        (503, 19, ErrorKind::Unavailable),
        (503, 20, ErrorKind::Unavailable),
        (400, 21, ErrorKind::Unauthorized),
        (400, 22, ErrorKind::Unauthorized),
        (503, 23, ErrorKind::Unavailable),
        (429, 26, throttled),
        (429, 27, throttled),
        (400, 28, ErrorKind::Rejected),
        (200, 99, ErrorKind::Malformed),
        (200, 17, ErrorKind::Malformed),
        (404, 404, ErrorKind::Rejected),
    ] {
        let body = format!(r#"{{"text":"as planted","code":{code}}}"#);
        splunk.server.faults().plant(Fault::status(status, &body));

        let outcomes = splunk.deliver(&["1", "2"]).await;

        assert_eq!(kinds(&outcomes), [Some(kind), Some(kind)], "code {code}");
    }
}

#[tokio::test]
async fn near_capacity_is_a_success() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
    for code in [24, 25] {
        let body = format!(r#"{{"text":"as planted","code":{code}}}"#);
        splunk.server.faults().plant(Fault::status(200, &body));

        assert_eq!(splunk.deliver(&["1"]).await, [Outcome::Done(None)], "code {code}");
    }
}

#[tokio::test]
async fn busy_waits_as_long_as_splunk_says() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
    for code in [9, 23] {
        splunk.server.faults().plant(Fault::Answer {
            status: 503,
            headers: vec![("retry-after", "7".to_owned())],
            body: format!(r#"{{"text":"as planted","code":{code}}}"#),
        });

        let wait = ErrorKind::Throttled { retry_after: Some(Duration::from_secs(7)) };
        assert_eq!(kinds(&splunk.deliver(&["1"]).await), [Some(wait)], "code {code}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_hec_answer_is_malformed() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
    for status in [200, 400] {
        splunk.server.faults().plant(Fault::status(status, "<html>Log in</html>"));

        let outcomes = splunk.deliver(&["1"]).await;

        assert_eq!(kinds(&outcomes), [Some(ErrorKind::Malformed)]);
        let Outcome::Failed(error) = &outcomes[0] else { panic!("not failed") };
        assert_eq!(error.answer(), Some("<html>Log in</html>"));
    }
}

#[tokio::test]
async fn a_number_beyond_the_batch_refuses_it_whole() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
    let body = r#"{"text":"Invalid data format","code":6,"invalid-event-number":2}"#;
    splunk.server.faults().plant(Fault::status(400, body));

    assert_eq!(kinds(&splunk.deliver(&["1", "2"]).await), [REJECTED, REJECTED]);
}

#[tokio::test]
async fn a_cut_call_may_have_been_executed_and_an_unreachable_one_was_not() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
    splunk.server.faults().plant(Fault::CutAfter);

    let cut = splunk.deliver(&["1"]).await;
    let simulator = splunk.simulator.clone();
    let destination = Arc::clone(&splunk.destination);
    drop(splunk);
    let gone = destination.deliver(&batch(&*destination, &["1"])).await;

    assert_eq!(kinds(&cut), [Some(ErrorKind::OutcomeUnknown)]);
    assert_eq!(simulator.summary().count, 1);
    assert_eq!(kinds(&gone), [Some(ErrorKind::Unavailable)]);
}

#[tokio::test]
async fn a_token_that_cannot_be_read_parks_and_is_not_sent() {
    let splunk = Splunk::start(HecSimulator::default(), json!({ "token": "env:NOT_SET" })).await;

    let outcomes = splunk.deliver(&["1"]).await;

    let Outcome::Failed(error) = &outcomes[0] else { panic!("not failed") };
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(
        error.to_string(),
        "send events: `token`: environment variable `NOT_SET` is not set; set it, or add it to \
         `.env`"
    );
}
