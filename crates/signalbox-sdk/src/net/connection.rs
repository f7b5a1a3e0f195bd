//! An open connection: bounded reads and writes, and a look at whether the peer is still there.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::BytesMut;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::task::yield_now;
use tokio::time::timeout;

use super::tls;

/// A connection, plain or over TLS. After an error it is of no use and is dropped.
pub struct Connection {
    stream: Box<dyn Stream>,
    limit: Duration,
}

/// Why a connection is of no use any more.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Lost {
    /// The peer closed it.
    #[error("the receiver closed the connection")]
    Closed,
    /// Nothing moved for so long.
    #[error("nothing moved for {0:?}")]
    Stalled(Duration),
    /// It broke.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The peer does not take our certificate, or wants one; TLS 1.3 says so only behind the handshake.
    #[error("{0}")]
    CertificateRefused(String),
}

/// A write that did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct Unwritten {
    /// The bytes that left all the same: the peer may or may not have them.
    pub written: usize,
    /// What happened.
    pub why: Lost,
}

/// What a connection needs to be able to do.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

impl Connection {
    /// Wraps a stream on which nothing may rest for longer than `limit`.
    pub(super) fn new(stream: impl Stream + 'static, limit: Duration) -> Self {
        Self { stream: Box::new(stream), limit }
    }

    /// Returns how long nothing may move.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Writes all of `bytes`; each part of it has to move within the limit.
    ///
    /// # Errors
    /// Where the peer is gone or takes nothing. What was written is not known to have arrived, and
    /// neither is it after success: TCP tells only that the bytes are on their way.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Unwritten> {
        let mut written = 0;
        while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
            let moved = within(self.limit, self.stream.write(rest)).await;
            written += moved.map_err(|why| Unwritten { written, why })?;
        }
        let flushed = within(self.limit, self.stream.flush()).await;
        flushed.map_err(|why| Unwritten { written, why })
    }

    /// Waits for bytes and appends them to `input`.
    ///
    /// # Errors
    /// Where none came within the limit, or none will.
    pub async fn read(&mut self, input: &mut BytesMut) -> Result<(), Lost> {
        match within(self.limit, self.stream.read_buf(input)).await? {
            0 => Err(Lost::Closed),
            _ => Ok(()),
        }
    }

    /// Appends what has come by now to `input`, without waiting for more: so a peer that left is noticed
    /// before anything is written to it, and nothing lies unread when the connection is closed, which
    /// would make the system reset it and take back what is on its way.
    ///
    /// # Errors
    /// Where the peer has closed the connection, or it broke.
    pub async fn read_waiting(&mut self, input: &mut BytesMut) -> Result<(), Lost> {
        // Lets the runtime look at its sockets, as it may not have done since the peer left.
        yield_now().await;
        let mut storage = [0; READ_BYTES];
        for _ in 0..READS_MAX {
            let mut part = ReadBuf::new(&mut storage);
            let read =
                poll_fn(|context| match Pin::new(&mut self.stream).poll_read(context, &mut part) {
                    Poll::Ready(read) => Poll::Ready(Some(read)),
                    Poll::Pending => Poll::Ready(None),
                });
            match read.await {
                None => return Ok(()),
                Some(Err(error)) => return Err(Lost::of(&error)),
                Some(Ok(())) if part.filled().is_empty() => return Err(Lost::Closed),
                Some(Ok(())) => input.extend_from_slice(part.filled()),
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Lost {
    fn of(error: &io::Error) -> Self {
        match tls::refusal(error) {
            Some(words) => Self::CertificateRefused(words),
            // A peer that ends TLS without saying so has left all the same.
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::Closed,
            None => Self::Broken(error.to_string()),
        }
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = io::Result<T>>) -> Result<T, Lost> {
    match timeout(limit, work).await {
        Ok(done) => done.map_err(|error| Lost::of(&error)),
        Err(_) => Err(Lost::Stalled(limit)),
    }
}

/// Peers of these connections say little.
const READ_BYTES: usize = 4096;

/// A peer that never stops talking is not listened to for ever.
const READS_MAX: usize = 64;
