//! Secrets: the value that never shows itself, the reference that stands for it in a configuration,
//! and the role of whoever turns one into the other.
//!
//! A configuration names a secret and never contains it, so a file can be shown, diffed and kept in
//! version control. The reference is resolved at each use: a rotated credential needs no restart.
//! [`Secret`] has no JSON Schema on purpose: a configuration type that holds one does not compile.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A secret text, wiped from memory when dropped and redacted wherever it could be printed.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// Returns the text, for the one place that sends it. Never for logs, errors or URLs.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

/// Reads a secret out of a vendor's answer, such as an access token.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// Where a secret is kept: `env:NAME` or `file:PATH`. It is no secret itself and may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretRef {
    /// An environment variable, or an entry of the `.env` beside the configuration.
    Environment(String),
    /// A file whose content is the secret, without one trailing line break. A relative path starts
    /// at the folder of the configuration.
    File(PathBuf),
}

/// A text that stands where a reference to a secret belongs. It keeps nothing of that text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretRefError {
    /// No known prefix, so the text is probably the secret itself.
    #[error("is a literal secret; put it in an environment variable and write `env:NAME`")]
    Literal,
    /// What follows `env:` cannot name a variable.
    #[error(
        "does not name an environment variable; use letters, digits and `_`, such as `env:API_TOKEN`"
    )]
    VariableName,
    /// Nothing follows `file:`.
    #[error("names no file; write a path, such as `file:/run/secrets/api_token`")]
    NoPath,
}

impl FromStr for SecretRef {
    type Err = SecretRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(name) = text.strip_prefix("env:") {
            let is_name = is_variable_name(name);
            return is_name.then(|| Self::Environment(name.into())).ok_or(Self::Err::VariableName);
        }
        match text.strip_prefix("file:") {
            Some("") => Err(SecretRefError::NoPath),
            Some(path) => Ok(Self::File(PathBuf::from(path))),
            None => Err(SecretRefError::Literal),
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

impl Serialize for SecretRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Secret::deserialize(deserializer)?;
        text.expose().parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for SecretRef {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretRef".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Reference to a secret: `env:NAME` or `file:PATH`, never the secret.",
            "pattern": "^(env|file):.+$",
            "examples": ["env:API_TOKEN", "file:/run/secrets/api_token"],
            "x-signalbox-secret": true,
            "x-signalbox-expected":
                "a reference to a secret such as `env:API_TOKEN` or `file:/run/secrets/api_token`"
        })
    }
}

/// Turns references into secrets, at each use, for one reader: an integration, or the hub itself.
pub trait SecretResolver: Send + Sync {
    /// Reads the secret now. It may read a small local file and never waits for a network.
    ///
    /// # Errors
    /// Says which reference could not be read and why, never what was read.
    fn resolve(&self, reference: &SecretRef) -> Result<Secret, SecretError>;
}

/// Why a secret could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Neither the environment nor `.env` has the variable.
    #[error("environment variable `{name}` is not set; set it, or add it to `.env`")]
    Unset {
        /// The variable.
        name: String,
    },
    /// The reference leads to an empty text, which no vendor accepts.
    #[error("the secret at `{reference}` is empty; put the secret there")]
    Empty {
        /// The reference.
        reference: SecretRef,
    },
    /// The file cannot be read.
    #[error("secret file `{}` cannot be read: {}; check the path and its owner", path.display(), in_words(*reason))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: io::ErrorKind,
    },
    /// The file holds something other than a short text.
    #[error("secret file `{}` is no text of at most {bytes_max} bytes", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The largest secret that is read.
        bytes_max: usize,
    },
    /// `.env` is refused as a whole, so nothing of it may be used.
    #[error("`{}` is refused: {reason}", path.display())]
    DotenvRefused {
        /// The file.
        path: PathBuf,
        /// Why, with what to do.
        reason: String,
    },
}

/// A resolver for tests: a fixed list of references and their secrets.
#[derive(Clone, Debug, Default)]
pub struct FixedSecrets(Vec<(SecretRef, Secret)>);

impl FixedSecrets {
    /// Makes a resolver that knows these environment variables.
    pub fn of_variables<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let secrets = variables.into_iter();
        Self(secrets.map(|(n, v)| (SecretRef::Environment(n.into()), Secret::new(v))).collect())
    }
}

impl SecretResolver for FixedSecrets {
    fn resolve(&self, reference: &SecretRef) -> Result<Secret, SecretError> {
        let found = self.0.iter().find(|(known, _)| known == reference);
        found.map(|(_, secret)| secret.clone()).ok_or_else(|| absent(reference))
    }
}

/// Tells whether `name` can be the name of an environment variable in a reference.
pub fn is_variable_name(name: &str) -> bool {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts_well && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn absent(reference: &SecretRef) -> SecretError {
    match reference {
        SecretRef::Environment(name) => SecretError::Unset { name: name.clone() },
        SecretRef::File(path) => unreadable(path, io::ErrorKind::NotFound),
    }
}

fn unreadable(path: &Path, reason: io::ErrorKind) -> SecretError {
    SecretError::Unreadable { path: path.to_path_buf(), reason }
}

/// The system's own words for the kinds that people meet.
fn in_words(reason: io::ErrorKind) -> String {
    match reason {
        io::ErrorKind::NotFound => "No such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "Permission denied".to_owned(),
        other => other.to_string(),
    }
}

/// What is shown in place of a secret.
const REDACTED: &str = "***";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_itself_only_when_asked() {
        let secret = Secret::new("hunter2");

        let shown = format!("{secret} {secret:?} {}", serde_json::json!({ "token": secret }));

        assert_eq!(shown, "*** *** {\"token\":\"***\"}");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn references_are_read_and_written_back_the_same() {
        for text in ["env:JIRA_TOKEN", "env:_x1", "file:secrets/jira", "file:/run/secrets/jira"] {
            let reference: SecretRef = text.parse().unwrap();

            assert_eq!(reference.to_string(), text);
            assert_eq!(serde_json::to_value(&reference).unwrap(), text);
        }
    }

    #[test]
    fn a_literal_is_refused_and_its_text_appears_nowhere() {
        let error = serde_json::from_str::<SecretRef>("\"hunter2\"").unwrap_err();

        assert_eq!(
            error.to_string(),
            "is a literal secret; put it in an environment variable and write `env:NAME`"
        );
    }

    #[test]
    fn half_a_reference_is_refused_without_its_text() {
        assert_eq!("env:hunter 2".parse::<SecretRef>(), Err(SecretRefError::VariableName));
        assert_eq!("env:".parse::<SecretRef>(), Err(SecretRefError::VariableName));
        assert_eq!("env:2FA".parse::<SecretRef>(), Err(SecretRefError::VariableName));
        assert_eq!("file:".parse::<SecretRef>(), Err(SecretRefError::NoPath));
    }

    #[test]
    fn the_schema_marks_the_field_as_secret() {
        let schema = schemars::schema_for!(SecretRef);

        assert_eq!(schema.get("x-signalbox-secret"), Some(&serde_json::Value::Bool(true)));
    }

    #[test]
    fn fixed_secrets_know_what_they_were_given_and_nothing_else() {
        let secrets = FixedSecrets::of_variables([("TOKEN", "hunter2")]);

        let known = secrets.resolve(&SecretRef::Environment("TOKEN".into())).unwrap();
        let unknown = secrets.resolve(&SecretRef::Environment("OTHER".into()));

        assert_eq!(known.expose(), "hunter2");
        assert_eq!(unknown.unwrap_err(), SecretError::Unset { name: "OTHER".into() });
    }
}
