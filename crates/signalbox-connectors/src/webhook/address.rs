//! Where to send. Whoever knows the address of a webhook can often use it, so it may be a secret,
//! and errors name its host only.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use signalbox_model::secret::{SecretRef, SecretResolver};
use signalbox_sdk::http::BaseUrl;

/// An address, or a reference to one that is kept as a secret.
#[derive(Clone, Debug, PartialEq)]
pub enum Address {
    /// Written in the configuration, for everybody to see.
    Plain(BaseUrl),
    /// Kept where secrets are; read at each use.
    Secret(SecretRef),
}

/// An address ready to be called.
pub(super) struct Target {
    /// Scheme, host, port and path, checked.
    pub(super) base: BaseUrl,
    /// The whole address, with its query.
    pub(super) url: String,
    /// Parts of a secret address that an answer must not repeat, the longest first.
    pub(super) secret_parts: Vec<String>,
}

impl Address {
    /// Returns where to send now.
    ///
    /// # Errors
    /// In words, without the address.
    pub(super) fn resolve(&self, secrets: &dyn SecretResolver) -> Result<Target, String> {
        match self {
            Self::Plain(base) => {
                Ok(Target { base: base.clone(), url: base.to_string(), secret_parts: Vec::new() })
            }
            Self::Secret(reference) => {
                let secret = secrets.resolve(reference).map_err(|error| error.to_string())?;
                secret_target(secret.expose())
                    .map_err(|what| format!("the address at `{reference}` {what}"))
            }
        }
    }
}

fn secret_target(text: &str) -> Result<Target, String> {
    let (text, query) = match text.split_once('?') {
        Some((text, query)) => (text, Some(query)),
        None => (text, None),
    };
    let base = BaseUrl::parse(text)?;
    let path = base.path().to_owned();
    let Some(query) = query else {
        return Ok(Target { url: base.to_string(), secret_parts: long(vec![path]), base });
    };
    if query.contains('#') {
        return Err("has a fragment; leave out `#` and what follows".to_owned());
    }
    let secret_parts = long(vec![format!("{path}?{query}"), path, query.to_owned()]);
    Ok(Target { url: format!("{base}?{query}"), secret_parts, base })
}

/// `/` and the like are in every answer and are no secret.
fn long(mut parts: Vec<String>) -> Vec<String> {
    parts.retain(|part| part.len() > 1);
    parts
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        if text.starts_with("env:") || text.starts_with("file:") {
            return text.parse().map(Self::Secret).map_err(serde::de::Error::custom);
        }
        BaseUrl::parse(&text).map(Self::Plain).map_err(|what| {
            serde::de::Error::custom(format!(
                "the address {what}; or keep it as a secret and write `env:NAME`"
            ))
        })
    }
}

impl JsonSchema for Address {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    /// Two choices, so that whatever is shown of a configuration hides a secret written here.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                generator.subschema_for::<SecretRef>(),
                generator.subschema_for::<BaseUrl>(),
            ],
            "examples": ["https://soar.example.com/hooks/alerts", "env:HOOK_URL"],
        })
    }
}

#[cfg(test)]
mod tests {
    use signalbox_model::secret::FixedSecrets;

    use super::*;

    #[test]
    fn a_secret_address_may_have_a_query_and_knows_what_to_hide() {
        let target = resolve("https://hooks.example.com/T0/x9?sig=abc").unwrap();

        assert_eq!(target.url, "https://hooks.example.com/T0/x9?sig=abc");
        assert_eq!(target.base.host(), "hooks.example.com");
        assert_eq!(target.secret_parts, ["/T0/x9?sig=abc", "/T0/x9", "sig=abc"]);
    }

    #[test]
    fn a_bad_secret_address_is_refused_without_being_shown() {
        for text in ["hunter2", "ftp://h.example/hunter2", "https://h.example/x?hunter2#y"] {
            let error = resolve(text).err().unwrap();

            assert!(error.starts_with("the address at `env:HOOK_URL` "), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_plain_address_has_no_query_and_the_way_out_is_told() {
        let error = serde_json::from_str::<Address>("\"https://h.example/x?y\"").unwrap_err();

        assert!(error.to_string().contains("write `env:NAME`"), "{error}");
    }

    fn resolve(text: &str) -> Result<Target, String> {
        let address: Address = serde_json::from_str("\"env:HOOK_URL\"").unwrap();
        address.resolve(&FixedSecrets::of_variables([("HOOK_URL", text)]))
    }
}
