//! Routes and alert rules.

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::HumanDuration;
use signalbox_pipeline::evaluate::NotifyOn;

/// Which events go to which streaming destinations.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteConfig {
    /// Its name; suppressed events are counted by it.
    pub name: String,
    /// Which events it is about, as after the `where` of a query; default all.
    #[serde(default)]
    #[schemars(extend("format" = "condition"))]
    pub when: Option<String>,
    /// The streaming destinations it is about; default all.
    #[serde(default)]
    pub to: Vec<String>,
    /// Keeps matching events away from these destinations; default `false`.
    #[serde(default)]
    pub drop: bool,
    /// Lets one in this many matching events through, chosen by the event's uid; default all.
    #[serde(default)]
    #[schemars(range(min = 2, max = 1_000_000))]
    pub sample: Option<u32>,
}

/// Which events people hear of.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertRuleConfig {
    /// What the rule is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Limits the rule to parts of the estate; every list that is given must match.
    #[serde(default)]
    pub scope: ScopeConfig,
    /// Which events raise an alert, as after the `where` of a query, such as
    /// `severity >= high AND resource.type = 'host'`.
    #[schemars(extend("format" = "condition"))]
    pub when: String,
    /// Whom it tells.
    #[serde(default)]
    pub notify: Vec<NotifyConfig>,
    /// Repeats of an alert within this time of its last notification are not told; default `15m`.
    #[serde(default)]
    pub suppress_repeats: Option<HumanDuration>,
    /// A finding that returns within this time of its resolution opens the same alert and ticket again;
    /// later it is a new one. Default `24h`.
    #[serde(default)]
    pub reopen_within: Option<HumanDuration>,
}

/// The parts of the estate that a rule is about.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeConfig {
    /// Cloud providers, such as `AWS`.
    #[serde(default)]
    pub clouds: Vec<String>,
    /// Cloud account ids.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Cloud regions.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Source integrations.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// One destination of a rule's notifications.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyConfig {
    /// The integration to tell.
    pub to: String,
    /// The template to tell it with; default the destination's own.
    #[serde(default)]
    pub template: Option<String>,
    /// Which changes are told: `open`, `repeat`, `resolved`; default all three.
    #[serde(default = "all_changes")]
    pub on: Vec<NotifyOn>,
}

fn all_changes() -> Vec<NotifyOn> {
    vec![NotifyOn::Open, NotifyOn::Repeat, NotifyOn::Resolved]
}

impl ScopeConfig {
    /// Returns the scope as conditions that must all hold.
    pub fn conditions(&self) -> Vec<String> {
        let lists = [
            ("cloud.provider", &self.clouds),
            ("cloud.account.uid", &self.accounts),
            ("cloud.region", &self.regions),
            ("integration", &self.sources),
        ];
        let given = lists.iter().filter(|(_, values)| !values.is_empty());
        given
            .map(|(field, values)| {
                let quoted: Vec<String> = values
                    .iter()
                    .map(|value| format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'")))
                    .collect();
                format!("{field} IN ({})", quoted.join(", "))
            })
            .collect()
    }
}
