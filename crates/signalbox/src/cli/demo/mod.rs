//! `signalbox demo`: a short attack story on simulated products, in real time and with the shipped
//! defaults.

mod firewall;
mod narrator;
mod stage;
mod story;
mod summary;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

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
    let stage = Stage::set(&data, &narrator).await?;
    let is_complete = story::play(&stage, &narrator).await?;
    let summary = summary::Summary::of(&stage).await?;
    match args.output {
        Output::Table => summary.print(),
        Output::Json => println!("{}", serde_json::to_string(&summary)?),
    }
    let is_good = is_complete && summary.is_good();
    if !args.once {
        narrator.aside(&format!(
            "The hub goes on until Ctrl-C. Look around in another terminal:\n  \
             signalbox alerts list --data {data}\n  signalbox integrations list --data {data}\n  \
             signalbox dlq list --data {data}\n  signalbox ledger --recount --data {data}",
            data = data.display()
        ));
        tokio::signal::ctrl_c().await?;
    }
    stage.strike().await;
    Ok(if is_good { GOOD } else { NOT_GOOD })
}
