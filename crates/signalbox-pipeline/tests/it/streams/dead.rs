//! Events that were given up: edited, sent again, discarded, and never too many.

use signalbox_model::ErrorKind;
use signalbox_pipeline::deliver::DeadLetterBound;

use crate::stage::{Cast, Stage, assert_balanced};

#[tokio::test(start_paused = true)]
async fn a_dead_event_is_listed_with_its_try_and_sent_as_it_was_edited() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["b"]);
    stage.logs(&["a", "b", "c"]).await;
    stage.pass(0).await;
    let letter = stage.letters().remove(0);
    let tries = stage.tries(&letter);

    stage.amend(&letter, r#"{"message":"mended"}"#).await;
    stage.replay_letter(&letter).await;
    stage.pass(1).await;

    assert_eq!((letter.kind.as_str(), letter.attempts), ("event", 1));
    assert_eq!(tries[0].outcome.as_deref(), Some("rejected"));
    assert_eq!(stage.sink("siem").received(), ["a", "c", "mended"]);
    assert!(stage.letters().is_empty());
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_discarded_event_counts_as_suppressed() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["b"]);
    stage.logs(&["a", "b"]).await;
    stage.pass(0).await;

    stage.discard(&stage.letters()[0]).await;

    let terms = stage.stream_terms("siem");
    assert_eq!((terms.delivered, terms.dead, terms.suppressed), (1, 0, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn at_the_bound_of_dead_letters_a_stream_is_parked_until_there_is_room() {
    let cast =
        Cast { streams: vec![("siem", 1)], dead_letters: DeadLetterBound(1), ..Cast::default() };
    let stage = Stage::with(cast).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["a", "c"]);

    stage.logs(&["a", "b", "c", "d"]).await;
    stage.pass(65).await;
    let (state, aside) = (stage.state("siem"), stage.aside("siem"));
    assert_balanced(&stage);
    stage.discard(&stage.letters()[0]).await;
    stage.pass(95).await;

    assert_eq!((state, aside), ("parked", (0, 1)));
    assert_eq!(
        (stage.sink("siem").received().join(""), stage.aside("siem")),
        ("bd".into(), (0, 1))
    );
    assert_balanced(&stage);
}
