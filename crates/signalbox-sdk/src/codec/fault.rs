//! What is wrong with a CEF or LEEF line, and where.

use thiserror::Error;

/// Something wrong with a line: beside a result it was survived, as an error it was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("byte {at}: {reason}")]
pub struct Fault {
    /// Where in the line, in bytes from its start.
    pub at: usize,
    /// What is wrong.
    pub reason: Reason,
}

/// What can be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Reason {
    /// There is no CEF header: nothing was read.
    #[error("no `CEF:` with a version number and `|`; is the sender set to CEF?")]
    NoCef,
    /// There is no LEEF header: nothing was read.
    #[error("no `LEEF:` with a version and `|`; is the sender set to LEEF?")]
    NoLeef,
    /// The header ends early; the fields that are missing are empty.
    #[error("the header has {found} of {wanted} fields")]
    ShortHeader {
        /// How many fields there are, the version among them.
        found: u8,
        /// How many there should be.
        wanted: u8,
    },
    /// The name holds a `|` that is not escaped; it was put together again.
    #[error("the name has a `|` that is not escaped as `\\|`")]
    BarInName,
    /// The header has a line break, which no field may have.
    #[error("a line break in the header")]
    BreakInHeader,
    /// Text stands where a key was expected; it was kept as stray text.
    #[error("text where a key and `=` were expected")]
    TextWithoutKey,
    /// The delimiter named in a LEEF 2.0 header cannot be one, or does not occur; another was found.
    #[error("the delimiter in the header is not the one between the attributes")]
    WrongDelimiter,
}
