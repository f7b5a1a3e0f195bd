//! Sources that are sent to over HTTP: the hub owns sockets, TLS and limits, the connector gives
//! bytes their meaning and the answer its protocol wants.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;

use super::RawEvent;

/// A source that is sent to over HTTP.
pub trait Webhook: Send + Sync {
    /// Says where it listens and how much it takes.
    fn endpoint(&self) -> Endpoint;

    /// Decides, before anything is parsed, whether the request is authentic.
    ///
    /// # Errors
    /// The answer to a request that is not: counted as refused, never kept.
    fn verify(&self, request: &Request) -> Result<(), Answer>;

    /// Splits an authentic request into raw events.
    ///
    /// # Errors
    /// The answer to a request that carries none: a health probe, not JSON, a wrong method.
    fn decode(&self, request: &Request) -> Result<Decoded, Answer>;

    /// Returns saved bytes as an authentic sender would send them, for `signalbox decode`.
    ///
    /// # Errors
    /// In words, where what makes a request authentic cannot be read.
    fn request_of(&self, body: Bytes, received: Timestamp) -> Result<Request, String> {
        let path = self.endpoint().paths.into_iter().next().unwrap_or_default();
        Ok(Request::local(path, body, received))
    }

    /// Says in the protocol's words what became of the events. Not asked where [`Reply`] says it.
    fn answer(&self, committed: Committed) -> Answer;

    /// Learns that the events of a [`Reply::BeforeCommit`] with this token are durable.
    fn committed(&self, _token: u64) {}
}

/// Where a webhook listens.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// A listener of its own; `None` shares the hub's.
    pub listen: Option<Listen>,
    /// Exact paths, each beginning with `/`.
    pub paths: Vec<String>,
    /// The largest body taken, in bytes; a larger one is answered 413 and counted.
    pub body_bytes_max: usize,
}

/// A listener's address and how it is protected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Address and port, such as `127.0.0.1:8686`. Anything but loopback needs `tls` or `behind_proxy`.
    #[schemars(with = "String", extend("format" = "socket-address", "x-signalbox-expected" = "an address and port such as `127.0.0.1:8686`"))]
    pub address: SocketAddr,
    /// The certificate to serve; re-read on reload.
    #[serde(default)]
    pub tls: Option<ListenTls>,
    /// Says that a proxy in front ends TLS: the networks of the proxies whose `X-Forwarded-For` is
    /// believed. An empty list believes none and takes the connection's address.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub behind_proxy: Option<Vec<ipnet::IpNet>>,
}

/// A certificate chain and its key, in PEM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListenTls {
    /// File with the certificate chain, leaf first.
    pub certificate: PathBuf,
    /// File with the private key (PKCS#8, PKCS#1 or SEC1), readable by the hub alone.
    pub key: PathBuf,
}

/// A request as received; header names are case-insensitive.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, percent-encoded as sent.
    pub path: String,
    /// The query without `?`, empty where there is none.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, complete and unchanged.
    pub body: Bytes,
    /// The sender's address: the connection's, or what a trusted proxy said.
    pub peer: IpAddr,
    /// When the request was received.
    pub received: Timestamp,
}

impl Request {
    /// Creates a `POST` from this machine without headers.
    pub fn local(path: String, body: Bytes, received: Timestamp) -> Self {
        Self {
            method: Method::POST,
            path,
            query: String::new(),
            headers: HeaderMap::new(),
            body,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            received,
        }
    }

    /// Returns a header's text, where it is present and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What a request carried.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// Its raw events, in order.
    pub events: Vec<RawEvent>,
    /// How it is answered.
    pub reply: Reply,
}

/// When and how a request is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// After the commit, by [`Webhook::answer`].
    Default,
    /// After the commit, with this answer, if the commit succeeded (HEC: a good prefix, then a bad event).
    AfterCommit(Answer),
    /// At once, for protocols with an acknowledgement of their own; the token comes back in
    /// [`Webhook::committed`]. A full buffer is still answered by [`Webhook::answer`].
    BeforeCommit {
        /// The answer.
        answer: Answer,
        /// Comes back after the commit.
        token: u64,
    },
}

/// What became of the events of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// All are durable; duplicates and quarantined parts included.
    Yes,
    /// Nothing is: buffers are full, the disk refuses, or the hub is stopping. The sender repeats.
    No {
        /// How long the sender should wait.
        retry_after: Duration,
    },
}

/// An answer over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// `Content-Type`, and whatever else the protocol wants.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// Creates an answer with a JSON body.
    pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
