//! Events and alerts as lines of JSON in a file: for a log shipper, an archive, or a first look.
//!
//! A line is complete or not there. It is on the disk before the hub counts it as delivered, and a
//! line that a crash cut short is removed before the next one is written. Delivery is at least once:
//! after a crash or a failed write a line may stand twice, with the same `metadata.uid` (events) or
//! `data.key` (alerts).

use std::sync::Arc;

use signalbox_sdk::{BuildError, Connector, Context, Role, Roles};

mod certification;
mod config;
mod destination;
mod failure;
mod rotation;
mod tail;
mod writer;

#[cfg(test)]
mod tests;

pub use config::Config;

/// The connector. There is nothing to simulate: a folder is at hand everywhere.
pub const CONNECTOR: Connector = Connector {
    name: "file",
    summary: "Writes events and alerts as lines of JSON, with rotation.",
    roles: &[Role::Destination],
    schema: |generator| generator.subschema_for::<Config>(),
    build,
    severities: &[],
    decode_config: None,
    simulator: None,
    certification: certification::CERTIFICATION,
};

fn build(config: serde_json::Value, context: &Context) -> Result<Roles, Vec<BuildError>> {
    let config: Config = BuildError::parse(config)?;
    let mistakes = config.mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let destination = destination::FileDestination::new(config, context);
    Ok(Roles { destination: Some(Arc::new(destination)), ..Roles::default() })
}
