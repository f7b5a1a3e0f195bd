//! Alerts as Slack messages: by an incoming webhook, or by the Web API with a bot token.
//!
//! A bot token names what it posted, so an alert is one message that is kept up to date, with its
//! later steps in the thread below it. An incoming webhook names nothing: each step is a message of
//! its own. Messages are [Block Kit](https://docs.slack.dev/reference/block-kit) (read 2026-11-22)
//! and stay within its limits by construction (`mapping`); what alerts say can neither ping anybody
//! nor become a link (`escaping`).

use std::sync::Arc;

use signalbox_sdk::{BuildError, Connector, Context, Role, Roles};

mod certification;
mod check;
mod client;
mod config;
mod destination;
mod encoded;
mod escaping;
mod mapping;
mod simulator;
mod wire;

#[cfg(test)]
mod tests;

pub use client::{
    Conversation, Identity, IncomingWebhook, Placed, Post, Reason, Refusal, SlackClient,
};
use config::Access;
pub use config::Config;
pub use simulator::{SimulatedBehavior, SimulatedMessage, SimulatedRequest, SlackSimulator};
pub use wire::{Block, Button, Message, TextObject};

/// The connector.
pub const CONNECTOR: Connector = Connector {
    name: "slack",
    summary: "Posts alerts to a Slack channel and keeps each message up to date in its thread.",
    roles: &[Role::Destination],
    schema: |generator| generator.subschema_for::<Config>(),
    build,
    severities: &[],
    decode_config: None,
    simulator: Some(|| Arc::new(SlackSimulator::default())),
    certification: certification::CERTIFICATION,
};

fn build(config: serde_json::Value, context: &Context) -> Result<Roles, Vec<BuildError>> {
    let config: Config = BuildError::parse(config)?;
    let access = config.access()?;
    let api = match access {
        Access::Webhook { .. } => "incoming webhook, which has no versions",
        Access::Bot { .. } => "Web API, which has no versions",
    };
    let destination = destination::SlackDestination::new(&config, access, context)
        .map_err(|what| vec![BuildError::at("/ca", what)])?;
    Ok(Roles {
        destination: Some(Arc::new(destination)),
        api: Some(api.to_owned()),
        ..Roles::default()
    })
}
