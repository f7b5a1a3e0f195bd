//! `signalbox integrations`: what is configured, how it is, and the operator's word about it.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::client::{Client, segment};
use super::output::{print_json, print_table};
use super::{Common, GOOD, Output};

/// Arguments of `integrations`.
#[derive(Args)]
pub(super) struct IntegrationsArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Action {
    /// Show every integration with its state and what waits for it.
    List,
    /// Let an integration work again. Where something waits for it, say what becomes of that.
    Enable {
        /// Its name.
        name: String,
        /// Send what waited, oldest first.
        #[arg(long = "drain")]
        is_drained: bool,
        /// Count what waited as suppressed and send only what comes from now on.
        #[arg(long = "skip", conflicts_with = "is_drained")]
        is_skipped: bool,
    },
    /// Stop an integration; what is for it waits, nothing is lost.
    Disable {
        /// Its name.
        name: String,
    },
}

pub(super) async fn run(args: IntegrationsArgs) -> anyhow::Result<u8> {
    let client = Client::require(&args.common.data).await?;
    let output = args.common.output;
    let change = match args.action {
        Action::List => {
            list(&client.get("/v1/integrations").await?, output)?;
            return Ok(GOOD);
        }
        Action::Enable { name, is_drained, is_skipped } => {
            let waiting = match (is_drained, is_skipped) {
                (true, _) => "?waiting=drain",
                (_, true) => "?waiting=skip",
                _ => "",
            };
            format!("/v1/integrations/{}/enable{waiting}", segment(&name))
        }
        Action::Disable { name } => format!("/v1/integrations/{}/disable", segment(&name)),
    };
    print_said(output, &client.post(&change, &json!({})).await?)?;
    Ok(GOOD)
}

fn list(integrations: &Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(integrations);
    }
    let rows = integrations.as_array().into_iter().flatten().map(|row| {
        let why =
            row["parked"].as_str().or(row["last_error"].as_str().filter(|_| row["state"] != "ok"));
        vec![
            word(&row["name"]),
            word(&row["connector"]),
            row["roles"].as_array().into_iter().flatten().map(word).collect::<Vec<_>>().join(", "),
            word(&row["state"]),
            row["pending"].to_string(),
            row["dead"].to_string(),
            why.unwrap_or_default().to_owned(),
        ]
    });
    let heads = ["Integration", "Connector", "Roles", "State", "Pending", "Dead", "Why"];
    print_table(&heads, rows.collect(), "No integration is configured.");
    Ok(())
}

/// Prints what an operation said.
pub(super) fn print_said(output: Output, said: &Value) -> anyhow::Result<()> {
    match output {
        Output::Json => print_json(said),
        Output::Table => {
            println!("{}", word(&said["message"]));
            Ok(())
        }
    }
}

/// Returns a text value as it is, anything else as JSON.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
