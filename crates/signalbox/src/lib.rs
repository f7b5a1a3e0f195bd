//! Signalbox as a library: what the binary is wired from.

pub mod certify;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod end_to_end;
pub mod hub;
pub mod synthetic;
mod words;
