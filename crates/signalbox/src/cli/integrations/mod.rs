//! `signalbox integrations`: what is configured, how it is, and the operator's word about it.

mod page;

use std::time::Duration;

use anyhow::bail;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::client::{Client, segment};
use super::output::{cell, line, print_json};
use super::table::print_table;
use super::{Common, GOOD, Output};
use crate::words::lasting;

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
    /// Show one integration with everything that is known of its state.
    Show {
        /// Its name.
        name: String,
    },
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
        Action::Show { name } => {
            show(&client.get("/v1/integrations").await?, &name, output)?;
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
    print_said(output, &patiently(client.post(&change, &json!({}))).await?)?;
    Ok(GOOD)
}

/// Waits for the hub, and says why where that takes its time.
async fn patiently<T>(answer: impl Future<Output = T>) -> T {
    let mut answer = std::pin::pin!(answer);
    match tokio::time::timeout(PATIENCE, answer.as_mut()).await {
        Ok(answer) => answer,
        Err(_) => {
            eprintln!(
                "A call to the product is on its way; it is waited for until that has ended."
            );
            answer.await
        }
    }
}

/// A person who has waited for so long begins to wonder.
const PATIENCE: Duration = Duration::from_secs(2);

fn list(integrations: &Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(integrations);
    }
    let all = || integrations.as_array().into_iter().flatten();
    let rows = all().map(|row| {
        vec![
            word(&row["name"]),
            word(&row["connector"]),
            word(&row["state"]),
            row["pending"].to_string(),
            lag(&row["lag_seconds"]),
            of_calls(&row["calls"], "error_percent", "%"),
            of_calls(&row["calls"], "p95_ms", "ms"),
            row["dead"].to_string(),
        ]
    });
    let heads = ["Integration", "Connector", "State", "Pending", "Lag", "Errors", "p95", "Dead"];
    print_table(&heads, rows.collect(), "No integration is configured.");
    // Below the table, for a column beside so many others leaves no room for sentences.
    let is_remarkable = |row: &&Value| row["state"] != "ok" || !words(&row["troubles"]).is_empty();
    for (place, row) in all().filter(is_remarkable).enumerate() {
        let gap = if place == 0 { "\n" } else { "" };
        println!("{gap}{}", line(&cell(&remark(row))));
    }
    Ok(())
}

/// Why an integration is not well, and what to do.
fn remark(row: &Value) -> String {
    let mut told = format!("`{}` is {}", word(&row["name"]), word(&row["state"]));
    if let Some(why) = row["why"].as_str() {
        told.push_str(&format!(": {why}"));
    }
    let troubles = words(&row["troubles"]);
    if !troubles.is_empty() {
        told.push_str(&format!("; people were told: {troubles}"));
    }
    if let Some(advice) = row["advice"].as_str() {
        told.push_str(&format!("; do: {advice}"));
    }
    told
}

/// A number of the recent calls; nothing where there were none.
fn of_calls(calls: &Value, name: &str, unit: &str) -> String {
    match calls["count"].as_u64() {
        None | Some(0) => String::new(),
        Some(_) => format!("{} {unit}", calls[name]),
    }
}

fn words(list: &Value) -> String {
    list.as_array().into_iter().flatten().map(word).collect::<Vec<_>>().join(", ")
}

fn show(integrations: &Value, name: &str, output: Output) -> anyhow::Result<()> {
    let mut rows = integrations.as_array().into_iter().flatten();
    let Some(row) = rows.find(|row| row["name"] == name) else {
        bail!("there is no integration `{name}`; `signalbox integrations list` shows all");
    };
    if output == Output::Json {
        return print_json(row);
    }
    page::print(row);
    Ok(())
}

/// How long the oldest that waits has waited; nothing where that is nothing.
fn lag(seconds: &Value) -> String {
    seconds.as_u64().filter(|seconds| *seconds > 0).map(lasting).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_well_says_why_and_what_to_do() {
        let held = json!({"name": "snow", "state": "held", "why": "a backup was restored", "advice": "`x`"});
        let silent = json!({"name": "edr", "state": "ok", "troubles": ["silent"]});

        let remarks = [&held, &silent].map(remark);

        let expected = [
            "`snow` is held: a backup was restored; do: `x`",
            "`edr` is ok; people were told: silent",
        ];
        assert_eq!(remarks, expected);
    }
}
