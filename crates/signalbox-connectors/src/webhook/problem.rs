//! Refusals as problem details (RFC 9457): the sender's operator reads what to change.

use http::StatusCode;
use serde_json::json;
use signalbox_sdk::role::Answer;

/// Returns an answer of `status` that says `detail`.
pub(super) fn problem(status: StatusCode, detail: &str) -> Answer {
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
    });
    let headers = vec![("content-type", "application/problem+json".to_owned())];
    Answer { status, headers, body: body.to_string().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_the_members_of_the_standard() {
        let answer = problem(StatusCode::FORBIDDEN, "no");

        assert_eq!(answer.headers, [("content-type", "application/problem+json".to_owned())]);
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap(),
            json!({"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "no"})
        );
    }
}
