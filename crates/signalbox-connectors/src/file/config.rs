//! What an operator writes about a file.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::{ByteSize, HumanDuration};
use signalbox_sdk::BuildError;

/// A file that events and alerts are written to, one JSON object a line.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The file, such as `/var/log/signalbox/events.ndjson`. A relative path starts where the hub was
    /// started. Missing folders are made for the hub's user only (0700), files are readable by that
    /// user only (0600); what exists keeps its mode. No other program may write to the file.
    pub path: PathBuf,
    /// Begins a new file before this one would grow larger; default `100MiB`. The old one becomes
    /// `events.000001.ndjson`, the next `events.000002.ndjson`, and so on.
    #[serde(default = "rotate_size_default")]
    #[schemars(extend("x-signalbox-minimum" = "1kB", "x-signalbox-maximum" = "1TiB"))]
    pub rotate_size: ByteSize,
    /// Begins a new file when this one is that old and something is to be written; default never.
    #[serde(default)]
    #[schemars(extend("x-signalbox-minimum" = "1m", "x-signalbox-maximum" = "3650d"))]
    pub rotate_age: Option<HumanDuration>,
    /// How many old files are kept; default 10. Beyond that the oldest is deleted.
    #[serde(default = "keep_files_default")]
    #[schemars(range(min = 1, max = 100_000))]
    pub keep_files: usize,
}

impl Config {
    /// Returns the mistakes that the schema cannot see.
    pub(super) fn mistakes(&self) -> Vec<BuildError> {
        let mut mistakes = Vec::new();
        if self.path.file_name().and_then(|name| name.to_str()).is_none() {
            let message = format!("`{}` names no file; write a file's path", self.path.display());
            mistakes.push(BuildError::at("/path", message));
        }
        if self.keep_files == 0 {
            mistakes.push(BuildError::at("/keep_files", "is 0; write at least 1"));
        }
        mistakes
    }
}

const fn rotate_size_default() -> ByteSize {
    ByteSize::new(100 << 20)
}

const fn keep_files_default() -> usize {
    10
}
