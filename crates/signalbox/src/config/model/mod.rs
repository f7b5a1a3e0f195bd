//! The configuration as types: the doc comment on a field is its reference text, from which the
//! documentation, the JSON Schema for editors and the messages of `check` are made.

mod canary;
mod health;
mod hold;
mod http;
mod integration;
mod journal;
mod rule;
mod silence;

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use signalbox_pipeline::deliver::template::Template;
use signalbox_sdk::mapping::MappingConfig;

pub use canary::CanaryConfig;
pub use health::HealthConfig;
pub use hold::{HoldConfig, WhenFull};
pub use http::HttpConfig;
pub use integration::{IntegrationConfig, IntegrationMap, Settings};
pub use journal::JournalConfig;
pub use rule::{AlertRuleConfig, NotifyConfig, RouteConfig, ScopeConfig};
pub use silence::SilenceConfig;

/// A Signalbox configuration.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Further files, relative to this one, whose sections are added to this file's.
    #[serde(default)]
    pub include: Vec<String>,
    /// The hub's HTTP listener: webhooks, health, metrics and the API.
    #[serde(default)]
    pub http: HttpConfig,
    /// The configured products and protocols, by name. A name is an integration's identity: its queue,
    /// checkpoint and tickets belong to it.
    #[serde(default)]
    pub integrations: IntegrationMap,
    /// How JSON becomes OCSF events, by name. `alertmanager` ships with the program.
    #[serde(default)]
    pub mappings: BTreeMap<String, MappingConfig>,
    /// Which events go to which streaming destinations. For each destination the first route that
    /// names it and matches decides; without any route every event goes to every one.
    #[serde(default)]
    pub routes: Vec<RouteConfig>,
    /// Which events people hear of, and where, by name.
    #[serde(default)]
    pub alert_rules: BTreeMap<String, AlertRuleConfig>,
    /// What people are not told for a time, by name.
    #[serde(default)]
    pub silences: BTreeMap<String, SilenceConfig>,
    /// How notifications read, by name.
    #[serde(default)]
    pub templates: BTreeMap<String, Template>,
    /// Who hears of it when an integration is down or a source is silent.
    #[serde(default)]
    pub health: HealthConfig,
    /// What proves on a schedule that alerts arrive.
    #[serde(default)]
    pub canary: CanaryConfig,
    /// What the hub keeps of what came in.
    #[serde(default)]
    pub journal: JournalConfig,
}

/// Returns the JSON Schema of a configuration with every connector of this build.
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Config>()
}
