//! What becomes of segments that every checkpoint has passed.

use super::super::super::{CheckpointError, JournalError};
use super::*;

/// How many of the smallest chunks a segment of these tests holds.
const PER_SEGMENT: u64 = 14;
const HOUR: Duration = Duration::from_secs(60 * 60);

fn append(journal: &EmbeddedJournal, numbers: std::ops::Range<u64>) -> Vec<Position> {
    numbers.map(|number| journal.append(&chunk(number, 1)).unwrap()).collect()
}

fn segments(bench: &Bench) -> usize {
    bench.disk.names().iter().filter(|name| name.ends_with(".segment")).count()
}

#[test]
fn nothing_is_recycled_before_every_checkpoint_has_passed_it() {
    let bench = Bench::new();
    let journal = bench.open();
    append(&journal, 0..3 * PER_SEGMENT);

    bench.clock.advance(48 * HOUR);
    append(&journal, 3 * PER_SEGMENT..9 * PER_SEGMENT);

    assert_eq!(segments(&bench), 9);
    assert_eq!(read_numbers(&journal, None), (0..9 * PER_SEGMENT).collect::<Vec<_>>());
}

#[test]
fn what_is_released_is_kept_for_its_time_and_then_written_over() {
    let bench = Bench::new();
    let journal = bench.open();
    let positions = append(&journal, 0..3 * PER_SEGMENT);
    journal.release(Some(*positions.last().unwrap()));

    append(&journal, 3 * PER_SEGMENT..4 * PER_SEGMENT);
    assert_eq!(segments(&bench), 4, "not past `keep`");
    bench.clock.advance(25 * HOUR);
    append(&journal, 4 * PER_SEGMENT..6 * PER_SEGMENT);

    // Of the three released segments two are used again; the third holds the chunk that the checkpoint names.
    assert_eq!(segments(&bench), 4);
    assert_eq!(journal.tail(), Some(positions[2 * PER_SEGMENT as usize]));
    let kept: Vec<u64> = (2 * PER_SEGMENT..6 * PER_SEGMENT).collect();
    assert_eq!(read_numbers(&journal, None), kept);
    assert_eq!(read_numbers(&journal, Some(positions[3])), kept);
    assert_eq!(read_numbers(&bench.open(), None), kept);
}

#[test]
fn too_much_history_is_written_over_before_its_time() {
    let mut bench = Bench::new();
    bench.options.keep_bytes = 3 * 64 * 1024;
    let journal = bench.open();

    for round in 0..20 {
        let positions = append(&journal, round * PER_SEGMENT..(round + 1) * PER_SEGMENT);
        journal.release(Some(*positions.last().unwrap()));
    }

    assert_eq!(segments(&bench), 4, "three of history and the one being written");
    assert_eq!(read_numbers(&journal, None).len() as u64, 4 * PER_SEGMENT);
}

#[test]
fn a_journal_that_holds_all_it_may_refuses_until_something_is_released() {
    let mut bench = Bench::new();
    bench.options.bytes_max = 3 * 64 * 1024;
    let journal = bench.open();
    let positions = append(&journal, 0..3 * PER_SEGMENT);
    let next = chunk(3 * PER_SEGMENT, 1);

    let error = journal.append(&next).unwrap_err();
    assert!(matches!(error, JournalError::Full { bytes: 196_608, bytes_max: 196_608 }), "{error}");
    assert!(!journal.is_writable());
    assert_eq!(read_numbers(&journal, None), (0..3 * PER_SEGMENT).collect::<Vec<_>>());

    // History gives way at once: within `keep`, but no sender is refused for it.
    journal.release(Some(positions[PER_SEGMENT as usize]));
    journal.append(&next).unwrap();
    assert!(journal.is_writable());
    assert_eq!(read_numbers(&journal, None), (PER_SEGMENT..=3 * PER_SEGMENT).collect::<Vec<_>>());
}

#[test]
fn a_release_that_goes_back_keeps_what_is_behind_it() {
    let mut bench = Bench::new();
    bench.options.keep = Duration::ZERO;
    let journal = bench.open();
    let positions = append(&journal, 0..2 * PER_SEGMENT);

    journal.release(Some(Position::new(9, 9)));
    journal.release(Some(positions[0]));
    append(&journal, 2 * PER_SEGMENT..3 * PER_SEGMENT);

    assert_eq!(read_numbers(&journal, None), (0..3 * PER_SEGMENT).collect::<Vec<_>>());
}

#[test]
fn what_is_kept_for_a_reader_that_goes_back_is_not_let_go_for_one_that_is_further_back() {
    let mut bench = Bench::new();
    bench.options.keep = Duration::ZERO;
    let journal = bench.open();
    let positions = append(&journal, 0..3 * PER_SEGMENT);

    journal.release(Some(positions[0]));
    journal.keep(positions.last().copied());
    append(&journal, 3 * PER_SEGMENT..4 * PER_SEGMENT);
    let all: Vec<u64> = (0..4 * PER_SEGMENT).collect();
    assert_eq!(read_numbers(&journal, None), all);

    journal.release(positions.last().copied());
    journal.keep(Some(positions[0]));
    append(&journal, 4 * PER_SEGMENT..5 * PER_SEGMENT);
    let kept = read_numbers(&journal, journal.tail());
    assert_eq!(kept.last(), Some(&(5 * PER_SEGMENT - 1)));
    assert!(kept.len() as u64 >= 3 * PER_SEGMENT, "{kept:?}");
}

#[test]
fn a_reader_begins_at_a_time_or_at_the_oldest_that_is_kept() {
    let bench = Bench::new();
    let journal = bench.open();
    let start = crate::journal::Clock::now_ms(bench.clock.as_ref());
    let first = append(&journal, 0..PER_SEGMENT);
    bench.clock.advance(Duration::from_secs(60));
    append(&journal, PER_SEGMENT..2 * PER_SEGMENT);

    let at = |time_ms| read_numbers(&journal, journal.before(time_ms).unwrap());

    assert_eq!(journal.before(start + 1).unwrap(), first.last().copied());
    assert_eq!(at(start + 60_000), (PER_SEGMENT..2 * PER_SEGMENT).collect::<Vec<_>>());
    assert_eq!(at(start), (0..2 * PER_SEGMENT).collect::<Vec<_>>());
    assert_eq!(at(0), (0..2 * PER_SEGMENT).collect::<Vec<_>>());
    assert!(at(i64::MAX).is_empty());
}

#[test]
fn the_newest_segment_stays_whatever_is_released() {
    let mut bench = Bench::new();
    bench.options.keep = Duration::ZERO;
    let journal = bench.open();
    append(&journal, 0..2 * PER_SEGMENT);

    journal.release(Some(Position::new(9, 9)));
    append(&journal, 2 * PER_SEGMENT..3 * PER_SEGMENT);

    assert_eq!(segments(&bench), 2);
    assert_eq!(read_numbers(&journal, None), (PER_SEGMENT..3 * PER_SEGMENT).collect::<Vec<_>>());
}

#[test]
fn a_checkpoint_is_good_right_before_the_tail_and_refused_when_older() {
    let mut bench = Bench::new();
    bench.options.keep = Duration::ZERO;
    let journal = bench.open();
    let positions = append(&journal, 0..2 * PER_SEGMENT);
    journal.release(Some(*positions.last().unwrap()));
    append(&journal, 2 * PER_SEGMENT..2 * PER_SEGMENT + 1);

    let last_recycled = positions[PER_SEGMENT as usize - 1];
    let older = positions[PER_SEGMENT as usize - 2];

    assert_eq!(journal.verify_checkpoint(journal.id(), last_recycled), Ok(()));
    let expected = CheckpointError::Recycled { position: older, tail: journal.tail() };
    assert_eq!(journal.verify_checkpoint(journal.id(), older), Err(expected));
}

#[test]
fn a_reader_whose_segment_is_recycled_goes_on_at_the_tail_without_damage() {
    let mut bench = Bench::new();
    bench.options.keep = Duration::ZERO;
    let journal = bench.open();
    let positions = append(&journal, 0..2 * PER_SEGMENT);
    let half_way = journal.read(None, 7 * 4096).unwrap().last().unwrap().position();
    journal.release(Some(*positions.last().unwrap()));

    append(&journal, 2 * PER_SEGMENT..3 * PER_SEGMENT);

    let rest = read_numbers(&journal, Some(half_way));
    assert_eq!(rest, (PER_SEGMENT..3 * PER_SEGMENT).collect::<Vec<_>>());
    assert_eq!(journal.damage(), []);
}

#[test]
fn more_segments_than_are_remembered_read_all_the_same() {
    let bench = Bench::new();
    append(&bench.open(), 0..30 * PER_SEGMENT);

    let journal = bench.open();
    for _ in 0..2 {
        assert_eq!(read_numbers(&journal, None), (0..30 * PER_SEGMENT).collect::<Vec<_>>());
    }
}

#[test]
fn what_a_backlog_left_behind_is_given_back_to_the_file_system() {
    let mut bench = Bench::new();
    bench.options.keep_bytes = 3 * 64 * 1024;
    let journal = bench.open();
    let positions = append(&journal, 0..20 * PER_SEGMENT);
    assert_eq!(segments(&bench), 20);

    journal.release(Some(*positions.last().unwrap()));
    journal.engine.work().unwrap();

    // Three of history and two to be used again, one of which is made ready.
    assert_eq!(segments(&bench), 6);
    let kept: Vec<u64> = (15 * PER_SEGMENT..20 * PER_SEGMENT).collect();
    assert_eq!(read_numbers(&journal, None), kept);
    assert_eq!(read_numbers(&bench.open(), None), kept);
}
