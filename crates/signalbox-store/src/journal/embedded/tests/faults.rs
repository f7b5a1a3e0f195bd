//! Writes and syncs that fail, and power that goes away, at every point of a scripted run.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::super::super::JournalError;
use super::*;

const CHUNKS: u64 = 30;

/// Opens, appends, restarts and releases, trying again what fails; returns the position each chunk got, and after how many
/// operations of the disk.
fn run_script(bench: &Bench) -> Vec<(Position, u64)> {
    let mut given = Vec::new();
    let mut journal = open_until_it_works(bench);
    for number in 0..CHUNKS {
        if number == 11 || number == 20 {
            drop(journal);
            journal = open_until_it_works(bench);
        }
        let position = append_until_it_works(bench, &journal, number);
        given.push((position, bench.disk.operations()));
    }
    given
}

fn open_until_it_works(bench: &Bench) -> EmbeddedJournal {
    let mut tries = (0..1_000).map(|_| bench.try_open());
    tries.find_map(Result::ok).expect("the failures end")
}

fn append_until_it_works(bench: &Bench, journal: &EmbeddedJournal, number: u64) -> Position {
    let appended = chunk(number, 1 + number as usize % 3);
    for _ in 0..1_000 {
        let head = journal.head();
        match journal.append(&appended) {
            Ok(position) => return position,
            Err(error) => {
                assert!(matches!(error, JournalError::NotWritable { .. }), "{error}");
                assert!(!journal.is_writable());
                assert_eq!(journal.head(), head);
                assert!(journal.read(head, 1).unwrap().is_empty(), "nothing of it is visible");
                bench.wait_for_retry();
            }
        }
    }
    panic!("the failures end");
}

/// How many operations a run without failures takes.
fn operations_of_script() -> u64 {
    let bench = Bench::new();
    run_script(&bench);
    bench.disk.operations()
}

#[test]
fn whichever_operations_fail_every_acknowledged_chunk_is_there_once_and_in_order() {
    let operations = operations_of_script();
    let survived = AtomicUsize::new(0);
    for failing in [1, 2, 11] {
        for start in 0..operations {
            let bench = Bench::new();
            bench.disk.fail(start..start + failing);

            let given = run_script(&bench);

            let positions: Vec<Position> = given.iter().map(|(position, _)| *position).collect();
            for disk in [bench.disk.copy(), bench.disk.cut_power(start)] {
                let journal = Bench::on(disk).open();
                let read: Vec<Position> =
                    read_all(&journal, None).iter().map(StoredChunk::position).collect();
                assert_eq!(read, positions, "operations {start}, {failing} of them");
                assert_eq!(read_numbers(&journal, None), (0..CHUNKS).collect::<Vec<_>>());
                assert_eq!(journal.damage(), []);
                survived.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    assert_eq!(survived.into_inner() as u64, operations * 3 * 2);
}

#[test]
fn whenever_the_power_goes_every_acknowledged_chunk_is_there_in_order() {
    let bench = Bench::new();
    bench.disk.record_history();
    let given = run_script(&bench);

    for (operation, disk) in bench.disk.history().into_iter().enumerate() {
        let is_acknowledged = |given: &&(Position, u64)| given.1 <= operation as u64;
        let acknowledged = given.iter().filter(is_acknowledged).count() as u64;
        for seed in 0..4 {
            let bench = Bench::on(disk.cut_power(seed * 1_000 + operation as u64));
            let journal = bench.open();
            let read = read_numbers(&journal, None);

            // The chunk whose sync was under way may be there as well.
            let expected: Vec<u64> = (0..acknowledged.max(read.len() as u64)).collect();
            assert_eq!(read, expected, "before operation {operation}, seed {seed}");
            assert!(expected.len() as u64 <= acknowledged + 1);
            assert_eq!(journal.damage(), []);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Failures come in any pattern here, over restarts and recycled segments: what was never acknowledged lies about in
    /// several segments, some of it whole, and must not be taken for anything.
    #[test]
    fn whatever_fails_what_is_acknowledged_since_the_release_is_there_once_and_in_order(
        seed in any::<u64>(),
        percent in 1..60_u64,
        restarts in prop::collection::btree_set(0..CHUNKS, 0..4),
        cut_power_at_restart in any::<bool>(),
    ) {
        let mut bench = Bench::new();
        bench.options.keep = Duration::ZERO;
        let fail = move |operation| hash(seed, operation) % 100 < percent && operation < 800;
        bench.disk.fail_when(fail);
        let mut journal = open_until_it_works(&bench);
        let mut given = Vec::new();
        for number in 0..CHUNKS {
            if restarts.contains(&number) {
                drop(journal);
                if cut_power_at_restart {
                    bench.disk = bench.disk.cut_power(seed);
                    bench.disk.fail_when(fail);
                }
                journal = open_until_it_works(&bench);
            }
            given.push(append_until_it_works(&bench, &journal, number));
            journal.release(Some(given[given.len() / 2]));
        }

        for disk in [bench.disk.copy(), bench.disk.cut_power(seed)] {
            let journal = Bench::on(disk).open();
            let read: Vec<Position> =
                read_all(&journal, None).iter().map(StoredChunk::position).collect();
            prop_assert!(given.ends_with(&read), "{:?} of {:?}", read, given);
            prop_assert!(read.len() >= given.len() / 2);
            prop_assert_eq!(journal.damage(), []);
        }
    }
}

fn hash(seed: u64, number: u64) -> u64 {
    let mixed =
        (seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 32
}

#[test]
fn a_chunk_whose_sync_failed_is_written_to_another_segment_at_once() {
    let bench = Bench::new();
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();
    let sync = bench.disk.operations() + 1;
    bench.disk.fail(sync..sync + 1);

    let position = journal.append(&chunk(2, 1)).unwrap();

    assert!(journal.is_writable());
    assert_eq!(read_numbers(&journal, None), [1, 2]);
    assert!(bench.disk.names().contains(&"00000002.segment".to_owned()));
    let after_power_cut = Bench::on(bench.disk.cut_power(1)).open();
    assert_eq!(after_power_cut.head(), Some(position));
    assert_eq!(read_numbers(&after_power_cut, None), [1, 2]);
}

#[test]
fn what_a_failed_sync_left_in_memory_is_durable_before_a_reader_sees_it() {
    let bench = Bench::new();
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();
    let sync = bench.disk.operations() + 1;
    bench.disk.fail(sync..u64::MAX);
    assert!(journal.append(&chunk(2, 1)).is_err());
    drop(journal);
    bench.disk.fail(0..0);

    // The pages look clean and whole, so the start takes the chunk for the last one.
    let read = read_numbers(&bench.open(), None);
    let after_power_cut = read_numbers(&Bench::on(bench.disk.cut_power(3)).open(), None);

    assert_eq!(read, [1, 2]);
    assert_eq!(after_power_cut, [1, 2]);
}

#[test]
fn after_two_failures_nothing_is_tried_for_five_seconds() {
    let bench = Bench::new();
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();
    bench.disk.fail(bench.disk.operations()..u64::MAX);
    let error = journal.append(&chunk(2, 1)).unwrap_err();
    assert!(error.to_string().contains("check the disk of the data folder"), "{error}");

    let operations = bench.disk.operations();
    bench.clock.advance(Duration::from_millis(4_999));
    let JournalError::NotWritable { retry_in, .. } = journal.append(&chunk(2, 1)).unwrap_err()
    else {
        panic!("not writable")
    };
    assert_eq!(retry_in, Duration::from_millis(1));
    assert_eq!(bench.disk.operations(), operations, "the disk is left alone");

    bench.clock.advance(Duration::from_millis(1));
    assert!(journal.append(&chunk(2, 1)).is_err());
    assert!(bench.disk.operations() > operations, "the one try");
    bench.disk.fail(0..0);
    bench.wait_for_retry();
    journal.append(&chunk(2, 1)).unwrap();
    assert!(journal.is_writable());
    assert_eq!(read_numbers(&journal, None), [1, 2]);
}

#[test]
fn a_broken_disk_is_not_filled_with_new_segments() {
    let bench = Bench::new();
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();

    for _ in 0..50 {
        let sync = bench.disk.operations();
        bench.disk.fail(sync + 1..u64::MAX);
        assert!(journal.append(&chunk(2, 1)).is_err());
        bench.wait_for_retry();
    }

    assert!(bench.disk.names().len() <= 4, "{:?}", bench.disk.names());
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let bench = Bench::new();
    let journal = bench.open();
    bench.disk.limit_bytes(Some(150_000));
    let mut taken = 0;
    while journal.append(&chunk(taken, 1)).is_ok() {
        taken += 1;
    }
    assert_eq!(taken, 28, "two segments");
    let names = bench.disk.names();

    bench.wait_for_retry();
    assert!(journal.append(&chunk(taken, 1)).is_err());
    assert_eq!(bench.disk.names(), names, "no half-made file is left");
    bench.disk.limit_bytes(None);
    bench.wait_for_retry();
    journal.append(&chunk(taken, 1)).unwrap();

    assert_eq!(read_numbers(&journal, None), (0..=taken).collect::<Vec<_>>());
}

#[test]
fn work_ahead_finds_out_by_itself_that_the_disk_is_back() {
    let bench = Bench::new();
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();
    bench.disk.fail(0..u64::MAX);
    assert!(journal.append(&chunk(2, 1)).is_err());

    assert!(journal.engine.work().is_err(), "not before its time");
    bench.wait_for_retry();
    assert!(journal.engine.work().is_err(), "the disk still fails");
    bench.disk.fail(0..0);
    assert!(journal.engine.work().is_err(), "not before its time");
    bench.wait_for_retry();
    journal.engine.work().unwrap();

    assert!(journal.is_writable());
    journal.append(&chunk(2, 1)).unwrap();
    assert_eq!(read_numbers(&journal, None), [1, 2]);
}
