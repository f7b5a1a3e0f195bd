//! `signalbox resume`: lets deliveries go that a restore held.

use serde_json::json;

use super::client::Client;
use super::integrations::print_said;
use super::{Common, GOOD};

pub(super) async fn run(common: Common) -> anyhow::Result<u8> {
    let said = Client::require(&common.data).await?.post("/v1/resume", &json!({})).await?;
    print_said(common.output, &said)?;
    Ok(GOOD)
}
