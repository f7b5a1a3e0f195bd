//! `signalbox dlq`: dead letters, given up but kept.

mod edit;
mod list;
mod many;
mod which;

use clap::{Args, Subcommand};

use super::client::{Client, segment};
use super::{Common, Output};
use edit::EditArgs;
use list::ListArgs;
use many::{DiscardArgs, ReplayArgs};
use which::Which;

/// Arguments of `dlq`.
#[derive(Args)]
pub(super) struct DlqArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Action {
    /// Show dead letters with their reasons, the longest dead first.
    List(ListArgs),
    /// Show one dead letter: its tries, the product's words, and what a replay would send.
    Show {
        /// Its id in the list.
        id: String,
    },
    /// Change what a replay sends.
    Edit(EditArgs),
    /// Send dead letters again, rendered anew, with edits.
    Replay(ReplayArgs),
    /// Give dead letters up for good.
    Discard(DiscardArgs),
}

pub(super) async fn run(args: DlqArgs) -> anyhow::Result<u8> {
    let client = Client::require(&args.common.data).await?;
    let output = args.common.output;
    match args.action {
        Action::List(args) => list::list(&client, &args, output).await,
        Action::Show { id } => list::show(&client, &id, output).await,
        Action::Edit(args) => edit::edit(&client, &args, output).await,
        Action::Replay(args) if args.is_dry_run => many::preview(&client, &args, output).await,
        Action::Replay(args) => many::replay(&client, &args, output).await,
        Action::Discard(args) => many::discard(&client, &args, output).await,
    }
}
