//! What each refusal of the Web API means for what comes next.

use super::*;
use signalbox_model::ErrorKind;
use signalbox_sdk::testkit::Fault;

#[tokio::test]
async fn errors_inside_a_200_have_their_kinds() {
    let throttled = ErrorKind::Throttled { retry_after: None };
    let cases = [
        ("ratelimited", throttled),
        ("message_limit_exceeded", throttled),
        ("service_unavailable", ErrorKind::Unavailable),
        ("internal_error", ErrorKind::OutcomeUnknown),
        ("token_revoked", ErrorKind::Unauthorized),
        ("restricted_action_thread_only_channel", ErrorKind::Unauthorized),
        ("something_new", ErrorKind::Rejected),
        ("", ErrorKind::Rejected),
    ];

    let bench = Bench::bot().await;
    for (word, kind) in cases {
        let body = json!({"ok": false, "error": word}).to_string();
        bench.server.faults().plant(Fault::status(200, &body));
        let error = bench.failure(&opened()).await;
        assert_eq!((error.kind(), error.answer()), (kind, Some(body.as_str())), "{word}");
    }
    assert_eq!(bench.simulator.messages(), []);
}

#[tokio::test]
async fn whatever_is_no_200_is_the_network_s() {
    let cases = [
        (500, ErrorKind::Unavailable),
        (503, ErrorKind::Unavailable),
        (504, ErrorKind::OutcomeUnknown),
        (302, ErrorKind::Rejected),
        (404, ErrorKind::Rejected),
    ];

    let bench = Bench::bot().await;
    for (status, kind) in cases {
        bench.server.faults().plant(Fault::status(status, "<html>"));
        assert_eq!(bench.failure(&opened()).await.kind(), kind, "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_or_lacks_what_counts_is_malformed() {
    let bench = Bench::bot().await;
    for body in ["<html>captive portal</html>", r#"{"ok":true}"#, "[]"] {
        bench.server.faults().plant(Fault::status(200, body));
        assert_eq!(bench.failure(&opened()).await.kind(), ErrorKind::Malformed, "{body}");
    }
}

#[tokio::test]
async fn a_429_waits_for_retry_after() {
    let bench = Bench::bot().await;
    bench.simulator.behave(|behavior| behavior.limits_rate = true);
    bench.receipt(&opened()).await;

    let error = bench.failure(&updated(None)).await;

    let wait = Some(Duration::from_secs(1));
    assert_eq!(error.kind(), ErrorKind::Throttled { retry_after: wait });
}

#[tokio::test]
async fn a_channel_that_cannot_be_posted_to_parks_with_what_to_do() {
    let cases = [
        (SlackSimulator::OTHER_CHANNEL, "not_in_channel", "invite the bot"),
        (SlackSimulator::PRIVATE_CHANNEL, "channel_not_found", "invite the bot"),
        (SlackSimulator::ARCHIVED_CHANNEL, "is_archived", "unarchive"),
        ("#nowhere", "channel_not_found", "correct `channel`"),
    ];

    for (channel, word, fix) in cases {
        let bench = Bench::bot_with(json!({"channel": channel})).await;
        let error = bench.failure(&opened()).await;
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
        let text = error.to_string();
        assert!(text.contains(word) && text.contains(fix), "{text}");
    }
}

#[tokio::test]
async fn a_wrong_token_or_scope_parks() {
    let wrong = Bench::bot_with(json!({"token": "env:WRONG_TOKEN"})).await;
    let missing = Bench::bot_with(json!({"token": "env:MISSING"})).await;
    let scopeless = Bench::bot().await;
    scopeless.simulator.behave(|behavior| behavior.scopes = ["im:read".to_owned()].into());

    let errors = [
        (wrong.failure(&opened()).await, "invalid_auth"),
        (missing.failure(&opened()).await, "`MISSING` is not set"),
        (scopeless.failure(&opened()).await, "needed `chat:write`, has `im:read`"),
    ];

    for (error, part) in errors {
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
        assert!(error.to_string().contains(part), "{error}");
        assert!(!format!("{error:?}").contains("xoxb"), "{error:?}");
    }
}

#[tokio::test]
async fn a_refused_layout_is_sent_in_words_and_the_alert_keeps_its_thread() {
    let bench = Bench::bot().await;
    for word in ["msg_blocks_too_long", "invalid_blocks", "metadata_too_large"] {
        bench.simulator.behave(|behavior| behavior.layout_refusal = Some(word));

        let receipt = bench.receipt(&opened()).await;
        bench.receipt(&updated(receipt)).await;
    }

    let messages = bench.simulator.messages();
    assert_eq!(messages.len(), 6);
    assert!(messages.iter().all(|message| message.blocks.is_null()));
    assert_eq!(messages[1].thread_ts, Some(messages[0].ts.clone()));
}

#[tokio::test]
async fn a_workspace_that_cannot_be_reached_is_unavailable() {
    let bench = Bench::bot().await;
    let Bench { server, destination, simulator, clock } = bench;
    let address = server.address();
    drop(server);
    // The port closes with the server's task, which ends at its next turn.
    tokio::task::yield_now().await;
    let server = Server::start(simulator.router(), 0).await.unwrap();
    assert_ne!(server.address(), address);
    let bench = Bench { server, destination, simulator, clock };

    assert_eq!(bench.failure(&opened()).await.kind(), ErrorKind::Unavailable);
}

#[test]
fn an_encoded_item_that_is_none_is_a_fault_of_ours() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let batch = Batch { id: "1".to_owned(), body: "nonsense".into(), ends: vec![8] };

    let outcomes = runtime.block_on(async { Bench::bot().await.destination.deliver(&batch).await });

    let [Outcome::Failed(error)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(error.kind(), ErrorKind::Bug);
}
