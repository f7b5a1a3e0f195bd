//! `signalbox replay`: has a destination be sent once more what was committed since a time, as it was decided then or
//! decided anew.

use std::io::{IsTerminal, Write};

use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};
use signalbox_model::time::Timestamp;

use super::client::{Client, segment};
use super::integrations::{print_said, word};
use super::time::time_or_age;
use super::{Common, GOOD};

/// Arguments of `replay`.
#[derive(Args)]
pub(super) struct ReplayArgs {
    /// The integration that takes the stream, or that alert rules tell.
    name: String,
    /// Everything committed since then: a time, or an age such as `2h`. The journal keeps what is younger
    /// than `journal.keep`.
    #[arg(long, value_name = "TIME", value_parser = time_or_age)]
    since: Timestamp,
    /// Ask the routes and alert rules that are in force now, instead of sending what was decided then. A stream
    /// is sent what it takes by them; alerts that were not opened then are opened and told to this integration.
    #[arg(long = "reevaluate")]
    is_reevaluated: bool,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(args: ReplayArgs) -> anyhow::Result<u8> {
    let client = Client::require(&args.common.data).await?;
    let integration = format!("/v1/integrations/{}", segment(&args.name));
    let since = json!({ "since": args.since });
    let said = match args.is_reevaluated {
        true => reevaluate(&client, &format!("{integration}/reevaluate"), &since).await?,
        false => client.post(&format!("{integration}/replay"), &since).await?,
    };
    print_said(args.common.output, &said)?;
    Ok(GOOD)
}

/// Has it done, tells on standard error how far it is where a person looks, and returns what came of it.
async fn reevaluate(client: &Client, path: &str, since: &Value) -> anyhow::Result<Value> {
    let is_shown = std::io::stderr().is_terminal();
    let mut last = Value::Null;
    let show = |told: Value| {
        if is_shown {
            let (events, percent) = (&told["looked_at"], &told["percent"]);
            let mut stderr = std::io::stderr().lock();
            let progress = write!(stderr, "\r{events} events looked at, {percent} %");
            // A terminal that is gone takes no progress; the work goes on.
            progress.and_then(|()| stderr.flush()).ok();
        }
        last = told;
    };
    client.post_lines(path, since, show).await?;
    if is_shown {
        eprintln!();
    }
    if let Some(said) = last.as_object_mut() {
        said.remove("percent");
    }
    match &last["message"] {
        Value::String(_) => Ok(last),
        _ => bail!("{}", word(&last["error"])),
    }
}
