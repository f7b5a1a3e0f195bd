//! Who hears of integrations that are down.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::HumanDuration;

/// Who hears of an integration through which nothing passes. It is an alert of the rule `integration-down`
/// and resolves by itself; the integration itself is never told of its own trouble.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthConfig {
    /// The integrations to tell; without one it stands in the log, in `/readyz` and in the metrics alone.
    #[serde(default)]
    pub notify: Vec<String>,
    /// How long nothing may pass before it is told; default `5m`.
    #[serde(default)]
    #[schemars(extend("x-signalbox-minimum" = "10s"))]
    pub after: Option<HumanDuration>,
}

impl HealthConfig {
    /// Returns how long nothing may pass.
    pub fn after(&self) -> Duration {
        self.after.map_or(AFTER, |after| after.as_duration())
    }
}

/// Longer than the breaker's first probes, shorter than anybody's patience.
const AFTER: Duration = Duration::from_secs(300);
