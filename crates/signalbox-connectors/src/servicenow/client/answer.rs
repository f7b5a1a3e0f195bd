//! What ServiceNow's answers mean for the caller.
//!
//! Three of them mislead. A 200 with an HTML page is no success: developer instances that sleep
//! answer so. A 403 is a missing role, a rule about one record, or a policy about its values, told
//! apart only by words, so `check` decides. And a failed server may have written the record before
//! it failed, so after a write only a 503 says that nothing happened.

use bytes::Bytes;
use http::{Response, StatusCode, header};

use signalbox_model::time::Timestamp;
use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::http::{Effect, TransportError, classify};

use crate::servicenow::wire::Refusal;

/// Returns a good answer: JSON, or a 201 of any form, for a 201 has created the record.
pub(super) fn judge(
    operation: &'static str,
    effect: Effect,
    answer: Response<Bytes>,
    now: Timestamp,
    advice: &'static str,
) -> Result<Response<Bytes>, Error> {
    let status = answer.status();
    if status == StatusCode::CREATED || (status.is_success() && !is_page(&answer)) {
        return Ok(answer);
    }
    if status.is_success() {
        return Err(page(operation, effect, &answer));
    }
    Err(refusal(operation, effect, &answer, now, advice))
}

/// Classifies a call without a complete answer.
pub(super) fn lost(error: TransportError, operation: &'static str, effect: Effect) -> Error {
    let is_executed = matches!(error, TransportError::TooLarge { .. }) && effect == Effect::Writes;
    let error = error.into_error(operation, effect);
    if is_executed { error.with_kind(ErrorKind::OutcomeUnknown) } else { error }
}

/// Classifies a success whose body is not what was asked for.
pub(super) fn unreadable(
    operation: &'static str,
    effect: Effect,
    answer: &Response<Bytes>,
) -> Error {
    let kind = match effect {
        Effect::Reads => ErrorKind::Malformed,
        Effect::Writes => ErrorKind::OutcomeUnknown,
    };
    let status = answer.status().as_u16();
    let what = format!("the answer is not what the Table API documents (HTTP {status})");
    Error::new(kind, operation, what).with_status(status).with_answer(answer.body())
}

fn page(operation: &'static str, effect: Effect, answer: &Response<Bytes>) -> Error {
    let text = String::from_utf8_lossy(answer.body()).to_ascii_lowercase();
    let (kind, what) = if text.contains("hibernating") {
        (ErrorKind::Unavailable, "the instance is hibernating; wake it at developer.servicenow.com")
    } else if effect == Effect::Writes {
        (ErrorKind::OutcomeUnknown, PAGE)
    } else {
        (ErrorKind::Unavailable, PAGE)
    };
    Error::new(kind, operation, what)
        .with_status(answer.status().as_u16())
        .with_answer(answer.body())
}

fn refusal(
    operation: &'static str,
    effect: Effect,
    answer: &Response<Bytes>,
    now: Timestamp,
    advice: &'static str,
) -> Error {
    let status = answer.status();
    let words = serde_json::from_slice::<Refusal>(answer.body()).map(Refusal::words);
    let words = words.map_or_else(
        |_| format!("HTTP {}", status.as_u16()),
        |words| words.chars().take(WORDS_CHARS_MAX).collect(),
    );
    let kind = match (classify(operation, answer, now).kind(), effect) {
        (ErrorKind::OutcomeUnknown, Effect::Reads) => ErrorKind::Unavailable,
        (ErrorKind::Unavailable, Effect::Writes) if is_after_work(status) => {
            ErrorKind::OutcomeUnknown
        }
        (kind, _) => kind,
    };
    let advice = match status {
        StatusCode::UNAUTHORIZED => advice,
        StatusCode::FORBIDDEN if words.contains("Data Policy") => DATA_POLICY,
        StatusCode::FORBIDDEN => FORBIDDEN,
        StatusCode::NOT_FOUND => NOT_FOUND,
        StatusCode::BAD_REQUEST => BAD_REQUEST,
        status if status.is_redirection() => "redirected, which is not followed; correct `url`",
        _ if kind == ErrorKind::Rejected => "check the request against the Table API",
        _ => "it is tried again later",
    };
    Error::new(kind, operation, format!("ServiceNow says `{words}`; {advice}"))
        .with_status(status.as_u16())
        .with_answer(answer.body())
}

/// A 503 comes before any work, every other 5xx may come after it.
fn is_after_work(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE
}

fn is_page(answer: &Response<Bytes>) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
        || answer.body().trim_ascii_start().starts_with(b"<")
}

const PAGE: &str = "answered with a web page instead of JSON; check `url` and whether a sign-in \
                    page or a proxy stands before the instance";
const DATA_POLICY: &str = "fill what it names, or change the data policy";
const FORBIDDEN: &str = "check the account's roles, and the ACLs, business rules and data policies \
                         of the table";
const NOT_FOUND: &str = "the record was deleted, or an ACL hides it from the account";
const BAD_REQUEST: &str = "check `url` and the columns that the template writes";

/// Enough for the longest list of mandatory fields.
const WORDS_CHARS_MAX: usize = 500;
