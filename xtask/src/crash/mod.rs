//! `cargo xtask crash`: kills the real program while it works, and audits from outside.
//!
//! Senders and simulated products live through all kills; the hub dies by SIGKILL at random moments
//! and comes back on the same folder and ports. One stream is stopped from the beginning, so that a
//! backlog waits in the journal at every start, and is drained after the last one. What a sender saw
//! acknowledged must be in every stream, and every severe finding must have exactly one ticket,
//! although the product cuts connections, executes creates late and shows them late. A killed process
//! loses no page cache: what power failures do to the journal is tested on its simulated disk.

mod audit;
mod books;
mod killer;
mod observe;
mod report;
mod sender;
mod sequence;
mod stage;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use signalbox_model::config::HumanDuration;
use tokio::time::{Instant, sleep};

use crate::harness::Hub;
use crate::workspace;
use audit::Findings;
use books::Sent;
use killer::Kills;
use report::{Load, Report};
use sender::{Senders, send_history};
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
    /// Events that wait for a stopped stream all the while.
    #[arg(long, default_value_t = BACKLOG)]
    backlog: u64,
    /// Events that the senders have acknowledged, over webhook, HEC and RELP together; with 500 or more
    /// 55 of them a second want a ticket.
    #[arg(long, default_value_t = EVENTS_PER_SECOND, value_parser = clap::value_parser!(u32).range(10..=50_000))]
    events_per_second: u32,
    /// Lets the ticket product take its real time: creates up to 45 s late, and a settle time of 60 s.
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

/// 2,000 are promised; a tenth more makes up for what waits while the hub is dead.
const EVENTS_PER_SECOND: u32 = 2200;

const BACKLOG: u64 = 1_000_000;

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
                search_lag: seconds(2),
                settle: "3s",
                patience: Duration::from_secs(120),
            },
            true => Self {
                late_by: seconds(45),
                search_lag: seconds(45),
                settle: "60s",
                patience: Duration::from_secs(400),
            },
        }
    }
}

/// Runs the command; returns whether the promises were kept.
pub(crate) fn run(args: &CrashArgs) -> anyhow::Result<bool> {
    if cfg!(debug_assertions) {
        match workspace::run_optimized()? {}
    }
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

async fn crash(args: &CrashArgs, program: &Path) -> anyhow::Result<bool> {
    let seed = args.seed.unwrap_or_else(rand::random);
    let folder = workspace::target()?.join(format!("crash/{seed}"));
    eprintln!("seed {seed}, folder `{}`", folder.display());
    let mut rng = StdRng::seed_from_u64(seed);
    let pace = Pace::of(args);
    let stage = Stage::set(&folder, &pace, &mut rng).await?;
    let mut hub = Hub::new(program, stage.setting())?;
    let sent = Arc::new(Sent::default());
    fill(&mut hub, &stage, &sent, args.backlog).await?;
    let (began, made_before) = (Instant::now(), sent.count());
    let senders = Senders::start(&stage, &sent, args.events_per_second, &mut rng)?;
    let kills = tokio::select! {
        kills = Kills::go(args.kills, &mut hub, &stage, &sent, &mut rng) => kills?,
        () = killer::cut_connections(&stage) => unreachable!("it has no end"),
    };
    let seconds = began.elapsed().as_secs_f64();
    let load = Load::of(sent.count() - made_before, stage.tickets.creates().asked, seconds);
    senders.stop(ACKNOWLEDGE_MAX).await;
    hub.set_enabled(STOPPED, true).await?;
    let patience = pace.patience + Duration::from_secs(args.backlog / DRAINED_PER_SECOND_MIN);
    let ledger = settle(&hub, patience).await?;
    // A create that nobody waits for any more would show itself now, as a second ticket.
    sleep(pace.late_by.as_duration()).await;
    let findings = Findings::of(&stage, &sent)?;
    hub.kill()?;
    let (cuts, creates) = (stage.ticket_traffic.cuts(), stage.tickets.creates());
    let report = Report { kills, load, findings, ledger, cuts, creates };
    report.print(args.output)?;
    if report.is_good() && !args.keep {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("remove `{}`", folder.display()))?;
    } else {
        eprintln!("kept `{}`; repeat with `--seed {seed}`", folder.display());
    }
    Ok(report.is_good())
}

/// Stops one stream and makes the backlog that waits for it from now on; leaves the hub dead.
async fn fill(hub: &mut Hub, stage: &Stage, sent: &Arc<Sent>, backlog: u64) -> anyhow::Result<()> {
    hub.start()?;
    hub.ready().await?;
    hub.set_enabled(STOPPED, false).await?;
    let began = Instant::now();
    send_history(stage, sent, backlog).await?;
    eprintln!("{backlog} events wait for a stopped stream, made in {:.1?}", began.elapsed());
    hub.kill()
}

/// Waits until the ledger balances with nothing pending, and returns it, counted anew.
async fn settle(hub: &Hub, patience: Duration) -> anyhow::Result<Value> {
    let (began, mut told) = (Instant::now(), Instant::now());
    while began.elapsed() < patience {
        let ledger = hub.ledger().await?;
        if report::is_settled(&ledger) {
            break;
        }
        if told.elapsed() > TELL_EVERY {
            eprintln!("{:8} deliveries are still to be made", report::pending(&ledger));
            told = Instant::now();
        }
        sleep(Duration::from_millis(500)).await;
    }
    eprintln!("drained in {:.1?}", began.elapsed());
    hub.recounted_ledger().await
}

/// The stream that is stopped, by its name in the configuration.
const STOPPED: &str = "stopped";

/// How long senders may take to have their last events acknowledged.
const ACKNOWLEDGE_MAX: Duration = Duration::from_secs(30);

/// A stream that is slower than this, on any machine, is not draining.
const DRAINED_PER_SECOND_MIN: u64 = 4000;

const TELL_EVERY: Duration = Duration::from_secs(10);
