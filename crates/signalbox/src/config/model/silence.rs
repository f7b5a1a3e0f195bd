//! Silences.

use schemars::JsonSchema;
use serde::Deserialize;

/// What people are not told for a time. Alerts are raised and streams are fed as ever; the steps of what is
/// received in the meantime count as suppressed and are never sent. An alert that outlives the silence is told
/// when its finding comes again; one whose ticket is open is resolved there, silence or not.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceConfig {
    /// Why, for whoever wonders later.
    #[schemars(length(min = 1))]
    pub reason: String,
    /// When it is over: a time with its offset, such as `2026-03-01T18:00:00+01:00`. Every silence is over one
    /// day; `check` warns of one that is.
    #[schemars(extend("format" = "date-time", "x-signalbox-expected" = "a time such as `2026-03-01T18:00:00+01:00`"))]
    pub until: String,
    /// From when on, by the time at which an event is received; default at once.
    #[serde(default)]
    #[schemars(extend("format" = "date-time", "x-signalbox-expected" = "a time such as `2026-03-01T18:00:00+01:00`"))]
    pub from: Option<String>,
    /// Which events it is about, as after the `where` of a query; default all of `rules`. One of the two must
    /// be written, and where both are, both must fit.
    #[serde(default)]
    #[schemars(extend("format" = "condition"))]
    pub when: Option<String>,
    /// The alert rules it is about; default all. What the hub says of its integrations is kept back only where
    /// `integration-health` stands here.
    #[serde(default)]
    pub rules: Vec<String>,
}
