//! A full disk, and the room that is kept for it.

use super::super::super::JournalError;
use super::super::reserve::RESERVE_FILE;
use super::*;

const KIB: u64 = 1024;

/// A disk with so much room beside two segments, and a reserve of 64 KiB.
fn bench(room: u64) -> Bench {
    let mut bench = Bench::new();
    bench.options.reserve_bytes = 64 * KIB;
    bench.disk.limit_bytes(Some((2 * 64 * KIB + 4 * KIB + room) as usize));
    bench
}

fn has_reserve(bench: &Bench) -> bool {
    bench.disk.names().contains(&RESERVE_FILE.to_owned())
}

#[test]
fn the_reserve_is_given_up_and_made_again_when_there_is_room_for_it_twice() {
    let bench = bench(128 * KIB);
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();
    journal.engine.work().unwrap();
    assert!(has_reserve(&bench));

    bench.disk.limit_bytes(Some(200 * 1024));
    journal.give_up_reserve();
    let refused = journal.append(&chunk(2, 1)).unwrap_err();
    bench.wait_for_retry();
    let refused_again = journal.append(&chunk(2, 1)).unwrap_err();
    assert!(!has_reserve(&bench) && !journal.is_writable());
    bench.disk.limit_bytes(None);
    bench.wait_for_retry();
    journal.engine.work().unwrap();

    assert!(has_reserve(&bench) && journal.is_writable());
    journal.append(&chunk(2, 1)).unwrap();
    assert_eq!(read_numbers(&journal, None), [1, 2]);
    for error in [refused, refused_again] {
        assert!(matches!(error, JournalError::NotWritable { .. }), "{error}");
        assert!(error.to_string().contains("the disk is full"), "{error}");
    }
}

#[test]
fn history_is_given_back_to_the_file_system_for_the_reserve() {
    let bench = bench(128 * KIB);
    let journal = bench.open();
    journal.engine.work().unwrap();
    let positions: Vec<Position> =
        (0..20).map(|number| journal.append(&chunk(number, 1)).unwrap()).collect();
    bench.disk.limit_bytes(Some(200 * 1024));
    journal.give_up_reserve();

    bench.disk.limit_bytes(Some(230 * 1024));
    bench.wait_for_retry();
    assert!(journal.engine.work().is_err(), "nothing is released");
    journal.release(Some(*positions.last().unwrap()));
    bench.wait_for_retry();
    assert!(journal.engine.work().is_ok());

    assert!(has_reserve(&bench) && journal.is_writable());
    assert_eq!(journal.tail(), Some(positions[14]));
    journal.append(&chunk(20, 1)).unwrap();
    assert_eq!(read_numbers(&journal, None), (14..=20).collect::<Vec<_>>());
}

#[test]
fn a_journal_starts_on_a_full_disk_in_place_of_the_reserve() {
    let bench = bench(128 * KIB);
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();
    journal.engine.work().unwrap();
    drop(journal);

    bench.disk.lose_spares();
    bench.disk.fill_up();
    let journal = bench.open();

    assert!(!has_reserve(&bench));
    assert_eq!(read_numbers(&journal, None), [1]);
}

#[test]
fn without_a_free_byte_what_is_released_is_used_again() {
    let bench = Bench::new();
    let journal = bench.open();
    let positions: Vec<Position> =
        (0..28).map(|number| journal.append(&chunk(number, 1)).unwrap()).collect();

    bench.disk.fill_up();
    assert!(journal.append(&chunk(28, 1)).is_err(), "nothing is released");
    journal.release(positions.last().copied());
    bench.wait_for_retry();
    journal.append(&chunk(28, 1)).unwrap();

    assert_eq!(read_numbers(&journal, None), (14..29).collect::<Vec<_>>());
    assert_eq!(read_numbers(&bench.open(), None), (14..29).collect::<Vec<_>>());
}

#[test]
fn where_nothing_else_is_left_the_reserve_goes_so_that_a_segment_is_used_again() {
    let bench = bench(128 * KIB);
    let journal = bench.open();
    journal.engine.work().unwrap();
    let positions: Vec<Position> =
        (0..28).map(|number| journal.append(&chunk(number, 1)).unwrap()).collect();
    assert!(has_reserve(&bench));

    bench.disk.lose_spares();
    bench.disk.fill_up();
    journal.release(positions.last().copied());
    journal.append(&chunk(28, 1)).unwrap();

    assert!(!has_reserve(&bench) && journal.is_writable());
    assert_eq!(read_numbers(&journal, None), (14..29).collect::<Vec<_>>());
    bench.disk.limit_bytes(None);
    journal.engine.work().unwrap();
    assert!(has_reserve(&bench));
}
