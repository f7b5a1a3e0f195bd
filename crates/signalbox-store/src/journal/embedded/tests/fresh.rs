//! The newest chunks come from memory: the same as from the disk, and no longer than they are the newest.

use super::*;

/// Of these some hundred fit into what is held by default.
const FEW: u64 = 12;

fn holding(fresh_bytes: usize) -> Bench {
    Bench { options: JournalOptions { fresh_bytes, ..small() }, ..Bench::new() }
}

/// Zeros everything that was written, so that only memory still has it.
fn wipe(bench: &Bench) {
    for file in bench.disk.names().iter().filter(|name| name.ends_with(".segment")) {
        bench.disk.tamper(file, |bytes| bytes[4096..].fill(0));
    }
}

#[test]
fn what_comes_from_memory_is_what_is_on_the_disk() {
    let bench = Bench::new();
    let journal = bench.open();
    for number in 0..FEW {
        journal.append(&chunk(number, 1 + number as usize % 5)).unwrap();
    }

    let fresh = read_all(&journal, None);
    let from_disk = read_all(&bench.open(), None);

    let mut decoders = [ChunkDecoder::new().unwrap(), ChunkDecoder::new().unwrap()];
    let mut all = |chunks: &[StoredChunk], decoder: usize| -> Vec<_> {
        let read = chunks.iter().map(|chunk| {
            let lines = decoders[decoder].events(chunk).unwrap().lines().to_vec();
            let originals = decoders[decoder].originals(chunk).unwrap();
            let originals: Vec<_> = originals.iter().map(|(_, bytes)| bytes.to_vec()).collect();
            let records = format!("{:?}", chunk.records().collect::<Vec<_>>());
            let place = (chunk.position(), chunk.id(), chunk.committed_at_ms());
            (place, chunk.stored_bytes(), chunk.totals().clone(), records, lines, originals)
        });
        read.collect()
    };
    assert_eq!(all(&fresh, 0), all(&from_disk, 1));
}

#[test]
fn a_reader_near_the_head_does_not_read_the_disk() {
    let bench = Bench::new();
    let journal = bench.open();
    for number in 0..FEW {
        journal.append(&chunk(number, 1)).unwrap();
    }

    wipe(&bench);

    assert_eq!(read_numbers(&journal, None), (0..FEW).collect::<Vec<_>>());
    assert_eq!(journal.damage(), []);
}

#[test]
fn a_reader_behind_reads_the_disk_and_goes_on_in_memory() {
    let bench = holding(40_000);
    let journal = bench.open();
    for number in 0..100 {
        journal.append(&chunk(number, 1)).unwrap();
    }

    assert_eq!(read_numbers(&journal, None), (0..100).collect::<Vec<_>>());

    wipe(&bench);
    let left = read_numbers(&journal, None);
    assert!((1..=4).contains(&left.len()), "{left:?}");
    assert_eq!(left.last(), Some(&99));
}

#[test]
fn what_is_read_without_the_disk_ends_where_the_disk_comes_first() {
    let bench = holding(40_000);
    let journal = bench.open();
    let positions: Vec<_> =
        (0..100).map(|number| journal.append(&chunk(number, 1)).unwrap()).collect();
    let fresh = |after: usize, bytes_max| -> Vec<_> {
        let read = journal.read_fresh(Some(positions[after]), bytes_max);
        read.iter().map(StoredChunk::position).collect()
    };

    assert_eq!(fresh(97, usize::MAX), positions[98..]);
    assert_eq!(fresh(97, 1), positions[98..99]);
    assert!(fresh(99, usize::MAX).is_empty());
    assert!(fresh(0, usize::MAX).is_empty());
}

#[test]
fn a_chunk_larger_than_all_that_is_held_comes_from_the_disk() {
    let bench = holding(6_000);
    let journal = bench.open();

    journal.append(&chunk(1, 4)).unwrap();

    assert_eq!(read_numbers(&journal, None), [1]);
    wipe(&bench);
    assert!(read_numbers(&journal, None).is_empty());
}

#[test]
fn nothing_is_held_where_nothing_shall_be() {
    let bench = holding(0);
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();

    wipe(&bench);

    assert!(read_numbers(&journal, None).is_empty());
}

#[test]
fn a_chunk_that_the_disk_refused_is_not_seen_from_memory_either() {
    let bench = Bench::new();
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();

    bench.disk.fail_when(|_| true);
    journal.append(&chunk(2, 1)).unwrap_err();
    assert_eq!(read_numbers(&journal, None), [1]);

    bench.disk.fail_when(|_| false);
    bench.wait_for_retry();
    journal.append(&chunk(2, 1)).unwrap();
    assert_eq!(read_numbers(&journal, None), [1, 2]);
}

#[test]
fn what_was_recycled_is_gone_from_memory_too() {
    let bench = Bench::new();
    let options = JournalOptions { keep: Duration::ZERO, ..bench.options.clone() };
    let bench = Bench { options, ..bench };
    let journal = bench.open();
    let positions: Vec<_> =
        (0..40).map(|number| journal.append(&chunk(number, 1)).unwrap()).collect();

    journal.release(Some(positions[39]));
    for number in 40..60 {
        journal.append(&chunk(number, 1)).unwrap();
    }

    let tail = journal.tail().unwrap();
    assert!(tail > positions[0], "nothing was recycled");
    assert!(journal.chunk(positions[0]).unwrap().is_none());
    assert_eq!(read_all(&journal, None)[0].position(), tail);
}
