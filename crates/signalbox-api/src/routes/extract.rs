//! What a request says in its address and its body, with every refusal as problem details.

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The parameters behind the `?` of an address.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        let refused = |what| Problem::new(StatusCode::BAD_REQUEST, what);
        query.map(|query| Self(query.0)).map_err(|error| {
            let reason = innermost(&error);
            refused(format!("the parameters behind `?` do not read: {reason}"))
        })
    }
}

/// A body of JSON.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = axum::Json::from_request(request, state).await;
        body.map(|body| Self(body.0)).map_err(|error| {
            let reason = innermost(&error);
            Problem::new(error.status(), format!("the body does not read: {reason}"))
        })
    }
}

/// Returns the reason at the bottom of an error, without the words around it.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
