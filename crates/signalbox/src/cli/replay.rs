//! `signalbox replay`: has a stream send once more what it has sent.

use clap::Args;
use serde_json::json;
use signalbox_model::time::Timestamp;

use super::client::{Client, segment};
use super::integrations::print_said;
use super::time::time_or_age;
use super::{Common, GOOD};

/// Arguments of `replay`.
#[derive(Args)]
pub(super) struct ReplayArgs {
    /// The integration that takes the stream.
    name: String,
    /// Everything committed since then: a time, or an age such as `2h`. The journal keeps what is younger
    /// than `journal.keep`.
    #[arg(long, value_name = "TIME", value_parser = time_or_age)]
    since: Timestamp,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(args: ReplayArgs) -> anyhow::Result<u8> {
    let client = Client::require(&args.common.data).await?;
    let path = format!("/v1/integrations/{}/replay", segment(&args.name));
    let said = client.post(&path, &json!({ "since": args.since })).await?;
    print_said(args.common.output, &said)?;
    Ok(GOOD)
}
