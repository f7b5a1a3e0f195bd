//! What an operator writes about a syslog integration: sockets that devices send to, or a receiver.

mod send;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::ByteSize;
use signalbox_sdk::BuildError;
use signalbox_sdk::codec::syslog::Zone;
use signalbox_sdk::codec::syslog::framing::FramingMode;

use crate::webhook::Network;

pub use self::send::{
    Facility, SendConfig, SendFraming, SendHeader, SendPayload, SendTls, SendTransport,
};

/// A syslog integration; `direction` says which way the messages go.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(tag = "direction", rename_all = "lowercase")]
pub enum Config {
    /// Devices send their messages to the hub.
    Receive(ReceiveConfig),
    /// The hub sends events and alerts to a receiver.
    Send(SendConfig),
}

/// Sockets that devices send to: any number of each kind, at least one in all.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveConfig {
    /// Sockets for datagrams (RFC 5426). Anybody can forge a datagram's sender, and the kernel drops
    /// what comes too fast: use it for devices that know nothing else. While senders of webhooks or HEC
    /// wait for answers, each socket takes in 5,000 a second for each processor.
    #[serde(default)]
    pub udp: Vec<UdpConfig>,
    /// Sockets for plain TCP (RFC 6587). Senders get no acknowledgement.
    #[serde(default)]
    pub tcp: Vec<TcpConfig>,
    /// Sockets for TLS (RFC 5425 as updated by RFC 9662): TLS 1.2 and 1.3. Devices that know only the
    /// suites of 2009 cannot connect; put a TLS relay before them. Senders get no acknowledgement.
    #[serde(default)]
    pub tls: Vec<TlsConfig>,
    /// Sockets for RELP: each message is acknowledged once it is committed, so that none is lost. What
    /// was not acknowledged comes again.
    #[serde(default)]
    pub relp: Vec<RelpConfig>,
    /// The zone of timestamps that name none, which is most of them: `UTC`, an offset such as
    /// `+02:00`, or a name such as `Europe/Berlin`; default `UTC`. Devices in several zones need an
    /// integration for each, or to be set to UTC.
    #[serde(default = "zone_default")]
    pub zone: String,
    /// The networks or addresses that may send, such as `10.0.0.0/8` or `2001:db8::7`; default any.
    /// Others are refused and counted.
    #[serde(default)]
    pub allow: Vec<Network>,
    /// The longest message over TCP, TLS and RELP; default `64KiB`. A longer one is cut there, and its
    /// event says so in `unmapped.parse_error`.
    #[serde(default = "frame_bytes_max_default")]
    #[schemars(extend("x-signalbox-minimum" = "1KiB", "x-signalbox-maximum" = "16MiB"))]
    pub frame_bytes_max: ByteSize,
    /// Connections at the same time, for each socket; default 1000. Further ones wait to be accepted.
    #[serde(default = "connections_max_default")]
    #[schemars(range(min = 1, max = 100_000))]
    pub connections_max: usize,
    /// What begins a new pair inside a free text of CEF, such as `msg`; default `every_key`.
    #[serde(default)]
    pub cef_split: CefSplit,
}

/// What begins a new pair inside a free text of CEF.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CefSplit {
    /// Every `word=` behind a blank: right for nearly all products.
    #[default]
    EveryKey,
    /// Only keys of CEF's dictionary: for senders whose texts have `word=` in them.
    KnownKeys,
}

/// A socket for datagrams.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UdpConfig {
    /// Address and port; default `127.0.0.1:5514`. `0.0.0.0:5514` listens on every interface.
    #[serde(default = "plain_default")]
    #[schemars(with = "String", extend("format" = "socket-address", "x-signalbox-expected" = "an address and port such as `127.0.0.1:5514`"))]
    pub address: SocketAddr,
    /// The longest datagram; default `8KiB`. A longer one is cut there, and its event says so.
    #[serde(default = "datagram_bytes_max_default")]
    #[schemars(extend("x-signalbox-minimum" = "480B", "x-signalbox-maximum" = "64KiB"))]
    pub datagram_bytes_max: ByteSize,
    /// The kernel's receive buffer, for bursts; default `4MiB`. The kernel grants at most
    /// `net.core.rmem_max`; what it drops is counted.
    #[serde(default = "receive_buffer_default")]
    #[schemars(extend("x-signalbox-minimum" = "64KiB", "x-signalbox-maximum" = "256MiB"))]
    pub receive_buffer: ByteSize,
}

/// A socket for plain TCP.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TcpConfig {
    /// Address and port; default `127.0.0.1:5514`. `0.0.0.0:5514` listens on every interface.
    #[serde(default = "plain_default")]
    #[schemars(with = "String", extend("format" = "socket-address", "x-signalbox-expected" = "an address and port such as `127.0.0.1:5514`"))]
    pub address: SocketAddr,
    /// How messages are told apart; default `auto`, message by message.
    #[serde(default)]
    pub framing: FramingMode,
}

/// A socket for TLS.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Address and port; default `127.0.0.1:6514`. `0.0.0.0:6514` listens on every interface.
    #[serde(default = "tls_default")]
    #[schemars(with = "String", extend("format" = "socket-address", "x-signalbox-expected" = "an address and port such as `127.0.0.1:6514`"))]
    pub address: SocketAddr,
    /// How messages are told apart; default `auto`: many devices send lines where RFC 5425 wants
    /// counts.
    #[serde(default)]
    pub framing: FramingMode,
    /// File with the hub's certificate chain in PEM, leaf first. Re-read on reload.
    pub certificate: PathBuf,
    /// File with its private key in PEM, readable by the hub alone. Re-read on reload.
    pub key: PathBuf,
    /// Who may connect, in the words of rsyslog. There is no default.
    pub auth: TlsAuthentication,
    /// File with the authorities that sign senders' certificates, in PEM, for `x509/certvalid` and
    /// `x509/name`. Re-read on reload.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// The names that may connect, for `x509/name`: among the DNS names and addresses of the sender's
    /// certificate, or its common name where it has none. `*.` stands for one label.
    #[serde(default)]
    pub permitted_names: Vec<String>,
}

/// A socket for RELP.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelpConfig {
    /// Address and port, such as `0.0.0.0:20514`. RELP has no port of its own.
    #[schemars(with = "String", extend("format" = "socket-address", "x-signalbox-expected" = "an address and port such as `127.0.0.1:20514`"))]
    pub address: SocketAddr,
    /// Protects the connections; default plain.
    #[serde(default)]
    pub tls: Option<RelpTls>,
}

/// TLS of a socket for RELP.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelpTls {
    /// File with the hub's certificate chain in PEM, leaf first. Re-read on reload.
    pub certificate: PathBuf,
    /// File with its private key in PEM, readable by the hub alone. Re-read on reload.
    pub key: PathBuf,
    /// Who may connect, in the words of rsyslog. There is no default.
    pub auth: TlsAuthentication,
    /// File with the authorities that sign senders' certificates, in PEM, for `x509/certvalid` and
    /// `x509/name`. Re-read on reload.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// The names that may connect, for `x509/name`: among the DNS names and addresses of the sender's
    /// certificate, or its common name where it has none. `*.` stands for one label.
    #[serde(default)]
    pub permitted_names: Vec<String>,
}

/// Who may connect over TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum TlsAuthentication {
    /// Anybody: the connection is encrypted, the sender is not known.
    #[serde(rename = "anon")]
    Anonymous,
    /// Whoever has a certificate of the authorities in `ca`.
    #[serde(rename = "x509/certvalid")]
    Certified,
    /// Whoever has one of them with a name in `permitted_names`.
    #[serde(rename = "x509/name")]
    Named,
}

impl ReceiveConfig {
    /// Returns the mistakes that the schema cannot see.
    pub(super) fn mistakes(&self) -> Vec<BuildError> {
        let mut mistakes = Vec::new();
        if self.addresses().is_empty() {
            let message = "has no socket; list at least one below `udp`, `tcp`, `tls` or `relp`";
            mistakes.push(BuildError::at("", message));
        }
        if let Err(error) = self.zones() {
            mistakes.push(error);
        }
        if self.connections_max == 0 {
            mistakes.push(BuildError::at("/connections_max", "is 0; write at least 1"));
        }
        for (place, tls) in self.tls.iter().enumerate() {
            let sides = (tls.auth, tls.ca.is_some(), tls.permitted_names.as_slice());
            mistakes.extend(mistaken_tls(&format!("/tls/{place}"), sides));
        }
        for (place, tls) in self.relp.iter().enumerate() {
            let Some(tls) = &tls.tls else { continue };
            let sides = (tls.auth, tls.ca.is_some(), tls.permitted_names.as_slice());
            mistakes.extend(mistaken_tls(&format!("/relp/{place}/tls"), sides));
        }
        mistakes.extend(self.shared_addresses());
        mistakes
    }

    /// Returns the zone of timestamps without one, for headers and for what is in messages.
    pub(super) fn zones(&self) -> Result<(Zone, TimeZone), BuildError> {
        let zone = self.zone.parse::<Zone>();
        let zone =
            zone.map_err(|error| BuildError::at("/zone", format!("`{}` is {error}", self.zone)))?;
        Ok((zone, super::zone::time_zone(&self.zone)))
    }

    /// Every address with its transport and where it stands.
    fn addresses(&self) -> Vec<(SocketAddr, bool, String)> {
        let at = |kind: &'static str| move |place: usize| format!("/{kind}/{place}/address");
        let udp = self.udp.iter().enumerate().map(|(i, one)| (one.address, true, at("udp")(i)));
        let tcp = self.tcp.iter().enumerate().map(|(i, one)| (one.address, false, at("tcp")(i)));
        let tls = self.tls.iter().enumerate().map(|(i, one)| (one.address, false, at("tls")(i)));
        let relp = self.relp.iter().enumerate().map(|(i, one)| (one.address, false, at("relp")(i)));
        udp.chain(tcp).chain(tls).chain(relp).collect()
    }

    fn shared_addresses(&self) -> Vec<BuildError> {
        let addresses = self.addresses();
        let is_taken = |at: usize, address: &SocketAddr, is_udp: bool| {
            let mut before = addresses.iter().take(at);
            address.port() != 0
                && before.any(|(other, kind, _)| other == address && *kind == is_udp)
        };
        let shared = addresses.iter().enumerate();
        let shared = shared.filter(|(at, (address, is_udp, _))| is_taken(*at, address, *is_udp));
        shared
            .map(|(_, (address, _, pointer))| {
                let message =
                    format!("`{address}` is the address of another socket; choose another port");
                BuildError::at(pointer.clone(), message)
            })
            .collect()
    }
}

fn mistaken_tls(at: &str, sides: (TlsAuthentication, bool, &[String])) -> Option<BuildError> {
    let (auth, has_ca, names) = sides;
    let (key, message) = match auth {
        TlsAuthentication::Anonymous if has_ca || !names.is_empty() => (
            "auth",
            "is `anon`, which asks no sender for a certificate; write `x509/certvalid` or `x509/name`, or leave out `ca` and `permitted_names`",
        ),
        TlsAuthentication::Certified | TlsAuthentication::Named if !has_ca => {
            ("ca", "is missing; name the file with the authorities that sign senders' certificates")
        }
        TlsAuthentication::Named if names.iter().all(|name| name.trim().is_empty()) => (
            "permitted_names",
            "is empty, so that nobody could connect; list names, or write `x509/certvalid`",
        ),
        TlsAuthentication::Certified if !names.is_empty() => {
            ("auth", "is `x509/certvalid`, which looks at no names; write `x509/name`")
        }
        _ => return None,
    };
    Some(BuildError::at(format!("{at}/{key}"), message))
}

fn zone_default() -> String {
    "UTC".to_owned()
}

fn plain_default() -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 5514)
}

fn tls_default() -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 6514)
}

const fn frame_bytes_max_default() -> ByteSize {
    ByteSize::new(64 << 10)
}

const fn datagram_bytes_max_default() -> ByteSize {
    ByteSize::new(8 << 10)
}

const fn receive_buffer_default() -> ByteSize {
    ByteSize::new(4 << 20)
}

const fn connections_max_default() -> usize {
    1000
}
