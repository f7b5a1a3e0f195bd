//! One alert's way to one destination: a line of steps, of which only the head may be on the way.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A step of a delivery. Numbers count per alert and destination, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepKind {
    /// The alert is new: a ticket is created, a message posted.
    Open,
    /// The alert repeated, changed or was opened again.
    Update(u32),
    /// The alert is resolved.
    Resolve(u32),
}

impl StepKind {
    /// Parses the text form, `open`, `update 3` or `resolve 1`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            None if text == "open" => Some(Self::Open),
            Some(("update", n)) => n.parse().ok().map(Self::Update),
            Some(("resolve", n)) => n.parse().ok().map(Self::Resolve),
            _ => None,
        }
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Update(n) => write!(f, "update {n}"),
            Self::Resolve(n) => write!(f, "resolve {n}"),
        }
    }
}

/// Where a delivery step stands. Settled states are final until somebody replays a dead one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Waiting for its turn or its next attempt.
    Pending,
    /// An attempt is on its way and its outcome is not known yet.
    Sending,
    /// Executed by the vendor.
    Delivered,
    /// Given up, kept with the reason.
    Dead,
    /// Not sent, by a decision that is stored with it.
    Suppressed,
}

impl StepState {
    /// Returns the state as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
            Self::Suppressed => "suppressed",
        }
    }

    /// Reads a state as stored and shown.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Sending, Self::Delivered, Self::Dead, Self::Suppressed];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

/// What the vendor named the thing (a message's thread, an event's key), kept with the delivery and
/// handed to its later steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Receipt(pub String);

/// The vendor's record of an alert: what people call it, and what the API wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketLink {
    /// What people call it, such as `INC0010001`.
    pub number: String,
    /// What the vendor's API calls it, such as ServiceNow's `sys_id`.
    pub id: String,
    /// Where a person finds it, where the vendor has such an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_read_back_as_written() {
        for step in [StepKind::Open, StepKind::Update(7), StepKind::Resolve(2)] {
            assert_eq!(StepKind::parse(&step.to_string()), Some(step));
        }
        assert_eq!(StepKind::parse("update x"), None);
    }
}
