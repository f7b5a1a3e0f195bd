//! Formats that many products speak: bytes to borrowed parts and back, without I/O and clock.
//!
//! A codec takes the time of receipt where a year must be guessed, and says what was wrong with a
//! message beside what it could make of it, instead of dropping it.

pub mod cef;
pub mod date;
pub mod leef;
pub mod relp;
pub mod severity;
pub mod syslog;

mod eights;
mod fault;
mod names;

pub use fault::{Fault, Reason};
