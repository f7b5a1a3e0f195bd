//! The nouns of Signalbox: events, findings, alerts, deliveries, tickets, ids, secrets, errors.
//!
//! No I/O, no async, no clock of its own: every other crate may depend on this one, so it depends
//! on nothing that does something.

pub mod config;
pub mod ocsf;
pub mod secret;
pub mod time;

mod alert;
mod clock;
mod delivery;
mod error;
mod fingerprint;
mod id;
mod severity;

pub use alert::{Alert, AlertResource, AlertStatus};
pub use clock::{Clock, SystemClock};
pub use delivery::{Receipt, StepKind, StepState, TicketLink};
pub use error::{ANSWER_BYTES_MAX, Error, ErrorKind, THROTTLE_DEFAULT};
pub use fingerprint::Fingerprint;
pub use id::{AlertId, DeliveryKey, IntegrationName, RuleName, event_uid};
pub use severity::{Severity, SeverityColumn};
