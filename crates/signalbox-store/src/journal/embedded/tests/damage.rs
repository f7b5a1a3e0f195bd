//! Torn, stale and flipped chunks: what the disk did to the files while nobody looked.

use std::ops::Range;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::super::Damage;
use super::super::frame::FRAME_BYTES;
use super::super::header::{BLOCK_BYTES, ChunkHeader, SegmentHeader};
use super::*;

/// A journal of five segments, two of them in their second generation, written in three epochs.
struct Specimen {
    disk: SimulatedDisk,
    chunks: Vec<Known>,
    newest: Position,
}

/// A chunk that was acknowledged and is kept, and where its bytes are.
#[derive(Clone, Debug)]
struct Known {
    number: u64,
    position: Position,
    file: String,
    bytes: Range<usize>,
}

/// One thing that happens to a file.
#[derive(Clone, Debug)]
enum Harm {
    Flip { offset: usize },
    Zero { range: Range<usize> },
    Truncate { length: usize },
}

#[test]
fn a_flipped_bit_anywhere_costs_at_most_the_chunk_it_is_in() {
    let specimen = Specimen::new();

    for file in specimen.files() {
        for offset in (0..specimen.disk.contents(&file).len()).step_by(1021) {
            specimen.check(&[(file.clone(), Harm::Flip { offset })]);
        }
    }
}

#[test]
fn a_damaged_header_costs_at_most_its_chunk() {
    let specimen = Specimen::new();

    for chunk in &specimen.chunks {
        for offset in chunk.bytes.clone().take(FRAME_BYTES).step_by(31) {
            specimen.check(&[(chunk.file.clone(), Harm::Flip { offset })]);
        }
    }
}

#[test]
fn any_chunk_zeroed_costs_only_itself() {
    let specimen = Specimen::new();

    for chunk in &specimen.chunks {
        specimen.check(&[(chunk.file.clone(), Harm::Zero { range: chunk.bytes.clone() })]);
    }
}

#[test]
fn a_file_cut_short_anywhere_costs_only_what_was_behind() {
    let specimen = Specimen::new();

    for file in specimen.files() {
        for length in (0..specimen.disk.contents(&file).len()).step_by(2039) {
            specimen.check(&[(file.clone(), Harm::Truncate { length })]);
        }
    }
}

#[test]
fn damage_in_the_middle_is_named_with_positions_time_and_bytes_and_copied_aside() {
    let specimen = Specimen::new();
    let [before, damaged, after] = &specimen.chunks[4..7] else { panic!("three chunks") };
    assert_eq!(damaged.file, before.file);
    specimen.disk.tamper(&damaged.file, |bytes| bytes[damaged.bytes.end - 1] ^= 1);

    let bench = Bench::on(specimen.disk.clone());
    let journal = bench.open();
    read_all(&journal, None);

    let damages = journal.damage();
    let [damage] = damages.as_slice() else { panic!("{damages:?}") };
    let time = journal.chunk(before.position).unwrap().unwrap().committed_at_ms();
    let blocks = damaged.bytes.len().next_multiple_of(BLOCK_BYTES);
    let copy = damage.copy.clone().unwrap();
    let expected = Damage {
        after: Some(before.position),
        through: damaged.position,
        records: Some(3),
        committed_after_ms: None,
        committed_before_ms: Some(time),
        file: damaged.file.clone(),
        offset: damaged.bytes.start as u64,
        bytes: blocks as u64,
        copy: Some(copy.clone()),
    };
    assert_eq!(*damage, expected);
    let copy = copy.strip_prefix("/simulated").unwrap().to_str().unwrap();
    let original = specimen.disk.contents(&damaged.file);
    let range = damaged.bytes.start..damaged.bytes.start + blocks;
    assert_eq!(specimen.disk.contents(copy), original[range]);
    assert_eq!(journal.verify_checkpoint(journal.id(), damaged.position), Ok(()));
    assert!(journal.chunk(after.position).unwrap().is_some());
}

#[test]
fn a_damaged_last_chunk_is_a_torn_tail_and_cut_silently() {
    let specimen = Specimen::new();
    let last = specimen.chunks.last().unwrap();
    specimen.disk.tamper(&last.file, |bytes| bytes[last.bytes.end - 1] ^= 1);

    let journal = Bench::on(specimen.disk.clone()).open();

    assert_eq!(journal.damage(), []);
    assert_eq!(read_numbers(&journal, None), specimen.numbers(|known| known.number != last.number));
}

#[test]
fn damage_is_named_once_however_often_its_segment_is_read() {
    let bench = Bench::new();
    let journal = bench.open();
    for number in 0..30 * 14 {
        journal.append(&chunk(number, 1)).unwrap();
    }
    drop(journal);
    // The first chunk of one segment and the last of the one before: what separates the two is gone.
    bench.disk.tamper("00000005.segment", |bytes| bytes[14 * 4096..15 * 4096].fill(0));
    bench.disk.tamper("00000006.segment", |bytes| bytes[4096..2 * 4096].fill(0));
    // And one whose header is good.
    bench.disk.tamper("00000009.segment", |bytes| bytes[4096 + 300] ^= 1);

    let journal = bench.open();
    let expected: Vec<u64> =
        (0..30 * 14).filter(|number| ![69, 70, 112].contains(number)).collect();
    for _ in 0..3 {
        assert_eq!(read_numbers(&journal, None), expected);
    }

    let lost: Vec<Option<u64>> = journal.damage().iter().map(|damage| damage.records).collect();
    assert_eq!(lost, [Some(6), Some(3)]);
}

#[test]
fn a_chunk_that_rots_while_the_journal_is_open_is_named() {
    let options = JournalOptions { fresh_bytes: 0, ..small() };
    let bench = Bench { options, ..Bench::new() };
    let journal = bench.open();
    let positions: Vec<_> =
        (0..3).map(|number| journal.append(&chunk(number, 1)).unwrap()).collect();

    bench.disk.tamper("00000001.segment", |bytes| bytes[2 * 4096..3 * 4096].fill(0));

    assert_eq!(read_numbers(&journal, None), [0, 2]);
    let damages = journal.damage();
    let range = damages.iter().map(|damage| (damage.after, damage.through)).collect::<Vec<_>>();
    assert_eq!(range, [(Some(positions[0]), positions[1])]);
    assert_eq!(journal.verify_checkpoint(journal.id(), positions[1]), Ok(()));
}

proptest! {
    #[test]
    fn whatever_happens_to_the_files_costs_only_what_it_touched(
        harms in prop::collection::vec((any::<Index>(), any::<Index>(), any::<Index>(), 0..4u8), 1..5),
    ) {
        static SPECIMEN: LazyLock<Specimen> = LazyLock::new(Specimen::new);
        let specimen = &*SPECIMEN;
        let files = specimen.files();
        let harms: Vec<(String, Harm)> = harms
            .iter()
            .map(|(file, from, length, kind)| {
                let file = file.get(&files).clone();
                let size = specimen.disk.contents(&file).len();
                let offset = from.index(size);
                let end = (offset + 1 + length.index(20_000)).min(size);
                let harm = match kind {
                    0 => Harm::Truncate { length: offset },
                    1 => Harm::Zero { range: offset..end },
                    _ => Harm::Flip { offset },
                };
                (file, harm)
            })
            .collect();

        specimen.check(&harms);
    }
}

impl Harm {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Flip { offset } => {
                if let Some(byte) = bytes.get_mut(*offset) {
                    *byte ^= 0x10;
                }
            }
            Self::Zero { range } => {
                let end = range.end.min(bytes.len());
                bytes[range.start.min(end)..end].fill(0);
            }
            Self::Truncate { length } => bytes.truncate(*length),
        }
    }
}

impl Specimen {
    fn new() -> Self {
        let mut bench = Bench::new();
        bench.options.keep = Duration::ZERO;
        let mut newest = None;
        for start in 0..3 {
            let journal = bench.open();
            for number in start * 20..(start + 1) * 20 {
                let position = journal.append(&chunk(number, 1 + number as usize % 3)).unwrap();
                newest = Some(position);
                if number == 40 {
                    let released = read_all(&journal, None)[18].position();
                    journal.release(Some(released));
                }
            }
        }
        let journal = bench.open();
        let places = bench.places();
        let chunks = read_all(&journal, None)
            .iter()
            .map(|chunk| {
                let (file, bytes) = places[&chunk.position()].clone();
                Known {
                    number: u64::try_from(chunk.id().0).unwrap(),
                    position: chunk.position(),
                    file,
                    bytes,
                }
            })
            .collect();
        Self { disk: bench.disk, chunks, newest: newest.unwrap() }
    }

    fn files(&self) -> Vec<String> {
        self.disk.names().into_iter().filter(|name| name.ends_with(".segment")).collect()
    }

    fn numbers(&self, wanted: impl Fn(&&Known) -> bool) -> Vec<u64> {
        self.chunks.iter().filter(wanted).map(|known| known.number).collect()
    }

    /// Opens the journal after the harm and proves: what is not touched is read, what is touched is named where anything
    /// proves that it was there, nothing old comes back, and the journal goes on.
    fn check(&self, harms: &[(String, Harm)]) {
        let disk = self.disk.copy();
        for (file, harm) in harms {
            disk.tamper(file, |bytes| harm.apply(bytes));
        }
        if self.is_beyond_proof(&disk) {
            return;
        }
        let bench = Bench::on(disk.copy());
        let journal = bench.open();
        let intact = self.numbers(|known| !self.is_touched(&disk, known, known.bytes.end));

        assert_eq!(read_numbers(&journal, None), intact, "{harms:?}");
        self.check_damage(&disk, &journal.damage(), harms);
        let next = journal.append(&chunk(1_000, 1)).unwrap();
        assert!(next > self.newest, "{next} was given before: {harms:?}");
        drop(journal);
        let again: Vec<u64> = intact.into_iter().chain([1_000]).collect();
        assert_eq!(read_numbers(&bench.open(), None), again, "{harms:?}");
    }

    fn check_damage(&self, disk: &SimulatedDisk, damages: &[Damage], harms: &[(String, Harm)]) {
        let is_named = |known: &Known| {
            damages.iter().any(|damage| {
                damage.after < Some(known.position) && known.position <= damage.through
            })
        };
        for known in &self.chunks {
            let is_touched = self.is_touched(disk, known, known.bytes.end);
            let expected = is_touched && self.is_proven(disk, known);
            assert_eq!(is_named(known), expected, "{known:?} in {damages:?} after {harms:?}");
        }
        let named = self.chunks.iter().filter(|known| is_named(known)).count() as u64;
        if damages.iter().all(|damage| damage.records.is_some()) {
            let lost: u64 = damages.iter().filter_map(|damage| damage.records).sum();
            assert_eq!(lost, named * 3, "{damages:?} after {harms:?}");
        }
    }

    fn is_touched(&self, disk: &SimulatedDisk, known: &Known, end: usize) -> bool {
        let (before, after) = (self.disk.contents(&known.file), disk.contents(&known.file));
        let range = known.bytes.start..end;
        after.get(range.clone()) != before.get(range)
    }

    /// What a file was cut off reads as zeros, and a header may well end in zeros.
    fn has_header(&self, disk: &SimulatedDisk, known: &Known) -> bool {
        let header = |disk: &SimulatedDisk| {
            let mut bytes = disk.contents(&known.file);
            bytes.resize(bytes.len().max(known.bytes.end), 0);
            ChunkHeader::decode(&bytes[known.bytes.clone()])
        };
        header(disk) == header(&self.disk)
    }

    /// A later header proves that a chunk was acknowledged. Where nothing is left before it either, only its own header
    /// or a later one in its own segment does: whole segments are missing at the beginning of every journal.
    fn is_proven(&self, disk: &SimulatedDisk, lost: &Known) -> bool {
        let later = || self.chunks.iter().filter(|known| known.position > lost.position);
        let has_earlier = self
            .chunks
            .iter()
            .any(|known| known.position < lost.position && self.has_header(disk, known));
        let in_segment = self.has_header(disk, lost)
            || later().any(|known| known.file == lost.file && self.has_header(disk, known));
        later().any(|known| self.has_header(disk, known)) && (has_earlier || in_segment)
    }

    /// A segment that lost both its headers and every chunk of its generation looks like what it was a generation ago.
    fn is_beyond_proof(&self, disk: &SimulatedDisk) -> bool {
        self.files().iter().any(|file| {
            let bytes = disk.contents(file);
            let last = bytes.len().saturating_sub(BLOCK_BYTES) / BLOCK_BYTES * BLOCK_BYTES;
            let is_bad =
                |from: usize| SegmentHeader::decode(bytes.get(from..).unwrap_or_default()).is_err();
            is_bad(0) && is_bad(last)
        })
    }
}

impl Bench {
    /// Returns where on the disk each chunk of the present generations is.
    fn places(&self) -> BTreeMap<Position, (String, Range<usize>)> {
        let mut places = BTreeMap::new();
        for file in self.disk.names().iter().filter(|name| name.ends_with(".segment")) {
            let bytes = self.disk.contents(file);
            let generation = SegmentHeader::decode(&bytes).unwrap().generation;
            for offset in (0..bytes.len()).step_by(BLOCK_BYTES) {
                let header = ChunkHeader::decode(&bytes[offset..]);
                if let Some(header) = header.filter(|header| header.generation == generation) {
                    let end = offset + FRAME_BYTES + header.body_bytes as usize;
                    places.insert(header.position, (file.clone(), offset..end));
                }
            }
        }
        places
    }
}
