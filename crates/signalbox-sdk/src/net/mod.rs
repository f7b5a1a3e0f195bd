//! Connections of our own to what speaks no HTTP: a name, TCP, perhaps TLS, every wait bounded.
//!
//! A [`Dialer`] opens connections and says at which step one failed; a [`Connection`] reads and writes,
//! and notices before a write that the peer has left. Certificates are always verified. Files are
//! read anew for each connection, so that a renewed certificate needs no reload.

mod address;
mod connection;
mod dial;
mod host_port;
mod tls;

#[cfg(test)]
mod tests;

pub use connection::{Connection, Lost, Unwritten};
pub use dial::{DialError, Dialer};
pub use host_port::HostPort;
pub use tls::TlsOptions;

pub(crate) use address::{connect, listed, resolve};
