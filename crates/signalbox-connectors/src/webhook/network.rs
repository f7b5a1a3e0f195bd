//! The networks that may send, and the one form in which addresses are compared.

use std::borrow::Cow;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

/// A network such as `192.0.2.0/24`, or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Returns whether `address` is in the network. An IPv4 address counts as one in whichever form
    /// it comes: a socket that takes both families shows `192.0.2.1` as `::ffff:192.0.2.1`.
    pub(super) fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl From<Network> for IpNet {
    fn from(network: Network) -> Self {
        network.0
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        let network = network.map_err(|_| {
            format!("`{text}` is no network; write one such as `192.0.2.0/24` or `2001:db8::7`")
        })?;
        Ok(Self(canonical(network)))
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Network {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Network".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "ip-network",
            "examples": ["192.0.2.0/24", "2001:db8::7"],
            "x-signalbox-expected": "a network such as `192.0.2.0/24` or an address"
        })
    }
}

/// Brings an IPv4 network that is written inside IPv6 into the form addresses are compared in.
fn canonical(network: IpNet) -> IpNet {
    let IpAddr::V4(address) = network.addr().to_canonical() else { return network };
    let is_mapped = matches!(network, IpNet::V6(_));
    let length = network.prefix_len().checked_sub(MAPPED_PREFIX).filter(|_| is_mapped);
    let mapped = length.and_then(|length| Ipv4Net::new(address, length).ok());
    mapped.map_or(network, IpNet::V4)
}

/// IPv4 inside IPv6 has 96 fixed bits before it (RFC 4291 §2.5.5.2).
const MAPPED_PREFIX: u8 = 96;

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn networks_of_both_families_hold_their_addresses() {
        assert!(contains("192.0.2.0/24", "192.0.2.255"));
        assert!(!contains("192.0.2.0/24", "192.0.3.0"));
        assert!(contains("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!contains("2001:db8::/32", "2001:db9::1"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
    }

    #[test]
    fn an_address_alone_is_a_network_of_one() {
        assert!(contains("192.0.2.7", "192.0.2.7"));
        assert!(!contains("192.0.2.7", "192.0.2.8"));
        assert!(contains("::1", "0:0:0:0:0:0:0:1"));
    }

    #[test]
    fn an_ipv4_address_inside_ipv6_is_the_same_address() {
        assert!(contains("192.0.2.0/24", "::ffff:192.0.2.9"));
        assert!(contains("::ffff:192.0.2.0/120", "192.0.2.9"));
        assert!(!contains("::ffff:192.0.2.0/120", "192.0.3.9"));
    }

    #[test]
    fn what_is_no_network_is_refused_with_an_example() {
        for text in ["", "internal", "192.0.2.0/33", "192.0.2", "192.0.2.0/24 "] {
            let error = text.parse::<Network>().unwrap_err();
            assert!(error.ends_with("write one such as `192.0.2.0/24` or `2001:db8::7`"), "{text}");
        }
    }
}
