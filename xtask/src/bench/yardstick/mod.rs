//! The yardstick: what the work costs at least, with everything left out that makes a product.
//!
//! No rules, no retries, no checkpoints, no TLS, one format that it knows. It runs in a process of
//! its own, as the hub does, so that its processor time is read in the same way. What it takes
//! depends on the machine and the minute as the hub does; the ratio of the two does not.

mod cef;
mod event;
mod intake;
mod path;
mod store;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Arguments of the hidden command that is the process.
#[derive(Args)]
pub(crate) struct YardstickArgs {
    #[command(subcommand)]
    work: Work,
    /// The file to commit to.
    #[arg(long, global = true, default_value = "yardstick.log")]
    file: PathBuf,
}

#[derive(Subcommand)]
enum Work {
    /// Lines over TCP, as OCSF in JSON, compressed and synced by the thousand, then posted.
    Path {
        /// Where to post to.
        #[arg(long)]
        sink: SocketAddr,
    },
    /// Signed requests, verified, synced together, then answered.
    Intake {
        /// The key of the signatures.
        #[arg(long)]
        key: String,
    },
}

/// Works until it is killed; its address is the one line that it prints.
pub(crate) fn run(args: &YardstickArgs) -> anyhow::Result<()> {
    let store = store::Store::create(&args.file)?;
    match &args.work {
        Work::Path { sink } => path::run(store, *sink),
        Work::Intake { key } => intake::run(store, key.as_bytes()),
    }
}
