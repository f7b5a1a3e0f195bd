//! The line as a whole, under a stopped clock: real stores in a folder, scripted vendors, and what the
//! design promises told as tests.

#![expect(clippy::unwrap_used, reason = "what is needed for a test is there, or the test fails")]

mod canary;
mod commit;
mod crashes;
mod hanging;
mod health;
mod hold;
mod listen;
mod poll;
mod ranges;
mod reevaluate;
#[path = "../scenery/mod.rs"]
mod scenery;
mod stage;
mod stopping;
mod streams;
mod tickets;
