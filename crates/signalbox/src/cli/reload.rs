//! `signalbox reload`: reads the configuration again, as SIGHUP does.

use serde_json::json;
use signalbox_sdk::role::inert_text;

use super::client::{Client, Refusal};
use super::integrations::print_said;
use super::output::print_json;
use super::{Common, GOOD, Output, WRONG_CONFIGURATION};

pub(super) async fn run(common: Common) -> anyhow::Result<u8> {
    let answer = Client::require(&common.data).await?.post("/v1/reload", &json!({})).await;
    let error = match answer {
        Ok(said) => {
            print_said(common.output, &said)?;
            return Ok(GOOD);
        }
        Err(error) => error,
    };
    let Some((refusal, mistakes)) = error
        .downcast_ref::<Refusal>()
        .and_then(|refusal| Some((refusal, refusal.mistakes.as_ref()?)))
    else {
        return Err(error);
    };
    match common.output {
        Output::Json => print_json(mistakes)?,
        Output::Table => eprint!("{}", inert_text(&refusal.detail)),
    }
    eprintln!("The configuration is mistaken, the old one stays in effect.");
    Ok(WRONG_CONFIGURATION)
}
