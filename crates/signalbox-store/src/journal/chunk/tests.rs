//! What goes into a chunk comes out of it, and garbage comes out as an error.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn names() -> RuleNames {
    let named = |kind: &str| (0..5).map(|number| format!("{kind}-{number}")).collect();
    RuleNames {
        hash: [7; 32],
        streams: named("stream"),
        routes: named("route"),
        rules: named("rule"),
        silences: named("silence"),
    }
}

fn builder() -> ChunkBuilder {
    ChunkBuilder::new(Arc::new(names())).unwrap()
}

/// Reads a chunk back as the journal would, with the sums it adds as the sums so far.
fn store(chunk: &Chunk) -> StoredChunk {
    let mut body = chunk.body().to_vec();
    chunk.added().encode(&mut body);
    open(body).unwrap()
}

fn open(body: Vec<u8>) -> Result<StoredChunk, ChunkError> {
    let origin = Origin { position: Position::new(1, 2), id: ChunkId(3), committed_at_ms: 4 };
    let end = body.len();
    StoredChunk::open(origin, body, 0..end)
}

fn finish(builder: &mut ChunkBuilder) -> Chunk {
    builder.finish(ChunkId::draw()).unwrap()
}

fn event<'a>(decision: &'a Decision, json: &'a [u8]) -> EventRecord<'a> {
    EventRecord {
        integration: "edge",
        received_at_ms: 1_000,
        time_ms: 900,
        decision,
        json,
        original: None,
        finding: None,
    }
}

fn incompressible(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        b' ' + ((state >> 32) % 95) as u8
    };
    (0..length).map(|_| byte()).collect()
}

/// One record as a property test draws it.
#[derive(Clone, Debug)]
struct Drawn {
    integration: String,
    received_at_ms: i64,
    time_ms: i64,
    decision: Option<Decision>,
    bytes: Vec<u8>,
    original: Option<Vec<u8>>,
    finding: Option<([u8; 32], Option<String>)>,
    reason: String,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let suppressed = (0..5_u16, 0..5_u16).prop_map(|(stream, route)| Suppression { stream, route });
    let decision = (
        prop::collection::vec(0..5_u16, 0..3),
        prop::collection::vec(suppressed, 0..2),
        prop::collection::vec(0..5_u16, 0..3),
        prop::collection::vec(0..5_u16, 0..2),
    )
        .prop_map(|(streams, suppressed, rules, silences)| Decision {
            streams,
            suppressed,
            rules,
            silences,
        });
    (
        "[a-c]{1,3}",
        any::<(i64, i64)>(),
        prop::option::weighted(0.8, decision),
        "[ -~]{0,200}",
        prop::option::of(prop::collection::vec(any::<u8>(), 0..200)),
        prop::option::of((any::<[u8; 32]>(), prop::option::of(".{0,20}"))),
        ".{0,30}",
    )
        .prop_map(|(integration, times, decision, bytes, original, finding, reason)| Drawn {
            integration,
            received_at_ms: times.0,
            time_ms: times.1,
            decision,
            bytes: bytes.into_bytes(),
            original,
            finding,
            reason,
        })
}

impl Drawn {
    fn push(&self, builder: &mut ChunkBuilder) {
        let Some(decision) = &self.decision else {
            let record = QuarantineRecord {
                integration: &self.integration,
                received_at_ms: self.received_at_ms,
                bytes: &self.bytes,
                reason: &self.reason,
            };
            builder.push_quarantine(&record).unwrap();
            return;
        };
        let record = EventRecord {
            integration: &self.integration,
            received_at_ms: self.received_at_ms,
            time_ms: self.time_ms,
            decision,
            json: &self.bytes,
            original: self.original.as_deref(),
            finding: self.key(),
        };
        builder.push_event(&record).unwrap();
    }

    fn key(&self) -> Option<FindingKey<'_>> {
        let (fingerprint, event_id) = self.finding.as_ref()?;
        Some(FindingKey { fingerprint: *fingerprint, event_id: event_id.as_deref() })
    }

    /// Proves that the stored record is this one.
    fn check(&self, chunk: &StoredChunk, index: u32) {
        let (mut events, mut originals) =
            (ChunkDecoder::new().unwrap(), ChunkDecoder::new().unwrap());
        let events = events.events(chunk).unwrap();
        let originals = originals.originals(chunk).unwrap();
        let view = chunk.record(index).unwrap();
        assert_eq!(view.integration, self.integration);
        assert_eq!(view.received_at_ms, self.received_at_ms);
        let Some(decision) = &self.decision else {
            assert_eq!((view.kind, view.reason), (RecordKind::Quarantine, Some(&*self.reason)));
            assert_eq!((view.decision, view.finding), (None, None));
            assert_eq!((events.get(index), originals.get(index)), (None, Some(&*self.bytes)));
            return;
        };
        assert_eq!((view.kind, view.reason), (RecordKind::Event, None));
        assert_eq!((view.time_ms, view.finding), (self.time_ms, self.key()));
        assert_eq!(events.get(index), Some(&*self.bytes));
        assert_eq!(originals.get(index), self.original.as_deref());
        check_decision(decision, chunk.decision(view.decision.unwrap()).unwrap());
    }
}

fn check_decision(expected: &Decision, stored: StoredDecision<'_>) {
    let names = names();
    let named = |names: &[String], indexes: &[u16]| -> Vec<String> {
        indexes.iter().map(|index| names[usize::from(*index)].clone()).collect()
    };
    let suppressed: Vec<(&str, &str)> = expected
        .suppressed
        .iter()
        .map(|pair| (&*names.streams[pair.stream as usize], &*names.routes[pair.route as usize]))
        .collect();
    assert_eq!(stored.streams().collect::<Vec<_>>(), named(&names.streams, &expected.streams));
    assert_eq!(stored.rules().collect::<Vec<_>>(), named(&names.rules, &expected.rules));
    assert_eq!(stored.silences().collect::<Vec<_>>(), named(&names.silences, &expected.silences));
    assert_eq!(stored.suppressed().collect::<Vec<_>>(), suppressed);
}

proptest! {
    #[test]
    fn every_record_reads_back_as_it_was_pushed(
        records in prop::collection::vec(drawn(), 0..40),
        checkpoint in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let mut builder = builder();
        records.iter().for_each(|record| record.push(&mut builder));
        builder.put_checkpoint("poller", &checkpoint).unwrap();

        let chunk = store(&finish(&mut builder));

        prop_assert_eq!(chunk.len(), records.len());
        for (index, record) in (0..).zip(&records) {
            record.check(&chunk, index);
        }
        prop_assert_eq!(chunk.checkpoints().collect::<Vec<_>>(), [("poller", &*checkpoint)]);
    }

    #[test]
    fn a_changed_chunk_reads_as_an_error_or_as_something_within_its_bounds(
        records in prop::collection::vec(drawn(), 1..10),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        length in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut builder = builder();
        records.iter().for_each(|record| record.push(&mut builder));
        let chunk = finish(&mut builder);
        let mut body = chunk.body().to_vec();
        chunk.added().encode(&mut body);

        for (index, byte) in changes {
            let index = index.index(body.len());
            body[index] = byte;
        }
        if let Some(length) = length {
            body.truncate(length.index(body.len()));
        }

        touch_everything(body);
    }

    #[test]
    fn garbage_is_an_error_and_never_a_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        touch_everything(body);
    }
}

/// The target of a fuzzer: a chunk that was built, with bytes put over it here and there.
#[test]
fn a_chunk_under_random_changes_is_an_error_or_within_its_bounds() {
    let mut builder = builder();
    for json in [&b"{\"a\":1}"[..], b"{}", b"{\"text\":\"a longer one\"}"] {
        builder.push_event(&event(&Decision::default(), json)).unwrap();
    }
    builder.put_checkpoint("poller", b"state").unwrap();
    let chunk = finish(&mut builder);
    let mut whole = chunk.body().to_vec();
    chunk.added().encode(&mut whole);

    let target = bolero::check!().with_test_time(std::time::Duration::from_millis(100));
    target.with_type::<(Vec<(usize, u8)>, Option<usize>)>().for_each(|(changes, length)| {
        let mut body = whole.clone();
        for (index, byte) in changes.iter().take(8) {
            let index = index % body.len();
            body[index] = *byte;
        }
        if let Some(length) = length {
            body.truncate(length % whole.len());
        }
        touch_everything(body);
    });
}

fn touch_everything(body: Vec<u8>) {
    let Ok(chunk) = open(body) else { return };
    let mut decoder = ChunkDecoder::new().unwrap();
    for record in chunk.records() {
        assert!(record.decision.is_none_or(|decision| chunk.decision(decision).is_some()));
    }
    let named = chunk.decisions().flat_map(|decision| decision.streams().chain(decision.rules()));
    assert!(named.count() < 100_000);
    assert!(chunk.checkpoints().count() < 100_000);
    if let Ok(events) = decoder.events(&chunk) {
        assert!(events.iter().count() <= chunk.len());
    }
    if let Ok(originals) = decoder.originals(&chunk) {
        assert!(originals.iter().count() <= chunk.len());
    }
}

#[test]
fn events_are_handed_over_as_they_read_back_unless_they_are_large() {
    let mut builder = builder();
    for kib in [0, 1, 15, 17, 127, 129, 300, 2_000, 2_100, 7_000] {
        let json = vec![b' '; 8 * 1024 - 1];
        for _ in 0..kib / 8 {
            builder.push_event(&event(&Decision::default(), &json)).unwrap();
        }
        for _ in 0..kib % 8 {
            builder.push_event(&event(&Decision::default(), &json[..1023])).unwrap();
        }
        let chunk = finish(&mut builder);

        let (mut decoder, stored) = (ChunkDecoder::new().unwrap(), store(&chunk));
        let lines = decoder.events(&stored).unwrap().lines();

        let plain = chunk.events().map(PlainColumn::bytes);
        assert_eq!(plain, Some(lines).filter(|_| kib <= 2_048), "{kib} KiB");
    }
}

#[test]
fn the_column_of_events_is_one_event_a_line_without_what_was_quarantined() {
    let decision = Decision::default();
    let mut builder = builder();
    builder.push_event(&event(&decision, b"{\"a\":1}")).unwrap();
    let record = QuarantineRecord {
        integration: "edge",
        received_at_ms: 1,
        bytes: b"not\nmapped",
        reason: "no profile",
    };
    builder.push_quarantine(&record).unwrap();
    builder.push_event(&event(&decision, b"{\"b\":2}")).unwrap();
    let chunk = store(&finish(&mut builder));

    let mut decoder = ChunkDecoder::new().unwrap();
    let events = decoder.events(&chunk).unwrap();

    assert_eq!(events.lines(), b"{\"a\":1}\n{\"b\":2}\n");
    let indexes: Vec<u32> = events.iter().map(|(record, _)| record.index).collect();
    assert_eq!(indexes, [0, 2]);
}

#[test]
fn the_sums_count_each_event_for_each_stream_that_was_decided_about() {
    let taken = Decision { streams: vec![0, 1], ..Decision::default() };
    let dropped = Decision {
        streams: vec![1],
        suppressed: vec![Suppression { stream: 0, route: 2 }],
        rules: vec![],
        ..Decision::default()
    };
    let mut builder = builder();
    for decision in [&taken, &dropped, &taken] {
        builder.push_event(&event(decision, b"{}")).unwrap();
    }
    let intake = IntakeTotals { received: 5, accepted: 3, duplicate: 2, ..IntakeTotals::default() };
    builder.count_intake("edge", intake).unwrap();

    let chunk = finish(&mut builder);

    let streams = [
        ("stream-0".to_owned(), StreamTotals { accepted: 3, suppressed: 1 }),
        ("stream-1".to_owned(), StreamTotals { accepted: 3, suppressed: 0 }),
    ];
    let expected = Totals {
        streams: BTreeMap::from(streams),
        intake: BTreeMap::from([("edge".to_owned(), intake)]),
    };
    assert_eq!(*chunk.added(), expected);
    assert_eq!(*store(&chunk).totals(), expected);
    let stored = store(&chunk);
    let dropped = stored.decision(1).unwrap();
    assert_eq!(dropped.suppressed_by("stream-0"), Some("route-2"));
    assert!(dropped.takes("stream-1") && !dropped.takes("stream-0"));
}

#[test]
fn a_chunk_is_full_at_a_thousand_records() {
    let decision = Decision::default();
    let mut builder = builder();
    for _ in 0..CHUNK_RECORDS_MAX {
        assert!(!builder.is_full());
        builder.push_event(&event(&decision, b"{}")).unwrap();
    }

    assert!(builder.is_full());
    let error = builder.push_event(&event(&decision, b"{}")).unwrap_err();
    assert!(matches!(error, RecordError::Full), "{error}");
    assert_eq!(store(&finish(&mut builder)).len(), CHUNK_RECORDS_MAX);
    assert!(builder.is_empty());
    assert_eq!(builder.push_event(&event(&decision, b"{}")).unwrap(), 0);
}

#[test]
fn records_that_do_not_compress_stay_within_the_size_of_a_chunk() {
    let decision = Decision::default();
    let json = incompressible(3_000);
    let mut builder = builder();
    let full = loop {
        let mut record = event(&decision, &json);
        record.original = Some(&json);
        if let Err(error) = builder.push_event(&record) {
            break error;
        }
    };

    let chunk = finish(&mut builder);

    assert!(matches!(full, RecordError::Full), "{full}");
    assert!(chunk.stored_bytes() <= CHUNK_BYTES_MAX, "{}", chunk.stored_bytes());
}

#[test]
fn records_that_compress_well_stay_within_what_a_reader_holds() {
    let decision = Decision::default();
    let json = vec![b'x'; 50_000];
    let mut builder = builder();
    while builder.push_event(&event(&decision, &json)).is_ok() {}

    assert_eq!(builder.len(), CHUNK_RAW_BYTES_MAX / (json.len() + 1));
}

#[test]
fn a_large_event_is_taken_alone() {
    let decision = Decision::default();
    let json = incompressible(CHUNK_BYTES_MAX * 3);
    let mut builder = builder();
    builder.push_event(&event(&decision, b"{}")).unwrap();

    let beside = builder.push_event(&event(&decision, &json)).unwrap_err();
    finish(&mut builder);
    builder.push_event(&event(&decision, &json)).unwrap();

    assert!(matches!(beside, RecordError::Full), "{beside}");
    assert!(builder.is_full());
    let chunk = store(&finish(&mut builder));
    let mut decoder = ChunkDecoder::new().unwrap();
    assert!(decoder.events(&chunk).unwrap().get(0) == Some(&*json));
}

#[test]
fn what_no_chunk_can_hold_is_refused_by_its_cause() {
    let decision = Decision::default();
    let huge = vec![b'x'; RECORD_BYTES_MAX + 1];
    let unknown = Decision { rules: vec![5], ..Decision::default() };
    let long = "n".repeat(NAME_BYTES_MAX + 1);
    let mut builder = builder();
    let mut refused =
        |record: EventRecord<'_>| builder.push_event(&record).unwrap_err().to_string();

    assert_eq!(
        refused(event(&decision, &huge)),
        "a record of 33554433 bytes is too large, a chunk takes 33554432; lower the source's body limit"
    );
    assert_eq!(
        refused(event(&decision, b"{\n}")),
        "the normalised event has a line break outside its strings; write it as compact JSON"
    );
    assert_eq!(
        refused(event(&unknown, b"{}")),
        "the decision names alert rule 5, but the rule set has only 5"
    );
    assert_eq!(
        refused(EventRecord { integration: &long, ..event(&decision, b"{}") }),
        "the integration's name has 256 bytes, but may have 255"
    );
    assert!(builder.is_empty());
}

#[test]
fn a_long_reason_is_cut_between_characters() {
    let reason = "ü".repeat(600);
    let record = QuarantineRecord {
        integration: "edge",
        received_at_ms: 1,
        bytes: b"x",
        reason: &format!("x{reason}"),
    };
    let mut builder = builder();
    builder.push_quarantine(&record).unwrap();

    let chunk = store(&finish(&mut builder));

    assert_eq!(chunk.record(0).unwrap().reason.unwrap().len(), 1_023);
}

#[test]
fn a_new_rule_set_takes_effect_between_two_chunks() {
    let renamed =
        RuleNames { hash: [8; 32], streams: vec!["new".to_owned()], ..RuleNames::default() };
    let decision = Decision { streams: vec![0], ..Decision::default() };
    let mut builder = builder();
    builder.push_event(&event(&decision, b"{}")).unwrap();

    builder.use_rules(Arc::new(renamed));
    let first = store(&finish(&mut builder));
    builder.push_event(&event(&decision, b"{}")).unwrap();
    let second = store(&finish(&mut builder));

    assert_eq!((first.rule_set(), second.rule_set()), (&[7; 32], &[8; 32]));
    assert!(first.decision(0).unwrap().takes("stream-0"));
    assert!(second.decision(0).unwrap().takes("new"));
}

#[test]
fn the_last_checkpoint_of_a_source_counts() {
    let mut builder = builder();
    builder.put_checkpoint("a", b"1").unwrap();
    builder.put_checkpoint("b", b"2").unwrap();
    builder.put_checkpoint("a", b"3").unwrap();
    assert!(!builder.is_empty());

    let chunk = store(&finish(&mut builder));

    assert_eq!(chunk.checkpoints().collect::<Vec<_>>(), [("b", &b"2"[..]), ("a", &b"3"[..])]);
    assert!(chunk.is_empty());
}
