//! Integration tests of the model.

#![expect(clippy::unwrap_used, reason = "what is needed for a test is there, or the test fails")]

mod ocsf_event;
mod ocsf_path;
mod ocsf_samples;
mod ocsf_schema;
mod ocsf_validate;
