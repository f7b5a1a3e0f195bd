//! Signalbox as a library: what the binary is wired from.

pub mod cli;
pub mod config;
pub mod hub;
