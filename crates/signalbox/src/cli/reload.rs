//! `signalbox reload`: reads the configuration again, as SIGHUP does.

use serde_json::json;

use super::client::Client;
use super::integrations::print_said;
use super::{Common, GOOD};

pub(super) async fn run(common: Common) -> anyhow::Result<u8> {
    let said = Client::require(&common.data).await?.post("/v1/reload", &json!({})).await?;
    print_said(common.output, &said)?;
    Ok(GOOD)
}
