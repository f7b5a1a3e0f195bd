//! `signalbox backup`: copies everything a hub holds, while it runs or not.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};
use signalbox_model::{Clock, SystemClock};

use super::client::Client;
use super::integrations::word;
use super::output::print_json;
use super::{Common, GOOD, Output};
use crate::hub::{DataFolder, Stores, back_up};

/// Arguments of `backup`.
#[derive(Args)]
pub(super) struct BackupArgs {
    /// The folder to make; it must not exist or be empty.
    folder: PathBuf,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(args: BackupArgs) -> anyhow::Result<u8> {
    let folder = std::path::absolute(&args.folder)
        .with_context(|| format!("find `{}`", args.folder.display()))?;
    let manifest = match Client::connect(&args.common.data).await {
        Some(client) => client.post("/v1/backup", &json!({"folder": folder})).await?,
        None => {
            let stores = Stores::open_read_only(&args.common.data)?;
            // Nobody may start a hub on the folder meanwhile.
            let _folder = DataFolder::lock(&args.common.data)?;
            serde_json::to_value(back_up(&stores, &folder, SystemClock.now())?)?
        }
    };
    match args.common.output {
        Output::Json => print_json(&manifest)?,
        Output::Table => println!("{}", summary(&manifest, &folder.display().to_string())),
    }
    Ok(GOOD)
}

/// Says in a sentence what a backup holds.
pub(super) fn summary(manifest: &Value, folder: &str) -> String {
    let files = manifest["files"].as_array().map_or(&[][..], Vec::as_slice);
    let bytes: u64 = files.iter().filter_map(|file| file["bytes"].as_u64()).sum();
    let head = match &manifest["head"] {
        Value::Null => "an empty journal".to_owned(),
        head => format!("the journal up to {}", word(head)),
    };
    format!("`{folder}` holds the desk and {head}: {} files, {bytes} bytes.", files.len())
}
