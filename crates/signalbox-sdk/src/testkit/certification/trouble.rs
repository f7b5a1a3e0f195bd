//! What may be wrong with a vendor, and how one shows it.

use std::time::Duration;

use super::super::Fault;

/// What is wrong with a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It refuses the credentials with this status, 401 or 403, until mended.
    Unauthorized(u16),
    /// It wants the next call to come back after this long.
    Throttled(Duration),
    /// It cannot be used, until mended.
    Unavailable,
    /// It refuses the next item for good.
    Rejected,
    /// It answers the next call after this long.
    Slow(Duration),
    /// It answers the next call a byte at a time, without end.
    Drip,
    /// It closes the connection of the next call, which it does not execute.
    CutBefore,
    /// It executes the next call and closes the connection.
    CutAfter,
    /// It closes the connection of the next call and executes it this much later.
    ExecuteLate(Duration),
    /// It sends the next call to this address.
    Redirect(String),
    /// It answers the next call with more than anybody reads.
    Oversized,
    /// It answers the next call with something that breaks off.
    Unreadable,
    /// It answers the next call with a success that says a failure inside.
    ErrorInside,
    /// It no longer knows what it granted at a login.
    Expired,
}

/// How a vendor shows a trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// By this fault, at the next request.
    Once(Fault),
    /// By this fault at every request, until mended.
    Always(Fault),
    /// It is so from now on, until mended, without a fault of the server.
    Arranged,
    /// Never, for this reason.
    NotApplicable(&'static str),
    /// The connector does not say: that fails.
    Undeclared,
}

impl Trouble {
    /// Returns how a service over HTTP shows it. What is inside its answers, and what it grants, is the
    /// product's own.
    pub fn over_http(&self) -> Plan {
        Plan::Once(match self {
            Self::Unauthorized(status) => return Plan::Always(Fault::status(*status, REFUSED)),
            Self::Unavailable => return Plan::Always(Fault::status(503, "")),
            Self::ErrorInside | Self::Expired => return Plan::Undeclared,
            Self::Throttled(wait) => answer(429, "retry-after", wait.as_secs().to_string()),
            Self::Redirect(address) => answer(302, "location", address.clone()),
            Self::Rejected => Fault::status(400, "a planted refusal"),
            Self::Unreadable => Fault::status(200, r#"{"items":["#),
            Self::Slow(wait) => Fault::Slow(*wait),
            Self::Drip => Fault::Drip,
            Self::CutBefore => Fault::CutBefore,
            Self::CutAfter => Fault::CutAfter,
            Self::ExecuteLate(wait) => Fault::ExecuteLate(*wait),
            Self::Oversized => Fault::Oversized(OVERSIZED),
        })
    }
}

fn answer(status: u16, header: &'static str, value: String) -> Fault {
    Fault::Answer { status, headers: vec![(header, value)], body: String::new() }
}

const REFUSED: &str = r#"{"error":"a planted refusal"}"#;

/// Twice what is read of an answer by default.
const OVERSIZED: usize = 2 << 20;
