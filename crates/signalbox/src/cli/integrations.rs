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
        let why =
            row["parked"].as_str().or(row["last_error"].as_str().filter(|_| row["state"] != "ok"));
        vec![
            word(&row["name"]),
            word(&row["connector"]),
            row["roles"].as_array().into_iter().flatten().map(word).collect::<Vec<_>>().join(", "),
            word(&row["state"]),
            row["pending"].to_string(),
            lag(&row["lag_seconds"]),
            row["dead"].to_string(),
            why.unwrap_or_default().to_owned(),
        ]
    });
    let heads = ["Integration", "Connector", "Roles", "State", "Pending", "Lag", "Dead", "Why"];
    print_table(&heads, rows.collect(), "No integration is configured.");
    Ok(())
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
fn print_part(name: &str, value: &Value) {
    if let Some(parts) = value.as_object() {
        let join =
            |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
        return parts.iter().for_each(|(part, value)| print_part(&join(part), value));
    }
    let time = value.as_i64().filter(|_| name.ends_with("_at"));
    let text = time.map_or_else(|| word(value), |ms| Timestamp::from_millis(ms).to_string());
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
