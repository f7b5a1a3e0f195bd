//! What simulators are made of: a server on a port from the kernel, and faults on demand.
//!
//! A simulator is the vendor, faked with state, routes, limits and its own error bodies; it rejects
//! what the vendor rejects. It serves tests, `demo`, `simulate` and `certify`.

pub mod certification;
mod fault;
pub mod fuzz;
pub mod hostile;
mod sample;
mod server;

use axum::Router;

pub use fault::{Fault, Faults};
pub use sample::{is_full_test, sample};
pub use server::{ServeError, Server};

/// A faked vendor.
pub trait Simulator: Send + Sync {
    /// Returns the vendor's routes over the simulator's state.
    fn router(&self) -> Router;

    /// Returns configuration lines (YAML, below `integrations:`) that reach the simulator at `address`,
    /// and the environment variables they name, for `signalbox simulate`.
    fn configuration(&self, address: std::net::SocketAddr) -> SimulatorSetup;
}

/// How to reach a running simulator.
#[derive(Clone, Debug)]
pub struct SimulatorSetup {
    /// An integration in YAML, indented for use below `integrations:`.
    pub yaml: String,
    /// Environment variables that the YAML names, with values that only the simulator knows.
    pub environment: Vec<(&'static str, String)>,
}
