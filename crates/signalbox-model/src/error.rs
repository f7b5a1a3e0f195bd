//! What went wrong at a vendor, told by what the caller does next.
//!
//! A connector classifies every failure once, in its `client.rs`; the pipeline decides once, in
//! `deliver/decide.rs`. Nothing between the two looks at status codes or texts.

use std::fmt;
use std::time::Duration;

/// The kinds of failure, each with its own consequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The vendor asks for patience: 429, quota, "busy". Costs no attempt; the wait is the vendor's,
    /// or [`THROTTLE_DEFAULT`] where it names none.
    Throttled {
        /// How long the vendor asked to wait.
        retry_after: Option<Duration>,
    },
    /// Nothing was executed: unreachable, timed out before sending, 5xx. Retried, counts for the breaker.
    Unavailable,
    /// Sent, then cut: the vendor may have executed it or may still do so. Rests until the vendor has
    /// settled, then is looked up.
    OutcomeUnknown,
    /// Credentials or permission are refused (401, 403). The integration is parked if `check` agrees.
    Unauthorized,
    /// The vendor refuses this item: 400, 404, 422. A dead letter while others pass.
    Rejected,
    /// An answer that cannot be read, or is larger than allowed. A dead letter with a sample.
    Malformed,
    /// An invariant of ours broke. A dead letter and an alarm.
    Bug,
}

/// How long a 429 without `Retry-After` rests.
pub const THROTTLE_DEFAULT: Duration = Duration::from_secs(60);

impl ErrorKind {
    /// Returns the kind as a label for logs, metrics and the desk.
    pub fn label(self) -> &'static str {
        match self {
            Self::Throttled { .. } => "throttled",
            Self::Unavailable => "unavailable",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Unauthorized => "unauthorized",
            Self::Rejected => "rejected",
            Self::Malformed => "malformed",
            Self::Bug => "bug",
        }
    }
}

/// A failed call to a vendor.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    kind: ErrorKind,
    operation: &'static str,
    message: String,
    status: Option<u16>,
    answer: Option<String>,
}

impl Error {
    /// Creates an error of `kind` for `operation` (a verb phrase such as "create incident"), saying
    /// what was wrong and what to do.
    pub fn new(kind: ErrorKind, operation: &'static str, message: impl Into<String>) -> Self {
        Self { kind, operation, message: message.into(), status: None, answer: None }
    }

    /// Adds the HTTP status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds the vendor's words, cut to [`ANSWER_BYTES_MAX`] and freed of control characters.
    #[must_use]
    pub fn with_answer(mut self, answer: &[u8]) -> Self {
        let text = String::from_utf8_lossy(&answer[..answer.len().min(ANSWER_BYTES_MAX)]);
        self.answer = Some(text.chars().filter(|c| !c.is_control() || *c == '\n').collect());
        self
    }

    /// Returns what the caller does next.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the same failure under another kind, for a caller that knows more.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// Returns the HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns the vendor's words, where there were any.
    pub fn answer(&self) -> Option<&str> {
        self.answer.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.message)
    }
}

impl std::error::Error for Error {}

/// How much of a vendor's answer is kept: enough to read the reason, too little to leak a page.
pub const ANSWER_BYTES_MAX: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_capped_and_freed_of_control_characters() {
        let long = [b"a\x1b[31mb\n".as_slice(), &vec![b'x'; 4096]].concat();

        let error = Error::new(ErrorKind::Rejected, "create incident", "no").with_answer(&long);

        let kept = error.answer().unwrap();
        assert!(kept.starts_with("a[31mb\nxxx"));
        assert!(kept.len() < ANSWER_BYTES_MAX);
    }
}
