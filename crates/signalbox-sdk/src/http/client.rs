//! Sends one request and reads one bounded answer.

use std::path::PathBuf;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::{Request, Response, StatusCode};
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, Error, ErrorKind, SystemClock};

use super::retry_after;
use crate::observe::{self, Answered, Contact};
use crate::small_file;

/// A client for one integration; cloning shares its connections.
#[derive(Clone, Debug)]
pub struct HttpClient {
    inner: reqwest::Client,
    answer_bytes_max: usize,
}

/// What an operator may set about calls to a vendor.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// The longest a call may take, connecting and reading included.
    pub timeout: Duration,
    /// The largest answer read, in bytes.
    pub answer_bytes_max: usize,
    /// A PEM file of further certificate authorities.
    pub ca: Option<PathBuf>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self { timeout: TIMEOUT_DEFAULT, answer_bytes_max: ANSWER_BYTES_MAX, ca: None }
    }
}

/// Vendor calls give up after 10 s unless the configuration says otherwise.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);

/// 1 MiB: a hundred times the largest answer that any connector asks for.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Connecting takes half the time of a call at most, so that a dead host is told from a slow one.
const CONNECT_SHARE: u32 = 2;

impl HttpClient {
    /// Creates a client.
    ///
    /// # Errors
    /// Where the CA file cannot be read or the TLS stack cannot start.
    pub fn new(options: &HttpOptions) -> Result<Self, String> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("signalbox/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tls_info(true)
            .tcp_nodelay(true)
            .timeout(options.timeout)
            .connect_timeout(options.timeout / CONNECT_SHARE);
        if let Some(path) = &options.ca {
            let pem = small_file::read(path)
                .map_err(|what| format!("read CA file `{}`: it {what}", path.display()))?;
            let certificates = reqwest::Certificate::from_pem_bundle(&pem)
                .map_err(|error| format!("CA file `{}` is not PEM: {error}", path.display()))?;
            for certificate in certificates {
                builder = builder.add_root_certificate(certificate);
            }
        }
        let inner = builder.build().map_err(|error| format!("start the HTTP client: {error}"))?;
        Ok(Self { inner, answer_bytes_max: options.answer_bytes_max })
    }

    /// Sends `request` once and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// Those of the transport; an answer of any status is `Ok`.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::Unreachable(plain(&error)))?;
        let (origin, asked) = (request.url().origin().ascii_serialization(), SystemClock.now());
        let answer = self.inner.execute(request).await;
        observe::note(|| contact(&origin, asked, answer.as_ref().ok()));
        let answer = answer.map_err(|e| TransportError::of(&e))?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        *response.body_mut() = self.read(answer).await?;
        Ok(response)
    }

    async fn read(&self, answer: reqwest::Response) -> Result<Bytes, TransportError> {
        let mut body = BytesMut::new();
        let mut stream = answer.bytes_stream();
        while let Some(part) = stream.next().await {
            let part = part.map_err(|error| TransportError::of(&error))?;
            if body.len() + part.len() > self.answer_bytes_max {
                return Err(TransportError::TooLarge { bytes_max: self.answer_bytes_max });
            }
            body.extend_from_slice(&part);
        }
        Ok(body.freeze())
    }
}

/// Whether a call changes something at the vendor: then a cut call may have been executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Repeating is harmless.
    Reads,
    /// Repeating may do it twice.
    Writes,
}

/// A call that got no complete answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// Nothing was sent: no address, connection refused, TLS failed, connecting took too long.
    Unreachable(String),
    /// Sent, but no complete answer in time.
    TimedOut,
    /// Sent, but the connection broke before the answer was complete.
    Cut(String),
    /// The answer is larger than what is read of one.
    TooLarge {
        /// The limit, in bytes.
        bytes_max: usize,
    },
}

impl TransportError {
    fn of(error: &reqwest::Error) -> Self {
        if error.is_connect() || error.is_builder() {
            return Self::Unreachable(plain(error));
        }
        if error.is_timeout() { Self::TimedOut } else { Self::Cut(plain(error)) }
    }

    /// Classifies the failure of `operation`.
    pub fn into_error(self, operation: &'static str, effect: Effect) -> Error {
        let lost = match effect {
            Effect::Reads => ErrorKind::Unavailable,
            Effect::Writes => ErrorKind::OutcomeUnknown,
        };
        match self {
            Self::Unreachable(why) => {
                Error::new(ErrorKind::Unavailable, operation, format!("not reachable: {why}"))
            }
            Self::TimedOut => Error::new(
                lost,
                operation,
                "sent, but no answer in time; raise `timeout` if the vendor is slow",
            ),
            Self::Cut(why) => Error::new(lost, operation, format!("the connection broke: {why}")),
            Self::TooLarge { bytes_max } => Error::new(
                ErrorKind::Malformed,
                operation,
                format!("the answer is larger than {bytes_max} bytes; is this the right address?"),
            ),
        }
    }
}

/// Classifies an answer by its status alone, for statuses that mean the same everywhere. Vendors'
/// own meanings come first, in their `client.rs`.
pub fn classify(operation: &'static str, answer: &Response<Bytes>, now: Timestamp) -> Error {
    let status = answer.status();
    let wait = || {
        let value = answer.headers().get(http::header::RETRY_AFTER)?.to_str().ok()?;
        retry_after(value, now)
    };
    let (kind, what) = match status {
        StatusCode::TOO_MANY_REQUESTS => {
            (ErrorKind::Throttled { retry_after: wait() }, "the vendor asks to slow down")
        }
        StatusCode::SERVICE_UNAVAILABLE if wait().is_some() => {
            (ErrorKind::Throttled { retry_after: wait() }, "the vendor asks to come back later")
        }
        StatusCode::UNAUTHORIZED => (ErrorKind::Unauthorized, "the credentials are refused"),
        StatusCode::FORBIDDEN => (ErrorKind::Unauthorized, "permission is refused"),
        StatusCode::REQUEST_TIMEOUT => (ErrorKind::Unavailable, "the vendor gave up waiting"),
        // A gateway answers for a server that may still be executing the request.
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => {
            (ErrorKind::OutcomeUnknown, "a gateway lost the answer")
        }
        s if s.is_server_error() => (ErrorKind::Unavailable, "the vendor failed"),
        s if s.is_redirection() => {
            (ErrorKind::Rejected, "redirected, which is not followed; correct the address")
        }
        s if s.is_success() => (ErrorKind::Malformed, "the answer is not what was expected"),
        _ => (ErrorKind::Rejected, "the vendor refuses the request"),
    };
    Error::new(kind, operation, format!("{what} (HTTP {})", status.as_u16()))
        .with_status(status.as_u16())
        .with_answer(answer.body())
}

fn contact(origin: &str, asked: Timestamp, answer: Option<&reqwest::Response>) -> Contact {
    let answered = answer.map(|answer| {
        let tls = answer.extensions().get::<reqwest::tls::TlsInfo>();
        let certificate = tls.and_then(|tls| tls.peer_certificate()).map(<[u8]>::to_vec);
        let times = (asked, SystemClock.now());
        Answered::read(answer.status().as_u16(), answer.headers(), times, certificate)
    });
    Contact { origin: origin.to_owned(), answered }
}

/// The innermost cause without the address: webhook addresses are secrets.
fn plain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    match cause.downcast_ref::<reqwest::Error>() {
        Some(_) => "the request could not be completed".to_owned(),
        None => cause.to_string(),
    }
}
