//! What the product's answers mean for the caller.
//!
//! It says why in one of three ways: a header `x-redlock-status` over an empty body, an `error` object,
//! or the older `message`. A gateway in front of it says it as a web page. A 429 names no time to wait;
//! its rate headers say how fast the bucket fills again.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use serde::Deserialize;

use signalbox_model::time::Timestamp;
use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::http::{Effect, RETRY_AFTER_MAX, TransportError, classify};

/// Returns a good answer: a success that is no web page.
pub(super) fn judge(
    operation: &'static str,
    effect: Effect,
    answer: Response<Bytes>,
    now: Timestamp,
) -> Result<Response<Bytes>, Error> {
    match answer.status().is_success() {
        true if is_page(&answer) => Err(page(operation, effect, &answer)),
        true => Ok(answer),
        false => Err(refusal(operation, effect, &answer, now)),
    }
}

/// Classifies a call without a complete answer.
pub(super) fn lost(error: TransportError, operation: &'static str, effect: Effect) -> Error {
    match (&error, effect) {
        (TransportError::TooLarge { bytes_max }, Effect::Reads) => {
            let what = format!(
                "the answer is larger than {bytes_max} bytes; lower `page_size` or raise `answer_max`"
            );
            Error::new(ErrorKind::Malformed, operation, what)
        }
        (TransportError::TooLarge { .. }, Effect::Writes) => {
            error.into_error(operation, effect).with_kind(ErrorKind::OutcomeUnknown)
        }
        _ => error.into_error(operation, effect),
    }
}

/// Reads the body of a good answer.
pub(super) fn read<'a, T: Deserialize<'a>>(
    operation: &'static str,
    body: &'a Bytes,
) -> Result<T, Error> {
    read_secretly(operation, body).map_err(|error| error.with_answer(body))
}

/// As [`read`], for answers that hold a token: their words are not kept.
pub(super) fn read_secretly<'a, T: Deserialize<'a>>(
    operation: &'static str,
    body: &'a Bytes,
) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let what = format!("the answer is not what the API documents ({place})");
        Error::new(ErrorKind::Malformed, operation, what).with_status(200)
    })
}

/// Returns when the product answered, by its own clock.
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(Timestamp::from_millis(date.as_millisecond()))
}

fn page(operation: &'static str, effect: Effect, answer: &Response<Bytes>) -> Error {
    let kind = match effect {
        Effect::Reads => ErrorKind::Unavailable,
        Effect::Writes => ErrorKind::OutcomeUnknown,
    };
    let what = "answered with a web page instead of JSON; check `url` and whether a proxy or a \
                sign-in page stands before the product";
    Error::new(kind, operation, what)
        .with_status(answer.status().as_u16())
        .with_answer(answer.body())
}

fn refusal(
    operation: &'static str,
    effect: Effect,
    answer: &Response<Bytes>,
    now: Timestamp,
) -> Error {
    let status = answer.status();
    let words = words(answer);
    let kind = kind(classify(operation, answer, now).kind(), effect, answer, &words);
    let request = answer.headers().get("x-redlock-request-id").and_then(|id| id.to_str().ok());
    let request = request.map_or_else(String::new, |id| format!(" (request `{}`)", short(id)));
    let what = format!("the product says `{words}`{request}; {}", advice(status, kind, &words));
    Error::new(kind, operation, what).with_status(status.as_u16()).with_answer(answer.body())
}

fn kind(plain: ErrorKind, effect: Effect, answer: &Response<Bytes>, words: &str) -> ErrorKind {
    let status = answer.status();
    match (plain, effect) {
        (ErrorKind::Throttled { retry_after: None }, _) => {
            ErrorKind::Throttled { retry_after: refill(answer.headers()) }
        }
        // Too early to be answered: nothing was done.
        _ if status == StatusCode::TOO_EARLY => ErrorKind::Unavailable,
        (ErrorKind::Rejected, Effect::Reads) if words.ends_with("internal_error") => {
            ErrorKind::Unavailable
        }
        (ErrorKind::OutcomeUnknown, Effect::Reads) => ErrorKind::Unavailable,
        (ErrorKind::Unavailable, Effect::Writes) if status == StatusCode::INTERNAL_SERVER_ERROR => {
            ErrorKind::OutcomeUnknown
        }
        (kind, _) => kind,
    }
}

/// Returns how long the bucket takes to hold what the request needs.
fn refill(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u32>().ok();
    let rate = number("x-ratelimit-replenish-rate").filter(|rate| *rate > 0)?;
    let needed = number("x-ratelimit-requested-tokens").unwrap_or(1);
    let missing = needed.saturating_sub(number("x-ratelimit-remaining").unwrap_or(0)).max(1);
    Some(Duration::from_secs(u64::from(missing.div_ceil(rate))).min(RETRY_AFTER_MAX))
}

fn advice(status: StatusCode, kind: ErrorKind, words: &str) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => {
            "check `access_key` and `secret_key`, whether the key is active and not expired, and \
             `url`: every stack has an API of its own"
        }
        StatusCode::FORBIDDEN => "give the role of the access key what it needs",
        StatusCode::NOT_FOUND if words.contains("no longer") => "nothing is to be done",
        _ if status.is_redirection() => "redirected, which is not followed; correct `url`",
        _ if kind == ErrorKind::Rejected => "check the request against the API's reference",
        _ => "it is tried again later",
    }
}

/// Returns the product's reason in one line.
fn words(answer: &Response<Bytes>) -> String {
    let in_header = answer.headers().get("x-redlock-status").and_then(|value| value.to_str().ok());
    let said = in_header.and_then(status_keys).or_else(|| said_in(answer.body()));
    match said {
        Some(said) => short(&said),
        None if is_page(answer) => format!("HTTP {} with a web page", answer.status().as_u16()),
        None => format!("HTTP {}", answer.status().as_u16()),
    }
}

/// `[{"i18nKey":"invalid_credentials","severity":"error","subject":null}]`
fn status_keys(header: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Status {
        i18n_key: String,
        subject: Option<String>,
    }
    let statuses: Vec<Status> = serde_json::from_str(header).ok()?;
    let said = statuses.into_iter().map(|status| match status.subject {
        Some(subject) if !subject.is_empty() => format!("{}: {subject}", status.i18n_key),
        _ => status.i18n_key,
    });
    Some(said.collect::<Vec<_>>().join(", ")).filter(|said| !said.is_empty())
}

fn said_in(body: &Bytes) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        #[serde(alias = "err")]
        error: Option<serde_json::Value>,
        message: Option<String>,
    }
    let refusal: Refusal = serde_json::from_slice(body).ok()?;
    let error = refusal.error.map(|error| match &error {
        serde_json::Value::String(text) => text.clone(),
        error => {
            let part = |name: &str| error.get(name)?.as_str().map(str::to_owned);
            [part("code"), part("message")].into_iter().flatten().collect::<Vec<_>>().join(": ")
        }
    });
    let said = [error, refusal.message].into_iter().flatten().filter(|said| !said.is_empty());
    Some(said.collect::<Vec<_>>().join(": ")).filter(|said| !said.is_empty())
}

fn is_page(answer: &Response<Bytes>) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
        || answer.body().trim_ascii_start().starts_with(b"<")
}

fn short(words: &str) -> String {
    words.chars().filter(|c| !c.is_control()).take(WORDS_CHARS_MAX).collect()
}

/// Enough for a reason and its subject.
const WORDS_CHARS_MAX: usize = 300;
