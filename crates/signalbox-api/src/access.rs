//! Who may ask for what on a listener.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use signalbox_model::secret::{SecretRef, SecretResolver};
use subtle::ConstantTimeEq;

use crate::problem::Problem;

/// How a listener lets callers in to `/v1` and `/metrics`.
#[derive(Clone)]
pub enum Access {
    /// Everybody who can reach it: loopback.
    Open,
    /// Nobody: these addresses are not found.
    Hidden,
    /// Whoever has the token, which is read at each use.
    Token {
        /// Where the token is.
        reference: SecretRef,
        /// Reads it.
        secrets: Arc<dyn SecretResolver>,
    },
}

pub(crate) async fn guard(State(access): State<Access>, request: Request, next: Next) -> Response {
    match &access {
        Access::Open => next.run(request).await,
        Access::Hidden => Problem::not_found().into_response(),
        Access::Token { reference, secrets } => {
            let given = request.headers().get(header::AUTHORIZATION);
            let given = given.and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
            let expected = match secrets.resolve(reference) {
                Ok(expected) => expected,
                Err(error) => {
                    tracing::error!(error = %error, "The API token cannot be read, the API stays closed");
                    return refuse();
                }
            };
            let is_good =
                given.is_some_and(|given| bool::from(given.ct_eq(expected.expose().as_bytes())));
            if is_good { next.run(request).await } else { refuse() }
        }
    }
}

fn refuse() -> Response {
    let problem =
        Problem::new(StatusCode::UNAUTHORIZED, "send `Authorization: Bearer` with the API token");
    let mut response = problem.into_response();
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, http::HeaderValue::from_static("Bearer"));
    response
}
