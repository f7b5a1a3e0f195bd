//! A mapping as it is written in the configuration.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use signalbox_model::ocsf::Value;

/// How the JSON of one kind of source becomes OCSF events.
///
/// Paths read the source: `labels.severity` below the item, `events[0].id` an element of a list,
/// `"a.b"` in quotes a key with special characters, `.` the item itself, `$.x` below the whole
/// body, `@name` what the transport said beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingConfig {
    /// Path of a list in the body, such as `alerts`; each of its items becomes an event of its
    /// own. Without it the body is one item. `$` is a body that is itself a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_each: Option<String>,
    /// The OCSF class of the events: its name, such as `detection_finding`, or its number.
    pub class: ClassName,
    /// What makes an event the same as one received before: one path or several, whose values are
    /// joined. A second event with the same values is a duplicate and changes nothing. Where a
    /// value is missing, the transport's own id counts (a delivery header), if there is one.
    #[serde(default, skip_serializing_if = "Paths::is_empty")]
    pub event_id: Paths,
    /// What makes a finding the same finding, where it is not `finding_info.uid` alone: one path
    /// or several. Never times, counts, severities or free text. Where `finding_info.uid` is not
    /// mapped it becomes the hash of these.
    #[serde(default, skip_serializing_if = "Paths::is_empty")]
    pub fingerprint: Paths,
    /// OCSF attributes, such as `finding_info.title`, each with the path it is read from, several
    /// paths of which the first present counts, or a rule. `unmapped.NAME` keeps a value that has
    /// no attribute. Values of the item that nothing reads are kept in `unmapped` anyway.
    pub attributes: BTreeMap<String, AttributeConfig>,
}

/// An OCSF class by name or number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ClassName {
    /// Such as `2004`.
    Number(i64),
    /// Such as `detection_finding`.
    Name(String),
}

/// One path, or several.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Paths(pub Vec<String>);

impl Paths {
    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Where the value of an attribute comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AttributeConfig {
    /// Paths, of which the first present counts.
    Paths(Paths),
    /// A rule.
    Rule(RuleConfig),
}

/// How the value of an attribute is found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleConfig {
    /// One path, or several of which the first present counts. `null`, the empty text and the
    /// empty list count as absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Paths>,
    /// What the source's values mean, whatever their case: `{firing: new, resolved: resolved}`. A
    /// value that is not listed gives `default`, or without one passes as it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub table: BTreeMap<String, Constant>,
    /// The value where no path is present, or the table does not list what is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Constant>,
    /// A constant, in place of all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Constant>,
}

/// A value written in the configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Constant {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text, a word of an enumeration or a time.
    Text(String),
}

impl Constant {
    /// Returns the constant as a value to assign.
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Boolean(is_true) => Value::Boolean(*is_true),
            Self::Integer(number) => Value::Integer(*number),
            Self::Float(number) => Value::Float(*number),
            Self::Text(text) => Value::Text(text),
        }
    }
}

/// As it is written in the configuration.
impl fmt::Display for Constant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(is_true) => is_true.fmt(formatter),
            Self::Integer(number) => number.fmt(formatter),
            Self::Float(number) => number.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PathsVisitor)
    }
}

impl<'de> Deserialize<'de> for AttributeConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AttributeVisitor)
    }
}

/// Written by hand for its messages: a derive would say that no variant matched.
struct PathsVisitor;

impl<'de> Visitor<'de> for PathsVisitor {
    type Value = Paths;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a path such as `labels.severity`, or a list of paths")
    }

    fn visit_str<E: Error>(self, path: &str) -> Result<Paths, E> {
        Ok(Paths(vec![path.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Paths, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Paths)
    }
}

struct AttributeVisitor;

impl<'de> Visitor<'de> for AttributeVisitor {
    type Value = AttributeConfig;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a path, a list of paths, or `path`, `table`, `default`, `value`")
    }

    fn visit_str<E: Error>(self, path: &str) -> Result<AttributeConfig, E> {
        PathsVisitor.visit_str(path).map(AttributeConfig::Paths)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<AttributeConfig, A::Error> {
        PathsVisitor.visit_seq(list).map(AttributeConfig::Paths)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AttributeConfig, A::Error> {
        RuleConfig::deserialize(MapAccessDeserializer::new(map)).map(AttributeConfig::Rule)
    }
}

impl JsonSchema for Paths {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Paths".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "array"],
            "items": { "type": "string" },
            "minItems": 1,
            "x-signalbox-expected": "a path such as `labels.severity`, or a list of paths",
            "examples": ["labels.severity", ["annotations.description", "annotations.summary"]]
        })
    }
}

impl JsonSchema for AttributeConfig {
    fn schema_name() -> Cow<'static, str> {
        "MappingAttribute".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [generator.subschema_for::<Paths>(), generator.subschema_for::<RuleConfig>()],
            "x-signalbox-expected":
                "a path, a list of paths, or a rule such as `{value: Acme}` or `{path: a.b}`"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(json: &str) -> Result<AttributeConfig, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    fn paths(paths: &[&str]) -> Paths {
        Paths(paths.iter().map(|path| (*path).to_owned()).collect())
    }

    #[test]
    fn an_attribute_is_a_path_a_list_of_paths_or_a_rule() {
        let rule = RuleConfig {
            path: Some(paths(&["a"])),
            table: BTreeMap::from([("1".to_owned(), Constant::Text("low".to_owned()))]),
            default: Some(Constant::Integer(0)),
            value: None,
        };

        assert_eq!(attribute(r#""a.b""#), Ok(AttributeConfig::Paths(paths(&["a.b"]))));
        assert_eq!(attribute(r#"["a", "b"]"#), Ok(AttributeConfig::Paths(paths(&["a", "b"]))));
        assert_eq!(
            attribute(r#"{"path": "a", "table": {"1": "low"}, "default": 0}"#),
            Ok(AttributeConfig::Rule(rule))
        );
    }

    #[test]
    fn a_wrong_shape_is_told_what_was_expected() {
        assert_eq!(
            attribute("7").unwrap_err(),
            "invalid type: integer `7`, expected a path, a list of paths, or `path`, `table`, \
             `default`, `value` at line 1 column 1"
        );
        assert!(attribute(r#"{"tabel": {}}"#).unwrap_err().starts_with("unknown field `tabel`"));
    }

    #[test]
    fn the_schema_explains_every_key() {
        let schema = schemars::schema_for!(MappingConfig).to_value();

        let rule = &schema["$defs"]["RuleConfig"]["properties"];
        for properties in [&schema["properties"], rule] {
            let properties = properties.as_object().unwrap();
            assert!(properties.len() >= 4);
            assert!(properties.values().all(|key| key["description"].is_string()), "{schema:#}");
        }
    }

    #[test]
    fn a_configuration_is_written_as_it_was_read() {
        let json = r#"{"for_each":"alerts","class":"detection_finding","event_id":["a","b"],"attributes":{"message":["m"],"time":{"path":["t"]}}}"#;

        let config: MappingConfig = serde_json::from_str(json).unwrap();

        assert_eq!(serde_json::to_string(&config).unwrap(), json);
    }
}
