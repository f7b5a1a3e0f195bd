//! Splunk's HTTP Event Collector (HEC), both ways.
//!
//! As a source the hub *is* a collector: whatever sends to Splunk over HEC (logging libraries,
//! Docker, Fluent Bit, Vector, OpenTelemetry) sends to the hub unchanged. As a destination it sends
//! streams of events and single notifications to Splunk, or to another hub. The wire is described
//! in "Set up and use HTTP Event Collector" of Splunk's documentation (10.4, read 2026-11-22);
//! `README.md` says what was seen of real servers beyond it.

mod attribute;
mod certification;
mod check;
mod client;
mod config;
mod destination;
mod mapping;
mod simulator;
mod webhook;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use schemars::JsonSchema as _;

use signalbox_sdk::{BuildError, Connector, Context, Role, Roles};

pub use self::client::{Accepted, AckId, HecClient, Refusal};
pub use self::config::{Config, ReceiveConfig, SendConfig, TokenConfig};
pub use self::simulator::{HecSimulator, IndexedEvent, Summary, TokenSettings};
pub use self::wire::Code;

use self::destination::HecDestination;
use self::mapping::HecNormalize;
use self::webhook::HecWebhook;

/// The connector.
pub const CONNECTOR: Connector = Connector {
    name: "splunk_hec",
    summary: "Receives events as an HTTP Event Collector, and sends events and notifications to one.",
    roles: &[Role::Source, Role::Destination],
    schema: Config::json_schema,
    build,
    severities: &[],
    decode_config: Some(
        r#"{"direction": "receive", "tokens": [{"name": "decode", "token": "env:DECODE"}]}"#,
    ),
    simulator: Some(|| Arc::new(HecSimulator::default())),
    certification: certification::CERTIFICATION,
};

fn build(config: serde_json::Value, context: &Context) -> Result<Roles, Vec<BuildError>> {
    match BuildError::parse(config)? {
        Config::Receive(config) => receive(&config, context),
        Config::Send(config) => {
            let destination = HecDestination::new(config, context)?;
            Ok(Roles {
                destination: Some(Arc::new(destination)),
                api: Some(API.to_owned()),
                ..Roles::default()
            })
        }
    }
}

fn receive(config: &ReceiveConfig, context: &Context) -> Result<Roles, Vec<BuildError>> {
    let mistakes = config.mistakes(context);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Roles {
        webhook: Some(Arc::new(HecWebhook::new(config, context))),
        normalize: Some(Arc::new(HecNormalize::new(config, context))),
        ..Roles::default()
    })
}

const API: &str = "HTTP Event Collector 1.0 (`/services/collector`)";
