//! Which rules have a canary.

use signalbox_model::RuleName;
use signalbox_pipeline::canary::CanarySettings;

use super::super::model::Config;

/// Returns the settings of canaries, where there are any.
pub(super) fn canary(config: &Config) -> Option<CanarySettings> {
    let every = config.canary.every()?;
    let mut names: Vec<&String> = config.canary.rules.iter().collect();
    if names.is_empty() {
        let telling = config.alert_rules.iter().filter(|(_, rule)| !rule.notify.is_empty());
        names = telling.map(|(name, _)| name).collect();
    }
    Some(CanarySettings {
        every,
        rules: names.into_iter().map(|name| RuleName::new(name)).collect(),
    })
}
