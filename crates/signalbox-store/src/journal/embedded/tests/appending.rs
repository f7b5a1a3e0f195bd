//! What a committer and its readers see.

use std::sync::Arc;

use super::super::super::{Backlog, CheckpointError, JournalError, JournalId};
use super::*;

#[test]
fn what_was_appended_reads_back_in_order_over_segments_and_restarts() {
    let bench = Bench::new();

    for start in 0..3 {
        let journal = bench.open();
        for number in start * 20..(start + 1) * 20 {
            journal.append(&chunk(number, 1 + number as usize % 3)).unwrap();
        }
    }

    let journal = bench.open();
    assert_eq!(read_numbers(&journal, None), (0..60).collect::<Vec<_>>());
    assert_eq!(journal.damage(), []);
}

#[test]
fn a_reader_goes_on_behind_its_checkpoint() {
    let journal = Bench::new().open();
    let positions: Vec<_> =
        (0..40).map(|number| journal.append(&chunk(number, 1)).unwrap()).collect();

    assert_eq!(read_numbers(&journal, Some(positions[17])), (18..40).collect::<Vec<_>>());
    assert_eq!(read_numbers(&journal, positions.last().copied()), Vec::<u64>::new());
    assert_eq!(journal.chunk(positions[3]).unwrap().map(|chunk| chunk.id()), Some(ChunkId(3)));
}

#[test]
fn a_read_returns_what_fits_and_at_least_one_chunk() {
    let journal = Bench::new().open();
    for number in 0..4 {
        journal.append(&chunk(number, 2)).unwrap();
    }

    assert_eq!(journal.read(None, 0).unwrap().len(), 1);
    assert_eq!(journal.read(None, 2 * 8192).unwrap().len(), 2);
    assert_eq!(journal.read(None, usize::MAX).unwrap().len(), 4);
}

#[test]
fn the_same_chunk_id_again_has_the_same_position_and_changes_nothing() {
    let journal = Bench::new().open();
    let first = journal.append(&chunk(1, 1)).unwrap();
    let second = journal.append(&chunk(2, 1)).unwrap();

    assert_eq!(journal.append(&chunk(1, 1)).unwrap(), first);
    assert_eq!(journal.head(), Some(second));
    assert_eq!(read_numbers(&journal, None), [1, 2]);
}

#[test]
fn positions_are_never_given_twice_over_restarts() {
    let bench = Bench::new();
    let mut given = Vec::new();

    for start in 0..5 {
        let journal = bench.open();
        given.extend((0..3).map(|number| journal.append(&chunk(start * 3 + number, 1)).unwrap()));
    }

    assert!(given.is_sorted_by(|earlier, later| earlier < later), "{given:?}");
}

#[test]
fn a_lost_tail_is_followed_by_positions_that_were_never_given() {
    let bench = Bench::new();
    let before = bench.disk.cut_power(0);
    let journal = bench.open();
    let lost = journal.append(&chunk(1, 1)).unwrap();
    drop(journal);

    // The disk had promised what it did not hold: after the restart the chunk is gone, and its epoch with it.
    let manifest = bench.disk.contents("manifest");
    bench.disk.tamper("00000001.segment", |bytes| bytes[4096..].fill(0));
    let journal = bench.open();
    let next = journal.append(&chunk(2, 1)).unwrap();

    assert!(next > lost, "{next} after {lost}");
    assert_ne!(bench.disk.contents("manifest"), manifest);
    assert_eq!(before.names(), Vec::<String>::new());
}

#[test]
fn waiting_readers_are_woken_when_the_head_moves() {
    let journal = Bench::new().open();
    let mut head = journal.subscribe();
    assert_eq!(*head.borrow_and_update(), None);

    let position = journal.append(&chunk(1, 1)).unwrap();

    assert!(head.has_changed().unwrap());
    assert_eq!(*head.borrow_and_update(), Some(position));
}

#[test]
fn a_reader_beside_the_committer_sees_only_what_is_durable() {
    let bench = Bench::new();
    let journal = Arc::new(bench.open());
    let reader = {
        let (journal, disk) = (Arc::clone(&journal), bench.disk.clone());
        std::thread::spawn(move || {
            let mut decoder = ChunkDecoder::new().unwrap();
            let mut read: Vec<u64> = Vec::new();
            let mut after = None;
            while read.len() < 200 {
                for chunk in journal.read(after, usize::MAX).unwrap() {
                    let after_power_cut = Bench::on(disk.cut_power(7)).open();
                    assert!(after_power_cut.chunk(chunk.position()).unwrap().is_some());
                    read.push(number_of(&mut decoder, &chunk));
                    after = Some(chunk.position());
                }
            }
            read
        })
    };

    for number in 0..200 {
        journal.append(&chunk(number, 1)).unwrap();
    }

    assert_eq!(reader.join().unwrap(), (0..200).collect::<Vec<_>>());
}

#[test]
fn a_checkpoint_ahead_of_the_head_or_of_another_journal_is_refused_with_what_to_do() {
    let journal = Bench::new().open();
    let head = journal.append(&chunk(1, 1)).unwrap();
    let ahead = Position::new(head.epoch(), head.sequence() + 1);
    let other = Bench::new().open().id();

    assert_eq!(journal.verify_checkpoint(journal.id(), head), Ok(()));
    let beyond = journal.verify_checkpoint(journal.id(), ahead).unwrap_err();
    assert_eq!(beyond, CheckpointError::BeyondHead { position: ahead, head: Some(head) });
    assert!(beyond.to_string().contains("put back the newer journal"), "{beyond}");
    let expected =
        CheckpointError::OtherJournal { position: head, expected: other, found: journal.id() };
    assert_eq!(journal.verify_checkpoint(other, head), Err(expected));
}

#[test]
fn a_checkpoint_that_names_a_lost_chunk_is_refused() {
    let bench = Bench::new();
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();
    let lost = journal.append(&chunk(2, 1)).unwrap();
    drop(journal);
    bench.disk.tamper("00000001.segment", |bytes| bytes[8192..].fill(0));

    let journal = bench.open();
    let id: JournalId = journal.id();
    let head = journal.head();
    let at_start = journal.verify_checkpoint(id, lost);
    journal.append(&chunk(3, 1)).unwrap();
    let later = journal.verify_checkpoint(id, lost);

    assert_eq!(at_start, Err(CheckpointError::BeyondHead { position: lost, head }));
    assert_eq!(later, Err(CheckpointError::Unknown { position: lost }));
}

#[test]
fn the_backlog_is_known_without_reading_events() {
    let bench = Bench::new();
    let journal = bench.open();
    let positions: Vec<_> =
        (0..40).map(|number| journal.append(&chunk(number, 1)).unwrap()).collect();
    let committed_at_ms = journal.chunk(positions[30]).unwrap().unwrap().committed_at_ms();

    let backlog = journal.backlog(Some(positions[29])).unwrap();

    let expected =
        Backlog { records: 30, bytes: 10 * 4096, oldest_committed_at_ms: Some(committed_at_ms) };
    assert_eq!(backlog, expected);
    assert_eq!(journal.backlog(None).unwrap().records, 120);
    assert_eq!(journal.backlog(Some(positions[39])).unwrap(), Backlog::default());
}

#[test]
fn a_chunk_larger_than_a_segment_is_refused_and_the_next_one_taken() {
    let journal = Bench::new().open();

    let error = journal.append(&chunk(1, 17)).unwrap_err();

    let JournalError::ChunkTooLarge { bytes_max, .. } = error else { panic!("{error}") };
    assert_eq!(bytes_max, 14 * 4096);
    assert!(journal.is_writable());
    journal.append(&chunk(2, 14)).unwrap();
    assert_eq!(read_numbers(&journal, None), [2]);
}

#[test]
fn the_sums_go_on_over_restarts() {
    let bench = Bench::new();
    let names = Arc::new(RuleNames { streams: vec!["siem".to_owned()], ..RuleNames::default() });
    let decision = Decision { streams: vec![0], ..Decision::default() };
    let event = EventRecord {
        integration: "test",
        received_at_ms: 1,
        time_ms: 1,
        decision: &decision,
        json: b"{}",
        original: None,
        finding: None,
    };

    for start in 0..3 {
        let mut builder = ChunkBuilder::new(Arc::clone(&names)).unwrap();
        builder.push_event(&event).unwrap();
        builder.push_event(&event).unwrap();
        let journal = bench.open();
        journal.append(&builder.finish(ChunkId(start)).unwrap()).unwrap();
    }

    let journal = bench.open();
    assert_eq!(journal.totals().streams["siem"].accepted, 6);
    let newest = journal.chunk(journal.head().unwrap()).unwrap().unwrap();
    assert_eq!(newest.totals(), &journal.totals());
}
