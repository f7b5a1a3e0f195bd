//! Which originals are kept beside the normalised event.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_model::ocsf::Event;
use signalbox_sdk::role::Parsed;

/// Which originals are kept in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeepOriginal {
    /// Every one: the default for findings.
    Always,
    /// Those that were not understood in full: the default for telemetry.
    Unparsed,
    /// None. Quarantined parts are kept all the same.
    Never,
}

impl KeepOriginal {
    pub(super) fn default_of(event: &Event) -> Self {
        if event.is_finding() { Self::Always } else { Self::Unparsed }
    }

    pub(super) fn keeps(self, parsed: Parsed) -> bool {
        match self {
            Self::Always => true,
            Self::Unparsed => parsed != Parsed::InFull,
            Self::Never => false,
        }
    }
}
