//! One request of the Table API, before it is authorized.

use bytes::Bytes;
use http::{Method, Request, header};

use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::http::{BaseUrl, Effect, encode_form};

use super::credentials::Authorization;
use crate::servicenow::wire::IncidentFields;

/// A request and what it is called in errors.
pub(super) struct Call {
    pub(super) operation: &'static str,
    method: Method,
    path: String,
    pub(super) query: Vec<(&'static str, String)>,
    body: Bytes,
}

impl Call {
    pub(super) fn new(operation: &'static str, method: Method, path: String) -> Self {
        Self { operation, method, path, query: Vec::new(), body: Bytes::new() }
    }

    pub(super) fn with_body(mut self, fields: &IncidentFields) -> Result<Self, Error> {
        let body = serde_json::to_vec(fields).map_err(|error| bug(self.operation, &error))?;
        self.body = Bytes::from(body);
        Ok(self)
    }

    pub(super) fn effect(&self) -> Effect {
        if self.method == Method::GET { Effect::Reads } else { Effect::Writes }
    }

    pub(super) fn request(
        &self,
        base: &BaseUrl,
        authorization: &Authorization,
    ) -> Result<Request<Bytes>, Error> {
        let query: Vec<_> =
            self.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let url = format!("{}?{}", base.join(&self.path), encode_form(&query));
        Request::builder()
            .method(self.method.clone())
            .uri(url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, authorization.header())
            .body(self.body.clone())
            .map_err(|error| bug(self.operation, &error))
    }
}

/// A condition of an encoded query. `^` ends a condition, so one inside a value is doubled.
pub(super) fn condition(column: &str, value: &str) -> String {
    format!("{column}={}", value.replace('^', "^^"))
}

fn bug(operation: &'static str, error: &dyn std::error::Error) -> Error {
    Error::new(ErrorKind::Bug, operation, format!("the request cannot be built: {error}"))
}
