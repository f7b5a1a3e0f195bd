//! What a start does with the folder it finds.

use std::os::unix::fs::PermissionsExt;

use super::super::frame::FORMAT_VERSION;
use super::*;

/// Everything on the disk, to see whether it changed.
fn contents(disk: &SimulatedDisk) -> Vec<(String, Vec<u8>)> {
    let name = |name: String| (name.clone(), disk.contents(&name));
    disk.names().into_iter().map(name).collect()
}

/// Gives the file a newer version, as a newer Signalbox would have written it.
fn make_newer(disk: &SimulatedDisk, name: &str) {
    disk.tamper(name, |bytes| {
        bytes[8..12].copy_from_slice(&(FORMAT_VERSION + 1).to_le_bytes());
        let crc = crc32c::crc32c_append(crc32c::crc32c(&bytes[..12]), &bytes[16..256]);
        bytes[12..16].copy_from_slice(&crc.to_le_bytes());
    });
}

#[test]
fn a_newer_format_is_refused_with_words_and_untouched() {
    for name in ["manifest", "00000001.segment"] {
        let bench = Bench::new();
        bench.open().append(&chunk(1, 1)).unwrap();
        make_newer(&bench.disk, name);
        let before = contents(&bench.disk);

        let error = bench.try_open().err().unwrap();

        let expected = format!(
            "`/simulated/{name}` has format version 2, this version of Signalbox reads up to 1; start the newer version, nothing was changed"
        );
        assert_eq!(error.to_string(), expected);
        assert!(contents(&bench.disk) == before);
    }
}

#[test]
fn a_flipped_version_is_damage_and_no_newer_format() {
    let bench = Bench::new();
    bench.open().append(&chunk(1, 1)).unwrap();

    bench.disk.tamper("00000001.segment", |bytes| bytes[8] = 2);

    assert_eq!(read_numbers(&bench.open(), None), [1]);
}

#[test]
fn a_segment_of_another_journal_is_refused_untouched() {
    let (bench, other) = (Bench::new(), Bench::new());
    bench.open().append(&chunk(1, 1)).unwrap();
    other.open().append(&chunk(2, 1)).unwrap();
    let foreign = other.disk.contents("00000001.segment");
    bench.disk.tamper("00000001.segment", |bytes| *bytes = foreign);
    let before = contents(&bench.disk);

    let error = bench.try_open().err().unwrap();

    assert!(matches!(error, OpenError::OtherJournal { .. }), "{error}");
    assert!(error.to_string().ends_with("move that file out of the folder"), "{error}");
    assert!(contents(&bench.disk) == before);
}

#[test]
fn a_lost_manifest_is_made_up_for_by_the_segments() {
    let bench = Bench::new();
    let journal = bench.open();
    let given = journal.append(&chunk(1, 1)).unwrap();
    let id = journal.id();
    drop(journal);
    bench.disk.tamper("manifest", |bytes| bytes[40] ^= 1);

    let journal = bench.open();

    assert_eq!(journal.id(), id);
    assert_eq!(read_numbers(&journal, None), [1]);
    assert!(journal.append(&chunk(2, 1)).unwrap().epoch() > given.epoch() + 999);
}

#[test]
fn segments_that_nobody_can_read_are_not_written_over() {
    let bench = Bench::new();
    bench.open().append(&chunk(1, 1)).unwrap();
    for name in bench.disk.names() {
        bench.disk.tamper(&name, |bytes| {
            let last_block = bytes.len().saturating_sub(4096);
            bytes[0] ^= 1;
            bytes[last_block + 1] ^= 1;
        });
    }
    let before = contents(&bench.disk);

    let error = bench.try_open().err().unwrap();

    assert!(matches!(error, OpenError::Unrecognized { .. }), "{error}");
    assert!(contents(&bench.disk) == before);
}

#[test]
fn an_option_out_of_range_is_refused_by_name() {
    let mut bench = Bench::new();
    bench.options.segment_bytes = 100_000;

    let error = bench.try_open().err().unwrap();

    let expected =
        "segment_bytes is 100000, but must be a multiple of 4,096 between 65,536 and 268,435,456";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn opening_for_reading_writes_nothing_even_where_the_tail_is_torn() {
    let bench = Bench::new();
    let journal = bench.open();
    journal.append(&chunk(1, 1)).unwrap();
    journal.append(&chunk(2, 1)).unwrap();
    drop(journal);
    bench.disk.tamper("00000001.segment", |bytes| bytes[8192 + 300] ^= 1);
    let before = contents(&bench.disk);

    let journal = bench.open_read_only().unwrap();

    assert_eq!(read_numbers(&journal, None), [1]);
    assert!(!journal.is_writable());
    let refused = journal.append(&chunk(3, 1)).unwrap_err();
    assert!(refused.to_string().contains("start the hub"), "{refused}");
    assert!(contents(&bench.disk) == before);
}

#[test]
fn opening_an_empty_folder_for_reading_makes_no_journal() {
    let bench = Bench::new();

    let error = bench.open_read_only().err().unwrap();

    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert_eq!(bench.disk.names(), Vec::<String>::new());
}

#[test]
fn a_start_reads_two_blocks_of_a_sealed_segment_whatever_it_holds() {
    let bench = Bench::new();
    let journal = bench.open();
    for number in 0..14 * 20 {
        journal.append(&chunk(number, 1)).unwrap();
    }
    drop(journal);
    let before = bench.disk.bytes_read();

    let journal = bench.open();

    let read = bench.disk.bytes_read() - before;
    assert!(read < 20 * 2 * 4096 + 64 * 1024, "{read} bytes read");
    assert_eq!(read_numbers(&journal, None).len(), 14 * 20);
}

#[test]
fn a_journal_in_a_real_folder_is_private_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let options = JournalOptions { provision: Provision::Background, ..small() };
    for start in 0..3 {
        let journal = EmbeddedJournal::open(&path, options.clone()).unwrap();
        for number in start * 40..(start + 1) * 40 {
            journal.append(&chunk(number, 1 + number as usize % 3)).unwrap();
        }
    }

    let journal = EmbeddedJournal::open_read_only(&path, options).unwrap();

    assert_eq!(read_numbers(&journal, None), (0..120).collect::<Vec<_>>());
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for entry in path.read_dir().unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

impl Bench {
    fn open_read_only(&self) -> Result<EmbeddedJournal, OpenError> {
        let disk = Arc::new(self.disk.clone());
        EmbeddedJournal::open_read_only_on(disk, self.clock.clone(), self.options.clone())
    }
}
