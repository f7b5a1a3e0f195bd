//! Validation of a toy configuration that has everything a real one has.

mod kinds;
mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};
use signalbox_model::config::{ByteSize, HumanDuration};
use signalbox_model::secret::SecretRef;

use super::*;
use crate::config::Diagnostic;

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Toy {
    /// The tools, by a name of your choice.
    #[serde(default)]
    integrations: BTreeMap<String, Integration>,
    /// Rules, by name.
    #[serde(default)]
    alert_rules: BTreeMap<RuleName, Rule>,
    #[serde(default)]
    http: Option<Http>,
    /// Texts that nobody looks into.
    #[serde(default)]
    extra: serde_json::Value,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
struct RuleName(#[schemars(regex(pattern = "^[a-z][a-z0-9-]*$"))] String);

/// Common settings, then those of the connector.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Integration {
    /// How often the vendor is asked. The floor protects its limits.
    #[serde(default = "poll_default")]
    #[schemars(extend("x-signalbox-minimum" = "30s", "x-signalbox-maximum" = "1d"))]
    poll: HumanDuration,
    #[serde(flatten)]
    connector: Connector,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "connector", rename_all = "snake_case")]
enum Connector {
    Jira(Jira),
    Syslog(Syslog),
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Jira {
    /// Address of the site, such as `https://example.atlassian.net`. Without a path.
    #[schemars(length(min = 1))]
    url: String,
    api_token: SecretRef,
    #[serde(default)]
    backup_token: Option<SecretRef>,
    #[serde(default)]
    auth: Option<Auth>,
}

/// Either the name of a stored login, or one written out.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Auth {
    Basic { user: String, password: SecretRef },
    Bearer { token: SecretRef },
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Syslog {
    port: u16,
    #[serde(default)]
    allow: BTreeSet<IpAddr>,
    /// Larger lines are cut.
    #[serde(default)]
    #[schemars(extend("x-signalbox-maximum" = "64KiB"))]
    line_bytes_max: Option<ByteSize>,
    /// Use `allow` instead.
    #[serde(default)]
    #[deprecated]
    whitelist: Option<Vec<String>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// The condition.
    #[schemars(extend("format" = "condition"))]
    when: String,
    severity: Severities,
    #[serde(default)]
    #[schemars(range(min = 0.5, max = 100))]
    sample_percent: Option<f64>,
    #[serde(default)]
    enabled: bool,
    #[schemars(length(min = 1))]
    notify: Vec<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Severities {
    One(Severity3),
    Many(BTreeSet<Severity3>),
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Severity3 {
    Low,
    High,
    /// Wakes somebody.
    Critical,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Http {
    #[serde(default)]
    workers: Option<u8>,
    #[serde(default)]
    tls: bool,
    #[serde(default)]
    range: Option<(u16, u16)>,
}

fn poll_default() -> HumanDuration {
    HumanDuration::from_seconds(60)
}

/// A query of the toy language is words of letters and digits with `=` and `'`.
fn check_query(text: &str) -> Vec<TextMistake> {
    let wrong = text.find(|c: char| !c.is_alphanumeric() && !" \n='".contains(c));
    let mistake = |at| TextMistake { offset: Some(at), ..TextMistake::new("expected a word") };
    wrong.into_iter().map(mistake).collect()
}

fn validator() -> Validator {
    Validator::new(schema_for!(Toy)).with_format("condition", check_query)
}

fn environment() -> Environment {
    Environment::of_variables([
        ("JIRA_TOKEN", "hunter2"),
        ("JIRA_URL", "https://jira.example"),
        ("PORT", "6514"),
        ("BAD_PORT", "sesame"),
        ("EMPTY", ""),
    ])
}

fn validated(text: &str) -> (Document, Diagnostics) {
    let mut document = Document::of_text("signalbox.yaml", text).unwrap_or_else(|w| panic!("{w}"));
    let diagnostics = validator().validate(&mut document, &environment());
    (document, diagnostics)
}

/// The mistakes as `line:column message`.
fn told(text: &str) -> Vec<String> {
    let (_, diagnostics) = validated(text);
    diagnostics.iter().map(|d| format!("{}:{} {}", d.line, d.column, d.message)).collect()
}

/// The mistake and the help for it.
fn told_with_help(text: &str) -> (String, String) {
    let (_, diagnostics) = validated(text);
    let mut diagnostics = diagnostics.into_iter();
    let Diagnostic { message, help, .. } = diagnostics.next().unwrap();
    assert_eq!(diagnostics.next(), None);
    (message, help.unwrap_or_default())
}

const SOUND: &str = "\
integrations:
  jira-prod:
    connector: jira
    poll: 5m
    url: env:JIRA_URL
    api_token: env:JIRA_TOKEN
    auth: { bearer: { token: env:JIRA_TOKEN } }
  sensors:
    connector: syslog
    port: env:PORT
    allow: [10.0.0.1, '::1']
    line_bytes_max: 8KiB
alert_rules:
  critical:
    when: severity = 'high'
    severity: [high, critical]
    notify: [jira-prod]
http:
";
