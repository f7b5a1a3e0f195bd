//! Connections: commit, acknowledgement, back-pressure and the end.

use std::sync::atomic::Ordering;
use std::sync::mpsc;

use parking_lot::Mutex;
use signalbox_sdk::role::{Bind, Transport};

use super::socket::bind;
use super::{Sender, Served, eventually};

const TCP: Transport = Transport::Tcp(None);

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_comes_after_the_commit_and_the_commit_happens_once() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;
    let refusals = served.break_disk();

    sender.send("log a -\nlog b -\n").await;
    eventually(|| refusals.load(Ordering::Relaxed) > 0).await;
    assert!(sender.is_unanswered());
    served.mend_disk();

    assert_eq!((sender.answer().await, sender.answer().await), (Some(1), Some(2)));
    let intake = served.intake();
    assert_eq!((intake.received, intake.accepted, intake.refused), (2, 2, 0));
    assert_eq!((served.bench.records(), served.totals().frames), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_while_the_commit_has_no_room() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::with_little_room(served.address).await;
    // The committer's thread stands at a closed door of the disk.
    let (open, door) = mpsc::channel::<()>();
    let door = Mutex::new(door);
    served.bench.disk.fail_when(move |_| door.lock().recv().is_ok());
    let line = format!("log {} -\n", "x".repeat(8 << 10));
    let lines = 500;

    // More than the kernel takes for both sides.
    let writing = tokio::spawn(async move {
        sender.send(&line.repeat(lines)).await;
        sender.hang_up().await;
        sender.last_answer().await
    });
    for _ in 0..10_000 {
        tokio::task::yield_now().await;
    }
    assert!(!writing.is_finished());
    assert_eq!(served.totals().frames, 0);
    drop(open);

    assert_eq!(writing.await.unwrap(), Some(lines as u64));
    assert_eq!(served.bench.records(), lines);
}

#[tokio::test(start_paused = true)]
async fn a_stop_commits_and_acknowledges_what_has_arrived() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;
    sender.send("log first -\n").await;
    assert_eq!(sender.answer().await, Some(1));

    sender.send(&"log more -\n".repeat(2500)).await;
    served.tell_to_stop();

    assert_eq!(sender.last_answer().await, Some(2501));
    assert_eq!(served.ended().await.accepted, 2501);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_the_journal_refuses_at_the_stop_is_not_acknowledged_and_counts_once() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;
    let refusals = served.break_disk();
    sender.send("log a -\nlog b -\n").await;
    eventually(|| refusals.load(Ordering::Relaxed) > 0).await;

    served.tell_to_stop();

    assert_eq!(sender.answer().await, None);
    let intake = served.ended().await;
    assert_eq!((intake.received, intake.accepted, intake.refused), (2, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_last_line_without_its_end_is_taken() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;

    sender.send("log a -\nlog b -").await;
    sender.hang_up().await;

    assert_eq!(sender.last_answer().await, Some(2));
    assert_eq!(served.bench.records(), 2);
    eventually(|| served.totals().connections_open == 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_frame_in_many_pieces_is_one_event() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;

    for piece in ["log ", &"x".repeat(200 << 10), " -\nlog", " b -\n"] {
        sender.send(piece).await;
    }

    assert_eq!((sender.answer().await, sender.answer().await), (Some(1), Some(2)));
    assert_eq!(served.bench.records(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_breaks_the_protocol_gets_what_came_before_acknowledged_and_is_closed() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;

    sender.send("log a -\n!\nlog b -\n").await;

    assert_eq!(sender.last_answer().await, Some(1));
    eventually(|| served.totals().protocols_broken == 1).await;
    served.tell_to_stop();
    let intake = served.ended().await;
    assert_eq!((intake.received, intake.accepted, intake.refused), (2, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_frame_without_end_breaks_the_protocol() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;

    sender.send(&"x".repeat(1 << 20)).await;

    assert_eq!(sender.answer().await, None);
    eventually(|| served.totals().protocols_broken == 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_is_over_is_closed_after_its_answers() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;

    sender.send("log a -\nbye\n").await;

    assert_eq!(sender.last_answer().await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_connection_above_the_limit_waits_for_one_to_close() {
    let served = Served::on(Bind { connections_max: 1, ..bind(TCP) }).await;
    let mut first = Sender::to(served.address).await;
    let mut second = Sender::to(served.address).await;

    second.send("log second -\n").await;
    first.send("log first -\n").await;
    assert_eq!(first.answer().await, Some(1));
    assert_eq!((second.is_unanswered(), served.totals().connections_open), (true, 1));
    drop(first);

    assert_eq!(second.answer().await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_disabled_source_is_not_read_until_it_is_enabled() {
    let served = Served::over(TCP).await;
    served.gate.set_enabled(false);
    let mut sender = Sender::to(served.address).await;
    sender.send("log a -\n").await;
    eventually(|| served.totals().connections_open == 1).await;
    assert!(sender.is_unanswered());

    served.gate.set_enabled(true);

    assert_eq!(sender.answer().await, Some(1));
    let intake = served.intake();
    assert_eq!((intake.received, intake.refused), (1, 0));
}
