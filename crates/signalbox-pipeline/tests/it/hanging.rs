//! A commit that hangs on the disk, and one that the end of the runtime overtakes: nobody is told that it is done, and
//! nobody else waits with it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use signalbox_model::Clock;
use signalbox_pipeline::commit::NotCommitted;
use signalbox_pipeline::ingest::SourceLine;
use signalbox_sdk::role::RawEvent;
use signalbox_store::journal::simulated::{SimulatedClock, SimulatedDisk};
use signalbox_store::journal::{EmbeddedJournal, Journal, JournalOptions, Provision, StoredChunk};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::scenery::raw;
use crate::stage::{Bench, Cast, Door, Stage, TICKETS, assert_balanced};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_sync_hangs_only_its_senders_wait_and_when_it_is_done_they_are_told() {
    let (door, streams) = (Door::default(), vec![("siem", 10)]);
    let stage = Stage::with(Cast { streams, door: door.clone(), ..Cast::default() }).await;
    stage.set_enabled("siem", false);
    stage.set_enabled(TICKETS, false);
    stage.finds(&["one"]).await;

    door.shut();
    let first = send_on_a_worker(&stage, "open two id-2");
    stage.until(|_| door.is_waited_at()).await;
    let second = send_on_a_worker(&stage, "open three id-3");
    // What waited since before goes out, and the desk follows.
    stage.set_enabled("siem", true);
    stage.set_enabled(TICKETS, true);
    let (tickets, sink) = (&stage.tickets, stage.sink("siem"));
    stage.until(|_| (tickets.tickets(), sink.received().len()) == (1, 1)).await;
    let healthy = is_healthy(&stage).await;
    let answered = (first.is_finished(), second.is_finished());
    door.open();

    assert_eq!((healthy, answered), (true, (false, false)));
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (Ok(()), Ok(())));
    stage.until(|_| (tickets.tickets(), sink.received().len()) == (3, 3)).await;
    stage.until(|stage| stage.stream_terms("siem").pending == 0).await;
    assert_balanced(&stage);
}

/// Sends as a connection does, whose task a worker of the runtime runs.
fn send_on_a_worker(
    stage: &Stage,
    words: &'static str,
) -> tokio::task::JoinHandle<Result<(), NotCommitted>> {
    let (line, event) = (Arc::clone(&stage.run().line), raw(words, stage.clock.now()));
    tokio::spawn(async move { line.take(&[event]).await })
}

/// Asks what readiness and the ledger ask of the journal, where it would not matter if that hung.
async fn is_healthy(stage: &Stage) -> bool {
    let journal = Arc::clone(&stage.run().journal);
    let asked = tokio::task::spawn_blocking(move || {
        let head = journal.head();
        let is_readable = head.is_some_and(|head| journal.chunk(head).is_ok_and(|it| it.is_some()));
        let totals = journal.totals().intake["edr"].accepted;
        let behind = journal.backlog(None).unwrap().records;
        journal.is_writable()
            && journal.damage().is_empty()
            && is_readable
            && (totals, behind) == (1, 1)
    });
    stage.until(|_| asked.is_finished()).await;
    asked.await.unwrap() && [TICKETS, "siem"].iter().all(|name| stage.state(name) == "ok")
}

#[test]
fn a_runtime_that_ends_between_a_submission_and_its_commit_says_yes_to_nobody_and_keeps_the_acknowledged()
 {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let bench = runtime.block_on(async { Bench::new("severity >= 'high'") });
    let source = bench.source("edr");
    let acknowledged = runtime.block_on(source.take(&[bench.raw("log a id-a")]));

    hand_over(&runtime, &source, bench.raw("log b id-b"));
    let another = [bench.raw("log c id-c")];
    let mut another = pin!(source.take(&another));
    let before = runtime.block_on(async { another.as_mut().now_or_never() });
    runtime.shutdown_timeout(Duration::from_secs(30));

    assert_eq!((acknowledged, before), (Ok(()), None));
    assert_eq!(another.now_or_never(), None);
    for disk in [bench.disk.copy(), bench.disk.cut_power(7)] {
        let chunks = reopened(disk);
        assert_eq!(chunks.iter().map(StoredChunk::len).sum::<usize>(), 1);
    }
}

/// Has a task of the runtime hand an event over that finds nobody committing, and ends its turn there: the commit is
/// its own to make, and it never has another turn.
fn hand_over(runtime: &Runtime, source: &Arc<SourceLine>, event: RawEvent) {
    let (source, (tell, told)) = (Arc::clone(source), oneshot::channel());
    runtime.spawn(async move {
        let event = [event];
        let mut sending = pin!(source.take(&event));
        let answer = sending.as_mut().now_or_never();
        tell.send(answer.is_none()).unwrap();
        std::future::pending::<()>().await;
    });
    assert!(runtime.block_on(told).unwrap(), "it is committed already");
}

fn reopened(disk: SimulatedDisk) -> Vec<StoredChunk> {
    let options = JournalOptions {
        segment_bytes: 4 << 20,
        starter_bytes: 4 << 20,
        provision: Provision::OnDemand,
        ..JournalOptions::default()
    };
    let clock = Arc::new(SimulatedClock::new());
    EmbeddedJournal::open_on(Arc::new(disk), clock, options)
        .unwrap()
        .read(None, usize::MAX)
        .unwrap()
}
