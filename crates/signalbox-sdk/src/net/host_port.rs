//! `host:port`, checked once when the configuration is read.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

/// A host name or address, and a port: `siem.example.com:6514`, `[2001:db8::7]:601`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    host: String,
    port: u16,
}

impl HostPort {
    /// Returns the host, an address of IPv6 without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port, never 0.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns whether it is this machine itself, by a literal address: nothing travels then.
    pub fn is_loopback(&self) -> bool {
        self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for HostPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, port) = text
            .rsplit_once(':')
            .ok_or_else(|| format!("`{text}` has no port; write it as `host:port`"))?;
        let number = port.parse().ok().filter(|port| *port != 0);
        let port = number.ok_or_else(|| {
            format!("`{port}` is no port; write a number from 1 to 65535 behind the colon")
        })?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if bare.is_none() && host.contains(':') {
            return Err(format!("`{host}` needs brackets around it, such as `[2001:db8::7]`"));
        }
        let is_host = match bare {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => is_name(host),
        };
        if !is_host {
            return Err(format!("`{host}` is neither a host name nor an address"));
        }
        Ok(Self { host: bare.unwrap_or(host).to_owned(), port })
    }
}

/// Letters, digits, dots, hyphens and the underscore that some private zones have.
fn is_name(host: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !host.is_empty() && host.len() <= NAME_BYTES_MAX && host.bytes().all(is_letter)
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl<'de> Deserialize<'de> for HostPort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for HostPort {
    fn schema_name() -> Cow<'static, str> {
        "HostPort".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "x-signalbox-expected": "a host and a port such as `siem.example.com:6514`"
        })
    }
}

/// The longest name of the domain name system (RFC 1035 §2.3.4).
const NAME_BYTES_MAX: usize = 253;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_read_and_shown_alike() {
        for text in ["siem.example.com:6514", "192.0.2.7:1", "[2001:db8::7]:65535", "a_b:514"] {
            let read: HostPort = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        let six: HostPort = "[::1]:514".parse().unwrap();
        assert_eq!((six.host(), six.port(), six.is_loopback()), ("::1", 514, true));
    }

    #[test]
    fn what_is_no_host_and_port_is_told() {
        for (text, words) in [
            ("siem", "`siem` has no port; write it as `host:port`"),
            ("siem:0", "`0` is no port; write a number from 1 to 65535 behind the colon"),
            ("siem:70000", "`70000` is no port; write a number from 1 to 65535 behind the colon"),
            ("2001:db8::7:514", "`2001:db8::7` needs brackets around it, such as `[2001:db8::7]`"),
            (":514", "`` is neither a host name nor an address"),
            ("tcp//x:514", "`tcp//x` is neither a host name nor an address"),
            ("[siem]:514", "`[siem]` is neither a host name nor an address"),
        ] {
            assert_eq!(text.parse::<HostPort>(), Err(words.to_owned()), "{text}");
        }
    }
}
