//! Canaries.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::HumanDuration;

/// A marked finding that goes the route of each alert rule on a schedule, is looked up where it ends, closed
/// there, and looked up again. What does not arrive is told to `health.notify`. Without this section there are
/// none.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CanaryConfig {
    /// How often it goes, such as `1h`; without it, never. One goes at once after the first start.
    #[serde(default)]
    #[schemars(extend("x-signalbox-minimum" = "5m"))]
    pub every: Option<HumanDuration>,
    /// The alert rules whose routes it goes; default all that notify somebody. The route of the hub's own
    /// findings, `integration-health`, only where it stands here.
    #[serde(default)]
    pub rules: Vec<String>,
}

impl CanaryConfig {
    /// Returns how often it goes, where it does.
    pub fn every(&self) -> Option<Duration> {
        self.every.map(HumanDuration::as_duration)
    }
}
