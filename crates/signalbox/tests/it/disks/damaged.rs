//! Stores whose bytes are not what was written.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use rusqlite::Connection;

use super::Stage;
use crate::hub::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_desk_is_named_and_that_of_a_backup_catches_up_from_the_journal() {
    let mut stage = Stage::configured().await;
    stage.hub.run().await;
    for _ in 0..3 {
        assert_eq!(stage.send().await, 200);
    }
    stage.assert_delivered_once().await;
    let backup = stage.hub.path("backup");
    stage.hub.ask(&["backup", backup.to_str().unwrap()]);
    for _ in 0..2 {
        assert_eq!(stage.send().await, 200);
    }
    stage.assert_delivered_once().await;
    stage.hub.stop().await;

    let desk = stage.hub.path("data/desk.sqlite");
    // Whatever of it still stands in the write-ahead log would mend the page.
    for name in ["desk.sqlite-wal", "desk.sqlite-shm"] {
        fs::remove_file(stage.hub.path("data").join(name)).ok();
    }
    overwrite(&desk, 0);
    let refused = stage.hub.run_refused();
    fs::copy(backup.join("desk.sqlite"), &desk).unwrap();
    stage.hub.run().await;

    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        words.contains("the file is damaged") && words.contains("with its `-wal` and `-shm`"),
        "{words}"
    );
    assert!(stage.hub.settled(2 * stage.taken).await, "{}", stage.hub.log());
    assert_eq!(stage.snow.simulator.tickets().len() as u64, stage.taken);
    assert_eq!(stage.snow.simulator.duplicate_tickets(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_desk_is_made_anew_and_streams_are_sent_all_that_the_journal_keeps() {
    let mut stage = Stage::configured().await;
    stage.hub.run().await;
    assert_eq!(stage.send().await, 200);
    stage.assert_delivered_once().await;
    stage.hub.ask(&["integrations", "disable", "splunk"]);
    assert_eq!(stage.send().await, 200);
    assert!(stage.has_tickets().await);
    stage.hub.stop().await;

    for name in ["desk.sqlite", "desk.sqlite-wal", "desk.sqlite-shm"] {
        fs::remove_file(stage.hub.path("data").join(name)).ok();
    }
    stage.hub.run().await;

    assert!(stage.hub.settled(2 * stage.taken).await, "{}", stage.hub.log());
    assert_eq!(stage.splunk.simulator.summary().distinct as u64, stage.taken);
    assert_eq!(stage.snow.simulator.tickets().len() as u64, stage.taken);
    assert_eq!(stage.snow.simulator.duplicate_tickets(), 0);
    assert!(stage.hub.log().contains("There was no desk"), "{}", stage.hub.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_of_the_desk_is_noted_and_intake_goes_on() {
    let mut stage = Stage::configured().await;
    stage.hub.run().await;
    for _ in 0..5 {
        assert_eq!(stage.send().await, 200);
    }
    stage.assert_delivered_once().await;
    stage.hub.stop().await;

    let desk = stage.hub.path("data/desk.sqlite");
    let root: i64 = Connection::open(&desk)
        .unwrap()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'quarantine'", [], |row| {
            row.get(0)
        })
        .unwrap();
    overwrite(&desk, (root as u64 - 1) * PAGE_BYTES as u64);
    stage.hub.run().await;

    let is_noted = async || stage.notes().await.contains("the desk is damaged");
    assert!(eventually(is_noted).await, "{}", stage.hub.log());
    assert_eq!(stage.send().await, 200);
    stage.assert_delivered_once().await;
}

fn overwrite(path: &std::path::Path, offset: u64) {
    let file = File::options().write(true).open(path).unwrap();
    file.write_all_at(&[0xff; PAGE_BYTES], offset).unwrap();
}

/// SQLite's default.
const PAGE_BYTES: usize = 4096;

#[tokio::test(flavor = "multi_thread")]
async fn whichever_counter_of_the_desk_is_wrong_the_ledger_raises_the_alarm() {
    let mut stage = Stage::configured().await;
    stage.hub.run().await;
    assert_eq!(stage.send().await, 200);
    stage.assert_delivered_once().await;
    stage.hub.stop().await;
    let desk = Connection::open(stage.hub.path("data/desk.sqlite")).unwrap();

    for counter in COUNTERS {
        count(&desk, counter, 1);
        let wrong = stage.hub.ask(&["ledger", "--recount"]);
        count(&desk, counter, -1);
        assert_eq!(wrong["balanced"], false, "{counter}");
        assert!(wrong["findings"][0].is_string(), "{counter}: {wrong}");
    }
    let right = stage.hub.ask(&["ledger", "--recount"]);
    count(&desk, COUNTERS[0], 1);
    drop(desk);
    stage.hub.run().await;
    let is_alarmed = async || stage.hub.metric("signalbox_ledger_balanced").await == 0;

    assert_eq!(right["balanced"], true, "{right}");
    assert!(eventually(is_alarmed).await);
}

/// Counters of a stream, then of delivery steps.
const COUNTERS: [&str; 8] = [
    "stream delivered",
    "stream dead",
    "stream suppressed",
    "stream lost",
    "steps accepted",
    "steps delivered",
    "steps dead",
    "steps suppressed",
];

fn count(desk: &Connection, counter: &str, change: i64) {
    let (table, term) = counter.split_once(' ').unwrap();
    let changed = match table {
        "stream" => desk.execute(
            &format!("UPDATE checkpoint SET {term} = {term} + ?1 WHERE reader = 'splunk'"),
            [change],
        ),
        _ => desk.execute(
            "INSERT INTO step_count (destination, term, reason, value) VALUES ('snow', ?1, '', ?2) \
             ON CONFLICT DO UPDATE SET value = value + excluded.value",
            rusqlite::params![term, change],
        ),
    };
    assert_eq!(changed.unwrap(), 1, "{counter}");
}
