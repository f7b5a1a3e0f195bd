//! A person has a stream sent once more.

use std::time::Duration;

use signalbox_model::ErrorKind;

use crate::stage::{Stage, Taking, assert_balanced};

/// Logs `a` and `b`, and a minute later `c` and `d`.
async fn two_minutes(stage: &Stage) {
    stage.logs(&["a", "b"]).await;
    stage.pass(60).await;
    stage.logs(&["c", "d"]).await;
    stage.pass(70).await;
}

#[tokio::test(start_paused = true)]
async fn what_was_committed_since_a_time_is_sent_once_more_and_accepted_once_more() {
    let stage = Stage::with_stream(4).await;
    two_minutes(&stage).await;

    let replayed = stage.replay_stream("siem", 30).await;
    stage.pass(80).await;

    assert_eq!((replayed.pairs, replayed.is_cut), (2, false));
    assert_eq!(stage.sink("siem").received().join(""), "abcdcd");
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.delivered, terms.pending), (6, 6, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_replay_survives_a_crash_and_balances_while_it_waits() {
    let mut stage = Stage::with_stream(4).await;
    two_minutes(&stage).await;
    stage.sink("siem").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));

    let replayed = stage.replay_stream("siem", 1000).await;
    assert_balanced(&stage);
    let waiting = stage.stream_terms("siem").pending;
    stage.crash().await;
    stage.sink("siem").take_always(None);
    stage.pass(300).await;

    assert_eq!((replayed.pairs, waiting), (4, 4));
    assert_eq!(stage.sink("siem").received().join(""), "abcdabcd");
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn dead_letters_of_what_is_sent_again_are_dead_no_more_and_the_others_stay() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["a", "c"]);
    two_minutes(&stage).await;
    let before = stage.aside("siem");
    stage.sink("siem").poison(ErrorKind::Rejected, &[]);

    let replayed = stage.replay_stream("siem", 30).await;
    stage.pass(90).await;

    assert_eq!((before, replayed.pairs), ((0, 2), 1));
    assert_eq!(
        (stage.sink("siem").received().join(""), stage.aside("siem")),
        ("bdcd".into(), (0, 1))
    );
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_still_waits_is_not_sent_twice() {
    let stage = Stage::with_stream(4).await;
    stage.logs(&["a"]).await;
    stage.pass(10).await;
    stage.set_enabled("siem", false);
    stage.logs(&["b"]).await;
    stage.pass(20).await;

    let replayed = stage.replay_stream("siem", 5).await;
    let all = stage.replay_stream("siem", 1000).await;
    stage.set_enabled("siem", true);
    tokio::time::sleep(Duration::from_secs(60)).await;

    assert_eq!((replayed.pairs, all.pairs), (0, 1));
    assert_eq!(stage.sink("siem").received().join(""), "aab");
    assert_balanced(&stage);
}
