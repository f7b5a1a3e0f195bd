//! `signalbox init`: a commented configuration to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;

use super::GOOD;

/// Arguments of `init`.
#[derive(Args)]
pub(super) struct InitArgs {
    /// The file to write; an existing one is never replaced.
    #[arg(long, default_value = "signalbox.yaml")]
    config: PathBuf,
}

pub(super) fn run(args: &InitArgs) -> anyhow::Result<u8> {
    let file = args.config.display();
    let created = OpenOptions::new().write(true).create_new(true).open(&args.config);
    match created {
        Ok(mut created) => {
            created.write_all(STARTER.as_bytes()).with_context(|| format!("write `{file}`"))?
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!(
                "`{file}` is there already and is left as it is; name another file with `--config`"
            );
        }
        Err(error) => return Err(error).with_context(|| format!("write `{file}`")),
    }
    println!(
        "Wrote `{file}`. It names environment variables; set them or write them into `.env` beside it, then:"
    );
    println!("  signalbox check --config {file}");
    println!("  signalbox run --config {file} --data ./signalbox-data");
    Ok(GOOD)
}

/// The same file stands in the repository as an example that a test parses.
const STARTER: &str = include_str!("../../../../config/starter.yaml");
