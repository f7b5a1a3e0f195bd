//! `signalbox explain`: an event's way through the line, and why.

use clap::Args;

use super::client::{Client, segment};
use super::output::{line, print_json};
use super::{Common, GOOD, Output};
use signalbox_api::Explanation;

/// Arguments of `explain`.
#[derive(Args)]
pub(super) struct ExplainArgs {
    /// The event: its position, such as `3-1842.17` (`tail` shows it), or its `metadata.uid`.
    event: String,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(args: ExplainArgs) -> anyhow::Result<u8> {
    let client = Client::require(&args.common.data).await?;
    let explanation: Explanation =
        client.get(&format!("/v1/explain/{}", segment(&args.event))).await?;
    if args.common.output == Output::Json {
        print_json(&explanation)?;
        return Ok(GOOD);
    }
    println!("Event {}", explanation.position);
    for stage in &explanation.stages {
        println!("  {:10} {}", stage.stage, line(&stage.note));
    }
    Ok(GOOD)
}
