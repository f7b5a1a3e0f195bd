//! The numbers of OCSF's enumerations, with their captions.
//!
//! One module per enumeration: a constant for each number, and `CAPTIONS`, the table that writes
//! and reads the word beside the number. The facts are the schema's (1.8.0, read 2026-11-22); a
//! test compares them. 0 is `Unknown`, 99 is `Other` with the source's own word beside it.

mod control;
mod finding;
mod identity;
mod network;
mod system;

pub use control::{
    action, confidence, disposition, malware_classification, reputation_score, risk_level, severity,
};
pub use finding::{
    analytic_state, analytic_type, compliance_status, finding_status, fix_coverage, impact,
    incident_status, install_state, kill_chain_phase, observable_type, osint_type, priority,
    status, ticket_status, ticket_type, verdict,
};
pub use identity::{
    account_switch_type, account_type, auth_factor_type, auth_protocol, logon_type,
    managed_entity_type, user_type,
};
pub use network::{
    boundary, direction, dns_opcode, dns_response_code, interface_type, observation_point,
    protocol_version,
};
pub use system::{
    agent_type, database_type, databucket_type, device_type, file_type, hash_algorithm, integrity,
    os_type, package_type, resource_role, run_state, script_type,
};
