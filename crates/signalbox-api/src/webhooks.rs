//! Requests to webhooks: found by path, bounded, and handed to their line.

use std::collections::HashMap;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use ipnet::IpNet;
use parking_lot::RwLock;
use signalbox_model::Clock;
use signalbox_pipeline::ingest::WebhookIngest;
use signalbox_sdk::role::{Answer, Request};

use crate::problem::Problem;
use crate::to_the_end::ToTheEnd;

/// The webhooks of one listener, swapped as a whole by a reload. Cloning shares them.
#[derive(Clone, Default)]
pub struct WebhookTable {
    webhooks: Arc<RwLock<Table>>,
}

#[derive(Default)]
struct Table {
    by_path: HashMap<String, Known>,
    /// Answers what no path fits, where a listener belongs to one source alone.
    owner: Option<Known>,
}

/// A webhook, with the largest body it takes.
#[derive(Clone)]
struct Known {
    webhook: WebhookIngest,
    body_bytes_max: usize,
}

impl Known {
    fn of(webhook: WebhookIngest) -> Self {
        let body_bytes_max = webhook.endpoint().body_bytes_max;
        Self { webhook, body_bytes_max }
    }
}

impl WebhookTable {
    /// Puts these webhooks in place of those before.
    pub fn set(&self, webhooks: impl IntoIterator<Item = WebhookIngest>) {
        let by_path = webhooks.into_iter().flat_map(|webhook| {
            let paths = webhook.endpoint().paths.into_iter();
            let known = Known::of(webhook);
            paths.map(move |path| (path, known.clone()))
        });
        self.webhooks.write().by_path = by_path.collect();
    }

    /// Puts the sources of a listener of their own in place: where there is only one, it answers every
    /// path, in its protocol's words.
    pub fn set_own(&self, webhooks: Vec<WebhookIngest>) {
        self.webhooks.write().owner = match webhooks.as_slice() {
            [only] => Some(Known::of(only.clone())),
            _ => None,
        };
        self.set(webhooks);
    }

    fn find(&self, path: &str) -> Option<Known> {
        let webhooks = self.webhooks.read();
        webhooks.by_path.get(path).or(webhooks.owner.as_ref()).cloned()
    }
}

/// The webhooks of a listener and what they share. Cloning shares it.
#[derive(Clone)]
pub struct Webhooks {
    shared: Arc<Shared>,
}

struct Shared {
    table: WebhookTable,
    trusted_proxies: Vec<IpNet>,
    clock: Arc<dyn Clock>,
}

impl Webhooks {
    /// Answers for the webhooks in `table`; `trusted_proxies` are believed about a sender's address.
    pub fn new(table: WebhookTable, trusted_proxies: Vec<IpNet>, clock: Arc<dyn Clock>) -> Self {
        Self { shared: Arc::new(Shared { table, trusted_proxies, clock }) }
    }

    pub(crate) async fn answer<B>(
        &self,
        connection: SocketAddr,
        request: http::Request<B>,
    ) -> Response
    where
        B: hyper::body::Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
    {
        let shared = &self.shared;
        let Some(Known { webhook, body_bytes_max }) = shared.table.find(request.uri().path())
        else {
            return Problem::not_found().into_response();
        };
        let (head, body) = request.into_parts();
        let read = tokio::time::timeout(BODY_TIMEOUT, read(body, body_bytes_max)).await;
        let body = match read.unwrap_or_else(|_| Err(slow())) {
            Ok(body) => body,
            Err(problem) => {
                webhook.count_refused();
                return problem.into_response();
            }
        };
        let peer = sender(connection.ip(), &head.headers, &shared.trusted_proxies);
        let request = Request {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body,
            peer,
            received: shared.clock.now(),
        };
        // A sender that hangs up does not take back what it sent.
        let received = AssertUnwindSafe(async move { webhook.receive(&request).await });
        match ToTheEnd::new(received.catch_unwind()).await {
            Ok(answer) => respond(answer),
            Err(_) => {
                let what = "the request could not be handled; its error is in the hub's log";
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, what).into_response()
            }
        }
    }
}

/// How long a body may take to arrive: 10 MiB over a line of 3 Mbit/s.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

fn slow() -> Problem {
    let what = format!("the body did not arrive within {BODY_TIMEOUT:?}");
    Problem::new(StatusCode::REQUEST_TIMEOUT, what)
}

async fn read<B>(body: B, bytes_max: usize) -> Result<Bytes, Problem>
where
    B: hyper::body::Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
{
    match Limited::new(body, bytes_max).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            let what = format!("the body is larger than {bytes_max} bytes, the most taken here");
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, what))
        }
        Err(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "the body did not arrive whole")),
    }
}

/// Returns who sent it: the connection's address or, where that is a trusted proxy, the last address
/// in `X-Forwarded-For` that is none.
fn sender(connection: IpAddr, headers: &http::HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted =
        |address: &IpAddr| trusted.iter().any(|network| network.contains(&address.to_canonical()));
    let connection = connection.to_canonical();
    if !is_trusted(&connection) {
        return connection;
    }
    let forwarded =
        headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let chain: Vec<IpAddr> = forwarded
        .flat_map(|line| line.split(','))
        .filter_map(|hop| hop.trim().parse().ok())
        .collect();
    let sender = chain.iter().rev().find(|hop| !is_trusted(hop)).or(chain.first());
    sender.map_or(connection, |hop| hop.to_canonical())
}

fn respond(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    for (name, value) in answer.headers {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
        else {
            let what = "a header of the answer is invalid";
            return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, what).into_response();
        };
        response.headers_mut().append(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_about_the_sender() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let mut headers = http::HeaderMap::new();
        headers.insert("x-forwarded-for", "203.0.113.9, 198.51.100.7, 10.0.0.2".parse().unwrap());
        let from = |address: &str| sender(address.parse().unwrap(), &headers, &trusted).to_string();

        assert_eq!(from("10.0.0.1"), "198.51.100.7");
        assert_eq!(from("192.0.2.1"), "192.0.2.1");
        assert_eq!(from("::ffff:10.0.0.1"), "198.51.100.7");
    }
}
