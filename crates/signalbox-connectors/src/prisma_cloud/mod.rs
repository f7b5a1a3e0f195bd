//! Prisma Cloud: alerts, compliance posture and scans of workloads, polled and posted.
//!
//! One alert has one name everywhere, so an alert that is polled and posted is one, and one that is
//! dismissed, resolved or opened again is the same finding with another status. Dismissing and opening
//! again are operations of the client.
//!
//! Facts are those of the vendor's OpenAPI files and of clients that work against it (read 2026-11-22);
//! see the README of this folder.

mod address;
mod certification;
mod check;
mod client;
mod config;
mod mapping;
mod simulator;
mod source;
mod webhook;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use schemars::JsonSchema;

use signalbox_sdk::role::Webhook;
use signalbox_sdk::{BuildError, Connector, Context, Role, Roles};

pub use address::StackUrl;
pub use client::{ComputeClient, PrismaCloudClient};
pub use config::{
    AlertStatus, AlertsConfig, ComplianceConfig, ComputeConfig, PrismaCloudConfig, WebhookConfig,
    Workload,
};
pub use simulator::{
    PrismaCloudSimulator, SimulatedAlert, SimulatedBehavior, SimulatedRule, Summary,
};
pub use wire::{
    AlertPage, AlertQuery, AlertRule, AlertTime, AlertWindow, CompliancePosture, CustomerName,
    LoginAnswer, NotificationConfig, PageToken, ScanPage,
};

/// The connector.
pub const CONNECTOR: Connector = Connector {
    name: "prisma_cloud",
    summary: "Reads alerts, compliance and scans of Prisma Cloud, and takes the alerts it posts.",
    roles: &[Role::Source],
    schema: PrismaCloudConfig::json_schema,
    build,
    severities: &[&mapping::SEVERITIES],
    decode_config: Some(r#"{"webhook": {"secrets": ["env:DECODE"], "body_max": "100MiB"}}"#),
    simulator: Some(|| Arc::new(PrismaCloudSimulator::default())),
    certification: certification::CERTIFICATION,
};

fn build(config: serde_json::Value, context: &Context) -> Result<Roles, Vec<BuildError>> {
    roles(BuildError::parse(config)?, context)
}

fn roles(config: PrismaCloudConfig, context: &Context) -> Result<Roles, Vec<BuildError>> {
    let config = Arc::new(config);
    let mistakes = config.mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let sources = source::build(&config, context);
    let sources = sources.map_err(|what| vec![BuildError::at("/ca", what)])?;
    let webhook = config.webhook.as_ref().map(|own| webhook::PrismaWebhook::new(own, context));
    let webhook = webhook.transpose().map_err(|mistake| vec![mistake])?;
    Ok(Roles {
        webhook: webhook.map(|webhook| Arc::new(webhook) as Arc<dyn Webhook>),
        sources,
        normalize: Some(Arc::new(mapping::PrismaNormalize::new(&config))),
        api: Some(config.api()).filter(|api| !api.is_empty()),
        ..Roles::default()
    })
}
