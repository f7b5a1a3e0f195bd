//! One folder per vendor or protocol, and the registry that lists them.
//!
//! Adding a connector touches its own folder and one line here.

use signalbox_sdk::Connector;

pub mod file;
mod json;
pub mod prisma_cloud;
pub mod servicenow;
pub mod severity;
pub mod slack;
pub mod splunk_hec;
pub mod syslog;
pub mod webhook;

/// Every connector of this build, by name.
pub const REGISTRY: &[Connector] = &[
    file::CONNECTOR,
    prisma_cloud::CONNECTOR,
    servicenow::CONNECTOR,
    slack::CONNECTOR,
    splunk_hec::CONNECTOR,
    syslog::CONNECTOR,
    webhook::CONNECTOR,
];

/// Returns the connector called `name`.
pub fn find(name: &str) -> Option<&'static Connector> {
    REGISTRY.iter().find(|connector| connector.name == name)
}
