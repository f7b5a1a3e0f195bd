//! One request, before it is authorized.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use serde::Serialize;

use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::http::{BaseUrl, Effect};

/// A request and what it is called in errors.
pub(super) struct Call {
    pub(super) operation: &'static str,
    pub(super) effect: Effect,
    method: Method,
    path: Cow<'static, str>,
    body: Bytes,
}

impl Call {
    /// A read by `GET`.
    pub(super) fn get(operation: &'static str, path: String) -> Self {
        Self::new(operation, Effect::Reads, Method::GET, path.into())
    }

    /// A read whose question is in the body.
    pub(super) fn read(operation: &'static str, path: &'static str) -> Self {
        Self::new(operation, Effect::Reads, Method::POST, path.into())
    }

    /// A change.
    pub(super) fn write(operation: &'static str, path: &'static str) -> Self {
        Self::new(operation, Effect::Writes, Method::POST, path.into())
    }

    /// A login, wherever it is.
    pub(super) fn login(operation: &'static str, path: String) -> Self {
        Self::new(operation, Effect::Reads, Method::POST, path.into())
    }

    fn new(
        operation: &'static str,
        effect: Effect,
        method: Method,
        path: Cow<'static, str>,
    ) -> Self {
        Self { operation, effect, method, path, body: Bytes::new() }
    }

    pub(super) fn with_json<T: Serialize>(mut self, body: &T) -> Result<Self, Error> {
        let body = serde_json::to_vec(body).map_err(|error| bug(self.operation, &error))?;
        self.body = body.into();
        Ok(self)
    }

    pub(super) fn request(
        &self,
        base: &BaseUrl,
        authorization: Option<(&'static str, HeaderValue)>,
    ) -> Result<Request<Bytes>, Error> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(base.join(&self.path))
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json");
        if let Some((name, value)) = authorization {
            request = request.header(name, value);
        }
        request.body(self.body.clone()).map_err(|error| bug(self.operation, &error))
    }
}

fn bug(operation: &'static str, error: &dyn std::error::Error) -> Error {
    Error::new(ErrorKind::Bug, operation, format!("the request cannot be built: {error}"))
}
