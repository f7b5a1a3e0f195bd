//! What an operator writes about a receiver that the hub sends to.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::{ByteSize, HumanDuration};
use signalbox_sdk::BuildError;
use signalbox_sdk::net::{Dialer, HostPort, TlsOptions};

/// A receiver of syslog that the hub sends to: a SIEM, a log collector, another hub.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendConfig {
    /// Host and port of the receiver, such as `siem.example.com:6514`. Usual ports are 6514 for TLS, 514
    /// or 601 for plain TCP, and 20514 for RELP.
    pub to: HostPort,
    /// How messages travel; default `tls`. Only `relp` and `relp+tls` tell whether a message has arrived:
    /// use them where the receiver can, as rsyslog does.
    #[serde(default)]
    pub transport: SendTransport,
    /// Certificates of a transport with TLS; default: the system's authorities, and none of ours.
    #[serde(default)]
    pub tls: Option<SendTls>,
    /// How messages are told apart over TCP and TLS; default `octet_counted`, which RFC 5425 wants.
    /// RELP has its own way.
    #[serde(default)]
    pub framing: Option<SendFraming>,
    /// What stands before the payload; default `rfc5424`.
    #[serde(default)]
    pub header: SendHeader,
    /// How an event is written; default `json`.
    #[serde(default)]
    pub payload: SendPayload,
    /// The facility of every message, by its name; default `local0`. Receivers choose by it where a
    /// message goes.
    #[serde(default)]
    pub facility: Facility,
    /// The host of messages about no device in particular; default `signalbox`. Events that name the
    /// device they come from carry that one.
    #[serde(default = "name_default")]
    #[schemars(length(min = 1, max = 255))]
    pub hostname: String,
    /// The program in the header (tag, APP-NAME); default `signalbox`.
    #[serde(default = "name_default")]
    #[schemars(length(min = 1, max = 48))]
    pub app_name: String,
    /// Your organization's private enterprise number, as IANA assigned it. With it, messages of RFC 5424
    /// carry `[signalbox@NUMBER uid="…"]` with the event's id, or an alert's delivery key, id, rule, step
    /// and status. Default none: the ids are in the payload alone, for without a number of one's own
    /// no such element may be written.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub enterprise_number: Option<u32>,
    /// The longest message; default `64KiB`. An event that is longer as JSON is given up; in CEF the
    /// least important values are left out. rsyslog takes 8 KiB unless its `maxMessageSize` says more.
    #[serde(default = "message_bytes_max_default")]
    #[schemars(extend("x-signalbox-minimum" = "4KiB", "x-signalbox-maximum" = "1MiB"))]
    pub message_bytes_max: ByteSize,
    /// The most messages in one batch; default 1000.
    #[serde(default = "batch_events_max_default")]
    #[schemars(range(min = 1, max = 10_000))]
    pub batch_events_max: usize,
    /// The largest batch; default `1MiB`. A larger message goes alone.
    #[serde(default = "batch_bytes_max_default")]
    #[schemars(extend("x-signalbox-minimum" = "1KiB", "x-signalbox-maximum" = "100MiB"))]
    pub batch_bytes_max: ByteSize,
    /// How many of the latest bytes are kept for TCP and TLS, to be sent again when the connection is lost;
    /// default `1MiB`, `0B` for none. What left in the last five minutes and fits is sent again then,
    /// so that a message may come twice; without it, what was on its way is lost.
    #[serde(default = "replay_default")]
    #[schemars(extend("x-signalbox-minimum" = "0B", "x-signalbox-maximum" = "100MiB"))]
    pub replay: ByteSize,
    /// The longest that looking up the name, connecting, the TLS handshake, a write or an answer may take,
    /// each; default `10s`.
    #[serde(default = "timeout_default")]
    #[schemars(extend("x-signalbox-minimum" = "100ms", "x-signalbox-maximum" = "10m"))]
    pub timeout: HumanDuration,
}

/// How messages travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum SendTransport {
    /// Plain TCP (RFC 6587): anybody on the way can read and change it, and nothing tells what arrived.
    #[serde(rename = "tcp")]
    Tcp,
    /// TLS (RFC 5425, RFC 9662): protected, but nothing tells what arrived.
    #[default]
    #[serde(rename = "tls")]
    Tls,
    /// RELP: each message is answered once the receiver has it, but anybody on the way can read it.
    #[serde(rename = "relp")]
    Relp,
    /// RELP over TLS: answered and protected.
    #[serde(rename = "relp+tls")]
    RelpTls,
}

/// What the hub trusts and shows over TLS.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendTls {
    /// File with the authorities that sign the receiver's certificate, in PEM; default the system's. It
    /// stands in their place, so that nobody else's certificate is taken. Re-read for each connection.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// File with the hub's certificate chain in PEM, leaf first, for receivers that ask for one; default
    /// none. Re-read for each connection.
    #[serde(default)]
    pub certificate: Option<PathBuf>,
    /// File with its private key in PEM, readable by the hub alone. Re-read for each connection.
    #[serde(default)]
    pub key: Option<PathBuf>,
    /// The name to look for in the receiver's certificate; default the host in `to`. It has to be a
    /// subject alternative name: a common name does not count.
    #[serde(default)]
    pub server_name: Option<String>,
}

/// How messages are told apart on a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SendFraming {
    /// The number of its bytes stands before each message.
    #[default]
    OctetCounted,
    /// Each message is a line, for receivers that know nothing else.
    Newline,
}

/// What stands before the payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SendHeader {
    /// RFC 5424: the time with milliseconds and zone, and structured data.
    #[default]
    Rfc5424,
    /// RFC 3164, for old receivers: no year and no zone; the time is that of UTC.
    Rfc3164,
}

/// How an event is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SendPayload {
    /// The whole event as one JSON object of OCSF; an alert as the document that webhooks get.
    #[default]
    Json,
    /// CEF (version 0), with what its dictionary has a key for.
    Cef,
}

/// A facility of syslog (RFC 5424 §6.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Facility {
    /// 0, the kernel.
    Kern,
    /// 1, programs of users.
    User,
    /// 2, mail.
    Mail,
    /// 3, services.
    Daemon,
    /// 4, logins and permissions.
    Auth,
    /// 5, the syslog service itself.
    Syslog,
    /// 6, printers.
    Lpr,
    /// 7, network news.
    News,
    /// 8, UUCP.
    Uucp,
    /// 9, the clock's service.
    Cron,
    /// 10, logins and permissions, not for everybody's eyes.
    Authpriv,
    /// 11, FTP.
    Ftp,
    /// 12, NTP.
    Ntp,
    /// 13, the audit log.
    Audit,
    /// 14, alerts about logs.
    Alert,
    /// 15, scheduling.
    Clock,
    /// 16, for local use.
    #[default]
    Local0,
    /// 17, for local use.
    Local1,
    /// 18, for local use.
    Local2,
    /// 19, for local use.
    Local3,
    /// 20, for local use.
    Local4,
    /// 21, for local use.
    Local5,
    /// 22, for local use.
    Local6,
    /// 23, for local use.
    Local7,
}

impl SendConfig {
    /// Returns the mistakes that the schema cannot see.
    pub(in crate::syslog) fn mistakes(&self) -> Vec<BuildError> {
        let mut mistakes = Vec::new();
        for (key, name) in [("hostname", &self.hostname), ("app_name", &self.app_name)] {
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
                let message = format!("`{name}` has to be of letters, digits and signs of ASCII");
                mistakes.push(BuildError::at(format!("/{key}"), message));
            }
        }
        if self.framing.is_some() && self.transport.is_relp() {
            let message = "is for TCP and TLS; RELP has its own way, so leave it out";
            mistakes.push(BuildError::at("/framing", message));
        }
        if self.batch_events_max == 0 {
            mistakes.push(BuildError::at("/batch_events_max", "is 0; write at least 1"));
        }
        if let Some(tls) = &self.tls {
            mistakes.extend(self.mistaken_tls(tls));
        }
        if mistakes.is_empty() {
            let verified = self.dialer().verify_files();
            mistakes.extend(verified.err().map(|error| BuildError::at("/tls", error.to_string())));
        }
        mistakes
    }

    fn mistaken_tls(&self, tls: &SendTls) -> Option<BuildError> {
        let (pointer, message) = match (&tls.certificate, &tls.key) {
            _ if !self.transport.is_protected() => {
                ("/tls", "is for `transport: tls` and `transport: relp+tls`; write one of them")
            }
            (Some(_), None) => ("/tls/key", "is missing; name the file with the certificate's key"),
            (None, Some(_)) => {
                ("/tls/certificate", "is missing; name the file with the key's certificate")
            }
            _ => return None,
        };
        Some(BuildError::at(pointer, message))
    }

    /// Returns what opens connections to the receiver.
    pub(in crate::syslog) fn dialer(&self) -> Dialer {
        let dialer = Dialer::new(self.to.clone(), self.timeout.as_duration());
        if !self.transport.is_protected() {
            return dialer;
        }
        let tls = self.tls.clone().unwrap_or_default();
        dialer.with_tls(TlsOptions {
            ca: tls.ca,
            identity: tls.certificate.zip(tls.key),
            server_name: tls.server_name,
        })
    }
}

impl SendTransport {
    /// Returns whether the receiver answers each message.
    pub(in crate::syslog) fn is_relp(self) -> bool {
        matches!(self, Self::Relp | Self::RelpTls)
    }

    /// Returns whether it is TLS.
    pub(in crate::syslog) fn is_protected(self) -> bool {
        matches!(self, Self::Tls | Self::RelpTls)
    }
}

impl SendHeader {
    /// Returns what it follows, for people.
    pub(in crate::syslog) fn standard(self) -> &'static str {
        match self {
            Self::Rfc5424 => "syslog as of RFC 5424",
            Self::Rfc3164 => "syslog as of RFC 3164",
        }
    }
}

impl Facility {
    /// Returns the number in a priority.
    pub(in crate::syslog) const fn number(self) -> u8 {
        self as u8
    }
}

fn name_default() -> String {
    "signalbox".to_owned()
}

const fn message_bytes_max_default() -> ByteSize {
    ByteSize::new(64 << 10)
}

const fn batch_events_max_default() -> usize {
    1000
}

const fn batch_bytes_max_default() -> ByteSize {
    ByteSize::new(1 << 20)
}

const fn replay_default() -> ByteSize {
    ByteSize::new(1 << 20)
}

const fn timeout_default() -> HumanDuration {
    HumanDuration::from_seconds(10)
}
