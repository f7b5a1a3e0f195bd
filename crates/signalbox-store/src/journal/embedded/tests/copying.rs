//! Copies of a journal that goes on meanwhile.

use super::*;

/// How many of the smallest chunks a segment of these tests holds.
const PER_SEGMENT: u64 = 14;

fn filled(bench: &Bench, chunks: u64) -> (EmbeddedJournal, Vec<Position>) {
    let journal = bench.open();
    let positions = (0..chunks).map(|n| journal.append(&chunk(n, 1)).unwrap()).collect();
    (journal, positions)
}

#[test]
fn a_copy_is_the_journal_up_to_its_head_and_goes_on_in_an_epoch_of_its_own() {
    let bench = Bench::new();
    let (journal, positions) = filled(&bench, 2 * PER_SEGMENT + 3);
    let target = SimulatedDisk::new();

    let copy = journal.engine.copy_to(&target).unwrap();
    journal.append(&chunk(100, 1)).unwrap();

    assert_eq!((copy.tail, copy.head), (Some(positions[0]), positions.last().copied()));
    let copied = Bench::on(target).open();
    assert_eq!(copied.id(), journal.id());
    assert_eq!(read_numbers(&copied, None), (0..2 * PER_SEGMENT + 3).collect::<Vec<_>>());
    assert_eq!(copied.damage(), []);
    let added: Vec<_> = (200..220).map(|n| copied.append(&chunk(n, 1)).unwrap()).collect();
    assert!(added[0] > *positions.last().unwrap());
    assert_eq!(read_numbers(&copied, copy.head), (200..220).collect::<Vec<_>>());
}

#[test]
fn a_copy_of_an_empty_journal_is_an_empty_journal() {
    let bench = Bench::new();
    let journal = bench.open();
    let target = SimulatedDisk::new();

    let copy = journal.engine.copy_to(&target).unwrap();

    assert_eq!((copy.tail, copy.head), (None, None));
    let copied = Bench::on(target).open();
    assert_eq!((copied.id(), copied.head()), (journal.id(), None));
}

#[test]
fn what_was_recycled_before_is_not_missed_in_the_copy() {
    let mut bench = Bench::new();
    bench.options.keep_bytes = 3 * 64 * 1024;
    let (journal, positions) = filled(&bench, 2 * PER_SEGMENT);
    journal.release(Some(*positions.last().unwrap()));
    for n in 2 * PER_SEGMENT..8 * PER_SEGMENT {
        let position = journal.append(&chunk(n, 1)).unwrap();
        journal.release(Some(position));
    }
    let target = SimulatedDisk::new();

    journal.engine.copy_to(&target).unwrap();

    let copied = Bench::on(target).open();
    assert_eq!(copied.damage(), []);
    assert_eq!(read_numbers(&copied, None), read_numbers(&journal, None));
}

#[test]
fn nothing_is_recycled_while_a_copy_is_made() {
    let mut bench = Bench::new();
    bench.options.keep_bytes = 0;
    let (journal, positions) = filled(&bench, 2 * PER_SEGMENT);
    journal.engine.catalog.lock().holds += 1;

    journal.release(Some(*positions.last().unwrap()));
    (2 * PER_SEGMENT..6 * PER_SEGMENT).for_each(|n| assert!(journal.append(&chunk(n, 1)).is_ok()));

    assert_eq!(journal.tail(), Some(positions[0]));
    journal.engine.catalog.lock().holds -= 1;
    (6 * PER_SEGMENT..8 * PER_SEGMENT).for_each(|n| assert!(journal.append(&chunk(n, 1)).is_ok()));
    assert!(journal.tail() > Some(positions[0]));
}

#[test]
fn a_target_that_cannot_be_written_is_an_error_with_its_file_and_ends_the_hold() {
    let bench = Bench::new();
    let (journal, _) = filled(&bench, 3);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("taken");
    std::fs::write(&file, "x").unwrap();

    let error = journal.copy_to(&file).unwrap_err().to_string();

    assert!(error.starts_with("copy `"), "{error}");
    assert_eq!(journal.engine.catalog.lock().holds, 0);
}
