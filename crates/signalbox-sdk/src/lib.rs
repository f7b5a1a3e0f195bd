//! What the author of a connector imports.
//!
//! Loops, pace, retry, breaker, metrics, checkpoints and shutdown are written once, in the pipeline.
//! A connector writes *one request and its meaning*: it never loops, sleeps, retries, spawns or
//! reads the clock, the environment or files by itself; what it needs comes in [`Context`].

pub mod auth;
pub mod codec;
pub mod http;
pub mod mapping;
pub mod net;
pub mod observe;
pub mod role;
pub mod testkit;
pub mod tls;

mod connector;
mod context;
mod small_file;

pub use connector::{BuildError, Connector, Role, Roles};
pub use context::{Context, Random, SystemRandom};
pub use signalbox_model::{Error, ErrorKind};
