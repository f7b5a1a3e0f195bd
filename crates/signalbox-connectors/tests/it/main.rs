//! What the connectors send, judged by programs of the vendors themselves.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what is needed for a test is there, or the test fails"
)]

mod slack_types;
