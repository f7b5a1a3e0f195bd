//! What the hub keeps.

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::{ByteSize, HumanDuration};
use signalbox_store::journal::JournalOptions;

/// How long, and how much, the journal keeps of what every destination has.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JournalConfig {
    /// How long events are kept for `explain` after every destination has them; default `24h`.
    #[serde(default)]
    pub keep: Option<HumanDuration>,
    /// How much is kept at most once every destination has it; default `10GiB`. The lesser of the two
    /// counts.
    #[serde(default)]
    #[schemars(extend("x-signalbox-minimum" = "256MiB"))]
    pub keep_size: Option<ByteSize>,
    /// How much the journal may occupy at all; then sources are held back. Default `64GiB`.
    #[serde(default)]
    #[schemars(extend("x-signalbox-minimum" = "256MiB"))]
    pub size_max: Option<ByteSize>,
}

impl JournalConfig {
    /// Returns the journal's options.
    pub fn options(&self) -> JournalOptions {
        let default = JournalOptions::default();
        JournalOptions {
            keep: self.keep.map_or(default.keep, |keep| keep.as_duration()),
            keep_bytes: self.keep_size.map_or(default.keep_bytes, |size| size.as_bytes()),
            bytes_max: self.size_max.map_or(default.bytes_max, |size| size.as_bytes()),
            ..default
        }
    }
}
