//! ServiceNow: alerts become incidents, over the Table API.
//!
//! Two names matter for every incident and both are kept: the number that people use and the
//! `sys_id` that the API wants. The product has no idempotency key and does not mind two incidents
//! with one `correlation_id`, so ours is written there and looked up before creating again; whether
//! a look-up was understood at all has to be checked too ([`ServiceNowClient::find_incidents`]).
//!
//! Facts are those of the Table API reference of release Australia (read 2026-11-22), and what the
//! product's clients are known to meet; see the README of this folder.

mod certification;
mod check;
mod client;
mod config;
mod escaping;
mod lookup;
mod mapping;
mod simulator;
mod ticketing;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use schemars::JsonSchema;

use signalbox_model::{Clock, IntegrationName};
use signalbox_sdk::{BuildError, Connector, Context, Role, Roles};

pub use client::ServiceNowClient;
pub use config::{AuthConfig, BasicConfig, OAuthConfig, ServiceNowConfig};
pub use simulator::{CreateCounts, ServiceNowSimulator, SimulatedBehavior, SimulatedIncident};
pub use wire::{Incident, IncidentFields, IncidentState, SysId};

/// The connector.
pub const CONNECTOR: Connector = Connector {
    name: "servicenow",
    summary: "Creates, updates and resolves ServiceNow incidents, one for each alert.",
    roles: &[Role::Ticketing],
    schema: ServiceNowConfig::json_schema,
    build,
    severities: &[&mapping::SEVERITIES],
    decode_config: None,
    simulator: Some(|| Arc::new(ServiceNowSimulator::default())),
    certification: certification::CERTIFICATION,
};

/// One instance, as an integration.
struct ServiceNow {
    name: IntegrationName,
    config: ServiceNowConfig,
    client: ServiceNowClient,
    lookups: lookup::Lookups,
    clock: Arc<dyn Clock>,
}

impl ServiceNow {
    fn new(config: ServiceNowConfig, context: &Context) -> Result<Self, Vec<BuildError>> {
        let mistakes = config.mistakes();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let client = ServiceNowClient::new(&config, context);
        let client = client.map_err(|error| vec![BuildError::at("/ca", error)])?;
        Ok(Self {
            name: context.integration.clone(),
            config,
            client,
            lookups: lookup::Lookups::default(),
            clock: context.clock.clone(),
        })
    }
}

fn build(config: serde_json::Value, context: &Context) -> Result<Roles, Vec<BuildError>> {
    let service = ServiceNow::new(BuildError::parse(config)?, context)?;
    Ok(Roles { ticketing: Some(Arc::new(service)), api: Some(API.to_owned()), ..Roles::default() })
}

/// The path without a version is answered by the newest that the instance has.
const API: &str = "Table API, not pinned to a version (`/api/now/table`)";
