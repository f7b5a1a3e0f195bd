//! Drives the streaming line in one process, without sockets, so that a profiler sees nothing else.
//!
//! ```text
//! BENCH_HEC_TOKEN=x cargo run --release --example line -- config/bench.yaml LINES.cef 100000
//! BENCH_HEC_TOKEN=x valgrind --tool=callgrind target/release/examples/line config/bench.yaml LINES.cef 10000
//! ```
//!
//! Lines of the file are framed, mapped, decided about, encoded and committed to a journal in a temporary folder, then read
//! back and wrapped for the destination. Instruction counts repeat on a busy machine, seconds do not.

use std::fs::File;
use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bytes::BytesMut;
use signalbox::config::compile::{Built, Compiled, World, load};
use signalbox::config::{AccessLedger, Environment, SecretAccess};
use signalbox_model::SystemClock;
use signalbox_model::time::Timestamp;
use signalbox_pipeline::commit::Committer;
use signalbox_pipeline::deliver::Gate;
use signalbox_pipeline::ingest::{CurrentRules, Parsing, SourceLine, SourceParts};
use signalbox_pipeline::normalize::EventUids;
use signalbox_sdk::SystemRandom;
use signalbox_sdk::role::{Conversation, Destination, EventItem, Item, Listener};
use signalbox_store::journal::{ChunkDecoder, EmbeddedJournal, Journal, JournalOptions};
use tokio_util::sync::CancellationToken;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As much as a connection reads at once.
const READ_BYTES: usize = 512 << 10;

/// As much as a stream reads at once.
const CHUNKS_BYTES: usize = 256 << 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, config, lines, count] = arguments.as_slice() else {
        bail!(
            "write `line CONFIG LINES COUNT`: a configuration, a file of lines, how many of them"
        );
    };
    let compiled = compile(Path::new(config))?;
    let folder = tempfile::tempdir()?;
    let journal: Arc<dyn Journal> =
        Arc::new(EmbeddedJournal::open(folder.path(), JournalOptions::default())?);

    let begun = Instant::now();
    let lines = File::open(lines).with_context(|| format!("open `{lines}`"))?;
    let taken = take_in(&compiled, &journal, lines, count.parse()?).await?;
    report("framed, mapped, decided, committed", taken, begun.elapsed());
    let begun = Instant::now();
    let sent = send_out(&compiled, &journal)?;
    report("read back and wrapped", sent, begun.elapsed());
    Ok(())
}

fn report(what: &str, events: usize, elapsed: Duration) {
    let each = elapsed.as_secs_f64() * 1e6 / events.max(1) as f64;
    println!("{what}: {events} events, {each:.2} µs each");
}

fn compile(config: &Path) -> anyhow::Result<Compiled> {
    let world = World {
        environment: Environment::of_process(),
        ledger: Arc::new(NoLedger),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    let (compiled, diagnostics) = load(config, &world);
    compiled.with_context(|| diagnostics.to_string())
}

struct NoLedger;

impl AccessLedger for NoLedger {
    fn record(&self, _: SecretAccess<'_>) {}
}

/// Commits lines as a connection does: all that was read, then the next read.
async fn take_in(
    compiled: &Compiled,
    journal: &Arc<dyn Journal>,
    mut lines: File,
    count: usize,
) -> anyhow::Result<usize> {
    let role = |built: &Built| built.roles.listener.clone();
    let (source, listener) = find(compiled, role).context("no listener is configured")?;
    let line = source_line(compiled, source, &Committer::new(Arc::clone(journal)))?;
    let mut conversation = converse(listener.as_ref());
    let (mut input, mut batch, mut taken) = (BytesMut::new(), Vec::new(), 0);
    let mut block = vec![0; READ_BYTES];
    let stop = CancellationToken::new();
    while taken < count {
        let read = lines.read(&mut block)?;
        if read == 0 {
            break;
        }
        input.extend_from_slice(block.get(..read).unwrap_or_default());
        let received = Timestamp::from_millis(RECEIVED);
        while let Some(raw) = conversation.next(&mut input, received)? {
            batch.push(raw);
        }
        batch.truncate(count - taken);
        line.hold(&batch, None, &stop).await?;
        taken += batch.len();
        batch.clear();
    }
    Ok(taken)
}

fn converse(listener: &dyn Listener) -> Box<dyn Conversation> {
    listener.open(0, SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50_000))
}

fn source_line(
    compiled: &Compiled,
    built: &Built,
    committer: &Committer,
) -> anyhow::Result<SourceLine> {
    let normalize = built.roles.normalize.clone().context("the listener maps nothing")?;
    Ok(SourceLine::new(SourceParts {
        integration: built.name.clone(),
        connector: built.connector.name,
        normalize,
        keep_original: built.settings.keep_original,
        rules: CurrentRules::new(Arc::clone(&compiled.rules)),
        window: Arc::default(),
        uids: Arc::new(EventUids::new(1)),
        intake: committer.intake(&built.name),
        gate: Arc::new(Gate::new(built.name.clone(), true, None)),
        parsing: Arc::new(Parsing::new(built.name.clone(), 100)),
        pace: Arc::default(),
        clock: Arc::new(SystemClock),
    }))
}

/// Reads the journal as a stream does, and makes the bodies of its requests.
fn send_out(compiled: &Compiled, journal: &Arc<dyn Journal>) -> anyhow::Result<usize> {
    let role = |built: &Built| built.roles.destination.clone().filter(|_| built.is_stream);
    let (_, destination) = find(compiled, role).context("no stream is configured")?;
    let mut decoder = ChunkDecoder::new()?;
    let (mut after, mut body, mut sent) = (None, Vec::new(), 0);
    loop {
        let chunks = journal.read(after, CHUNKS_BYTES)?;
        let Some(last) = chunks.last() else { return Ok(sent) };
        after = Some(last.position());
        for chunk in &chunks {
            for (record, json) in decoder.events(chunk)?.iter() {
                let time = Timestamp::from_millis(record.time_ms);
                let event = EventItem { json, time, source: record.integration };
                encode(destination.as_ref(), event, &mut body)?;
                sent += 1;
            }
            body.clear();
        }
    }
}

fn encode(
    destination: &dyn Destination,
    event: EventItem<'_>,
    body: &mut Vec<u8>,
) -> anyhow::Result<()> {
    Ok(destination.encode(&Item::Event(event), body)?)
}

/// The first integration that plays a role.
fn find<R>(compiled: &Compiled, role: impl Fn(&Built) -> Option<R>) -> Option<(&Built, R)> {
    compiled.integrations.iter().find_map(|built| Some((built, role(built)?)))
}

/// 2026-06-09, near the times in the lines.
const RECEIVED: i64 = 1_781_000_000_000;
