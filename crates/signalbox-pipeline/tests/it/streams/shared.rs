//! Streams that encode alike share the work and nothing else.

use signalbox_model::ErrorKind;

use crate::stage::{Cast, Stage, Taking, assert_balanced};

const NAMES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];

/// A hub with two streams that encode alike, in batches of different sizes.
async fn alike() -> Stage {
    let streams = vec![("siem", 4), ("lake", 3)];
    Stage::with(Cast { streams, encodes_alike: true, ..Cast::default() }).await
}

fn encoded(stage: &Stage) -> usize {
    stage.sink("siem").encoded() + stage.sink("lake").encoded()
}

fn batches(stage: &Stage, sink: &str) -> Vec<String> {
    let log = stage.sink(sink).log();
    log.iter().filter_map(|batch| batch.split_once(' ')).map(|(_, names)| names.into()).collect()
}

#[tokio::test(start_paused = true)]
async fn an_event_is_encoded_once_and_cut_into_the_batches_of_each_stream() {
    let stage = alike().await;

    stage.logs(&NAMES).await;
    stage.pass(5).await;

    assert_eq!(batches(&stage, "siem"), ["a b c d", "e f g"]);
    assert_eq!(batches(&stage, "lake"), ["a b c", "d e f", "g"]);
    assert_eq!(encoded(&stage), NAMES.len());
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_away_too_long_encodes_for_itself() {
    let cast = Cast { fresh_bytes: 0, encodes_alike: true, ..Cast::default() };
    let stage = Stage::with(Cast { streams: vec![("siem", 4), ("lake", 3)], ..cast }).await;

    stage.logs(&NAMES).await;
    stage.pass(5).await;

    assert_eq!(stage.sink("siem").received(), NAMES);
    assert_eq!(stage.sink("lake").received(), NAMES);
    assert_eq!(encoded(&stage), 2 * NAMES.len());
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_one_destination_refuses_the_other_still_takes() {
    let stage = alike().await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["c"]);
    stage.sink("lake").take([Taking::Fail(ErrorKind::Unavailable)]);

    stage.logs(&NAMES).await;
    stage.pass(60).await;

    assert_eq!(stage.sink("siem").received(), ["a", "b", "d", "e", "f", "g"]);
    assert_eq!(stage.sink("lake").received(), NAMES);
    assert_eq!(stage.stream_terms("siem").dead, 1);
    assert_eq!(encoded(&stage), NAMES.len());
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_encoded_is_a_dead_letter_of_each_stream() {
    let stage = alike().await;
    stage.sink("siem").never_encode("c");
    stage.sink("lake").never_encode("c");

    stage.logs(&NAMES).await;
    stage.pass(5).await;

    for sink in ["siem", "lake"] {
        let terms = stage.stream_terms(sink);
        assert_eq!((terms.delivered, terms.dead, terms.pending), (6, 1, 0), "{sink}");
    }
    assert_balanced(&stage);
}
