//! Tests of the whole program: the built binary, its configuration, its data folder, its faces.

#![expect(clippy::unwrap_used, reason = "what is needed for a test is there, or the test fails")]

mod dead_letters;
mod decode;
mod faces;
mod holding;
mod hub;
mod line;
mod peers;
mod products;
