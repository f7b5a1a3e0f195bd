//! Which originals are kept beside the normalised event.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_model::ocsf::Event;

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

    pub(super) fn keeps(self, is_parsed_in_full: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Unparsed => !is_parsed_in_full,
            Self::Never => false,
        }
    }
}
