//! Dead letters as they are shown.

use clap::Args;
use serde_json::Value;
use signalbox_model::time::Timestamp;

use super::{Client, Output, Which, segment};
use crate::cli::GOOD;
use crate::cli::integrations::word;
use crate::cli::output::{line, pretty, print_json};
use crate::cli::table::print_table;
use crate::cli::time::second;

/// Arguments of `dlq list`.
#[derive(Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    which: Which,
    /// Rows of a page.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Goes on where a page ended, by the word that it ended with.
    #[arg(long)]
    cursor: Option<String>,
}

pub(super) async fn list(client: &Client, args: &ListArgs, output: Output) -> anyhow::Result<u8> {
    let page = args.which.page(client, args.limit.into(), args.cursor.as_deref()).await?;
    if output == Output::Json {
        print_json(&page)?;
        return Ok(GOOD);
    }
    let rows = page["items"].as_array().into_iter().flatten().map(|row| {
        vec![
            word(&row["integration"]),
            word(&row["kind"]),
            word(&row["rule"]),
            row["attempts"].to_string(),
            second(&row["died_at"]),
            format!("{}\n{}", word(&row["reason"]), word(&row["id"])),
        ]
    });
    let heads = ["Integration", "What", "Rule", "Tries", "Since", "Reason and id"];
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        args.which.warn_of_unknown_integration(client).await?;
    }
    print_table(&heads, rows, "No dead letter.");
    if let Some(cursor) = page["next"].as_str() {
        eprintln!("There are more: add `--cursor {cursor}`.");
    }
    Ok(GOOD)
}

pub(super) async fn show(client: &Client, id: &str, output: Output) -> anyhow::Result<u8> {
    print_letter(&client.get(&format!("/v1/dead/{}", segment(id))).await?, output)?;
    Ok(GOOD)
}

/// Prints a dead letter with everything that is known of it.
pub(super) fn print_letter(letter: &Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(letter);
    }
    for name in ["id", "integration", "kind", "rule", "alert", "reason", "answer", "note"] {
        let value = word(&letter[name]);
        if !value.is_empty() {
            println!("{name:12} {}", line(&value));
        }
    }
    println!("{:12} {}", "since", time(&letter["died_at"]));
    println!("{:12} {}", "edited", if letter["is_edited"] == true { "yes" } else { "no" });
    println!("\nTries");
    let rows = letter["tried"].as_array().into_iter().flatten().map(|attempt| {
        vec![
            time(&attempt["started_at"]),
            time(&attempt["ended_at"]),
            word(&attempt["outcome"]),
            word(&attempt["message"]),
            word(&attempt["request"]),
        ]
    });
    print_table(
        &["Began", "Ended", "Outcome", "Message", "Request"],
        rows.collect(),
        "None is written down.",
    );
    if !letter["payload"].is_null() {
        println!("\nA replay sends\n{}", pretty(&letter["payload"])?);
    }
    Ok(())
}

fn time(value: &Value) -> String {
    value.as_i64().map(|millis| Timestamp::from_millis(millis).to_string()).unwrap_or_default()
}
