//! `cargo xtask crash`: kills the real program while it works, and audits from outside.
//!
//! Senders and simulated products live through all kills; the hub dies by SIGKILL at random moments
//! and comes back on the same folder and ports. What a sender saw acknowledged must be in both
//! streams, and every severe finding must have exactly one ticket, although the product cuts
//! connections, executes creates late and shows them late. A killed process loses no page cache:
//! what power failures do to the journal is tested on its simulated disk.

mod audit;
mod hub;
mod killer;
mod observe;
mod sender;
mod sequence;
mod stage;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use signalbox_model::config::HumanDuration;
use tokio::time::{Instant, sleep};

use crate::workspace;
use audit::Findings;
use hub::Hub;
use killer::Kills;
use sender::Senders;
use stage::Stage;

/// Arguments of `crash`.
#[derive(Args)]
pub(crate) struct CrashArgs {
    /// How often the hub is killed.
    #[arg(long, default_value_t = 20)]
    kills: u64,
    /// Repeats the random choices of an earlier run; default drawn.
    #[arg(long)]
    seed: Option<u64>,
    /// Events that the senders make.
    #[arg(long, default_value_t = EVENTS_PER_SECOND, value_parser = clap::value_parser!(u32).range(10..=50_000))]
    events_per_second: u32,
    /// Lets the ticket product take its real time: creates up to 45 s late, and the default settle time.
    #[arg(long)]
    slow: bool,
    /// The program to kill; default is to build it with `--release`.
    #[arg(long)]
    bin: Option<PathBuf>,
    /// Keeps the folder of the run; a run that fails always does.
    #[arg(long)]
    keep: bool,
    /// How the result is written; with JSON as the last line.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// What a hub takes easily on two cores beside its senders.
const EVENTS_PER_SECOND: u32 = 500;

impl CrashArgs {
    /// The defaults, with a program that is built already.
    pub(crate) fn of(program: &Path, kills: u64) -> Self {
        Self {
            kills,
            seed: None,
            events_per_second: EVENTS_PER_SECOND,
            slow: false,
            bin: Some(program.to_owned()),
            keep: false,
            output: Output::Text,
        }
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// To be read.
    #[default]
    Text,
    /// One flat object of numbers.
    Json,
}

/// How fast the ticket product is, and how long the hub waits for it.
struct Pace {
    late_by: HumanDuration,
    search_lag: HumanDuration,
    settle: &'static str,
    /// How long everything may take to arrive after the last kill.
    patience: Duration,
}

impl Pace {
    fn of(args: &CrashArgs) -> Self {
        let seconds = HumanDuration::from_seconds;
        match args.slow {
            false => Self {
                late_by: seconds(2),
                search_lag: seconds(1),
                settle: "3s",
                patience: Duration::from_secs(120),
            },
            true => Self {
                late_by: seconds(45),
                search_lag: seconds(10),
                settle: "60s",
                patience: Duration::from_secs(400),
            },
        }
    }
}

/// Runs the command; returns whether the promises were kept.
pub(crate) fn run(args: &CrashArgs) -> anyhow::Result<bool> {
    let program = match &args.bin {
        Some(program) => {
            program.canonicalize().with_context(|| format!("find `{}`", program.display()))?
        }
        None => workspace::build_release()?,
    };
    // The first thing, as in the program: nothing else may pick another TLS provider.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(crash(args, &program))
}

async fn crash(args: &CrashArgs, program: &std::path::Path) -> anyhow::Result<bool> {
    let seed = args.seed.unwrap_or_else(rand::random);
    let folder = workspace::target()?.join(format!("crash/{seed}"));
    eprintln!("seed {seed}, folder `{}`", folder.display());
    let mut rng = StdRng::seed_from_u64(seed);
    let pace = Pace::of(args);
    let stage = Stage::set(&folder, &pace, &mut rng).await?;
    let mut hub = Hub::new(program, &stage)?;
    let senders = Senders::start(&stage, args.events_per_second, &mut rng)?;
    let sent = senders.sent();
    let kills = tokio::select! {
        kills = Kills::go(args.kills, &mut hub, &stage, &sent, &mut rng) => kills?,
        () = killer::cut_connections(&stage) => unreachable!("it has no end"),
    };
    senders.stop(ACKNOWLEDGE_MAX).await;
    let ledger = settle(&hub, &pace).await?;
    // A create that nobody waits for any more would show itself now, as a second ticket.
    sleep(pace.late_by.as_duration()).await;
    let findings = Findings::of(&stage, &sent)?;
    hub.kill()?;
    let is_good = is_settled(&ledger) && findings.lost == 0 && findings.duplicate_tickets == 0;
    report(args, &kills, &findings, &ledger);
    if is_good && !args.keep {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("remove `{}`", folder.display()))?;
    } else {
        eprintln!("kept `{}`; repeat with `--seed {seed}`", folder.display());
    }
    Ok(is_good)
}

/// Waits until the ledger balances with nothing pending, and returns the last one read.
async fn settle(hub: &Hub, pace: &Pace) -> anyhow::Result<Value> {
    let deadline = Instant::now() + pace.patience;
    loop {
        let ledger = hub.ledger().await?;
        if is_settled(&ledger) || Instant::now() > deadline {
            return Ok(ledger);
        }
        sleep(Duration::from_millis(500)).await;
    }
}

fn is_settled(ledger: &Value) -> bool {
    ledger["balanced"] == true && pending(ledger) == 0
}

fn pending(ledger: &Value) -> u64 {
    let rows =
        ["streams", "steps"].into_iter().filter_map(|table| ledger[table].as_array()).flatten();
    rows.filter_map(|row| row["pending"].as_u64()).sum()
}

fn report(args: &CrashArgs, kills: &Kills, findings: &Findings, ledger: &Value) {
    for detail in &findings.details {
        eprintln!("lost: {detail}");
    }
    for finding in ledger["findings"].as_array().into_iter().flatten() {
        eprintln!("not balanced: {finding}");
    }
    if !is_settled(ledger) {
        eprintln!("the ledger does not balance or has {} pending:\n{ledger:#}", pending(ledger));
    }
    let ready_p99_ms = u64::try_from(kills.ready_p99().as_millis()).unwrap_or(u64::MAX);
    if args.output == Output::Json {
        let result = json!({
            "kills": kills.count,
            "acknowledged": findings.acknowledged,
            "lost": findings.lost,
            "duplicate_tickets": findings.duplicate_tickets,
            "stream_duplicates": findings.stream_duplicates,
            "unacknowledged_lost": findings.unacknowledged_lost,
            "in_commit": kills.in_commit,
            "in_delivery": kills.in_delivery,
            "in_recovery": kills.in_recovery,
            "ready_p99_ms": ready_p99_ms,
        });
        println!("{result}");
        return;
    }
    println!(
        "Killed {} times: {} with a request unanswered, {} with a delivery on its way, {} in recovery.",
        kills.count, kills.in_commit, kills.in_delivery, kills.in_recovery
    );
    println!("Ready again within {ready_p99_ms} ms (99 of 100).");
    println!(
        "{} events acknowledged, {} of them lost; {} never acknowledged and not kept.",
        findings.acknowledged, findings.lost, findings.unacknowledged_lost
    );
    println!(
        "{} findings have a ticket, {} of them more than one. Streams got {} events twice.",
        findings.tickets, findings.duplicate_tickets, findings.stream_duplicates
    );
}

/// How long senders may take to have their last events acknowledged.
const ACKNOWLEDGE_MAX: Duration = Duration::from_secs(30);
