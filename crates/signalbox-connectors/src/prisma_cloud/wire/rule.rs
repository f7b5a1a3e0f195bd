//! Alert rules: which alerts the tenant makes known, and where.

use serde::Deserialize;

/// A rule that says which alerts are made known where.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertRule {
    /// What the API calls it.
    pub policy_scan_config_id: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// Whether it is in use.
    #[serde(default)]
    pub enabled: bool,
    /// Whether it tells of dismissed alerts.
    #[serde(default)]
    pub notify_on_dismissed: bool,
    /// Whether it tells of resolved alerts.
    #[serde(default)]
    pub notify_on_resolved: bool,
    /// Whether it tells of snoozed alerts.
    #[serde(default)]
    pub notify_on_snoozed: bool,
    /// Where it tells of them. Empty in lists: read the rule by its id.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub alert_rule_notification_config: Vec<NotificationConfig>,
}

/// One way in which a rule makes alerts known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct NotificationConfig {
    /// The kind of integration, such as `webhook`.
    pub r#type: String,
    /// Whether it is in use.
    pub enabled: bool,
}

impl AlertRule {
    /// Returns whether it posts alerts to a webhook.
    pub fn is_posting(&self) -> bool {
        let posts = |way: &NotificationConfig| way.enabled && way.r#type == "webhook";
        self.enabled && self.alert_rule_notification_config.iter().any(posts)
    }

    /// Returns the notifications without which nobody hears that an alert is over.
    pub fn missing_notifications(&self) -> Vec<&'static str> {
        let flags = [
            ("notifyOnDismissed", self.notify_on_dismissed),
            ("notifyOnResolved", self.notify_on_resolved),
            ("notifyOnSnoozed", self.notify_on_snoozed),
        ];
        flags.iter().filter(|(_, is_on)| !is_on).map(|(name, _)| *name).collect()
    }
}

fn null_is_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
