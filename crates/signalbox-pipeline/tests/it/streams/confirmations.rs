//! A confirmation that is not answered holds nobody up who stops the stream, and settles nothing.

use signalbox_model::ErrorKind;

use crate::stage::{Stage, Taking, assert_balanced};

/// A stage whose stream has sent `a` and `b`, and waits for a confirmation that never comes.
async fn with_a_hanging_confirmation() -> Stage {
    let stage = Stage::with_stream(10).await;
    stage.sink("siem").take([Taking::Unconfirmed]);
    stage.sink("siem").hang_confirming();
    stage.logs(&["a", "b"]).await;
    stage.pass(5).await;
    stage
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_confirmation_that_hangs_and_the_batch_is_sent_again() {
    let mut stage = with_a_hanging_confirmation().await;

    stage.restart().await;
    let (restarted_at, waiting) = (stage.clock.second(), stage.stream_terms("siem"));
    assert_balanced(&stage);
    stage.pass(6).await;

    assert_eq!((restarted_at, waiting.delivered, waiting.pending), (5, 0, 2));
    assert_eq!(stage.sink("siem").log(), ["0 a b", "5 a b"]);
    assert_eq!(stage.stream_terms("siem").delivered, 2);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn disabling_ends_a_confirmation_that_hangs_and_nothing_counts_as_failed() {
    let stage = with_a_hanging_confirmation().await;

    stage.set_enabled("siem", false);
    stage.pass(10).await;
    let (waiting, error) = (stage.stream_terms("siem"), stage.last_error("siem"));
    stage.set_enabled("siem", true);
    stage.pass(11).await;

    assert_eq!((waiting.delivered, waiting.pending, error), (0, 2, None));
    assert_eq!(stage.sink("siem").log(), ["0 a b", "10 a b"]);
    assert_eq!(stage.stream_terms("siem").delivered, 2);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_parked_item_whose_confirmation_hangs_when_the_hub_stops_is_as_it_was() {
    let mut stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Unavailable, &["b"]);
    stage.logs(&["a", "b", "c"]).await;
    stage.pass(162).await;
    stage.logs(&["d"]).await;
    stage.pass(163).await;
    let before = stage.parked("siem");
    stage.sink("siem").poison(ErrorKind::Unavailable, &[]);
    stage.sink("siem").take([Taking::Unconfirmed]);
    stage.sink("siem").hang_confirming();
    let tries = stage.sink("siem").log().len();
    while stage.sink("siem").log().len() == tries {
        assert!(stage.clock.second() < 300, "it is never tried");
        stage.pass(stage.clock.second() + 1).await;
    }

    stage.restart().await;
    let (restarted_at, after) = (stage.clock.second(), stage.parked("siem"));
    stage.pass(restarted_at + 1).await;

    assert_eq!((before.len(), before), (1, after));
    let log = stage.sink("siem").log();
    assert_eq!((log.len(), log.last()), (tries + 2, Some(&format!("{restarted_at} b"))));
    assert_eq!((stage.aside("siem"), stage.stream_terms("siem").delivered), ((0, 0), 4));
    assert_balanced(&stage);
}
