//! The bodies of the event classes: what each has beyond the base event.

mod authentication;
mod entity;
mod finding;
mod network;

pub use authentication::Authentication;
pub use entity::EntityManagement;
pub use finding::{
    ComplianceFinding, DetectionFinding, IncidentFinding, Triage, VulnerabilityFinding,
};
pub use network::{DnsActivity, Flow, HttpActivity, NetworkActivity};
