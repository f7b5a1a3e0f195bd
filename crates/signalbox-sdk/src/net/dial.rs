//! Opening a connection, step by step, with words for the step that fails.

use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{Error, ErrorKind};
use socket2::{SockRef, TcpKeepalive};
use thiserror::Error;
use tokio::net::TcpStream;

use super::tls::{Handshake, TlsOptions};
use super::{Connection, HostPort, connect, listed, resolve};
use crate::observe::note_origin;
use crate::role::CheckReport;
use crate::tls::TlsFileError;

/// Opens connections to one place.
#[derive(Clone, Debug)]
pub struct Dialer {
    to: HostPort,
    limit: Duration,
    tls: Option<TlsOptions>,
}

/// A connection that did not come about. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{detail}; {fix}")]
pub struct DialError {
    /// The step that failed: `name`, `tcp` or `tls`.
    pub step: &'static str,
    /// `Unauthorized` where a certificate of either side is refused or cannot be read, which waits for a
    /// person; otherwise `Unavailable`.
    pub kind: ErrorKind,
    /// What was seen.
    pub detail: String,
    /// What to do.
    pub fix: String,
}

impl Dialer {
    /// Makes a dialer for plain connections. Each step, and later each read and each write, takes
    /// `limit` at most.
    pub fn new(to: HostPort, limit: Duration) -> Self {
        Self { to, limit, tls: None }
    }

    /// Speaks TLS from the first byte.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsOptions) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Returns where it connects to.
    pub fn to(&self) -> &HostPort {
        &self.to
    }

    /// Reads the files of TLS once, to tell early of one that is of no use.
    ///
    /// # Errors
    /// Where one cannot be read, or a certificate does not fit its key.
    pub fn verify_files(&self) -> Result<(), TlsFileError> {
        self.tls.as_ref().map_or(Ok(()), |tls| tls.read().map(drop))
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// At the step that failed.
    pub async fn dial(&self) -> Result<Connection, DialError> {
        let mut unread = CheckReport::default();
        self.open(&mut unread, None).await
    }

    /// Opens a connection and adds the steps `name`, `tcp` and `tls` to `report`, as far as it comes.
    pub async fn check(&self, now: Timestamp, report: &mut CheckReport) -> Option<Connection> {
        match self.open(report, Some(now)).await {
            Ok(connection) => Some(connection),
            Err(error) => {
                report.failed(error.step, error.detail, error.fix);
                None
            }
        }
    }

    async fn open(
        &self,
        report: &mut CheckReport,
        now: Option<Timestamp>,
    ) -> Result<Connection, DialError> {
        let host = self.to.host();
        let scheme = if self.tls.is_some() { "tls" } else { "tcp" };
        note_origin(|| format!("{scheme}://{}", self.to));
        let addresses = resolve(host, self.to.port(), self.limit).await;
        let addresses = addresses.map_err(|why| DialError::name(host, &why))?;
        report.passed("name", format!("`{host}` is {}", listed(&addresses)));
        let socket = connect(&addresses, self.limit).await;
        let socket = socket.map_err(|why| DialError::tcp(&listed(&addresses), &why))?;
        settle(&socket);
        report.passed("tcp", "somebody listens");
        let Some(tls) = &self.tls else { return Ok(Connection::new(socket, self.limit)) };
        let Handshake { stream, leaf } = tls.handshake(&self.to, socket, self.limit).await?;
        if let Some(now) = now {
            leaf.judge(now, report);
        }
        Ok(Connection::new(stream, self.limit))
    }
}

impl DialError {
    /// Returns the failure of `operation`.
    pub fn into_error(self, operation: &'static str) -> Error {
        Error::new(self.kind, operation, self.to_string())
    }

    pub(super) fn tls(kind: ErrorKind, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { step: "tls", kind, detail: detail.into(), fix: fix.into() }
    }

    fn name(host: &str, why: &str) -> Self {
        Self {
            step: "name",
            kind: ErrorKind::Unavailable,
            detail: format!("`{host}` has no address: {why}"),
            fix: "correct the host name, or mend the name server".to_owned(),
        }
    }

    fn tcp(addresses: &str, why: &str) -> Self {
        Self {
            step: "tcp",
            kind: ErrorKind::Unavailable,
            detail: format!("no connection to {addresses}: {why}"),
            fix: "check the port, the firewall and whether the receiver runs".to_owned(),
        }
    }
}

/// Sends at once, and finds out about a peer that vanished while nothing was sent. A socket without
/// these options works as well, so that their failure is none.
fn settle(socket: &TcpStream) {
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE);
    socket.set_nodelay(true).ok();
    SockRef::from(socket).set_tcp_keepalive(&keepalive).ok();
}

/// Firewalls forget an idle connection after minutes.
const KEEPALIVE: Duration = Duration::from_secs(60);
