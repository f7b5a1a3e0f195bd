//! Syslog, both ways: what devices send over UDP, TCP, TLS and RELP, and what receivers are sent.
//!
//! `source` has the sockets and what is spoken over each, `mapping` turns a frame into an event of
//! OCSF, and `profile` knows products: which of their keys means what, and which class an event has.
//! The other way, `destination` makes messages and `client` brings them over TCP, TLS or RELP.
//! The wire is that of RFC 5424, 3164, 5425, 5426, 6587 and 9662, and of RELP (read 2026-11-22);
//! `README.md` says what is understood and what is not.

mod certification;
mod client;
mod config;
mod destination;
mod mapping;
mod profile;
mod said;
mod simulator;
mod source;
mod zone;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use schemars::JsonSchema as _;
use signalbox_sdk::{BuildError, Connector, Context, Role, Roles};

pub use config::{
    CefSplit, Config, Facility, ReceiveConfig, RelpConfig, RelpTls, SendConfig, SendFraming,
    SendHeader, SendPayload, SendTls, SendTransport, TcpConfig, TlsAuthentication, TlsConfig,
    UdpConfig,
};
pub use simulator::{ReceiverFault, ReceiverProtocol, ReceiverTls, SyslogReceiver};

use destination::SyslogDestination;
use mapping::SyslogNormalize;
use source::SyslogListener;

/// The connector.
pub const CONNECTOR: Connector = Connector {
    name: "syslog",
    summary: "Receives syslog over UDP, TCP, TLS and RELP, and knows CEF, LEEF and many products; \
              sends events and alerts as JSON or CEF.",
    roles: &[Role::Source, Role::Destination],
    schema: Config::json_schema,
    build,
    severities: &[&mapping::CEF_SEVERITIES, &mapping::SYSLOG_SEVERITIES, &mapping::PRIORITIES],
    decode_config: Some(r#"{"direction": "receive", "udp": [{"datagram_bytes_max": "64KiB"}]}"#),
    simulator: None,
    certification: certification::CERTIFICATION,
};

fn build(config: serde_json::Value, context: &Context) -> Result<Roles, Vec<BuildError>> {
    match BuildError::parse(config)? {
        Config::Receive(config) => receive(&config),
        Config::Send(config) => {
            let destination = SyslogDestination::new(&config, context)?;
            let api = Some(config.header.standard().to_owned());
            Ok(Roles { destination: Some(Arc::new(destination)), api, ..Roles::default() })
        }
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
