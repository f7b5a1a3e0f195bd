//! `signalbox dlq`: dead letters, given up but kept.

use anyhow::bail;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::client::{Client, segment};
use super::integrations::word;
use super::output::{print_json, print_table};
use super::{Common, GOOD, NOT_GOOD, Output};

/// Arguments of `dlq`.
#[derive(Args)]
pub(super) struct DlqArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Action {
    /// Show every dead letter with its reason.
    List,
    /// Show one dead letter with its attempts and the product's words.
    Show {
        /// Its id in the list.
        id: String,
    },
    /// Send dead letters again, rendered anew.
    Replay {
        /// The id of one.
        #[arg(required_unless_present = "integration")]
        id: Option<String>,
        /// All of an integration.
        #[arg(long)]
        integration: Option<String>,
    },
}

pub(super) async fn run(args: DlqArgs) -> anyhow::Result<u8> {
    let client = Client::require(&args.common.data).await?;
    let output = args.common.output;
    match args.action {
        Action::List => list(&dead(&client).await?, output),
        Action::Show { id } => show(&client, &id, output).await,
        Action::Replay { id, integration } => {
            let target = json!({"id": id, "integration": integration});
            let done = client.post("/v1/replay", &target).await?;
            let count = done["replayed"].as_u64().unwrap_or_default();
            match output {
                Output::Json => print_json(&done)?,
                Output::Table => println!("{count} dead letters are on their way again"),
            }
            Ok(if count > 0 { GOOD } else { NOT_GOOD })
        }
    }
}

/// Returns the dead letters of both kinds in one shape.
async fn dead(client: &Client) -> anyhow::Result<Vec<Value>> {
    let steps: Value = client.get("/v1/deliveries?state=dead&limit=1000").await?;
    let items: Value = client.get("/v1/dead").await?;
    let steps = steps["items"].as_array().into_iter().flatten().map(|step| {
        json!({
            "id": step["key"], "integration": step["destination"], "kind": step["step"],
            "alert": step["alert"], "attempts": step["attempts"], "reason": step["reason"],
            "answer": step["answer"],
        })
    });
    let items = items.as_array().into_iter().flatten().map(|item| {
        json!({
            "id": item["position"], "integration": item["stream"], "kind": "event",
            "alert": null, "attempts": item["attempts"], "reason": item["reason"],
            "answer": item["answer"],
        })
    });
    Ok(steps.chain(items).collect())
}

fn list(dead: &[Value], output: Output) -> anyhow::Result<u8> {
    if output == Output::Json {
        print_json(&dead)?;
        return Ok(GOOD);
    }
    let rows = dead.iter().map(|row| {
        vec![word(&row["integration"]), word(&row["kind"]), word(&row["reason"]), word(&row["id"])]
    });
    print_table(&["Integration", "What", "Reason", "Id"], rows.collect(), "No dead letter.");
    Ok(GOOD)
}

async fn show(client: &Client, id: &str, output: Output) -> anyhow::Result<u8> {
    let Some(mut letter) = dead(client).await?.into_iter().find(|letter| letter["id"] == id) else {
        bail!("there is no dead letter `{id}`; `signalbox dlq list` shows all");
    };
    if letter["kind"] != "event" {
        letter["tried"] = client.get(&format!("/v1/deliveries/{}/attempts", segment(id))).await?;
    }
    if output == Output::Json {
        print_json(&letter)?;
        return Ok(GOOD);
    }
    for (name, value) in letter.as_object().into_iter().flatten() {
        println!("{name:12} {}", signalbox_sdk::role::inert_text(&word(value)));
    }
    Ok(GOOD)
}
