//! Sends events to streams as the hub does, without sources and a network, so that a profiler sees nothing else.
//!
//! ```text
//! cargo run --release -p signalbox-pipeline --example streams -- 100000 3 alike
//! valgrind --tool=callgrind target/release/examples/streams 20000 3 apart
//! ```
//!
//! Events lie in chunks of 1,000, each committed when every stream has the one before. With `alike` the streams are encoded
//! alike, with `apart` each for itself; with `behind` each reads the disk besides, as one that follows a backlog does.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use signalbox_model::{Error, IntegrationName, SystemClock};
use signalbox_pipeline::Wakes;
use signalbox_pipeline::deliver::{DeadLetterBound, Gate, RetryPreset};
use signalbox_pipeline::evaluate::RuleSet;
use signalbox_pipeline::stream::{Courier, SharedEncodings};
use signalbox_sdk::SystemRandom;
use signalbox_sdk::role::{Batch, BatchLimits, CheckReport, Destination, Encoding, Item, Outcome};
use signalbox_store::desk::{Desk, Writer};
use signalbox_store::journal::{
    ChunkBuilder, ChunkId, Decision, EmbeddedJournal, EventRecord, Journal, JournalOptions,
    Position, RuleNames,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

type Failure = Box<dyn std::error::Error>;

/// Events in a chunk.
const TOGETHER: u32 = 1000;

const NOW_MS: i64 = 1_781_000_000_000;

/// Wraps an event as a collector wants it, and drops what it is sent.
struct Nowhere(Option<Encoding>);

#[async_trait]
impl Destination for Nowhere {
    fn limits(&self) -> BatchLimits {
        BatchLimits { events_max: 1000, bytes_max: 900_000 }
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        if let Item::Event(event) = item {
            out.extend_from_slice(b"{\"time\":");
            out.extend_from_slice(event.time.as_millis().to_string().as_bytes());
            out.extend_from_slice(b",\"sourcetype\":\"_json\",\"event\":");
            out.extend_from_slice(event.json);
            out.extend_from_slice(b"}\n");
        }
        Ok(())
    }

    fn encoding(&self) -> Option<Encoding> {
        self.0.clone()
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        vec![Outcome::Done(None); batch.len()]
    }

    async fn check(&self) -> CheckReport {
        CheckReport::default()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, streams, how] = arguments.as_slice() else {
        eprintln!("write `streams COUNT STREAMS alike`, or `apart`, or `behind`");
        return ExitCode::FAILURE;
    };
    match send(count, streams, how).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn send(count: &str, streams: &str, how: &str) -> Result<(), Failure> {
    let (count, streams, folder) = (count.parse::<u32>()?, streams.parse()?, tempfile::tempdir()?);
    let mut options = JournalOptions::default();
    if how == "behind" {
        options.fresh_bytes = 0;
    }
    let opened = EmbeddedJournal::open(&folder.path().join("journal"), options)?;
    let journal: Arc<dyn Journal> = Arc::new(opened);
    let desk = Desk::open(&folder.path().join("desk.db"))?;
    let names: Vec<String> = (0..streams).map(|number| format!("siem-{number}")).collect();
    prepare(&desk, names.clone()).await?;
    let stop = CancellationToken::new();
    let mut couriers = hire(&names, how == "alike", &journal, &desk, &stop)?;
    let begun = Instant::now();
    for chunk in 0..count / TOGETHER {
        let head = append(journal.as_ref(), &names, chunk)?;
        while !have_reached(&desk, &names, head).await? {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let each = begun.elapsed().as_secs_f64() * 1e6 / f64::from(count);
    println!("{count} events for {streams} streams, {each:.2} µs each");
    stop.cancel();
    while couriers.join_next().await.is_some() {}
    Ok(())
}

fn hire(
    names: &[String],
    is_alike: bool,
    journal: &Arc<dyn Journal>,
    desk: &Desk,
    stop: &CancellationToken,
) -> Result<JoinSet<()>, Failure> {
    let destinations: Vec<Arc<dyn Destination>> = names
        .iter()
        .map(|_| Arc::new(Nowhere(is_alike.then(|| Encoding::new("nowhere", &())))) as Arc<_>)
        .collect();
    let encodings = SharedEncodings::of(destinations.iter());
    let rules = RuleSet::new(names.to_vec(), Vec::new(), Vec::new(), Vec::new());
    let (rules, mut couriers) = (Arc::new(rules), JoinSet::new());
    for (name, destination) in names.iter().zip(&destinations) {
        let name = IntegrationName::new(name);
        let courier = Courier {
            gate: Arc::new(Gate::new(name.clone(), true, None)),
            name,
            shared: encodings.with(destination.as_ref()),
            destination: Arc::clone(destination),
            journal: Arc::clone(journal),
            desk: desk.clone(),
            rules: Arc::clone(&rules),
            wakes: Wakes::default(),
            retry: RetryPreset::Default,
            dead_letters: DeadLetterBound::default(),
            settle: Duration::ZERO,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        };
        couriers.spawn(courier.run(stop.clone()));
    }
    Ok(couriers)
}

/// Commits a chunk that is for every stream.
fn append(journal: &dyn Journal, names: &[String], chunk: u32) -> Result<Position, Failure> {
    let rules = RuleNames { streams: names.to_vec(), ..RuleNames::default() };
    let mut builder = ChunkBuilder::new(Arc::new(rules))?;
    let streams = (0..u16::try_from(names.len())?).collect();
    let decision = Decision { streams, ..Decision::default() };
    for number in chunk * TOGETHER..(chunk + 1) * TOGETHER {
        let json = event(number);
        builder.push_event(&EventRecord {
            integration: "firewall",
            received_at_ms: NOW_MS,
            time_ms: NOW_MS,
            decision: &decision,
            json: json.as_bytes(),
            original: None,
            finding: None,
        })?;
    }
    Ok(journal.append(&builder.finish(ChunkId::draw())?)?)
}

fn event(number: u32) -> String {
    let word = |place: u32| format!("span={:08x} ", (number + place).wrapping_mul(0x9E37_79B1));
    let message: String = (0..45).map(word).collect();
    format!(
        "{{\"activity_id\":1,\"category_uid\":4,\"class_uid\":4001,\"type_uid\":400101,\"time\":{NOW_MS},\
         \"severity_id\":1,\"message\":\"{message}\",\"metadata\":{{\"version\":\"1.8.0\",\
         \"uid\":\"988f193d-cff9-8986-8000-{number:012}\"}}}}"
    )
}

/// Gives each stream a place to begin.
async fn prepare(desk: &Desk, names: Vec<String>) -> Result<(), Failure> {
    let change = move |writer: &Writer<'_>| {
        names.iter().try_for_each(|name| writer.create_checkpoint(name, ""))
    };
    Ok(desk.write("prepare", change).await?)
}

async fn have_reached(desk: &Desk, names: &[String], head: Position) -> Result<bool, Failure> {
    let (names, head) = (names.to_vec(), head.to_string());
    let is_there = move |reader: &signalbox_store::desk::Reader<'_>| {
        let mut are_there = true;
        for name in &names {
            are_there &= reader.checkpoint(name)?.is_some_and(|stored| stored.position == head);
        }
        Ok(are_there)
    };
    Ok(desk.read(is_there).await?)
}
