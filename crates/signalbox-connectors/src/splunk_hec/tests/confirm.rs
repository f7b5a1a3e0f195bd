//! Indexer acknowledgement from the sender's side.

use serde_json::json;

use signalbox_sdk::role::{Confirmation, Token};
use signalbox_sdk::testkit::Fault;

use super::*;
use crate::splunk_hec::TokenSettings;

async fn splunk(config: Value) -> Splunk {
    let settings = TokenSettings { has_acknowledgement: true, ..TokenSettings::default() };
    let simulator = HecSimulator::default().with_token(HecSimulator::TOKEN, settings);
    Splunk::start(simulator.with_acks_after(1), config).await
}

fn tokens(outcomes: &[Outcome]) -> Vec<Token> {
    let token = |outcome: &Outcome| match outcome {
        Outcome::Unconfirmed(token) => Some(*token),
        _ => None,
    };
    outcomes.iter().filter_map(token).collect()
}

#[tokio::test]
async fn an_event_is_confirmed_once_splunk_has_indexed_it_and_stays_so() {
    let splunk = splunk(json!({ "acknowledgement": true })).await;
    let asked = tokens(&splunk.deliver(&["1", "2"]).await);

    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(splunk.destination.confirm(&asked).await.unwrap());
    }

    assert_eq!(asked.len(), 2);
    let (waiting, confirmed) = (Confirmation::Waiting, Confirmation::Confirmed);
    assert_eq!(answers, [[waiting; 2], [confirmed; 2], [confirmed; 2]]);
}

#[tokio::test]
async fn the_events_before_a_refused_one_are_confirmed_too() {
    let splunk = splunk(json!({ "acknowledgement": true })).await;

    let outcomes = splunk.deliver(&["1", "null", "3"]).await;

    assert_eq!(kinds(&outcomes), [None, Some(ErrorKind::Rejected), Some(AT_ONCE)]);
    assert_eq!(tokens(&outcomes[..1]).len(), 1);
}

#[tokio::test]
async fn lost_acknowledgements_stay_waiting_so_that_the_events_are_sent_again() {
    let splunk = splunk(json!({ "acknowledgement": true })).await;
    let asked = tokens(&splunk.deliver(&["1"]).await);

    splunk.simulator.forget_acks();

    for _ in 0..3 {
        let answer = splunk.destination.confirm(&asked).await.unwrap();
        assert_eq!(answer, [Confirmation::Waiting]);
    }
}

#[tokio::test]
async fn a_token_of_another_process_is_never_confirmed() {
    let splunk = splunk(json!({ "acknowledgement": true })).await;
    let asked = tokens(&splunk.deliver(&["1"]).await);
    let url = format!("http://{}", splunk.server.address());
    let reloaded = sender(&url, json!({ "acknowledgement": true }));
    reloaded.deliver(&batch(&*reloaded, &["2"])).await;

    for _ in 0..3 {
        assert_eq!(reloaded.confirm(&asked).await.unwrap(), [Confirmation::Waiting]);
    }
}

#[tokio::test]
async fn a_question_that_fails_leaves_the_events_unconfirmed() {
    let splunk = splunk(json!({ "acknowledgement": true })).await;
    let asked = tokens(&splunk.deliver(&["1"]).await);

    for (fault, kind) in [
        (Fault::CutBefore, ErrorKind::Unavailable),
        (Fault::status(200, "<html>"), ErrorKind::Malformed),
        (Fault::status(400, r#"{"text":"ACK is disabled","code":14}"#), ErrorKind::Rejected),
    ] {
        splunk.server.faults().plant(fault);
        let error = splunk.destination.confirm(&asked).await.unwrap_err();
        assert_eq!(error.kind(), kind);
    }
}

#[tokio::test]
async fn without_the_setting_taken_is_done_though_the_token_acknowledges() {
    let splunk = splunk(json!({})).await;

    assert_eq!(splunk.deliver(&["1"]).await, [Outcome::Done(None)]);
}

#[tokio::test]
async fn with_the_setting_and_a_token_that_does_not_acknowledge_taken_is_done() {
    let splunk = Splunk::start(HecSimulator::default(), json!({ "acknowledgement": true })).await;

    assert_eq!(splunk.deliver(&["1"]).await, [Outcome::Done(None)]);
}
