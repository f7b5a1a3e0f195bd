//! Syslog: what devices send over UDP, TCP, TLS and RELP.
//!
//! `source` has the sockets and what is spoken over each, `mapping` turns a frame into an event of
//! OCSF, and `profile` knows products: which of their keys means what, and which class an event has.
//! The wire is that of RFC 5424, 3164, 5425, 5426, 6587 and 9662, and of RELP (read 2026-11-22);
//! `README.md` says what is understood and what is not.

mod certification;
mod config;
mod mapping;
mod profile;
mod said;
mod source;
mod zone;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use schemars::JsonSchema as _;
use signalbox_sdk::{BuildError, Connector, Context, Role, Roles};

pub use config::{
    CefSplit, Config, ReceiveConfig, RelpConfig, RelpTls, TcpConfig, TlsAuthentication, TlsConfig,
    UdpConfig,
};

use mapping::SyslogNormalize;
use source::SyslogListener;

/// The connector.
pub const CONNECTOR: Connector = Connector {
    name: "syslog",
    summary: "Receives syslog over UDP, TCP, TLS and RELP, and knows CEF, LEEF and many products.",
    roles: &[Role::Source],
    schema: Config::json_schema,
    build,
    severities: &[&mapping::CEF_SEVERITIES, &mapping::SYSLOG_SEVERITIES],
    decode_config: Some(r#"{"direction": "receive", "udp": [{"datagram_bytes_max": "64KiB"}]}"#),
    simulator: None,
    certification: certification::CERTIFICATION,
};

fn build(config: serde_json::Value, _: &Context) -> Result<Roles, Vec<BuildError>> {
    match BuildError::parse(config)? {
        Config::Receive(config) => receive(&config),
    }
}

fn receive(config: &ReceiveConfig) -> Result<Roles, Vec<BuildError>> {
    let mistakes = config.mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let (zone, time_zone) = config.zones().map_err(|error| vec![error])?;
    Ok(Roles {
        listener: Some(Arc::new(SyslogListener::new(config))),
        normalize: Some(Arc::new(SyslogNormalize::new(zone, time_zone, config.cef_split))),
        ..Roles::default()
    })
}
