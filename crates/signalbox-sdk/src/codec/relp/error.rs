//! Why a session cannot go on. The answer to each is the same: close the connection.

use thiserror::Error;

/// A peer that broke the protocol, or refused it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RelpError {
    /// The bytes are no frame.
    #[error("no RELP frame: expected {expected}; the peer speaks something else, check its port")]
    Malformed {
        /// What should have come.
        expected: &'static str,
    },
    /// A frame announces more data than is allowed.
    #[error(
        "RELP frame of {length} bytes is over the limit of {limit}; raise the limit here or lower the sender's"
    )]
    TooLong {
        /// What the frame announces.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
    /// The number of a command does not follow the one before.
    #[error("RELP transaction `{found}` where `{expected}` was due; the sender lost count")]
    OutOfSequence {
        /// The number that was due.
        expected: u32,
        /// The number that came.
        found: u32,
    },
    /// A command came at a time when it may not.
    #[error("RELP command `{command}` is not allowed {when}")]
    Unexpected {
        /// The command.
        command: String,
        /// What state the session is in.
        when: &'static str,
    },
    /// A response that cannot be read or that nobody asked for.
    #[error("RELP response to transaction `{transaction}` {fault}")]
    BadResponse {
        /// The number it answers.
        transaction: u32,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// The server refused to open a session, or offers less than is needed.
    #[error("RELP server refused the session: {reason}")]
    Refused {
        /// In the server's words, or in ours where it offers too little.
        reason: String,
    },
}
