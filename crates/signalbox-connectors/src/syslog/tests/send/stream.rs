//! TCP: what is noticed, what is sent again, and what is not known.

use super::*;
use crate::syslog::ReceiverFault;

#[tokio::test]
async fn events_arrive_in_order_over_one_connection() {
    let line = Line::tcp(json!({})).await;

    let first = line.deliver(&["one", "two"]).await;
    let second = line.deliver(&["three"]).await;

    assert_eq!((first, second), (vec![DONE, DONE], vec![DONE]));
    assert_eq!(line.received(3).await, ["one", "two", "three"]);
    assert_eq!(line.receiver.connections(), 1);
}

#[tokio::test]
async fn lines_are_sent_where_they_are_wanted() {
    let lines = ReceiverProtocol::Stream(FramingMode::Newline);
    let receiver = SyslogReceiver::start(lines, None).unwrap();
    let line = Line::to(receiver, json!({ "framing": "newline" }));

    line.deliver(&["one\nline", "two"]).await;

    assert_eq!(line.received(2).await, ["one\nline", "two"]);
}

#[tokio::test]
async fn what_a_receiver_never_read_is_sent_again_when_it_is_back() {
    let line = Line::tcp(json!({})).await;
    line.receiver.plant(ReceiverFault::Deaf);
    let lost = line.deliver(&["lost"]).await;

    line.receiver.hang_up();
    let next = line.deliver_after_reconnecting("next", 2).await;

    assert_eq!((lost, next), (vec![DONE], vec![DONE]));
    assert_eq!(line.received(2).await, ["lost", "next"]);
}

#[tokio::test]
async fn what_a_receiver_did_read_comes_twice_for_nobody_can_tell() {
    let line = Line::tcp(json!({})).await;
    line.deliver(&["read"]).await;
    line.received(1).await;

    line.receiver.hang_up();
    line.deliver_after_reconnecting("next", 2).await;

    assert_eq!(line.received(3).await, ["read", "read", "next"]);
}

#[tokio::test]
async fn what_left_long_ago_or_is_not_kept_is_not_sent_again() {
    for (config, seconds) in [(json!({}), 301), (json!({ "replay": "0B" }), 0)] {
        let line = Line::tcp(config).await;
        line.deliver(&["read"]).await;
        line.received(1).await;

        line.pass(seconds);
        line.receiver.hang_up();
        line.deliver_after_reconnecting("next", 2).await;

        assert_eq!(line.received(2).await, ["read", "next"]);
    }
}

#[tokio::test]
async fn what_is_owed_waits_for_the_end_of_an_outage() {
    let line = Line::tcp(json!({})).await;
    line.receiver.plant(ReceiverFault::Deaf);
    line.deliver(&["lost"]).await;
    for _ in 0..2 {
        line.receiver.plant(ReceiverFault::Close);
    }

    line.receiver.hang_up();
    line.deliver_after_reconnecting("next", 4).await;

    assert!(line.received(2).await.starts_with(&["lost".to_owned()]));
}

#[tokio::test]
async fn a_receiver_that_is_away_is_unavailable() {
    let line = Line::tcp(json!({})).await;
    let destination = line.destination.clone();
    drop(line);

    let outcomes = destination.deliver(&batch(&*destination, &[event_saying("x")])).await;

    assert_eq!(kinds(&outcomes), [Some(ErrorKind::Unavailable)]);
    assert!(words(&outcomes[0]).contains("check the port"), "{}", words(&outcomes[0]));
}

#[tokio::test]
async fn a_name_that_is_not_known_is_unavailable() {
    let to = format!("{}.invalid:514", "a".repeat(64));
    let destination = sender(json!({ "to": to }));

    let outcomes = destination.deliver(&batch(&*destination, &[event_saying("x")])).await;

    assert_eq!(kinds(&outcomes), [Some(ErrorKind::Unavailable)]);
    assert!(words(&outcomes[0]).contains("mend the name server"), "{}", words(&outcomes[0]));
}

#[tokio::test]
async fn of_a_batch_that_does_not_leave_the_begun_is_unknown_and_the_rest_unavailable() {
    let line = Line::tcp(json!({ "timeout": "100ms", "message_bytes_max": "1MiB" })).await;
    line.receiver.plant(ReceiverFault::Deaf);
    let much = "x".repeat(1_000_000);
    let messages = vec![much.as_str(); 20];

    let outcomes = line.deliver(&messages).await;

    let kinds = kinds(&outcomes);
    assert_eq!(kinds.first(), Some(&Some(ErrorKind::OutcomeUnknown)));
    assert_eq!(kinds.last(), Some(&Some(ErrorKind::Unavailable)));
    assert!(words(&outcomes[0]).contains("may arrive twice"), "{}", words(&outcomes[0]));
}
