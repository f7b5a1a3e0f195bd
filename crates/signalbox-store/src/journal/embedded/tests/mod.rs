//! The embedded journal on a simulated disk.

mod appending;
mod copying;
mod damage;
mod faults;
mod fresh;
mod opening;
mod recycling;
mod reserve;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::super::{
    Chunk, ChunkBuilder, ChunkDecoder, ChunkId, Decision, EventRecord, Journal, JournalOptions,
    OpenError, Position, Provision, RuleNames, StoredChunk,
};
use super::EmbeddedJournal;
use super::simulated::{SimulatedClock, SimulatedDisk};

/// A disk, a clock, and how a journal is opened on them.
struct Bench {
    disk: SimulatedDisk,
    clock: Arc<SimulatedClock>,
    options: JournalOptions,
}

impl Bench {
    fn new() -> Self {
        Self::on(SimulatedDisk::new())
    }

    fn on(disk: SimulatedDisk) -> Self {
        Self { disk, clock: Arc::new(SimulatedClock::new()), options: small() }
    }

    fn try_open(&self) -> Result<EmbeddedJournal, OpenError> {
        let disk = Arc::new(self.disk.clone());
        EmbeddedJournal::open_on(disk, self.clock.clone(), self.options.clone())
    }

    fn open(&self) -> EmbeddedJournal {
        self.try_open().unwrap()
    }

    /// Moves on to when a failed journal tries again.
    fn wait_for_retry(&self) {
        self.clock.advance(Duration::from_secs(5));
    }
}

/// Segments of 15 chunks of the smallest size, so that a few dozen chunks fill several.
fn small() -> JournalOptions {
    JournalOptions {
        segment_bytes: 64 * 1024,
        starter_bytes: 64 * 1024,
        reserve_bytes: 0,
        provision: Provision::OnDemand,
        ..JournalOptions::default()
    }
}

/// Returns a chunk that says which one it is and occupies about so many blocks. Each is built once for all tests.
fn chunk(number: u64, blocks: usize) -> Chunk {
    static BUILT: Mutex<BTreeMap<(u64, usize), Chunk>> = Mutex::new(BTreeMap::new());
    BUILT.lock().entry((number, blocks)).or_insert_with(|| build(number, blocks)).clone()
}

fn build(number: u64, blocks: usize) -> Chunk {
    let mut builder = ChunkBuilder::new(Arc::new(RuleNames::default())).unwrap();
    let decision = Decision::default();
    let filler = noise(number, (blocks.max(1) - 1) * 4096);
    for record in 0..3 {
        let json = format!("{{\"chunk\":{number},\"record\":{record}}}");
        let event = EventRecord {
            integration: "test",
            received_at_ms: 1,
            time_ms: 1,
            decision: &decision,
            json: json.as_bytes(),
            original: Some(&filler).filter(|_| record == 0).map(Vec::as_slice),
            finding: None,
        };
        builder.push_event(&event).unwrap();
    }
    builder.finish(ChunkId(u128::from(number))).unwrap()
}

/// Returns bytes that do not compress.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| byte()).collect()
}

/// Reads everything behind `after` and returns which chunks these are.
fn read_numbers(journal: &EmbeddedJournal, after: Option<Position>) -> Vec<u64> {
    let mut decoder = ChunkDecoder::new().unwrap();
    let chunks = read_all(journal, after);
    chunks.iter().map(|chunk| number_of(&mut decoder, chunk)).collect()
}

fn read_all(journal: &EmbeddedJournal, after: Option<Position>) -> Vec<StoredChunk> {
    let mut chunks: Vec<StoredChunk> = Vec::new();
    loop {
        let after = chunks.last().map(StoredChunk::position).or(after);
        let more = journal.read(after, 20_000).unwrap();
        if more.is_empty() {
            return chunks;
        }
        chunks.extend(more);
    }
}

/// Returns which chunk it is, having read its events.
fn number_of(decoder: &mut ChunkDecoder, chunk: &StoredChunk) -> u64 {
    let events = decoder.events(chunk).unwrap();
    let expected = format!("{{\"chunk\":{},\"record\":2}}", chunk.id().0);
    assert_eq!(events.get(2), Some(expected.as_bytes()));
    u64::try_from(chunk.id().0).unwrap()
}
