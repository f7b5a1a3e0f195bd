//! A client of a syslog receiver, and the one place where its failures are judged.
//!
//! One connection is kept between calls. TCP and TLS have no acknowledgement; RELP has one for each
//! message. Only what was never sent is `Unavailable`; what was sent and not answered has an unknown
//! outcome. A certificate that either side refuses is `Unauthorized`: it waits for a person, and
//! nothing is given up meanwhile.

mod relp;
mod replay;
mod stream;

use signalbox_model::Clock;
use signalbox_sdk::net::{Connection, Dialer, Lost};
use signalbox_sdk::role::{Batch, CheckReport, Outcome};
use signalbox_sdk::{Context, Error, ErrorKind};
use std::sync::Arc;

use self::relp::RelpClient;
use self::stream::StreamClient;
use super::config::{SendConfig, SendTransport};

/// A client of one receiver.
pub(super) struct SyslogClient {
    transport: SendTransport,
    dialer: Dialer,
    clock: Arc<dyn Clock>,
    speaks: Speaks,
}

/// What is spoken over the connection.
enum Speaks {
    Stream(StreamClient),
    Relp(RelpClient),
}

impl SyslogClient {
    /// Makes a client; the first batch connects.
    pub(super) fn new(config: &SendConfig, context: &Context) -> Self {
        let dialer = config.dialer();
        let speaks = if config.transport.is_relp() {
            Speaks::Relp(RelpClient::new(dialer.clone()))
        } else {
            let bytes_max = usize::try_from(config.replay.as_bytes()).unwrap_or(usize::MAX);
            Speaks::Stream(StreamClient::new(dialer.clone(), bytes_max, context))
        };
        Self { transport: config.transport, dialer, clock: context.clock.clone(), speaks }
    }

    /// Sends encoded messages once.
    pub(super) async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        match &self.speaks {
            Speaks::Stream(client) => client.deliver(batch).await,
            Speaks::Relp(client) => client.deliver(batch).await,
        }
    }

    /// Says what a delivery leaves open.
    pub(super) fn unproven(&self) -> Option<&'static str> {
        match &self.speaks {
            Speaks::Stream(_) => {
                Some("that it has arrived: TCP and TLS have no acknowledgement, RELP has one")
            }
            Speaks::Relp(_) => None,
        }
    }

    /// Connects anew, apart from the connection that is kept; RELP opens and closes a session. No
    /// message is sent.
    pub(super) async fn check(&self) -> CheckReport {
        let mut report = CheckReport::default();
        let Some(connection) = self.dialer.check(self.clock.now(), &mut report).await else {
            return report;
        };
        if !self.transport.is_protected() && !self.dialer.to().is_loopback() {
            report.warning(
                "tls",
                "no TLS: anybody on the way can read and change what is sent",
                "set `transport` to `tls` or `relp+tls` if the receiver can",
            );
        }
        match &self.speaks {
            Speaks::Stream(_) => check_stream(connection, &mut report).await,
            Speaks::Relp(_) => relp::check(connection, &mut report).await,
        }
        report
    }
}

async fn check_stream(mut connection: Connection, report: &mut CheckReport) {
    match connection.read_waiting(&mut bytes::BytesMut::new()).await {
        Ok(()) => report.passed(
            "acknowledgement",
            "nothing proves that a message has arrived, for TCP and TLS have no acknowledgement; \
             RELP has one",
        ),
        Err(lost) => report.failed("permission", lost.to_string(), fix(&lost)),
    }
}

/// A connection that was of no use before anything was sent over it.
fn unsent(lost: &Lost) -> Error {
    let kind = match lost {
        Lost::CertificateRefused(_) => ErrorKind::Unauthorized,
        _ => ErrorKind::Unavailable,
    };
    Error::new(kind, SEND, format!("not sent: {lost}"))
}

/// A connection that was lost with something on its way.
fn unanswered(lost: &Lost) -> Error {
    match lost {
        // A receiver that refuses us reads nothing of what we send.
        Lost::CertificateRefused(_) => unsent(lost),
        _ => Error::new(
            ErrorKind::OutcomeUnknown,
            SEND,
            format!("sent, but {lost}; it is sent again, and may arrive twice"),
        ),
    }
}

fn fix(lost: &Lost) -> &'static str {
    match lost {
        Lost::CertificateRefused(_) => "give the hub a certificate that the receiver accepts",
        _ => "look at the receiver's log, and whether it lets this machine send",
    }
}

const SEND: &str = "send messages";
