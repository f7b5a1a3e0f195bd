//! How the product refuses: a header over an empty body, or rate headers without a time to wait.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use super::tenant::Bucket;

/// A refusal in the header `x-redlock-status`, over an empty body.
pub(super) fn refused(status: StatusCode, key: &str) -> Response {
    let header = json!([{ "i18nKey": key, "severity": "error", "subject": null }]).to_string();
    (status, [("x-redlock-status", header), request_id()]).into_response()
}

/// A refusal by the rate limit.
pub(super) fn throttled() -> Response {
    let headers = [
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-requested-tokens", "1".to_owned()),
        ("x-ratelimit-burst-capacity", Bucket::BURST.to_string()),
        ("x-ratelimit-replenish-rate", Bucket::RATE.to_string()),
    ];
    (StatusCode::TOO_MANY_REQUESTS, headers).into_response()
}

/// The answer of a product that is down.
pub(super) fn down() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "7")], "").into_response()
}

fn request_id() -> (&'static str, String) {
    ("x-redlock-request-id", "5f7c1a0e-0004-4000-8000-000000000001".to_owned())
}
