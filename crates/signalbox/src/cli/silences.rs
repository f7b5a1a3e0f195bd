//! `signalbox silences`: what people are not told at present, and what they will not be told.

use serde_json::Value;
use signalbox_model::time::Timestamp;

use super::client::Client;
use super::integrations::word;
use super::output::print_json;
use super::table::print_table;
use super::{Common, GOOD, Output};

pub(super) async fn run(common: Common) -> anyhow::Result<u8> {
    let client = Client::require(&common.data).await?;
    let silences: Value = client.get("/v1/silences").await?;
    if common.output == Output::Json {
        print_json(&silences)?;
        return Ok(GOOD);
    }
    let rows = silences.as_array().into_iter().flatten().map(|silence| {
        let time = |key: &str| {
            let at = silence[key].as_i64().map(Timestamp::from_millis);
            at.map(|at| at.to_string()).unwrap_or_default()
        };
        let rules = silence["rules"].as_array().into_iter().flatten().map(word);
        vec![
            word(&silence["name"]),
            word(&silence["state"]).replace('_', " "),
            time("from"),
            time("until"),
            rules.collect::<Vec<_>>().join(", "),
            word(&silence["when"]),
            word(&silence["reason"]),
        ]
    });
    let heads = ["Silence", "State", "From", "Until", "Rules", "When", "Reason"];
    print_table(&heads, rows.collect(), "No silence is configured.");
    Ok(GOOD)
}
