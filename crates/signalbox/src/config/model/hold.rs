//! What may wait for a destination.

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::{ByteSize, HumanDuration};
use signalbox_pipeline::hold::HoldLimits;

/// How long and how much may wait for a destination that takes nothing; the nearer limit counts. From half
/// of it on the log warns, from four fifths it alarms with the time that is left.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldConfig {
    /// How old the oldest of it may be; default `7d`.
    #[serde(default)]
    #[schemars(extend("x-signalbox-minimum" = "1m"))]
    pub age: Option<HumanDuration>,
    /// How much it may be; default `50GiB`.
    #[serde(default)]
    #[schemars(extend("x-signalbox-minimum" = "1MiB"))]
    pub size: Option<ByteSize>,
    /// What happens then: `stop_intake` answers every source with 503, or stops reading from it, until it
    /// drains (default for destinations of alerts); `hold_on` goes on, until the journal is full;
    /// `dead_letter` makes one dead letter of all that waits, which the journal keeps until it is sent again
    /// or discarded (streams only, and their default).
    #[serde(default)]
    pub when_full: Option<WhenFull>,
}

/// What happens when a destination holds all that it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// Nothing is taken in.
    StopIntake,
    /// It goes on.
    HoldOn,
    /// What waits becomes one dead letter.
    DeadLetter,
}

impl HoldConfig {
    /// Returns the limits.
    pub fn limits(&self) -> HoldLimits {
        let default = HoldLimits::default();
        HoldLimits {
            age: self.age.map_or(default.age, |age| age.as_duration()),
            bytes: self.size.map_or(default.bytes, |size| size.as_bytes()),
        }
    }
}
