//! An alert's life over an incoming webhook: each step is a message of its own.

use super::*;
use signalbox_model::ErrorKind;
use signalbox_sdk::testkit::Fault;

#[tokio::test]
async fn each_step_is_a_message_of_its_own() {
    let bench = Bench::webhook().await;

    for notification in [opened(), updated(None), resolved(None)] {
        assert_eq!(bench.receipt(&notification).await, None);
    }

    let messages = bench.simulator.messages();
    let headers: Vec<_> = messages.iter().map(|message| header(&message.blocks)).collect();
    assert_eq!(
        headers,
        [
            "🔴 [SOC] Many failed logins",
            "🔴 [SOC] Many failed logins",
            "✅ Resolved: [SOC] Many failed logins",
        ]
    );
    assert!(messages.iter().all(|message| message.thread_ts.is_none()));
}

#[tokio::test]
async fn each_word_of_a_webhook_has_its_kind() {
    let throttled = ErrorKind::Throttled { retry_after: None };
    let cases = [
        (400, "user_not_found", ErrorKind::Unauthorized),
        (400, "something_new", ErrorKind::Rejected),
        (403, "action_prohibited", ErrorKind::Unauthorized),
        (403, "invalid_token", ErrorKind::Unauthorized),
        (403, "posting_to_general_channel_denied", ErrorKind::Unauthorized),
        (404, "channel_not_found", ErrorKind::Unauthorized),
        (404, "no_service", ErrorKind::Unauthorized),
        (410, "channel_is_archived", ErrorKind::Unauthorized),
        (429, "rate_limited", throttled),
        (500, "rollup_error", ErrorKind::Unavailable),
        (504, "", ErrorKind::OutcomeUnknown),
        (200, "<html>captive portal</html>", ErrorKind::Malformed),
    ];

    let bench = Bench::webhook().await;
    for (status, word, kind) in cases {
        bench.server.faults().plant(Fault::status(status, word));
        let error = bench.failure(&opened()).await;
        assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{word}");
    }
    assert_eq!(bench.simulator.messages(), []);
}

#[tokio::test]
async fn a_refused_layout_is_sent_in_words() {
    let bench = Bench::webhook().await;
    bench.simulator.behave(|behavior| behavior.layout_refusal = Some("invalid_blocks"));

    bench.receipt(&opened()).await;

    let [message] = &bench.simulator.messages()[..] else { panic!("not one") };
    assert_eq!(message.blocks, Value::Null);
    assert_eq!(
        message.text,
        "🔴 [SOC] Many failed logins\n41 failures in a minute\nSeverity: Critical"
    );
}

#[tokio::test]
async fn a_message_refused_in_words_too_is_given_up() {
    let bench = Bench::webhook().await;
    bench.simulator.behave(|behavior| behavior.webhook_refusal = Some((400, "invalid_payload")));

    assert_eq!(bench.failure(&opened()).await.kind(), ErrorKind::Rejected);
}

#[tokio::test]
async fn a_cut_message_may_have_been_posted() {
    let bench = Bench::webhook().await;
    bench.server.faults().plant(Fault::CutAfter);

    assert_eq!(bench.failure(&opened()).await.kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn an_address_that_cannot_be_used_parks_and_is_not_told() {
    for variable in ["WRONG_WEBHOOK_URL", "NO_URL", "MISSING"] {
        let config = json!({"webhook_url": format!("env:{variable}")});
        let error = Bench::start(config, json!({})).await.failure(&opened()).await;

        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_repeats_the_address_does_not_give_it_away() {
    let bench = Bench::webhook().await;
    let told = format!("Cannot POST {}", SlackSimulator::WEBHOOK_PATH);
    bench.server.faults().plant(Fault::status(500, &told));

    let error = bench.failure(&opened()).await;

    assert_eq!(error.answer(), Some("Cannot POST ***"));
}
