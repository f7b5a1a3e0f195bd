//! Nothing is acknowledged before it is durable, and everything that is durable is acknowledged.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use parking_lot::Mutex;
use serde_json::Value;
use signalbox_model::ocsf::schema::{Level, validate};
use signalbox_pipeline::commit::NotCommitted;
use signalbox_store::journal::{ChunkDecoder, StoredChunk};
use tokio_util::sync::CancellationToken;

use crate::stage::{Bench, Cast, Stage, assert_balanced};

#[tokio::test(start_paused = true)]
async fn a_rule_stores_its_finding_of_an_event_with_the_longest_id() {
    let bench = Bench::new("severity >= informational");
    let id = "x".repeat(65_530);

    let committed = bench.source("edr").take(&[bench.raw(&format!("log a {id}"))]).await;

    assert_eq!(committed, Ok(()));
    assert_eq!(bench.chunks()[0].findings(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_same_event_id_a_hundred_times_at_once_is_one_record_and_a_hundred_yeses() {
    let bench = Bench::new("severity >= 'high'");
    let source = bench.source("edr");

    let copies = (0..100).map(|_| {
        let (source, event) = (Arc::clone(&source), bench.raw("open one same-id"));
        tokio::spawn(async move { source.take(&[event]).await })
    });
    let copies: Vec<_> = copies.collect();

    for copy in copies {
        assert_eq!(copy.await.unwrap(), Ok(()));
    }
    assert_eq!(bench.records(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_full_buffer_is_that_source_s_back_pressure_and_nobody_else_s() {
    let bench = Bench::new("severity >= 'high'");
    let (flood, other) = (bench.source("flood"), bench.source("other"));
    // The committer's thread stands at a closed door of the disk, so that everything gathers.
    let (open, door) = mpsc::channel::<()>();
    let door = Mutex::new(door);
    bench.disk.fail_when(move |_| door.lock().recv().is_ok());
    let large: Vec<_> =
        (0..20).map(|_| bench.raw(&format!("log {} -", "x".repeat(1 << 17)))).collect();

    let floods = join_all((0..5).map(|_| flood.take(&large)));
    let event = [bench.raw("log a -")];
    let (floods, other, ()) = tokio::join!(floods, other.take(&event), async { drop(open) });

    let full = Err(NotCommitted::BufferFull);
    assert_eq!(floods, [Ok(()), Ok(()), Ok(()), full, full]);
    assert_eq!(other, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn what_a_sender_waits_for_goes_before_what_comes_in_masses() {
    let bench = Bench::new("severity >= 'high'");
    let (flood, hook) = (bench.source("flood"), bench.source("hook"));
    let stop = CancellationToken::new();
    let event = [bench.raw("log a -")];

    let masses = [flood.hold(&event, None, &stop), flood.hold(&event, None, &stop)];
    let awaited = [hook.take(&event), hook.take(&event)];
    let (masses, awaited) = tokio::join!(join_all(masses), join_all(awaited));

    assert_eq!((masses, awaited), (vec![Ok(()); 2], vec![Ok(()); 2]));
    let chunks = bench.chunks();
    let sources: Vec<_> = chunks.iter().map(sources_of).collect();
    assert_eq!(sources, [["hook", "hook"], ["flood", "flood"]]);
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_goes_away_before_its_group_is_committed_leaves_that_to_others() {
    let bench = Bench::new("severity >= 'high'");
    let source = bench.source("edr");

    let gone = source.take(&[bench.raw("log a -")]).now_or_never();
    let event = [bench.raw("log b -")];
    let next = tokio::time::timeout(Duration::from_secs(60), source.take(&event)).await;

    assert_eq!((gone, next), (None, Ok(Ok(()))));
    assert_eq!(bench.records(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_several_threads_every_sender_is_answered_and_everything_is_stored_once() {
    let bench = Bench::new("severity >= 'high'");
    let stop = CancellationToken::new();
    let senders = (0..200).map(|n| {
        let (source, event, stop) =
            (bench.source("edr"), bench.raw(&format!("log a {n}")), stop.clone());
        tokio::spawn(async move {
            match n % 2 {
                0 => source.take(&[event]).await,
                _ => source.hold(&[event], None, &stop).await,
            }
        })
    });
    let senders: Vec<_> = senders.collect();

    for sender in senders {
        assert_eq!(sender.await.unwrap(), Ok(()));
    }
    assert_eq!(bench.records(), 200);
}

#[tokio::test(start_paused = true)]
async fn what_the_journal_refuses_is_not_acknowledged_and_is_taken_later() {
    let bench = Bench::new("severity >= 'high'");
    let source = bench.source("edr");
    let event = || [bench.raw("open one id-1")];

    bench.disk.fail_when(|_| true);
    let refused = [source.take(&event()).await, source.take(&event()).await];
    bench.disk.fail_when(|_| false);
    bench.journal_clock.advance(Duration::from_secs(5));
    let taken = source.take(&event()).await;

    assert_eq!(refused, [Err(NotCommitted::JournalRefused), Err(NotCommitted::JournalRefused)]);
    assert_eq!((taken, bench.records()), (Ok(()), 1));
    let intake = bench.journal.totals().intake["edr"];
    assert_eq!((intake.received, intake.accepted, intake.refused), (3, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_submission_over_several_chunks_is_acknowledged_after_the_last() {
    let bench = Bench::new("severity >= 'high'");
    let source = bench.source("edr");
    let events: Vec<_> = (0..2500).map(|n| bench.raw(&format!("log n{n} id-{n}"))).collect();

    let taken = source.take(&events).await;

    assert_eq!((taken, bench.chunks().len(), bench.records()), (Ok(()), 3, 2500));
}

#[tokio::test(start_paused = true)]
async fn a_submission_whose_last_chunk_fails_is_not_acknowledged() {
    let bench = Bench::new("severity >= 'high'");
    let source = bench.source("edr");
    source.take(&[bench.raw("log first -")]).await.unwrap();
    let events: Vec<_> = (0..2500).map(|n| bench.raw(&format!("log n{n} id-{n}"))).collect();

    // Two operations, a write and a sync, are one chunk.
    let begun = bench.disk.operations();
    bench.disk.fail_when(move |operation| operation >= begun + 2);
    let refused = source.take(&events).await;

    assert_eq!(refused, Err(NotCommitted::JournalRefused));
    assert_eq!(bench.records(), 1 + 1000);
}

#[tokio::test(start_paused = true)]
async fn a_matching_event_that_is_no_finding_is_wrapped_in_one_that_is_valid_ocsf() {
    let bench = Bench::new("message = 'sudo'");
    let source = bench.source("linux");

    source.take(&[bench.raw("log sudo -")]).await.unwrap();

    let chunk = bench.chunks().remove(0);
    let mut decoder = ChunkDecoder::new().unwrap();
    let events = decoder.events(&chunk).unwrap();
    let finding: Value = serde_json::from_slice(events.get(1).unwrap()).unwrap();
    let violations = validate(&finding).into_iter().filter(|found| found.level() == Level::Error);
    assert_eq!(violations.collect::<Vec<_>>(), []);
    assert_eq!(
        (&finding["class_uid"], &finding["finding_info"]["title"]),
        (&2004.into(), &"alarm".into())
    );
    assert_eq!(finding["evidences"][0]["data"]["message"], "sudo");
}

#[tokio::test(start_paused = true)]
async fn a_wrapped_event_is_notified_like_any_finding_and_the_ledger_counts_it_once() {
    let stage = Stage::with(Cast { condition: "message = 'sudo'", ..Cast::default() }).await;

    stage.logs(&["sudo", "ls"]).await;
    stage.pass(0).await;

    assert_eq!(stage.tickets.log(), ["0 create alarm"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_map_is_quarantined_and_acknowledged() {
    let stage = Stage::with_tickets().await;

    stage.send(&["nonsense".to_owned(), "open one id-1".to_owned()]).await.unwrap();
    stage.pass(0).await;

    let intake = stage.run().journal.totals().intake["edr"];
    assert_eq!((intake.received, intake.accepted, intake.quarantined), (2, 1, 1));
    assert_eq!(stage.steps("delivered"), ["open one"]);
    assert_balanced(&stage);
}

/// The sources of a chunk's records, in their order.
fn sources_of(chunk: &StoredChunk) -> Vec<&str> {
    chunk.records().map(|record| record.integration).collect()
}
