//! What Splunk's codes mean for whoever sent the request.

use bytes::Bytes;
use http::Response;

use signalbox_sdk::ErrorKind;

use super::super::wire::{Code, ReceivedAnswer};

/// What the caller does about a code that is no success; `None` where the code belongs elsewhere.
pub(super) fn meaning(code: Code) -> Option<(ErrorKind, &'static str)> {
    use Code as C;
    use ErrorKind as K;
    Some(match code {
        C::TokenDisabled | C::HealthTokenDisabled => {
            (K::Unauthorized, "the token is switched off; enable it in Splunk")
        }
        C::TokenRequired | C::InvalidAuthorization => (
            K::Unauthorized,
            "the token did not arrive as sent; check whether a proxy changes `Authorization`",
        ),
        C::InvalidToken | C::HealthInvalidToken => {
            (K::Unauthorized, "Splunk does not know the token; check `token`")
        }
        C::InvalidFormat => (K::Rejected, "Splunk cannot read an event, or it is too large"),
        C::EventRequired | C::EventBlank => (K::Rejected, "Splunk takes no empty event"),
        C::InvalidFields => (K::Rejected, "Splunk cannot read an event's `fields` or `time`"),
        C::IncorrectIndex => (
            K::Rejected,
            "the token may not write to the index; allow it at the token, or correct `index`",
        ),
        C::NoData => (K::Rejected, "Splunk saw no event; check what lies between"),
        C::ChannelMissing | C::ChannelInvalid | C::CloudChannelMissing => (
            K::Rejected,
            "the channel did not arrive as sent; check whether a proxy removes \
             `X-Splunk-Request-Channel`",
        ),
        C::AcknowledgementDisabled => (
            K::Rejected,
            "the token has no indexer acknowledgement; enable it there, or set \
             `acknowledgement: false`",
        ),
        C::QueryAuthorizationDisabled => {
            (K::Rejected, "a proxy moved the token into the query, which Splunk refuses")
        }
        C::InternalError => {
            (K::OutcomeUnknown, "Splunk failed and may or may not have taken the events")
        }
        C::ServerBusy | C::QueueAtCapacity | C::AcknowledgementAtCapacity => {
            (K::Throttled { retry_after: None }, "Splunk is busy and took nothing")
        }
        C::QueuesFull | C::AcknowledgementAway | C::QueuesFullAcknowledgementAway => {
            (K::Unavailable, "Splunk's collector is unhealthy")
        }
        C::ShuttingDown => (K::Unavailable, "Splunk is shutting down and took nothing"),
        C::Success | C::Healthy | C::QueueNearlyFull | C::AcknowledgementNearlyFull => return None,
    })
}

/// Whether the code refuses one event and not the request.
pub(super) fn is_about_an_event(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidFormat
            | Code::IncorrectIndex
            | Code::EventRequired
            | Code::EventBlank
            | Code::InvalidFields
    )
}

/// Whether Splunk's words say that the token has no indexer acknowledgement.
pub(super) fn is_acknowledgement_disabled(answer: &str) -> bool {
    let body = serde_json::from_str::<ReceivedAnswer>(answer);
    body.is_ok_and(|body| body.code == u64::from(Code::AcknowledgementDisabled.number()))
}

/// Reads an answer; `None` where it is none of a HEC.
pub(super) fn read(answer: &Response<Bytes>) -> Option<(Code, ReceivedAnswer)> {
    let body: ReceivedAnswer = serde_json::from_slice(answer.body()).ok()?;
    Code::from_number(body.code).map(|code| (code, body))
}
