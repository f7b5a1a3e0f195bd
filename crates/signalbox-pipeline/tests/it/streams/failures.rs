//! What a failing destination costs: the poison alone, or nothing but time.

use signalbox_model::ErrorKind;

use crate::stage::{Stage, Taking, assert_balanced};

const DOWN: Taking = Taking::Fail(ErrorKind::Unavailable);
const REFUSED: Taking = Taking::Fail(ErrorKind::Rejected);

#[tokio::test(start_paused = true)]
async fn of_a_partly_taken_batch_the_rest_is_sent_again_at_once() {
    let stage = Stage::with_stream(10).await;
    stage.sink("siem").take([Taking::UpTo(2)]);

    stage.logs(&["a", "b", "c", "d", "e"]).await;
    stage.pass(0).await;

    assert_eq!(stage.sink("siem").log(), ["0 a b c d e", "0 d e"]);
    assert_eq!(
        (stage.sink("siem").received().join(""), stage.aside("siem")),
        ("abde".into(), (0, 1))
    );
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_batch_refused_as_a_whole_is_halved_down_to_the_poison() {
    let stage = Stage::with_stream(8).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["f"]);

    stage.logs(&["a", "b", "c", "d", "e", "f", "g", "h"]).await;
    stage.pass(0).await;

    let expected = ["0 a b c d e f g h", "0 a b c d", "0 e f g h", "0 e f", "0 e", "0 f", "0 g h"];
    assert_eq!(stage.sink("siem").log(), expected);
    assert_eq!(
        (stage.sink("siem").received().join(""), stage.aside("siem")),
        ("abcdegh".into(), (0, 1))
    );
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_403_about_one_event_is_that_event_s_dead_letter() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Unauthorized, &["c"]);

    stage.logs(&["a", "b", "c", "d"]).await;
    stage.pass(30).await;

    assert_eq!(
        (stage.sink("siem").received().join(""), stage.aside("siem")),
        ("abd".into(), (0, 1))
    );
    assert_eq!(stage.state("siem"), "ok");
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_retried_in_place_then_opens_the_breaker_and_sets_nothing_aside() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").take_always(Some(DOWN));

    stage.logs(&["a", "b", "c"]).await;
    stage.pass(3600).await;
    let (log, terms) = (stage.sink("siem").log(), stage.stream_terms("siem"));
    stage.sink("siem").take_always(None);
    stage.pass(3640).await;

    assert_eq!(log[..4], ["0 a b c", "1 a b c", "6 a b c", "36 a b c"]);
    assert!(log[4..].iter().all(|line| line.ends_with(" a")), "a probe is one event: {log:?}");
    assert_eq!((terms.pending, terms.dead), (3, 0));
    assert_eq!(stage.sink("siem").received(), ["a", "b", "c"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_probe_is_not_spent_on_what_was_delivered_before_the_outage() {
    let stage = Stage::with_stream(10).await;
    stage.sink("siem").take([Taking::UpTo(3), DOWN, DOWN, DOWN, DOWN]);

    stage.logs(&["a", "b", "c", "d", "e", "f"]).await;
    stage.pass(66).await;

    assert_eq!(stage.sink("siem").log()[5..], ["66 e", "66 f"]);
    assert_eq!(stage.stream_terms("siem").delivered, 5);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_refuses_everything_is_parked_probed_and_loses_nothing() {
    let stage = Stage::with_stream(16).await;
    let names: Vec<String> = (0..16).map(|n| format!("n{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    stage.sink("siem").take_always(Some(REFUSED));

    stage.logs(&names).await;
    stage.pass(600).await;
    let during = (stage.state("siem"), stage.stream_terms("siem").dead);
    assert_balanced(&stage);
    stage.sink("siem").take_always(None);
    stage.pass(640).await;

    assert_eq!(during, ("parked", 0));
    let mut received = stage.sink("siem").received();
    received.sort();
    assert_eq!((received.len(), stage.stream_terms("siem").delivered), (16, 16));
    assert_eq!((stage.state("siem"), stage.stored_parking("siem")), ("ok", None));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_poison_at_the_head_does_not_keep_a_mended_stream_parked() {
    let stage = Stage::with_stream(16).await;
    let names: Vec<String> = (0..16).map(|n| format!("n{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    stage.sink("siem").poison(ErrorKind::Rejected, &names);
    stage.logs(&names).await;
    stage.pass(20).await;

    stage.sink("siem").poison(ErrorKind::Rejected, &["n0", "n1"]);
    stage.pass(150).await;

    assert_eq!((stage.sink("siem").received().len(), stage.aside("siem")), (14, (0, 2)));
    assert_eq!(stage.stream_terms("siem").pending, 0);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_park_the_stream_until_they_are_mended() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").lock_out(true);

    stage.logs(&["a", "b"]).await;
    stage.pass(300).await;
    let during = (stage.state("siem"), stage.sink("siem").log().len());
    stage.sink("siem").lock_out(false);
    stage.pass(335).await;

    assert_eq!(during, ("parked", 1));
    assert_eq!((stage.sink("siem").received().join(""), stage.state("siem")), ("ab".into(), "ok"));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_cannot_be_encoded_is_dead_and_the_others_pass() {
    let stage = Stage::with_stream(2).await;
    stage.sink("siem").never_encode("b");

    stage.logs(&["a", "b", "c", "d"]).await;
    stage.pass(0).await;

    assert_eq!(stage.sink("siem").log(), ["0 a c", "0 d"]);
    assert_eq!(stage.aside("siem"), (0, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_stream_waits_as_long_as_it_is_told_and_sends_the_same_batch() {
    let stage = Stage::with_stream(4).await;
    let wait = Some(std::time::Duration::from_secs(20));
    stage.sink("siem").take([Taking::Fail(ErrorKind::Throttled { retry_after: wait })]);

    stage.logs(&["a", "b"]).await;
    stage.pass(10).await;
    stage.logs(&["c"]).await;
    stage.pass(30).await;

    assert_eq!(stage.sink("siem").log(), ["0 a b", "20 a b", "20 c"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_never_answered_is_given_up_on_and_sent_again() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").take([Taking::Hang]);

    stage.logs(&["a", "b"]).await;
    stage.pass(601).await;

    assert_eq!(stage.sink("siem").log(), ["0 a b", "600 a b"]);
    assert_eq!(stage.stream_terms("siem").delivered, 2);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_fails_alone_is_set_aside_and_the_stream_goes_on() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Unavailable, &["b"]);

    stage.logs(&["a", "b", "c"]).await;
    stage.pass(162).await;
    stage.logs(&["d"]).await;
    stage.pass(163).await;
    let (aside, received) = (stage.aside("siem"), stage.sink("siem").received());
    assert_balanced(&stage);
    stage.sink("siem").poison(ErrorKind::Unavailable, &[]);
    stage.pass(240).await;

    assert_eq!((aside, received.join("")), ((1, 0), "acd".into()));
    assert_eq!((stage.aside("siem"), stage.stream_terms("siem").delivered), ((0, 0), 4));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_goes_on_failing_alone_is_dead_in_the_end() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Unavailable, &["b"]);
    stage.logs(&["a", "b", "c"]).await;

    for minute in 0..10 {
        stage.pass(120 + minute * 60).await;
        stage.logs(&["more"]).await;
    }
    stage.pass(720).await;

    assert_eq!((stage.aside("siem"), stage.stream_terms("siem").delivered), ((0, 1), 12));
    assert_balanced(&stage);
}
