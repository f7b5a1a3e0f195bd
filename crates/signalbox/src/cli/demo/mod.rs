//! `signalbox demo`: a short attack story on simulated products, in real time and with the shipped
//! defaults.

mod firewall;
mod narrator;
mod stage;
mod story;
mod summary;

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{GOOD, NOT_GOOD, Output};
use narrator::Narrator;
use stage::Stage;

/// Arguments of `demo`.
#[derive(Args)]
pub(super) struct DemoArgs {
    /// Play the story once in a folder of its own, and end.
    #[arg(long)]
    once: bool,
    /// The data folder; default `./signalbox-data`, with `--once` a temporary one.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How results are written; with JSON the story goes to standard error.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

pub(super) async fn run(args: DemoArgs) -> anyhow::Result<u8> {
    let temporary = match (&args.data, args.once) {
        (None, true) => Some(tempfile::tempdir().context("make a temporary folder")?),
        _ => None,
    };
    let data = match (&args.data, &temporary) {
        (Some(data), _) => data.clone(),
        (None, Some(temporary)) => temporary.path().join("data"),
        (None, None) => PathBuf::from("signalbox-data"),
    };
    let narrator = Narrator::new(args.output);
    let mut stop = Stop::heard()?;
    let stage = Stage::set(&data, &narrator).await?;
    let outcome = tokio::select! {
        outcome = play(&stage, &narrator, args.output) => outcome,
        () = stop.said() => Err(anyhow!("the story was interrupted; `signalbox demo` plays it from the start")),
    };
    if outcome.is_ok() && !args.once {
        narrator.aside(&format!(
            "The hub goes on until Ctrl-C. Look around in another terminal:\n  \
             signalbox alerts list --data {data}\n  signalbox integrations list --data {data}\n  \
             signalbox dlq list --data {data}\n  signalbox ledger --recount --data {data}",
            data = data.display()
        ));
        stop.said().await;
    }
    stage.strike().await;
    if temporary.is_none() {
        narrator
            .aside(&format!("The hub is stopped; what it holds stays in `{}`.", data.display()));
    }
    outcome
}

/// Plays the story and shows the sums.
async fn play(stage: &Stage, narrator: &Narrator, output: Output) -> anyhow::Result<u8> {
    let is_complete = story::play(stage, narrator).await?;
    let summary = summary::Summary::of(stage).await?;
    match output {
        Output::Table => summary.print(),
        Output::Json => println!("{}", serde_json::to_string(&summary)?),
    }
    Ok(if is_complete && summary.is_good() { GOOD } else { NOT_GOOD })
}

/// Ctrl-C, or the signal that ends services, from the beginning on: unheard, it would end the process with the hub at
/// work and the temporary folder left behind.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn heard() -> std::io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits until it is said.
    async fn said(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
