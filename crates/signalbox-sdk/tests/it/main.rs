//! Our codecs beside programs that others wrote, and under random bytes.

#![expect(clippy::unwrap_used, reason = "what is needed for a test is there, or the test fails")]

mod cef_peer;
mod cefp;
mod fuzz;
