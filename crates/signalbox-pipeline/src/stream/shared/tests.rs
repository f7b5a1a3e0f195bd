//! What one stream encodes the others take, and nothing stays that nobody comes for.

use std::cell::Cell;

use async_trait::async_trait;
use bytes::Bytes;
use signalbox_model::Error;
use signalbox_sdk::role::{Batch, BatchLimits, CheckReport, Item, Outcome};

use super::*;

/// A destination of which only the encoding counts.
struct Plain(Option<&'static str>);

#[async_trait]
impl Destination for Plain {
    fn limits(&self) -> BatchLimits {
        BatchLimits { events_max: 1, bytes_max: 1 }
    }

    fn encode(&self, _: &Item<'_>, _: &mut Vec<u8>) -> Result<(), Error> {
        Ok(())
    }

    fn encoding(&self) -> Option<Encoding> {
        self.0.map(|settings| Encoding::new("plain", &settings))
    }

    async fn deliver(&self, _: &Batch) -> Vec<Outcome> {
        Vec::new()
    }

    async fn check(&self) -> CheckReport {
        CheckReport::default()
    }
}

fn shared_by(streams: usize) -> SharedEncoding {
    SharedEncoding { streams, state: Arc::default() }
}

fn at(sequence: u64) -> Position {
    Position::new(1, sequence)
}

/// How often each stream had to encode.
struct Counted<'a> {
    shared: &'a SharedEncoding,
    encoded: Cell<usize>,
}

impl Counted<'_> {
    fn take(&self, sequence: u64, pairs: &[Pair], bytes: usize) -> Arc<EncodedChunk> {
        let encode = || {
            self.encoded.set(self.encoded.get() + 1);
            Ok(EncodedChunk { body: Bytes::from(vec![7; bytes]), entries: Vec::new() })
        };
        self.shared.encoded(at(sequence), pairs, encode).unwrap()
    }
}

#[test]
fn streams_share_only_with_others_of_the_same_encoding() {
    let destinations = [Some("a"), Some("b"), None, Some("a"), None];
    let destinations =
        destinations.map(|settings| Arc::new(Plain(settings)) as Arc<dyn Destination>);

    let shared = SharedEncodings::of(destinations.iter());

    let shares = destinations.each_ref().map(|one| shared.with(one.as_ref()).is_some());
    assert_eq!(shares, [true, false, false, true, false]);
}

#[test]
fn a_chunk_is_encoded_once_and_let_go_when_every_stream_has_it() {
    let shared = shared_by(3);
    let counted = Counted { shared: &shared, encoded: Cell::new(0) };

    let taken: Vec<_> = (0..3).map(|_| counted.take(1, &[Pair::Sent], 10)).collect();

    assert_eq!(counted.encoded.get(), 1);
    assert!(taken.iter().all(|one| Arc::ptr_eq(one, &taken[0])));
    let state = shared.state.lock();
    assert_eq!((state.slots.len(), state.bytes), (0, 0));
}

#[test]
fn streams_that_are_sent_different_events_do_not_share_them() {
    let shared = shared_by(3);
    let counted = Counted { shared: &shared, encoded: Cell::new(0) };

    counted.take(1, &[Pair::Sent, Pair::None], 10);
    counted.take(1, &[Pair::Sent, Pair::Suppressed], 10);
    counted.take(2, &[Pair::Sent, Pair::None], 10);
    counted.take(1, &[Pair::Sent, Pair::None], 10);

    assert_eq!(counted.encoded.get(), 3);
}

#[test]
fn what_a_dead_stream_never_comes_for_is_let_go() {
    let shared = shared_by(2);
    let counted = Counted { shared: &shared, encoded: Cell::new(0) };

    for sequence in 0..10 {
        counted.take(sequence, &[Pair::Sent], BYTES_MAX / 3);
    }

    let state = shared.state.lock();
    assert!(state.bytes <= BYTES_MAX, "{} bytes", state.bytes);
    assert!(state.slots.len() <= 3, "{} chunks", state.slots.len());
}
