//! The hub's HTTP faces: webhooks, health, metrics, the read-only API, and the control socket.
//!
//! One router serves them all; what differs between a listener and the control socket is who may ask
//! for what. Being able to open the socket is the permission to operate the hub; on a listener that
//! is not loopback everything but health and the webhooks wants a token.

mod access;
mod control;
mod faces;
mod listener;
mod operations;
mod problem;
mod routes;
mod to_the_end;
mod webhooks;

pub use access::Access;
pub use control::{Control, serve_control};
pub use faces::Faces;
pub use listener::{Certificate, ListenError, Listener};
pub use operations::{
    AlertChange, AlertView, ConfiguredSilence, CredentialView, DeadLetterView, Explanation,
    IntakeTerms, IntegrationView, LedgerView, OperationError, Operations, Readiness,
    ReevaluationView, StageNote, StreamTerms, TailFilter, Waiting,
};
pub use routes::{Scope, hub_router, is_taken};
pub use webhooks::{WebhookTable, Webhooks};
