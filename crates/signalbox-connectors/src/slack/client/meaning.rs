//! What Slack's words mean for what comes next: the tables, and nothing but the tables, decide.
//!
//! Words are of the method references of `chat.postMessage`, `chat.update` and `auth.test` and of
//! the page on incoming webhooks (read 2026-11-22); a word that is not here refuses the item.

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Response, StatusCode};
use serde::Deserialize;
use signalbox_model::time::Timestamp;
use signalbox_sdk::http::{Effect, classify, retry_after};
use signalbox_sdk::{Error, ErrorKind};

/// A call that did not do what was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What went wrong, classified.
    pub error: Error,
    /// What another call may make of it.
    pub reason: Reason,
}

/// What another call may make of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The layout is refused; the same in words may pass.
    Form,
    /// The message to change or to reply to is not there any more.
    Gone,
    /// The message is there and may not be changed.
    Fixed,
    /// The channel cannot be posted to (any more).
    Unreachable,
    /// Nothing.
    Other,
}

impl Refusal {
    /// Wraps an error that no other call can make good.
    pub(super) fn other(error: Error) -> Self {
        Self { error, reason: Reason::Other }
    }

    /// What must be mended in the configuration or its secrets concerns every item, so it parks.
    pub(super) fn unusable(operation: &'static str, what: &str) -> Self {
        Self::other(Error::new(ErrorKind::Unauthorized, operation, what))
    }

    /// Returns whether only the message was refused, not the way in.
    pub(super) fn is_about_message(&self) -> bool {
        self.reason == Reason::Form
    }

    /// A call that may be repeated at will has no unknown outcome.
    pub(super) fn softened(self, effect: Effect) -> Self {
        match (effect, self.error.kind()) {
            (Effect::Reads, ErrorKind::OutcomeUnknown) => {
                Self { error: self.error.with_kind(ErrorKind::Unavailable), ..self }
            }
            _ => self,
        }
    }
}

#[derive(Default, Deserialize)]
struct Verdict {
    ok: bool,
    #[serde(default)]
    error: String,
    #[serde(default)]
    needed: String,
    #[serde(default)]
    provided: String,
}

impl Verdict {
    fn of(answer: &Response<Bytes>) -> Option<Self> {
        serde_json::from_slice(answer.body()).ok()
    }
}

/// Returns the word of an answer that says `"ok": false`.
pub(super) fn word_of(answer: &Response<Bytes>) -> Option<String> {
    Verdict::of(answer).filter(|verdict| !verdict.ok).map(|verdict| verdict.error)
}

/// Judges an answer of the Web API that says `"ok": false`.
pub(super) fn refused(
    operation: &'static str,
    answer: &Response<Bytes>,
    now: Timestamp,
) -> Refusal {
    let Verdict { error: word, needed, provided, .. } = Verdict::of(answer).unwrap_or_default();
    let (kind, reason, fix) = meaning(&word);
    let kind = match kind {
        ErrorKind::Throttled { .. } => ErrorKind::Throttled { retry_after: wait(answer, now) },
        kind => kind,
    };
    let scopes = match word.as_str() {
        "missing_scope" => format!(" (needed `{needed}`, has `{provided}`)"),
        _ => String::new(),
    };
    let error =
        Error::new(kind, operation, format!("Slack says `{}`{scopes}; {fix}", short(&word)))
            .with_status(answer.status().as_u16())
            .with_answer(answer.body());
    Refusal { error, reason }
}

/// Judges any answer of an incoming webhook but success. Its whole body is the word.
pub(super) fn refused_by_webhook(
    operation: &'static str,
    answer: &Response<Bytes>,
    now: Timestamp,
) -> Refusal {
    let status = answer.status();
    let body = String::from_utf8_lossy(answer.body());
    let word = short(body.trim());
    let (kind, reason, fix) = match status {
        StatusCode::BAD_REQUEST if word == "user_not_found" => {
            (ErrorKind::Unauthorized, Reason::Other, NEW_WEBHOOK)
        }
        StatusCode::BAD_REQUEST if WEBHOOK_FORM.contains(&&*word) => {
            (ErrorKind::Rejected, Reason::Form, REPORT)
        }
        StatusCode::FORBIDDEN if word == "posting_to_general_channel_denied" => {
            (ErrorKind::Unauthorized, Reason::Unreachable, "let the app post to `#general`")
        }
        StatusCode::FORBIDDEN if word == "action_prohibited" => {
            let fix = "an administrator has restricted posting; allow it for the app";
            (ErrorKind::Unauthorized, Reason::Unreachable, fix)
        }
        // The address, or what it leads to, is gone for good.
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE => {
            (ErrorKind::Unauthorized, Reason::Unreachable, NEW_WEBHOOK)
        }
        _ => return Refusal::other(classify(operation, answer, now)),
    };
    let status = status.as_u16();
    let message = format!("Slack says `{word}` (HTTP {status}); {fix}");
    let error = Error::new(kind, operation, message);
    Refusal { error: error.with_status(status).with_answer(answer.body()), reason }
}

fn wait(answer: &Response<Bytes>, now: Timestamp) -> Option<std::time::Duration> {
    retry_after(answer.headers().get(RETRY_AFTER)?.to_str().ok()?, now)
}

/// A word as Slack writes them: what else comes is not repeated.
fn short(word: &str) -> String {
    word.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').take(WORD_LENGTH).collect()
}

fn meaning(word: &str) -> (ErrorKind, Reason, &'static str) {
    let is = |words: &[&str]| words.contains(&word);
    if is(&THROTTLED) {
        return (
            ErrorKind::Throttled { retry_after: None },
            Reason::Other,
            "it is sent again later",
        );
    }
    if is(&UNAVAILABLE) {
        return (ErrorKind::Unavailable, Reason::Other, "nothing was done; it is tried again");
    }
    if is(&PERHAPS_DONE) {
        return (ErrorKind::OutcomeUnknown, Reason::Other, "it may have been done all the same");
    }
    if is(&FORM) {
        return (ErrorKind::Rejected, Reason::Form, REPORT);
    }
    if is(&GONE) {
        return (ErrorKind::Rejected, Reason::Gone, "the alert's message was deleted");
    }
    if is(&FIXED) {
        let fix = "the message may not be changed; let the app edit its messages at any time";
        return (ErrorKind::Rejected, Reason::Fixed, fix);
    }
    if let Some((_, fix)) = UNREACHABLE.iter().find(|(known, _)| *known == word) {
        return (ErrorKind::Unauthorized, Reason::Unreachable, fix);
    }
    if let Some((_, fix)) = UNAUTHORIZED.iter().find(|(known, _)| *known == word) {
        return (ErrorKind::Unauthorized, Reason::Other, fix);
    }
    if word.starts_with("restricted_action") {
        let fix = "an administrator has restricted posting there; allow it for the app";
        return (ErrorKind::Unauthorized, Reason::Unreachable, fix);
    }
    if word.starts_with("invalid_metadata") {
        return (ErrorKind::Rejected, Reason::Form, REPORT);
    }
    (ErrorKind::Rejected, Reason::Other, "see the reference of the method for this word")
}

const THROTTLED: [&str; 4] =
    ["ratelimited", "rate_limited", "message_limit_exceeded", "accesslimited"];

/// Slack says that it did nothing.
const UNAVAILABLE: [&str; 4] =
    ["service_unavailable", "request_timeout", "team_added_to_org", "org_login_required"];

/// Slack warns that some of it may have been done.
const PERHAPS_DONE: [&str; 2] = ["internal_error", "fatal_error"];

/// The layout, or what goes along with the text.
const FORM: [&str; 10] = [
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_too_long",
    "msg_blocks_too_long",
    "no_text",
    "too_many_attachments",
    "metadata_too_large",
    "invalid_arguments",
    "duplicate_message_not_found",
    "duplicate_channel_not_found",
];

const GONE: [&str; 3] = ["message_not_found", "thread_not_found", "cannot_reply_to_message"];

const FIXED: [&str; 3] = ["cant_update_message", "edit_window_closed", "update_failed"];

/// The channel cannot be posted to; where it is an older message's, another one may.
const UNREACHABLE: [(&str, &str); 4] = [
    ("channel_not_found", "correct `channel`, and invite the bot if the channel is private"),
    ("not_in_channel", "invite the bot to the channel, or give it the scope `chat:write.public`"),
    ("is_archived", "unarchive the channel, or set `channel` to another"),
    ("messages_tab_disabled", "switch on the app's messages tab, or set `channel` to another"),
];

const UNAUTHORIZED: [(&str, &str); 14] = [
    ("not_authed", TOKEN),
    ("invalid_auth", TOKEN),
    ("token_revoked", TOKEN),
    ("token_expired", TOKEN),
    ("account_inactive", TOKEN),
    ("not_allowed_token_type", "use a bot token, which begins with `xoxb-`"),
    ("missing_scope", "add the scope to the app and install it again"),
    ("no_permission", "give the app the scope `chat:write` and install it again"),
    ("access_denied", "let the workspace's administrators approve the app"),
    ("team_access_not_granted", "let the workspace's administrators approve the app"),
    ("enterprise_is_restricted", "ask the organization's administrators to let the app call Slack"),
    ("ekm_access_denied", "the organization's keys are suspended; ask its administrators"),
    ("unknown_method", "correct `api_url`: it ends with `/api`"),
    ("team_not_found", "correct `api_url`, or the token"),
];

/// A webhook answers so to a message, so the webhook itself is alive.
const WEBHOOK_FORM: [&str; 6] = [
    "invalid_payload",
    "no_text",
    "invalid_blocks",
    "invalid_blocks_format",
    "too_many_attachments",
    "missing_text_or_fallback_or_attachments",
];

const TOKEN: &str = "put the app's present bot token where `token` points";
const NEW_WEBHOOK: &str =
    "make a new webhook in Slack and put its address where `webhook_url` points";
const REPORT: &str = "this layout should never be refused; please report it";

/// The longest of Slack's words has half of that.
const WORD_LENGTH: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_kind_and_reason() {
        let rejected = ErrorKind::Rejected;
        let cases = [
            ("ratelimited", ErrorKind::Throttled { retry_after: None }, Reason::Other),
            ("service_unavailable", ErrorKind::Unavailable, Reason::Other),
            ("fatal_error", ErrorKind::OutcomeUnknown, Reason::Other),
            ("invalid_blocks", rejected, Reason::Form),
            ("invalid_metadata_format", rejected, Reason::Form),
            ("message_not_found", rejected, Reason::Gone),
            ("edit_window_closed", rejected, Reason::Fixed),
            ("is_archived", ErrorKind::Unauthorized, Reason::Unreachable),
            ("restricted_action_read_only_channel", ErrorKind::Unauthorized, Reason::Unreachable),
            ("token_revoked", ErrorKind::Unauthorized, Reason::Other),
            ("as_yet_unknown", rejected, Reason::Other),
        ];

        for (word, kind, reason) in cases {
            assert_eq!((meaning(word).0, meaning(word).1), (kind, reason), "{word}");
        }
    }

    #[test]
    fn a_missing_scope_is_named_with_what_the_token_has() {
        let body =
            r#"{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"im:read"}"#;
        let answer = Response::new(Bytes::from_static(body.as_bytes()));

        let refusal = refused("chat.postMessage", &answer, Timestamp::default());

        assert_eq!(
            refusal.error.to_string(),
            "chat.postMessage: Slack says `missing_scope` (needed `chat:write`, has `im:read`); \
             add the scope to the app and install it again"
        );
    }

    #[test]
    fn a_call_that_may_be_repeated_has_no_unknown_outcome() {
        let error = Error::new(ErrorKind::OutcomeUnknown, "chat.update", "cut");

        let softened = Refusal::other(error.clone()).softened(Effect::Reads);

        assert_eq!(softened.error.kind(), ErrorKind::Unavailable);
        assert_eq!(Refusal::other(error.clone()).softened(Effect::Writes).error, error);
    }
}
