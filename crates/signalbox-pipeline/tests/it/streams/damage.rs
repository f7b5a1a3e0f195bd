//! Damage of the journal takes its own events and no others, and the ledger says how many.

use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::stage::{Cast, Stage, Taking, assert_balanced};

#[tokio::test(start_paused = true)]
async fn events_that_the_disk_damaged_before_they_were_sent_are_counted_as_lost() {
    let stage = stage(4).await;
    stage.set_enabled("siem", false);
    stage.logs(&["a"]).await;
    stage.logs(&["b", "c"]).await;
    stage.logs(&["d"]).await;

    flip_a_bit_of_chunk(&stage, 2);
    stage.set_enabled("siem", true);
    stage.pass(10).await;

    assert_eq!(stage.sink("siem").received(), ["a", "d"]);
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.delivered, terms.lost, terms.pending), (4, 2, 2, 0));
    assert_eq!(stage.run().journal.damage().len(), 1);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn events_that_were_sent_before_the_disk_damaged_them_are_not() {
    let stage = stage(4).await;
    for name in ["a", "b", "c"] {
        stage.logs(&[name]).await;
    }
    stage.pass(10).await;

    flip_a_bit_of_chunk(&stage, 2);
    stage.logs(&["d"]).await;
    stage.pass(20).await;

    let terms = stage.stream_terms("siem");
    assert_eq!((terms.delivered, terms.lost), (4, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_was_lost_is_counted_once_wherever_behind_it_a_crash_falls() {
    for settled in 0..3 {
        let mut stage = stage(1).await;
        stage.set_enabled("siem", false);
        stage.logs(&["a"]).await;
        stage.logs(&["b", "c"]).await;
        stage.logs(&["d", "e"]).await;
        flip_a_bit_of_chunk(&stage, 2);
        stage.sink("siem").take(vec![Taking::Done; settled]);
        stage.sink("siem").take([Taking::Hang]);

        stage.set_enabled("siem", true);
        stage.pass(10).await;
        stage.crash().await;
        stage.pass(20).await;

        let terms = stage.stream_terms("siem");
        assert_eq!(
            (terms.accepted, terms.delivered, terms.lost, terms.pending),
            (5, 3, 2, 0),
            "{settled} batches before the crash"
        );
        assert_balanced(&stage);
    }
}

/// A hub with one stream that reads whatever it sends from the disk.
async fn stage(events_max: usize) -> Stage {
    let streams = vec![("siem", events_max)];
    Stage::with(Cast { streams, fresh_bytes: 0, ..Cast::default() }).await
}

/// Chunks of a few events occupy a block of 4 KiB each; the first block is the segment's header.
fn flip_a_bit_of_chunk(stage: &Stage, number: u64) {
    let path = stage.folder().join("journal/00000001.segment");
    let file = File::options().read(true).write(true).open(path).unwrap();
    let (mut byte, at) = ([0], number * 4096 + 200);
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1], at).unwrap();
}
