//! `signalbox alerts`: what people work on.

use std::collections::BTreeSet;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::inert_text;

use super::client::{Client, segment};
use super::integrations::{print_part, word};
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
        /// The hub's canaries as well.
        #[arg(long = "canaries")]
        with_canaries: bool,
        /// The most rows.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show one alert, with who was told of it and who was not.
    Show {
        /// Its id.
        id: String,
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
        Action::List { status, with_canaries, limit } => {
            let status = status.and_then(|status| status.to_possible_value());
            let status =
                status.map(|status| format!("&status={}", status.get_name())).unwrap_or_default();
            let path = format!("/v1/alerts?limit={limit}&canaries={with_canaries}{status}");
            let page: Value = client.get(&path).await?;
            list(&page["items"], output)?;
            return Ok(GOOD);
        }
        Action::Show { id } => {
            show(&client, &id, output).await?;
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
            silenced_by(alert),
            word(&alert["id"]),
        ]
    });
    let heads = ["Opened", "Severity", "Status", "Rule", "Title", "Seen", "Silenced by", "Id"];
    print_table(&heads, rows.collect(), "No alert.");
    Ok(())
}

/// The silences that keep the latest of an alert from somebody, each once.
fn silenced_by(alert: &Value) -> String {
    let rows = alert["silenced"].as_array().into_iter().flatten();
    let names: BTreeSet<String> = rows.map(|row| word(&row["silence"])).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

async fn show(client: &Client, id: &str, output: Output) -> anyhow::Result<()> {
    let mut alert: Value = client.get(&format!("/v1/alerts/{}", segment(id))).await?;
    let deliveries: Value = client.get(&format!("/v1/deliveries?alert={}", segment(id))).await?;
    alert["deliveries"] = deliveries["items"].clone();
    if output == Output::Json {
        return print_json(&alert);
    }
    let mut take = |key: &str| alert.as_object_mut().and_then(|parts| parts.remove(key));
    let (deliveries, silenced) = (take("deliveries"), take("silenced"));
    take("event");
    print_part("", &alert);
    print_rows("delivery", deliveries, |delivery| {
        let [step, to, state] = ["step", "destination", "state"].map(|key| word(&delivery[key]));
        format!("{step} at {to}: {state}")
    });
    print_rows("silenced", silenced, |row| {
        let [to, silence] = ["destination", "silence"].map(|key| word(&row[key]));
        let until = row["until"].as_i64().map(Timestamp::from_millis).unwrap_or_default();
        format!("{to} is not told: silence {silence} until {until}")
    });
    Ok(())
}

fn print_rows(name: &str, rows: Option<Value>, text: impl Fn(&Value) -> String) {
    let rows = rows.as_ref().and_then(Value::as_array);
    for row in rows.into_iter().flatten() {
        println!("{name:24} {}", inert_text(&text(row)));
    }
}
