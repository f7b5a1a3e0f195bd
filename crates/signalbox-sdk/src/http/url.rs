//! A vendor's base address, checked once when the configuration is read.

use std::borrow::Cow;
use std::fmt;

use reqwest::Url;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An absolute `https` address without credentials, query or fragment; `http` only to a literal
/// loopback address (simulators, local agents).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Parses and checks an address.
    ///
    /// # Errors
    /// In words for the operator, which repeat nothing of the address: credentials may be in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text)
            .map_err(|error| format!("is no URL such as `https://host.example`: {error}"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("carries credentials; put them into their own fields".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("has a query or fragment; write the plain address".to_owned());
        }
        match url.scheme() {
            "https" if url.host().is_some() => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            "http" => Err("is plain HTTP, which goes to a literal loopback address only; \
                           write `https://`"
                .to_owned()),
            _ => Err("begins with something other than `https://`; write that".to_owned()),
        }
    }

    /// Returns the address with `path` below it; `path` begins without a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}/{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// Returns the path of the address, `/` where it has none.
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// Returns the address without its path.
    #[must_use]
    pub fn origin(&self) -> Self {
        let mut url = self.0.clone();
        url.set_path("");
        Self(url)
    }

    /// Returns scheme, host and port in the form that origins have: without a slash at the end, the port
    /// only where it is not the scheme's own.
    pub fn origin_text(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Returns the host name or address.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns the port, that of the scheme where the address names none.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(HTTPS_PORT)
    }

    /// Returns whether calls go unencrypted, to this machine itself.
    pub fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(|what| serde::de::Error::custom(format!("the address {what}")))
    }
}

impl Serialize for BaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl JsonSchema for BaseUrl {
    fn schema_name() -> Cow<'static, str> {
        "BaseUrl".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "uri",
            "x-signalbox-expected": "an address such as `https://siem.example.com:8088`"
        })
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Both schemes that are accepted have a port of their own; this stands in for neither.
const HTTPS_PORT: u16 = 443;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_literal_loopback_only() {
        for good in ["https://snow.example.com", "http://127.0.0.1:8088", "http://[::1]:1/x"] {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
        for bad in ["http://localhost:1", "http://10.0.0.1", "ftp://x", "nonsense", "https://"] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn credentials_in_an_address_are_refused_and_not_repeated() {
        let error = BaseUrl::parse("https://user:hunter2@snow.example.com").unwrap_err();

        assert!(!error.contains("hunter2"));
    }

    #[test]
    fn the_port_is_that_of_the_scheme_where_the_address_names_none() {
        let ports = ["https://a.example", "https://a.example:8088", "http://[::1]/x"]
            .map(|text| BaseUrl::parse(text).unwrap().port());

        assert_eq!(ports, [443, 8088, 80]);
    }

    #[test]
    fn joining_makes_exactly_one_slash() {
        for base in ["https://a.example/x", "https://a.example/x/"] {
            assert_eq!(BaseUrl::parse(base).unwrap().join("y"), "https://a.example/x/y");
        }
    }
}
