//! What `crash` and `bench` have in common: the real program as a process, and addresses for it.

mod address;
mod hub;

pub(crate) use address::free_address;
pub(crate) use hub::{Hub, Setting};
