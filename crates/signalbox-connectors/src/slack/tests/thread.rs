//! An alert's life as one message and its thread.

use super::*;
use signalbox_model::ErrorKind;
use signalbox_sdk::testkit::Fault;

#[tokio::test]
async fn an_alert_is_one_message_that_is_kept_up_to_date_with_its_steps_below() {
    let bench = Bench::bot().await;

    let receipt = bench.receipt(&opened()).await;
    assert_eq!(bench.receipt(&updated(receipt.clone())).await, None);
    assert_eq!(bench.receipt(&resolved(receipt)).await, None);

    let [card, update, resolve] = &bench.simulator.messages()[..] else { panic!("not three") };
    assert_eq!(header(&card.blocks), "✅ Resolved: [SOC] Many failed logins");
    assert_eq!((card.edits, card.thread_ts.as_ref()), (2, None));
    assert_eq!(
        update.text,
        "🔴 Critical, open, seen 5 times, last at 2026-03-01 12:00:00Z\nSeen again"
    );
    assert_eq!(resolve.text, "✅ Resolved at 2026-03-01 12:10:00Z\nIt is over");
    assert_eq!([&update.thread_ts, &resolve.thread_ts], [&Some(card.ts.clone()); 2]);
}

#[tokio::test]
async fn a_change_keeps_the_text_that_the_message_was_opened_with() {
    let bench = Bench::bot().await;

    let receipt = bench.receipt(&opened()).await;
    bench.receipt(&resolved(receipt)).await;

    let body = json!({"type": "plain_text", "text": "41 failures in a minute", "emoji": false});
    assert_eq!(bench.simulator.messages()[0].blocks[1]["text"], body);
}

#[tokio::test]
async fn each_message_carries_the_key_of_its_step() {
    let bench = Bench::bot().await;
    let (open, update) = (opened(), updated(bench.receipt(&opened()).await));

    bench.receipt(&update).await;

    let messages = bench.simulator.messages();
    for (message, notification) in messages.iter().zip([open, update]) {
        let key = Some(notification.key.to_string());
        assert_eq!((&message.client_msg_id, &message.delivery_id), (&key, &key));
    }
}

#[tokio::test]
async fn a_reply_that_failed_is_repeated_without_anything_standing_twice() {
    let bench = Bench::bot().await;
    let update = updated(bench.receipt(&opened()).await);
    // The change passes, the reply is throttled.
    bench.simulator.behave(|behavior| behavior.limits_rate = true);

    let error = bench.failure(&update).await;
    bench.clock.advance(Duration::from_secs(1));
    bench.receipt(&update).await;

    let wait = Some(Duration::from_secs(1));
    assert_eq!(error.kind(), ErrorKind::Throttled { retry_after: wait });
    let messages = bench.simulator.messages();
    assert_eq!((messages.len(), messages[0].edits), (2, 2));
}

#[tokio::test]
async fn a_change_that_was_cut_has_posted_nothing_and_is_simply_repeated() {
    let bench = Bench::bot().await;
    let update = updated(bench.receipt(&opened()).await);
    for fault in [Fault::CutBefore, Fault::CutAfter, Fault::status(504, "gateway")] {
        bench.server.faults().plant(fault);
        assert_eq!(bench.failure(&update).await.kind(), ErrorKind::Unavailable);
    }

    bench.receipt(&update).await;

    assert_eq!(bench.simulator.messages().len(), 2);
}

#[tokio::test]
async fn a_cut_post_may_stand_twice_unless_slack_remembers_its_id() {
    for (deduplicates, expected) in [(false, 2), (true, 1)] {
        let bench = Bench::bot().await;
        bench.simulator.behave(|behavior| behavior.deduplicates = deduplicates);
        bench.server.faults().plant(Fault::CutAfter);

        let error = bench.failure(&opened()).await;
        bench.receipt(&opened()).await;

        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(bench.simulator.messages().len(), expected);
    }
}

#[tokio::test]
async fn a_deleted_message_is_replaced_and_later_steps_follow_the_new_one() {
    let bench = Bench::bot().await;
    let receipt = bench.receipt(&opened()).await;
    bench.simulator.delete(&bench.simulator.messages()[0].ts);

    let second = bench.receipt(&updated(receipt)).await;
    bench.receipt(&resolved(second)).await;

    let [card, reply] = &bench.simulator.messages()[..] else { panic!("not two") };
    assert_eq!(header(&card.blocks), "✅ Resolved: [SOC] Many failed logins");
    assert_eq!(reply.thread_ts, Some(card.ts.clone()));
}

#[tokio::test]
async fn a_message_deleted_between_change_and_reply_is_replaced_too() {
    let bench = Bench::bot().await;
    let receipt = bench.receipt(&opened()).await;
    bench.simulator.delete(&bench.simulator.messages()[0].ts);
    let changed = r#"{"ok":true,"channel":"C0SOCALERTS","ts":"1.2","text":""}"#;
    bench.server.faults().plant(Fault::status(200, changed));

    assert!(bench.receipt(&updated(receipt)).await.is_some());

    let messages = bench.simulator.messages();
    assert_eq!((messages.len(), &messages[0].thread_ts), (1, &None));
}

#[tokio::test]
async fn a_message_that_may_not_be_changed_stays_and_its_thread_tells() {
    let closed = Bench::bot().await;
    let foreign = Bench::bot().await;
    for bench in [&closed, &foreign] {
        let receipt = bench.receipt(&opened()).await;
        closed.simulator.behave(|behavior| behavior.closes_edits = true);
        foreign.simulator.disown("1772366400.000001");

        bench.receipt(&resolved(receipt)).await;

        let messages = bench.simulator.messages();
        assert_eq!((messages.len(), messages[0].edits), (2, 0));
        assert!(messages[1].thread_ts.is_some());
    }
}

#[tokio::test]
async fn an_alert_of_a_channel_that_is_closed_goes_on_in_the_configured_one() {
    let bench = Bench::bot().await;
    let here = bench.receipt(&opened()).await.unwrap();
    let elsewhere = here.0.replace(SlackSimulator::CHANNEL, SlackSimulator::ARCHIVED_CHANNEL);

    let receipt = bench.receipt(&updated(Some(Receipt(elsewhere)))).await;

    assert!(receipt.unwrap().0.contains(SlackSimulator::CHANNEL));
    assert_eq!(bench.simulator.messages().len(), 2);
}

#[tokio::test]
async fn a_later_step_without_a_message_of_ours_posts_one() {
    for receipt in [None, Some(Receipt("INC0010001".to_owned()))] {
        let bench = Bench::bot().await;

        assert!(bench.receipt(&updated(receipt)).await.is_some());

        let [message] = &bench.simulator.messages()[..] else { panic!("not one") };
        assert_eq!(header(&message.blocks), "🔴 [SOC] Many failed logins");
    }
}

#[tokio::test]
async fn an_alert_that_is_posted_already_is_not_posted_again() {
    let bench = Bench::bot().await;
    let receipt = bench.receipt(&opened()).await;

    bench.receipt(&Notification { receipt, ..opened() }).await;

    let messages = bench.simulator.messages();
    assert_eq!((messages.len(), messages[0].edits), (1, 1));
}

#[tokio::test]
async fn a_channel_may_be_named() {
    let bench = Bench::bot_with(json!({"channel": "#soc-alerts"})).await;

    let receipt = bench.receipt(&opened()).await;
    bench.receipt(&updated(receipt)).await;

    assert_eq!(bench.simulator.messages()[0].edits, 1);
}
