//! The hub's own HTTP listener.

use std::net::{Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::secret::SecretRef;
use signalbox_sdk::role::{Listen, ListenTls};

/// The hub's HTTP listener.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Address and port; default `127.0.0.1:8686`. Anything but loopback needs `tls` or `behind_proxy`.
    #[serde(default = "address_default")]
    #[schemars(
        with = "String",
        extend("format" = "socket-address", "x-signalbox-expected" = "an address and port such as `127.0.0.1:8686`")
    )]
    pub listen: SocketAddr,
    /// The certificate to serve; read again on reload.
    #[serde(default)]
    pub tls: Option<ListenTls>,
    /// Says that a proxy in front ends TLS: the networks of the proxies whose `X-Forwarded-For` is
    /// believed. An empty list believes none.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub behind_proxy: Option<Vec<ipnet::IpNet>>,
    /// The bearer token for `/v1` and `/metrics` on a listener that is not loopback; without it they
    /// are not found there.
    #[serde(default)]
    pub api_token: Option<SecretRef>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self { listen: address_default(), tls: None, behind_proxy: None, api_token: None }
    }
}

impl HttpConfig {
    /// Returns the listener.
    pub fn listen(&self) -> Listen {
        Listen {
            address: self.listen,
            tls: self.tls.clone(),
            behind_proxy: self.behind_proxy.clone(),
        }
    }
}

fn address_default() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 8686))
}
