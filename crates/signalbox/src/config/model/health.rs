//! Who hears of the health of integrations.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::IntegrationName;
use signalbox_model::config::HumanDuration;
use signalbox_pipeline::health::HealthSettings;

/// Who hears of it when an integration is down, when a source is silent or sends what cannot be read, and
/// when much waits for a destination. It is an alert of the rule `integration-health` and resolves by
/// itself.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthConfig {
    /// The integrations to tell, two at least: none is told of its own trouble. Without one it stands in
    /// the log, in `/readyz` and in the metrics alone.
    #[serde(default)]
    pub notify: Vec<String>,
    /// How long nothing may pass through an integration before it is told, and how long one that comes and
    /// goes is not told again; default `5m`. What is parked is told at once.
    #[serde(default)]
    #[schemars(extend("x-signalbox-minimum" = "1s"))]
    pub after: Option<HumanDuration>,
}

impl HealthConfig {
    /// Returns the channels.
    pub fn channels(&self) -> Vec<IntegrationName> {
        self.notify.iter().map(|name| IntegrationName::new(name)).collect()
    }

    /// Returns who is told, and when.
    pub fn settings(&self) -> HealthSettings {
        let after = self.after.map_or(AFTER, |after| after.as_duration());
        HealthSettings { channels: self.channels(), after }
    }
}

/// Longer than the breaker's first ten probes, shorter than anybody's patience.
const AFTER: Duration = Duration::from_secs(300);
