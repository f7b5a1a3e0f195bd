//! Building, committing and reading back chunks of a thousand events: `cargo bench -p signalbox-store`.
//!
//! The journal lies in the temporary folder (`TMPDIR`); in a file system of memory its sync costs nothing.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use signalbox_store::journal::{
    Chunk, ChunkBuilder, ChunkDecoder, ChunkId, Decision, EmbeddedJournal, EventRecord, Journal,
    JournalOptions, RuleNames,
};

const EVENTS: usize = 1000;

/// Events alike, each with numbers of its own.
fn events() -> Vec<String> {
    let event = |number: usize| {
        let (host, port) = (number % 40, 1024 + number * 7919 % 60_000);
        format!(
            "{{\"activity_id\":6,\"category_uid\":4,\"class_uid\":4001,\"type_uid\":400106,\"severity_id\":1,\
             \"time\":{},\"message\":\"TRAFFIC\",\"device\":{{\"type_id\":0,\"hostname\":\"edge{host}\"}},\
             \"src_endpoint\":{{\"ip\":\"10.0.{host}.{}\",\"port\":{port}}},\
             \"dst_endpoint\":{{\"ip\":\"198.51.100.{}\",\"port\":443}},\
             \"metadata\":{{\"version\":\"1.8.0\",\"uid\":\"988f193d-cff9-8986-8000-{number:012}\"}}}}",
            1_781_000_000_000_u64 + number as u64,
            number % 251,
            number * 31 % 256,
        )
    };
    (0..EVENTS).map(event).collect()
}

fn fill(builder: &mut ChunkBuilder, events: &[String]) -> Option<Chunk> {
    let decision = Decision { streams: vec![0], ..Decision::default() };
    for json in events {
        let event = EventRecord {
            integration: "firewalls",
            received_at_ms: 1_781_000_000_000,
            time_ms: 1_781_000_000_000,
            decision: &decision,
            json: json.as_bytes(),
            original: None,
            finding: None,
        };
        builder.push_event(&event).ok()?;
    }
    builder.finish(ChunkId::draw()).ok()
}

fn chunks(criterion: &mut Criterion) {
    let names = RuleNames {
        hash: [0; 32],
        streams: vec!["siem".to_owned()],
        routes: Vec::new(),
        rules: Vec::new(),
    };
    let events = events();
    let folder = tempfile::tempdir().ok();
    let journal = folder
        .as_ref()
        .and_then(|folder| EmbeddedJournal::open(folder.path(), JournalOptions::default()).ok());
    let builder = ChunkBuilder::new(Arc::new(names)).ok();
    let (Some(journal), Some(mut builder)) = (journal, builder) else { return };
    let mut group = criterion.benchmark_group("a thousand events");
    group.throughput(Throughput::Elements(EVENTS as u64));
    group.bench_function("into a chunk", |bencher| bencher.iter(|| fill(&mut builder, &events)));
    group.bench_function("into a chunk, written and synced", |bencher| {
        bencher.iter(|| fill(&mut builder, &events).map(|chunk| journal.append(&chunk)));
    });
    let stored = journal.read(None, 1).unwrap_or_default();
    if let (Some(chunk), Ok(mut decoder)) = (stored.first(), ChunkDecoder::new()) {
        group.bench_function("out of a chunk", |bencher| {
            bencher.iter(|| decoder.events(chunk).map(|events| events.iter().count()).ok());
        });
    }
    group.finish();
}

criterion_group!(benches, chunks);
criterion_main!(benches);
