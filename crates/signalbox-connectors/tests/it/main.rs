//! What the connectors send, judged by programs that we did not write.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what is needed for a test is there, or the test fails"
)]

mod cef_read_back;
mod fuzz;
mod hostile;
mod rsyslog_receives;
mod slack_types;

#[path = "../../../signalbox-sdk/tests/it/cefp.rs"]
mod cefp;
