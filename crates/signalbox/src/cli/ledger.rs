//! `signalbox ledger`: the sums that must always balance.

use clap::Args;
use serde_json::Value;

use super::client::Client;
use super::integrations::word;
use super::output::print_json;
use super::table::print_table;
use super::{Common, GOOD, NOT_GOOD, Output};
use crate::hub::{Stores, read_ledger};

/// Arguments of `ledger`.
#[derive(Args)]
pub(super) struct LedgerArgs {
    /// Count everything anew from what is stored, and compare.
    #[arg(long)]
    recount: bool,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(args: LedgerArgs) -> anyhow::Result<u8> {
    let view: Value = match Client::connect(&args.common.data).await {
        Some(client) => client.get(&format!("/v1/ledger?recount={}", args.recount)).await?,
        None => {
            let stores = Stores::open_read_only(&args.common.data)?;
            serde_json::to_value(read_ledger(&stores, args.recount).await?)?
        }
    };
    let is_balanced = view["balanced"] == true;
    match args.common.output {
        Output::Json => print_json(&view)?,
        Output::Table => print(&view),
    }
    Ok(if is_balanced { GOOD } else { NOT_GOOD })
}

fn print(view: &Value) {
    let heads = ["Source", "Received", "Accepted", "Duplicate", "Quarantined", "Refused"];
    let rows = rows(
        view,
        "intake",
        "source",
        &["received", "accepted", "duplicate", "quarantined", "refused"],
    );
    print_table(&heads, rows, "No source has sent anything yet.");
    let terms = ["accepted", "delivered", "dead", "suppressed", "pending", "lost"];
    let heads = |first| [first, "Accepted", "Delivered", "Dead", "Suppressed", "Pending", "Lost"];
    print_table(
        &heads("Stream"),
        self::rows(view, "streams", "stream", &terms),
        "No stream is configured.",
    );
    print_table(
        &heads("Deliveries to"),
        self::rows(view, "steps", "destination", &terms),
        "No delivery yet.",
    );
    for finding in view["findings"].as_array().into_iter().flatten() {
        println!("not balanced: {}", word(finding));
    }
    let how = match view["recounted"] == true {
        true => ", everything counted anew",
        false => "; `--recount` counts everything anew",
    };
    let verdict = if view["balanced"] == true { "balances" } else { "DOES NOT BALANCE" };
    println!("The ledger {verdict}{how}.");
}

fn rows(view: &Value, table: &str, name: &str, terms: &[&str]) -> Vec<Vec<String>> {
    let rows = view[table].as_array().into_iter().flatten();
    rows.map(|row| {
        let values = terms.iter().map(|term| row[*term].to_string());
        std::iter::once(word(&row[name])).chain(values).collect()
    })
    .collect()
}
