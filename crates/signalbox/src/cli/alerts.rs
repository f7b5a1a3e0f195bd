//! `signalbox alerts`: what people work on.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use signalbox_model::time::Timestamp;

use super::client::{Client, segment};
use super::integrations::word;
use super::output::{print_json, print_table};
use super::{Common, GOOD, Output};

/// Arguments of `alerts`.
#[derive(Args)]
pub(super) struct AlertsArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Action {
    /// Show alerts, newest first.
    List {
        /// Only those in this status.
        #[arg(long, value_enum)]
        status: Option<Status>,
        /// The most rows.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Say that somebody works on an alert.
    Acknowledge {
        /// Its id.
        id: String,
    },
    /// Say that an alert is over; its tickets are resolved.
    Resolve {
        /// Its id.
        id: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Status {
    Open,
    Acknowledged,
    Resolved,
}

pub(super) async fn run(args: AlertsArgs) -> anyhow::Result<u8> {
    let client = Client::require(&args.common.data).await?;
    let output = args.common.output;
    let (id, verb) = match args.action {
        Action::List { status, limit } => {
            let status = status.and_then(|status| status.to_possible_value());
            let status =
                status.map(|status| format!("&status={}", status.get_name())).unwrap_or_default();
            let page: Value = client.get(&format!("/v1/alerts?limit={limit}{status}")).await?;
            list(&page["items"], output)?;
            return Ok(GOOD);
        }
        Action::Acknowledge { id } => (id, "acknowledge"),
        Action::Resolve { id } => (id, "resolve"),
    };
    let alert = client.post(&format!("/v1/alerts/{}/{verb}", segment(&id)), &json!({})).await?;
    match output {
        Output::Json => print_json(&alert)?,
        Output::Table => println!("Alert {id} is {}", word(&alert["status"])),
    }
    Ok(GOOD)
}

fn list(alerts: &Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(alerts);
    }
    let rows = alerts.as_array().into_iter().flatten().map(|alert| {
        let opened = alert["opened_at"].as_i64().map(Timestamp::from_millis);
        vec![
            opened.map(|at| at.to_string()).unwrap_or_default(),
            word(&alert["severity"]),
            word(&alert["status"]),
            word(&alert["rule"]),
            word(&alert["title"]),
            alert["seen_count"].to_string(),
            word(&alert["id"]),
        ]
    });
    let heads = ["Opened", "Severity", "Status", "Rule", "Title", "Seen", "Id"];
    print_table(&heads, rows.collect(), "No alert.");
    Ok(())
}
