//! `signalbox integrations`: what is configured, how it is, and the operator's word about it.

use anyhow::bail;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::inert_text;

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
    print_said(output, &client.post(&change, &json!({})).await?)?;
    Ok(GOOD)
}

fn list(integrations: &Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(integrations);
    }
    let rows = integrations.as_array().into_iter().flatten().map(|row| {
        vec![
            word(&row["name"]),
            word(&row["connector"]),
            words(&row["roles"]),
            word(&row["state"]),
            row["pending"].to_string(),
            lag(&row["lag_seconds"]),
            of_calls(&row["calls"], "error_percent", "%"),
            of_calls(&row["calls"], "p95_ms", "ms"),
            row["dead"].to_string(),
            why(row),
        ]
    });
    let heads = [
        "Integration",
        "Connector",
        "Roles",
        "State",
        "Pending",
        "Lag",
        "Errors",
        "p95",
        "Dead",
        "Why",
    ];
    print_table(&heads, rows.collect(), "No integration is configured.");
    Ok(())
}

/// Why it is not well: the product's words, or what its source does.
fn why(row: &Value) -> String {
    let last_error = row["last_error"].as_str().filter(|_| row["state"] != "ok");
    match row["parked"].as_str().or(last_error) {
        Some(why) => why.to_owned(),
        None => words(&row["troubles"]),
    }
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
    print_part("", row);
    Ok(())
}

/// How long the oldest that waits has waited, in the largest unit that tells something.
fn lag(seconds: &Value) -> String {
    match seconds.as_u64() {
        None | Some(0) => String::new(),
        Some(seconds @ 1..120) => format!("{seconds} s"),
        Some(seconds @ 120..7200) => format!("{} min", seconds / 60),
        Some(seconds) => format!("{} h", seconds / 3600),
    }
}

/// Prints a value and what is in it, a line each; times as people read them.
pub(super) fn print_part(name: &str, value: &Value) {
    if let Some(parts) = value.as_object() {
        let join =
            |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
        return parts.iter().for_each(|(part, value)| print_part(&join(part), value));
    }
    let text = match value {
        Value::Null => return,
        Value::Array(_) => words(value),
        Value::Number(number) if name.ends_with("_at") => {
            number.as_i64().map(Timestamp::from_millis).map(|at| at.to_string()).unwrap_or_default()
        }
        other => word(other),
    };
    println!("{name:24} {}", inert_text(&text));
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
