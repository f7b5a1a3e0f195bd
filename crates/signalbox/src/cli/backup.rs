//! `signalbox backup`: copies everything a hub holds, while it runs or not.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Value, json};
use signalbox_model::{Clock, SystemClock};

use super::client::Client;
use super::integrations::word;
use super::output::print_json;
use super::{Common, GOOD, Output, WrongUsage};
use crate::hub::{DataFolder, Stores, back_up};
use crate::words::size;

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
    refuse_inside(&folder, &args.common.data)?;
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

/// A copy inside what it is a copy of is lost with it, and is in the way of a restore.
fn refuse_inside(folder: &Path, data: &Path) -> anyhow::Result<()> {
    let real = |path: &Path| {
        let existing = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
        existing.and_then(|(above, real)| Some(real.join(path.strip_prefix(above).ok()?)))
    };
    let is_inside = real(folder).zip(real(data)).is_some_and(|(f, data)| f.starts_with(data));
    if is_inside {
        bail!(WrongUsage(format!(
            "`{}` is inside the data folder `{}` and would be lost with it; name a folder elsewhere, \
             best on another disk",
            folder.display(),
            data.display()
        )));
    }
    Ok(())
}

/// Says in a sentence what a backup holds.
pub(super) fn summary(manifest: &Value, folder: &str) -> String {
    let files = manifest["files"].as_array().map_or(&[][..], Vec::as_slice);
    let bytes: u64 = files.iter().filter_map(|file| file["bytes"].as_u64()).sum();
    let head = match &manifest["head"] {
        Value::Null => "an empty journal".to_owned(),
        head => format!("the journal up to {}", word(head)),
    };
    format!("`{folder}` holds the desk and {head}: {} files, {}.", files.len(), size(bytes))
}
