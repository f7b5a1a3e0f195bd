//! Which API belongs to an address that somebody copied from the browser.
//!
//! Every stack has a console `app…` and an API `api…` under the same domain: `app3.eu.prismacloud.io`
//! goes with `api3.eu.prismacloud.io`. The console's address is what people see, so it is what they
//! paste, with whatever path and fragment the page had.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use signalbox_sdk::http::BaseUrl;

/// A stack's API, as given or found from its console's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackUrl {
    api: BaseUrl,
    console: BaseUrl,
}

impl StackUrl {
    /// Reads the address of a stack's API or console. Of a console's, path, query and fragment are
    /// dropped.
    ///
    /// # Errors
    /// In words for the operator.
    ///
    /// ```
    /// use signalbox_connectors::prisma_cloud::StackUrl;
    ///
    /// let stack = StackUrl::parse("https://app3.prismacloud.io/alerts/overview#status=open").unwrap();
    /// assert_eq!(stack.api().host(), "api3.prismacloud.io");
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let plain = text.split(['?', '#']).next().unwrap_or_default();
        match BaseUrl::parse(plain) {
            Ok(base) if is_product(base.host()) => Self::of_product(&base),
            _ => BaseUrl::parse(text).map(|base| Self { console: base.clone(), api: base }),
        }
    }

    /// Returns where calls go.
    pub fn api(&self) -> &BaseUrl {
        &self.api
    }

    /// Returns where people look, for links; the API's own address where the stack is not known.
    pub fn console(&self) -> &BaseUrl {
        &self.console
    }

    fn of_product(base: &BaseUrl) -> Result<Self, String> {
        let host = base.host();
        let stack = host.strip_prefix("app").or_else(|| host.strip_prefix("api"));
        let Some(stack) = stack else {
            return Err(format!(
                "has the host `{host}`, which is neither a console (`app…`) nor an API (`api…`)"
            ));
        };
        Ok(Self {
            api: BaseUrl::parse(&format!("https://api{stack}"))?,
            console: BaseUrl::parse(&format!("https://app{stack}"))?,
        })
    }
}

impl fmt::Display for StackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.api.fmt(f)
    }
}

impl<'de> Deserialize<'de> for StackUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(|what| serde::de::Error::custom(format!("`url` {what}")))
    }
}

impl JsonSchema for StackUrl {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "StackUrl".into()
    }

    /// No `uri`: the address of a page has a fragment, and it is welcome.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^https?://.+$",
            "examples": ["https://api3.prismacloud.io", "https://app3.prismacloud.io"],
            "x-signalbox-expected":
                "the address of a stack's API or console such as `https://api3.prismacloud.io`"
        })
    }
}

fn is_product(host: &str) -> bool {
    host.ends_with(".prismacloud.io") || host.ends_with(".prismacloud.cn")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_the_console_leads_to_its_api() {
        for (pasted, api) in [
            (
                "https://app3.prismacloud.io/alerts/overview?viewId=default#x=1",
                "api3.prismacloud.io",
            ),
            ("https://app.eu.prismacloud.io", "api.eu.prismacloud.io"),
            ("https://app.prismacloud.cn/", "api.prismacloud.cn"),
            ("https://api2.prismacloud.io", "api2.prismacloud.io"),
        ] {
            let stack = StackUrl::parse(pasted).unwrap();

            assert_eq!(stack.api().join("login"), format!("https://{api}/login"));
            assert_eq!(stack.console().host(), api.replacen("api", "app", 1));
        }
    }

    #[test]
    fn another_host_is_taken_as_it_is() {
        let stack = StackUrl::parse("http://127.0.0.1:7000").unwrap();

        assert_eq!(stack.api().join("login"), "http://127.0.0.1:7000/login");
        assert_eq!(stack.console(), stack.api());
    }

    #[test]
    fn what_is_no_stack_is_refused_in_words() {
        assert!(StackUrl::parse("https://docs.prismacloud.io").unwrap_err().contains("`app…`"));
        assert!(StackUrl::parse("http://proxy.example/x").unwrap_err().contains("plain HTTP"));
        assert!(StackUrl::parse("https://proxy.example/x?y").is_err());
    }
}
