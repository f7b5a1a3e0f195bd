//! Integrations: the settings that all have, and those of their connector.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use signalbox_connectors::REGISTRY;
use signalbox_model::config::HumanDuration;
use signalbox_pipeline::deliver::RetryPreset;
use signalbox_pipeline::ingest::Parsing;
use signalbox_pipeline::normalize::KeepOriginal;

use super::HoldConfig;

/// Settings that every integration may have, whatever its connector.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Settings {
    /// Whether it works; default `true`. A disabled one keeps its configuration and holds its queue.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// What it is, for people.
    #[serde(default)]
    pub description: Option<String>,
    /// Sources: which originals are kept beside the normalised event: `always` (default for findings),
    /// `unparsed` (default for telemetry: what was not understood in full) or `never`.
    #[serde(default)]
    pub keep_original: Option<KeepOriginal>,
    /// Sources: the share of what comes, in percent, whose format cannot be read before an alarm is raised,
    /// counted over 5 minutes; default 10. Such events are kept and go their way all the same.
    #[serde(default = "parse_error_alarm_percent_default")]
    #[schemars(range(min = 1, max = 100))]
    pub parse_error_alarm_percent: u8,
    /// Sources: how long it may be silent before `health.notify` hears of it. Default: learnt, twice its
    /// longest pause of the last days and `1h` at least, once it was watched for a week.
    #[serde(default)]
    #[schemars(extend("x-signalbox-minimum" = "1s"))]
    pub quiet_after: Option<HumanDuration>,
    /// Destinations: whether it takes the stream of events; default: yes, unless an alert rule or `health`
    /// notifies it or people read it (Slack).
    #[serde(default)]
    pub stream: Option<bool>,
    /// Destinations: how often a failed call is repeated: `default` (after 1, 5 and 30 s), `reference`
    /// (three attempts, 4 to 10 s apart) or `fast` (after 1, 2 and 4 s).
    #[serde(default)]
    pub retry: RetryPreset,
    /// Destinations: how long the product may still execute a request that got no answer; only after
    /// that is it looked up. Default: the connector's, 60 s where unknown.
    #[serde(default)]
    pub settle: Option<HumanDuration>,
    /// Destinations: how long and how much may wait for it, and what happens then.
    #[serde(default)]
    pub hold: HoldConfig,
    /// Destinations of alerts: calls at the same time; default 4.
    #[serde(default = "concurrency_default")]
    #[schemars(range(min = 1, max = 64))]
    pub concurrency: usize,
}

/// One integration as written.
#[derive(Clone, Debug)]
pub struct IntegrationConfig {
    /// The word after `connector:`.
    pub connector: String,
    /// What every integration may have.
    pub settings: Settings,
    /// The connector's own part.
    pub own: Value,
}

/// The integrations by name.
pub type IntegrationMap = BTreeMap<String, IntegrationConfig>;

impl IntegrationConfig {
    /// Returns whether a key is a setting that every integration may have; none of those must be written.
    pub fn is_common(key: &str) -> bool {
        common_properties().contains_key(key)
    }
}

impl<'de> Deserialize<'de> for IntegrationConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut keys = Map::deserialize(deserializer)?;
        let connector = match keys.remove("connector") {
            Some(Value::String(name)) => name,
            _ => return Err(serde::de::Error::missing_field("connector")),
        };
        let names = common_properties();
        let common: Map<String, Value> = names
            .keys()
            .filter_map(|name| keys.remove(name).map(|value| (name.clone(), value)))
            .collect();
        let settings =
            Settings::deserialize(Value::Object(common)).map_err(serde::de::Error::custom)?;
        Ok(Self { connector, settings, own: Value::Object(keys) })
    }
}

impl JsonSchema for IntegrationConfig {
    fn schema_name() -> Cow<'static, str> {
        "Integration".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let common = generator.subschema_for::<Settings>();
        let arms: Vec<Value> = REGISTRY
            .iter()
            .map(|connector| {
                let own = (connector.schema)(generator);
                json!({
                    "description": connector.summary,
                    "properties": {"connector": {"const": connector.name}},
                    "required": ["connector"],
                    "allOf": [common.clone(), own],
                })
            })
            .collect();
        json_schema!({"description": "A configured product or protocol.", "oneOf": arms})
    }
}

fn common_properties() -> Map<String, Value> {
    let schema = schemars::schema_for!(Settings).to_value();
    match schema.get("properties") {
        Some(Value::Object(properties)) => properties.clone(),
        _ => Map::new(),
    }
}

fn yes() -> bool {
    true
}

fn parse_error_alarm_percent_default() -> u8 {
    Parsing::ALARM_PERCENT_DEFAULT
}

/// Four calls at once: what ServiceNow's inbound semaphores and most chat products bear.
fn concurrency_default() -> usize {
    4
}
