//! RELP, the reliable event logging protocol: syslog messages over TCP, each answered once it is safe.
//!
//! A frame is `TXNR SP COMMAND SP DATALEN [SP DATA] LF`. The client numbers its commands and keeps
//! each message until the server answers its number; after a lost connection it sends again what was
//! not answered. So a message may come twice, and never not at all.
//!
//! [`Decoder`] and [`write_frame`] are the frames, [`ServerSession`] and [`ClientSession`] what each
//! side may say when. All work on bytes in memory: the caller reads, writes, waits, and decides when
//! a message is safe.
//!
//! Specification: `doc/relp.md` of librelp, and its source where that says more (read 2026-11).

mod client;
mod error;
mod frame;
mod offers;
mod server;

pub use client::{ClientEvent, ClientSession};
pub use error::RelpError;
pub use frame::{Command, Decoder, Frame, write_frame};
pub use server::{Answer, ServerSession, SyslogFrame};

/// Returns the number after `transaction`: they rise to nine digits and begin again with 1.
fn next_transaction(transaction: u32) -> u32 {
    if transaction >= TRANSACTION_MAX { 1 } else { transaction + 1 }
}

const TRANSACTION_MAX: u32 = 999_999_999;

#[cfg(test)]
mod tests;
