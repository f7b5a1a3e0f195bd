//! `signalbox restore`: makes a data folder from a backup.

use std::path::PathBuf;

use clap::Args;
use signalbox_model::{Clock, SystemClock};

use super::output::print_json;
use super::{Common, GOOD, Output, backup::summary};
use crate::hub::restore;

/// Arguments of `restore`.
#[derive(Args)]
pub(super) struct RestoreArgs {
    /// The backup's folder. The data folder to make is `--data`; it must not exist or be empty.
    backup: PathBuf,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(args: RestoreArgs) -> anyhow::Result<u8> {
    let data = args.common.data.display().to_string();
    let manifest = restore(&args.backup, &args.common.data, SystemClock.now()).await?;
    let manifest = serde_json::to_value(manifest)?;
    match args.common.output {
        Output::Json => print_json(&manifest)?,
        Output::Table => println!(
            "{}\nStart it with `signalbox run --data {data}`. It takes events and delivers nothing \
             until `signalbox resume --data {data}`, so that a copy of a hub that still runs sends \
             nothing twice.",
            summary(&manifest, &data)
        ),
    }
    Ok(GOOD)
}
