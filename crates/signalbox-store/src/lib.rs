//! The two stores of the hub: the journal (what came in) and the desk (what people and deliveries did since).
//!
//! Each is a contract with an embedded engine behind it. No transaction spans the two: a reader of the journal keeps its
//! checkpoint in the transaction of its effect, so a crash leaves nothing to reconcile.

pub mod desk;
pub mod disk_work;
pub mod journal;
