//! Sources that are asked: pages, their checkpoints, and vendors in trouble.

use signalbox_model::ErrorKind;

use super::stage::{Cast, FEED, Stage, assert_balanced};

#[tokio::test(start_paused = true)]
async fn pages_follow_at_once_and_then_the_interval_is_kept() {
    let stage = polling(&["log a 1", "log b 2", "log c 3"]).await;

    stage.pass(61).await;

    assert_eq!(stage.feed().log(), ["0 from 0", "0 from 2", "60 from 3"]);
    assert_eq!(stage.feed().confirmed(), [2, 3]);
    assert_eq!(stage.sink("siem").received(), ["a", "b", "c"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_restart_goes_on_where_the_last_page_ended() {
    let mut stage = polling(&["log a 1", "log b 2", "log c 3"]).await;
    stage.pass(1).await;

    stage.crash().await;
    stage.feed().has(&["log d 4"]);
    stage.pass(2).await;

    assert_eq!(stage.feed().log(), ["0 from 0", "0 from 2", "1 from 3"]);
    assert_eq!(stage.sink("siem").received(), ["a", "b", "c", "d"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_page_without_news_is_not_written() {
    let stage = polling(&["log a 1"]).await;
    stage.pass(1).await;
    let head = stage.run().journal.head();

    stage.pass(300).await;

    assert_eq!(stage.feed().log().len(), 6);
    assert_eq!(stage.run().journal.head(), head);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_waited_out_and_nothing_is_skipped() {
    let stage = polling(&["log a 1", "log b 2", "log c 3"]).await;
    stage.feed().fail([ErrorKind::Unavailable; 4]);

    stage.pass(40).await;
    assert_eq!(stage.state(FEED), "down");
    stage.pass(120).await;

    let log = stage.feed().log();
    assert_eq!(log[..4], ["0 from 0", "1 from 0", "6 from 0", "36 from 0"]);
    assert_eq!(log[log.len() - 2..], ["66 from 0", "66 from 2"]);
    assert_eq!(stage.sink("siem").received(), ["a", "b", "c"]);
    assert_eq!(stage.state(FEED), "ok");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_never_comes_is_given_up_on_and_asked_for_again() {
    let stage = polling(&["log a 1"]).await;
    stage.feed().hang();

    stage.pass(602).await;

    assert_eq!(stage.feed().log(), ["0 from 0", "601 from 0"]);
    assert_eq!(stage.sink("siem").received(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_429_is_waited_for_and_costs_nothing() {
    let stage = polling(&["log a 1"]).await;
    let wait = std::time::Duration::from_secs(7);
    stage.feed().fail([ErrorKind::Throttled { retry_after: Some(wait) }]);

    stage.pass(10).await;

    assert_eq!(stage.feed().log(), ["0 from 0", "7 from 0"]);
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_park_until_they_are_mended() {
    let stage = polling(&["log a 1"]).await;
    stage.feed().lock_out(true);
    stage.pass(1).await;
    assert_eq!(stage.state(FEED), "parked");

    stage.feed().lock_out(false);
    stage.pass(61).await;

    assert_eq!(stage.state(FEED), "ok");
    assert_eq!(stage.sink("siem").received(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_asked_for_again() {
    let stage = polling(&["log a 1"]).await;
    stage.feed().fail([ErrorKind::Malformed]);

    stage.pass(1).await;
    assert_eq!(stage.state(FEED), "degraded");
    stage.pass(61).await;

    assert_eq!(stage.feed().log(), ["0 from 0", "60 from 0"]);
    assert_eq!(stage.sink("siem").received(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_disabled_source_is_not_asked() {
    let stage = polling(&["log a 1"]).await;
    stage.set_enabled(FEED, false);

    stage.pass(120).await;
    assert!(stage.feed().log().is_empty());
    stage.set_enabled(FEED, true);
    stage.pass(121).await;

    assert_eq!(stage.sink("siem").received(), ["a"]);
}

async fn polling(words: &[&str]) -> Stage {
    let cast = Cast { streams: vec![("siem", 10)], polls: true, ..Cast::default() };
    let stage = Stage::with(cast).await;
    stage.feed().has(words);
    stage
}
