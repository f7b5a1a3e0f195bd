//! Webhooks in both directions: JSON that other programs send here, and JSON that is sent to them.
//!
//! For everything without a connector of its own. What comes in is checked over its raw bytes
//! (`gate`), labelled and handed to a declarative mapping (`source`); what goes out is framed
//! (`wire`), signed and judged (`client`). Signatures follow
//! [Standard Webhooks](https://www.standardwebhooks.com) 1.0.0 (read 2026-11-22), or the older
//! `X-Hub-Signature-256` and `X-Signature`.

use std::sync::Arc;

use signalbox_sdk::{BuildError, Connector, Context, Role, Roles};

mod address;
mod certification;
mod client;
mod config;
mod destination;
mod gate;
mod network;
mod problem;
mod simulator;
mod source;
mod wire;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use client::WebhookClient;
pub use config::{
    Admission, Authentication, Basic, Bearer, Config, EventId, ReceiveConfig, SendConfig, Signature,
};
pub use network::Network;
pub use simulator::{Delivery, WebhookSimulator};

/// The connector.
pub const CONNECTOR: Connector = Connector {
    name: "webhook",
    summary: "Takes JSON that other programs post, and posts events and alerts to them, signed.",
    roles: &[Role::Source, Role::Destination],
    schema: |generator| generator.subschema_for::<Config>(),
    build,
    severities: &[],
    decode_config: Some(
        r#"{"direction": "receive", "auth": {"unauthenticated": "accepted"}, "mapping": "alertmanager"}"#,
    ),
    simulator: Some(|| Arc::new(WebhookSimulator::default())),
    certification: certification::CERTIFICATION,
};

fn build(config: serde_json::Value, context: &Context) -> Result<Roles, Vec<BuildError>> {
    match BuildError::parse(config)? {
        Config::Receive(config) => receive(config, context),
        Config::Send(config) => send(config, context),
    }
}

fn receive(config: ReceiveConfig, context: &Context) -> Result<Roles, Vec<BuildError>> {
    let mut mistakes = config.mistakes();
    let mapping = context.mapping(&config.mapping);
    let mapping = mapping.map_err(|what| mistakes.push(BuildError::at("/mapping", what)));
    let source = source::WebhookSource::new(config, context).map_err(|error| mistakes.push(error));
    match (mapping, source) {
        (Ok(mapping), Ok(source)) if mistakes.is_empty() => Ok(Roles {
            webhook: Some(Arc::new(source)),
            normalize: Some(mapping),
            ..Roles::default()
        }),
        _ => Err(mistakes),
    }
}

fn send(config: SendConfig, context: &Context) -> Result<Roles, Vec<BuildError>> {
    let mut mistakes = config.mistakes();
    match destination::WebhookDestination::new(config, context) {
        Ok(destination) if mistakes.is_empty() => Ok(Roles {
            destination: Some(Arc::new(destination)),
            api: Some(API.to_owned()),
            ..Roles::default()
        }),
        Ok(_) => Err(mistakes),
        Err(error) => {
            mistakes.push(error);
            Err(mistakes)
        }
    }
}

const API: &str = "JSON by POST, as Standard Webhooks 1.0.0 recommends";
