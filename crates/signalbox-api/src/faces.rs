//! What a listener serves: webhooks, and on the hub's own listener the hub's addresses besides.
//!
//! Nearly all that comes is for a webhook, and is answered without asking a router.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use tower::ServiceExt;

use crate::routes::is_own;
use crate::webhooks::Webhooks;

/// What a listener serves. Cloning shares it.
#[derive(Clone)]
pub struct Faces {
    webhooks: Webhooks,
    hub: Option<Router>,
}

impl Faces {
    /// Serves webhooks alone.
    pub fn of_webhooks(webhooks: Webhooks) -> Self {
        Self { webhooks, hub: None }
    }

    /// Serves the hub's router, and webhooks wherever it has nothing.
    pub fn of_hub(hub: Router, webhooks: Webhooks) -> Self {
        let others = webhooks.clone();
        let fallback = async move |ConnectInfo(peer), request| others.answer(peer, request).await;
        Self { webhooks, hub: Some(hub.fallback(fallback)) }
    }

    pub(crate) async fn answer(self, peer: SocketAddr, request: Request<Incoming>) -> Response {
        let Some(hub) = self.hub.filter(|_| is_own(request.uri().path())) else {
            return self.webhooks.answer(peer, request).await;
        };
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let Ok(response) = hub.oneshot(request).await;
        response
    }
}
