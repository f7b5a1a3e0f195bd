//! `signalbox explain`: an event's way through the line, and why.

use std::io::{IsTerminal, Write};

use anyhow::bail;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::client::{Client, segment};
use super::output::{line, print_json};
use super::table::{columns_shown, hanging};
use super::{Common, GOOD, Output};
use signalbox_api::Explanation;

/// Arguments of `explain`.
#[derive(Args)]
pub(super) struct ExplainArgs {
    /// The event: its position, such as `3-1842.17` (`tail` shows it), or its `metadata.uid`.
    event: String,
    /// Writes its bytes as received instead, where they are kept, for `decode` or a file.
    #[arg(long)]
    original: bool,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(args: ExplainArgs) -> anyhow::Result<u8> {
    let client = Client::require(&args.common.data).await?;
    let explanation: Explanation =
        client.get(&format!("/v1/explain/{}", segment(&args.event))).await?;
    if args.original {
        return write_original(&explanation);
    }
    if args.common.output == Output::Json {
        print_json(&explanation)?;
        return Ok(GOOD);
    }
    println!("Event {}", explanation.position);
    let columns = columns_shown();
    for stage in &explanation.stages {
        let head = format!("  {:10}", stage.stage);
        println!("{}", hanging(&head, head.chars().count(), &line(&stage.note), columns));
    }
    Ok(GOOD)
}

/// Writes the bytes as they are: they may be what a terminal must not see, so they are for a file or another program.
fn write_original(explanation: &Explanation) -> anyhow::Result<u8> {
    let Some(original) = &explanation.original else {
        bail!(
            "the bytes of `{}` are not kept: `keep_original` of its source says which are",
            explanation.position
        );
    };
    let mut out = std::io::stdout().lock();
    if out.is_terminal() {
        bail!(
            "the bytes may not be fit for a terminal; write `--original > FILE`, or pipe them to `decode`"
        );
    }
    out.write_all(&STANDARD.decode(original)?)?;
    Ok(GOOD)
}
