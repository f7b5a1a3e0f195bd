//! The bodies of the event classes: what each has beyond the base event.

mod authentication;
mod finding;
mod network;

pub use authentication::Authentication;
pub use finding::{
    ComplianceFinding, DetectionFinding, IncidentFinding, Triage, VulnerabilityFinding,
};
pub use network::{DnsActivity, Flow, HttpActivity, NetworkActivity};
