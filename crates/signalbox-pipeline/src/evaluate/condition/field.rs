//! What the left side of a clause names, and what it holds.
//!
//! A name is one of the words SOC people use ([`short_names`](super::short_names)), a pseudo-field
//! that no event has (`integration`, `connector`, `tag.KEY`), or any path of OCSF. It is looked up
//! once, when the condition is compiled.

use std::fmt;

use signalbox_model::ocsf::{FieldKind, FieldPath};

use super::error::{Mistake, nearest, shown};
use super::short_names;
use super::tag::Tag;

/// A field: its name, where its values are, and what they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    name: Box<str>,
    place: Place,
    kind: Kind,
}

impl Field {
    /// Finds the field of a name, whatever its case.
    ///
    /// # Errors
    /// When there is none; the mistake names the nearest.
    pub(super) fn find(name: &str) -> Result<Self, Mistake> {
        if let Some((name, place)) = pseudo_field(name) {
            return Ok(Self { name: name.into(), place, kind: Kind::Text });
        }
        if let Some((short, paths)) = short_names::find(name) {
            // A test proves that every path of the table is one.
            let paths = paths.iter().filter_map(|path| FieldPath::parse(path).ok()).collect();
            return Ok(Self::of_paths(short, paths));
        }
        if let Some(key) = strip_prefix(name, "tag.").filter(|key| !key.is_empty()) {
            let name = format!("tag.{key}").into();
            return Ok(Self { name, place: Place::Tag(Tag::named(key)), kind: Kind::Text });
        }
        if name.len() > PATH_BYTES_MAX {
            return Err(unknown_field(name, None));
        }
        let path = FieldPath::parse(name);
        match path.or_else(|_| FieldPath::parse(&name.to_ascii_lowercase())) {
            Ok(path) => Ok(Self::of_paths(&path.to_string(), vec![path])),
            Err(unknown) => Err(unknown_field(name, unknown.nearest.as_deref())),
        }
    }

    fn of_paths(name: &str, paths: Vec<FieldPath>) -> Self {
        let kind = paths.first().map_or(Kind::Text, Kind::of);
        Self { name: name.into(), place: Place::Event(paths), kind }
    }

    /// Returns the name: the short one where it was used, else the path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns where the values are.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// Returns what the values are.
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}

/// Where the values of a field are.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// In the event, at any of these paths.
    Event(Vec<FieldPath>),
    /// In the event, in the tags of one name.
    Tag(Tag),
    /// The name of the integration the event came from.
    Integration,
    /// The name of its connector.
    Connector,
}

/// What the values of a field are, as far as conditions tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Texts.
    Text,
    /// Texts that are IP addresses.
    Address,
    /// Whole numbers.
    Integer,
    /// Numbers with a fraction.
    Float,
    /// True or false.
    Boolean,
    /// Points in time.
    Time,
    /// Severities, as number or word.
    Severity,
    /// Anything: a text, number or boolean where the JSON is one, else the JSON text.
    Json,
    /// Objects, which can only be there or not.
    Object,
}

impl Kind {
    pub(super) fn of(path: &FieldPath) -> Self {
        let attribute = path.as_str().rsplit('.').next().unwrap_or_default();
        match path.kind() {
            FieldKind::Text | FieldKind::Integer if SEVERITIES.contains(&attribute) => {
                Self::Severity
            }
            FieldKind::Text | FieldKind::TextList if ADDRESSES.contains(&attribute) => {
                Self::Address
            }
            FieldKind::Text | FieldKind::TextList => Self::Text,
            FieldKind::Integer | FieldKind::IntegerList => Self::Integer,
            FieldKind::Float => Self::Float,
            FieldKind::Boolean => Self::Boolean,
            FieldKind::Timestamp => Self::Time,
            FieldKind::Json => Self::Json,
            FieldKind::Object | FieldKind::ObjectList => Self::Object,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "a text",
            Self::Address => "an IP address",
            Self::Integer => "a whole number",
            Self::Float => "a number",
            Self::Boolean => "a boolean",
            Self::Time => "a time",
            Self::Severity => "a severity",
            Self::Json => "JSON",
            Self::Object => "an object",
        })
    }
}

fn pseudo_field(name: &str) -> Option<(&'static str, Place)> {
    match name {
        _ if name.eq_ignore_ascii_case(INTEGRATION) => Some((INTEGRATION, Place::Integration)),
        _ if name.eq_ignore_ascii_case(CONNECTOR) => Some((CONNECTOR, Place::Connector)),
        _ => None,
    }
}

fn strip_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = name.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn unknown_field(name: &str, nearest_path: Option<&str>) -> Mistake {
    let mut names: Vec<&str> = short_names::all().chain([INTEGRATION, CONNECTOR]).collect();
    names.extend(nearest_path);
    let near = nearest(&name.to_ascii_lowercase(), names.into_iter());
    let mistake = Mistake::new(format!("unknown field `{}`", shown(name)));
    match near.or(nearest_path) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake.help("use a short name such as `severity`, or a path of OCSF"),
    }
}

const INTEGRATION: &str = "integration";
const CONNECTOR: &str = "connector";

/// Longer than any path; looking for what is near takes time with the length.
const PATH_BYTES_MAX: usize = 512;

/// The attributes of OCSF type `ip_t`.
const ADDRESSES: [&str; 4] = ["ip", "intermediate_ips", "x_forwarded_for", "x_originating_ip"];

/// The attributes that hold a severity. Some hold a vendor's word; one that is known compares like
/// our own.
const SEVERITIES: [&str; 2] = ["severity", "severity_id"];

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> Kind {
        Field::find(name).unwrap().kind()
    }

    #[test]
    fn every_kind_of_attribute_is_told_apart() {
        assert_eq!(kind("message"), Kind::Text);
        assert_eq!(kind("finding_info.types"), Kind::Text);
        assert_eq!(kind("src_endpoint.ip"), Kind::Address);
        assert_eq!(kind("http_request.x_forwarded_for"), Kind::Address);
        assert_eq!(kind("dst_endpoint.port"), Kind::Integer);
        assert_eq!(kind("vulnerabilities.cve.cvss.base_score"), Kind::Float);
        assert_eq!(kind("is_alert"), Kind::Boolean);
        assert_eq!(kind("time"), Kind::Time);
        assert_eq!(kind("severity_id"), Kind::Severity);
        assert_eq!(kind("vulnerabilities.severity"), Kind::Severity);
        assert_eq!(kind("unmapped.cs1Label"), Kind::Json);
        assert_eq!(kind("device"), Kind::Object);
        assert_eq!(kind("resources"), Kind::Object);
    }

    #[test]
    fn case_matters_in_no_name_except_the_keys_of_others() {
        assert_eq!(Field::find("Finding.Severity"), Field::find("finding.severity"));
        assert_eq!(Field::find("Device.Hostname"), Field::find("device.hostname"));
        assert_eq!(Field::find("INTEGRATION").unwrap().name(), "integration");
        assert_eq!(Field::find("TAG.Env").unwrap().name(), "tag.Env");
        assert_eq!(Field::find("unmapped.cs1Label").unwrap().name(), "unmapped.cs1Label");
    }
}
