//! `signalbox alerts`: what people work on.

use std::collections::BTreeSet;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::inert_text;

use super::client::{Client, segment};
use super::integrations::word;
use super::output::print_json;
use super::table::print_table;
use super::time::second;
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
        /// Rows of a page.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Goes on where a page ended, by the word that it ended with.
        #[arg(long)]
        cursor: Option<String>,
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
        Action::List { status, with_canaries, limit, cursor } => {
            let mut path = format!("/v1/alerts?limit={limit}&canaries={with_canaries}");
            if let Some(status) = status.and_then(|status| status.to_possible_value()) {
                path.push_str(&format!("&status={}", status.get_name()));
            }
            if let Some(cursor) = cursor {
                path.push_str(&format!("&cursor={}", segment(&cursor)));
            }
            list(&client.get(&path).await?, output)?;
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

fn list(page: &Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(page);
    }
    let rows = page["items"].as_array().into_iter().flatten().map(|alert| {
        vec![
            second(&alert["opened_at"]),
            word(&alert["severity"]),
            word(&alert["status"]),
            word(&alert["rule"]),
            alert["seen_count"].to_string(),
            silenced_by(alert),
            format!("{}\n{}", word(&alert["title"]), word(&alert["id"])),
        ]
    });
    let heads = ["Opened", "Severity", "Status", "Rule", "Seen", "Silenced by", "Title and id"];
    print_table(&heads, rows.collect(), "No alert.");
    if let Some(cursor) = page["next"].as_str() {
        eprintln!("There are more: add `--cursor {cursor}`.");
    }
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
        format!("{step} at {to}: {state}{}", ticket(delivery))
    });
    print_rows("silenced", silenced, |row| {
        let [to, silence] = ["destination", "silence"].map(|key| word(&row[key]));
        let until = row["until"].as_i64().map(Timestamp::from_millis).unwrap_or_default();
        format!("{to} is not told: silence {silence} until {until}")
    });
    Ok(())
}

/// The ticket that a delivery is about, and where a person finds it.
fn ticket(delivery: &Value) -> String {
    match (delivery["ticket"].as_str(), delivery["ticket_url"].as_str()) {
        (Some(number), Some(url)) => format!(", ticket {number}: {url}"),
        (Some(number), None) => format!(", ticket {number}"),
        (None, _) => String::new(),
    }
}

fn print_rows(name: &str, rows: Option<Value>, text: impl Fn(&Value) -> String) {
    let rows = rows.as_ref().and_then(Value::as_array);
    for row in rows.into_iter().flatten() {
        println!("{name:24} {}", inert_text(&text(row)));
    }
}

/// Prints a value and what is in it, a line each; times as people read them.
fn print_part(name: &str, value: &Value) {
    if let Some(parts) = value.as_object() {
        let join =
            |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
        return parts.iter().for_each(|(part, value)| print_part(&join(part), value));
    }
    let text = match value {
        Value::Null => return,
        Value::Array(_) => {
            value.as_array().into_iter().flatten().map(word).collect::<Vec<_>>().join(", ")
        }
        Value::Number(number) if name.ends_with("_at") => {
            number.as_i64().map(Timestamp::from_millis).map(|at| at.to_string()).unwrap_or_default()
        }
        other => word(other),
    };
    println!("{name:24} {}", inert_text(&text));
}
