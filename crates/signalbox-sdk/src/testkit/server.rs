//! Serves a simulator on loopback, with faults that need the connection itself: cutting it.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};
use tower::ServiceExt;

use super::{Fault, Faults};

/// A running simulator; dropping it closes the port and every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    faults: Faults,
    task: AbortHandle,
}

/// Why a simulator could not be served.
#[derive(Debug, thiserror::Error)]
#[error("serve a simulator on port {port}: {why}; choose another port")]
pub struct ServeError {
    port: u16,
    /// Told above, so that it is not the source, which would be told once more.
    why: io::Error,
}

impl Server {
    /// Serves `router` on loopback; port 0 takes one from the kernel.
    ///
    /// # Errors
    /// Where the port is taken.
    pub async fn start(router: Router, port: u16) -> Result<Self, ServeError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listener.map_err(|why| ServeError { port, why })?;
        let address = listener.local_addr().map_err(|why| ServeError { port, why })?;
        let faults = Faults::default();
        let task = tokio::spawn(accept(listener, router, faults.clone())).abort_handle();
        Ok(Self { address, faults, task })
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the faults it shows.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The connections live in a set of this task, so that aborting it closes them too.
async fn accept(listener: TcpListener, router: Router, faults: Faults) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((socket, _)) = accepted else { continue };
                let (router, faults) = (router.clone(), faults.clone());
                connections.spawn(async move {
                    let service = hyper::service::service_fn(move |request| {
                        answer(router.clone(), faults.clone(), request)
                    });
                    let server = auto::Builder::new(TokioExecutor::new());
                    // An error here is the client's going away, or a planted cut.
                    drop(server.serve_connection(TokioIo::new(socket), service).await);
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(
    router: Router,
    faults: Faults,
    request: Request<hyper::body::Incoming>,
) -> Result<Response<Body>, Arc<io::Error>> {
    let request = request.map(Body::new);
    let cut = || Arc::new(io::Error::from(io::ErrorKind::ConnectionReset));
    match faults.take() {
        None => Ok(call(router, request).await),
        Some(Fault::Answer { status, headers, body }) => Ok(planted(status, headers, body)),
        Some(Fault::CutBefore) => Err(cut()),
        Some(Fault::CutAfter) => {
            call(router, request).await;
            Err(cut())
        }
        Some(Fault::ExecuteLate(wait)) => {
            let request = buffered(request).await;
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                call(router, request).await;
            });
            Err(cut())
        }
        Some(Fault::Slow(wait)) => {
            let answer = call(router, request).await;
            tokio::time::sleep(wait).await;
            Ok(answer)
        }
        Some(Fault::Drip) => {
            call(router, request).await;
            Ok(Response::new(dripping()))
        }
        Some(Fault::Oversized(bytes)) => {
            call(router, request).await;
            Ok(Response::new(Body::from(vec![b' '; bytes])))
        }
    }
}

/// A body that never ends: a space now and then.
fn dripping() -> Body {
    Body::from_stream(stream::unfold((), |()| async {
        tokio::time::sleep(DRIP).await;
        Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
    }))
}

/// Often enough that no pause between two bytes looks like an end.
const DRIP: Duration = Duration::from_millis(20);

async fn call(router: Router, request: Request<Body>) -> Response<Body> {
    router.oneshot(request).await.unwrap_or_else(|never| match never {})
}

/// Reads the body before the connection goes.
async fn buffered(request: Request<Body>) -> Request<Body> {
    let (head, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_else(|_| Bytes::new());
    Request::from_parts(head, Body::from(bytes))
}

fn planted(status: u16, headers: Vec<(&'static str, String)>, body: String) -> Response<Body> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.body(Body::from(body)).unwrap_or_else(|error| error.to_string().into_response())
}
