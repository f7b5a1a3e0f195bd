//! One folder per vendor or protocol, and the registry that lists them.
//!
//! Adding a connector touches its own folder and one line here.

use signalbox_sdk::Connector;

pub mod file;
pub mod servicenow;
pub mod severity;
pub mod splunk_hec;
pub mod webhook;

/// Every connector of this build, by name.
pub const REGISTRY: &[Connector] =
    &[file::CONNECTOR, servicenow::CONNECTOR, splunk_hec::CONNECTOR, webhook::CONNECTOR];

/// Returns the connector called `name`.
pub fn find(name: &str) -> Option<&'static Connector> {
    REGISTRY.iter().find(|connector| connector.name == name)
}
