//! What each side can do, told in `open` and its response: `name=value,value`, one a line.

use super::error::RelpError;

/// What a peer offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Offers {
    /// The version of the protocol, where it is one.
    pub(super) version: Option<u32>,
    /// Whether `syslog` is among its commands.
    pub(super) has_syslog: bool,
}

impl Offers {
    /// Reads offers. Unknown ones are nobody's business; empty lines come from peers that write the
    /// line end before each offer instead of after.
    pub(super) fn read(text: &str) -> Self {
        let mut offers = Self::default();
        for line in text.lines() {
            match line.split_once('=') {
                Some(("relp_version", version)) => offers.version = version.trim().parse().ok(),
                Some(("commands", commands)) => {
                    offers.has_syslog =
                        commands.split(',').any(|command| command.trim() == "syslog");
                }
                _ => {}
            }
        }
        offers
    }

    /// Returns the version if the offers suffice for a session.
    pub(super) fn accepted(self) -> Result<u32, RelpError> {
        let Some(version) = self.version else {
            return refused("no `relp_version` is offered");
        };
        if !self.has_syslog {
            return refused("the command `syslog` is not offered");
        }
        Ok(version.min(VERSION_MAX))
    }
}

/// Writes offers. No line end stands before the first: old servers take it for a part of the name.
pub(super) fn write(version: u32, software: &str) -> String {
    let software: String = software.chars().filter(|letter| !letter.is_control()).collect();
    format!("relp_version={version}\nrelp_software={software}\ncommands=syslog")
}

fn refused<T>(reason: &str) -> Result<T, RelpError> {
    Err(RelpError::Refused { reason: reason.to_owned() })
}

/// What the specification describes. The versions 0 and 1 differ in nothing that is sent.
pub(super) const VERSION_MAX: u32 = 1;
