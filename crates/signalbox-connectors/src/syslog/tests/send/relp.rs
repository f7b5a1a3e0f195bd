//! RELP: done is what was answered.

use super::*;
use crate::syslog::ReceiverFault;

const UNKNOWN: Option<ErrorKind> = Some(ErrorKind::OutcomeUnknown);
const UNAVAILABLE: Option<ErrorKind> = Some(ErrorKind::Unavailable);

#[tokio::test]
async fn more_messages_than_the_window_has_are_all_answered_over_one_session() {
    let line = Line::relp(json!({})).await;
    let messages: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();

    let outcomes = line.deliver(&messages).await;
    let more = line.deliver(&["more"]).await;

    assert!(outcomes.iter().chain(&more).all(|outcome| *outcome == DONE));
    assert_eq!(line.received(1001).await[..1000], messages[..]);
    assert_eq!(line.receiver.connections(), 1);
}

#[tokio::test]
async fn a_message_that_is_answered_500_is_rejected_alone() {
    let line = Line::relp(json!({})).await;
    line.receiver.plant(ReceiverFault::Refuse("two".to_owned()));

    let outcomes = line.deliver(&["one", "two", "three"]).await;

    assert_eq!(kinds(&outcomes), [None, Some(ErrorKind::Rejected), None]);
    let Outcome::Failed(error) = &outcomes[1] else { panic!("not failed") };
    assert_eq!(error.answer(), Some("500 not this one"));
}

#[tokio::test]
async fn what_was_not_answered_before_the_connection_broke_is_unknown() {
    let line = Line::relp(json!({})).await;
    line.receiver.plant(ReceiverFault::CutAfter(2));

    let cut = line.deliver(&["one", "two", "three"]).await;
    let again = line.deliver(&["one", "two", "three"]).await;

    assert_eq!(kinds(&cut), [UNKNOWN, UNKNOWN, UNKNOWN]);
    assert_eq!(again, [DONE, DONE, DONE]);
    assert_eq!(line.received(5).await, ["one", "two", "one", "two", "three"]);
}

#[tokio::test]
async fn what_was_not_sent_because_the_window_was_full_is_unavailable() {
    let line = Line::relp(json!({})).await;
    line.receiver.plant(ReceiverFault::CutAfter(5));

    let outcomes = kinds(&line.deliver(&["x"; 130]).await);

    assert_eq!(outcomes[..128], [UNKNOWN; 128]);
    assert_eq!(outcomes[128..], [UNAVAILABLE; 2]);
}

#[tokio::test]
async fn a_receiver_that_never_answers_leaves_the_outcome_unknown() {
    let line = Line::relp(json!({ "timeout": "100ms" })).await;
    line.receiver.plant(ReceiverFault::Silent);

    let outcomes = line.deliver(&["one"]).await;

    assert_eq!(kinds(&outcomes), [UNKNOWN]);
    assert!(words(&outcomes[0]).contains("nothing moved for 100ms"), "{}", words(&outcomes[0]));
}

#[tokio::test]
async fn a_session_that_is_refused_or_closed_at_once_is_unavailable() {
    let line = Line::relp(json!({})).await;
    line.receiver.plant(ReceiverFault::RefuseSession);
    line.receiver.plant(ReceiverFault::Close);

    let refused = line.deliver(&["one"]).await;
    let closed = line.deliver(&["one"]).await;

    assert_eq!((kinds(&refused), kinds(&closed)), (vec![UNAVAILABLE], vec![UNAVAILABLE]));
    assert!(words(&refused[0]).contains("500 no more sessions"), "{}", words(&refused[0]));
}

#[tokio::test]
async fn a_session_that_the_receiver_ended_is_opened_anew() {
    let line = Line::relp(json!({})).await;
    line.deliver(&["one"]).await;

    line.receiver.hang_up();
    let outcomes = line.deliver_after_reconnecting("two", 2).await;

    assert_eq!(outcomes, [DONE]);
    assert_eq!(line.received(2).await, ["one", "two"]);
}

#[tokio::test]
async fn a_receiver_that_speaks_no_relp_is_unavailable() {
    let counted = ReceiverProtocol::Stream(FramingMode::OctetCounted);
    let receiver = SyslogReceiver::start(counted, None).unwrap();
    let line = Line::to(receiver, json!({ "transport": "relp", "timeout": "100ms" }));

    assert_eq!(kinds(&line.deliver(&["one"]).await), [UNAVAILABLE]);
}
