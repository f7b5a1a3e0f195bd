//! What the HTTP Event Collector (HEC) says on the wire: paths, headers, codes and their texts.
//!
//! The receiver, the sender and the simulator share these tables and nothing else: each reads and
//! judges requests by itself, so that a misreading in one shows as a failing test of another.
//! Codes 0 to 22 are documented with these very texts; the wording of 24 to 27 differs between
//! releases, so an answer is judged by its code and never by its text. See "HTTP Event Collector
//! error codes" and "Use indexer acknowledgment" in Splunk's documentation (10.4, read 2026-11-22).

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

/// What a HEC answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Taken.
    Success = 0,
    /// The token exists and is switched off.
    TokenDisabled = 1,
    /// The request carries no token.
    TokenRequired = 2,
    /// The `Authorization` header has another form than `Splunk <token>`.
    InvalidAuthorization = 3,
    /// Nobody issued this token.
    InvalidToken = 4,
    /// The body holds nothing.
    NoData = 5,
    /// The body is not what it should be, from the numbered event on.
    InvalidFormat = 6,
    /// The token may not write to the index that an event names.
    IncorrectIndex = 7,
    /// The server failed; it may have taken events.
    InternalError = 8,
    /// Nothing was taken; come back later.
    ServerBusy = 9,
    /// The token wants a channel.
    ChannelMissing = 10,
    /// The channel is no GUID.
    ChannelInvalid = 11,
    /// An event has no `event`.
    EventRequired = 12,
    /// An event's `event` is blank.
    EventBlank = 13,
    /// The token has no indexer acknowledgement.
    AcknowledgementDisabled = 14,
    /// An event's `fields` nest, or its `time` is no number.
    InvalidFields = 15,
    /// The token came in the query, which is switched off.
    QueryAuthorizationDisabled = 16,
    /// The health route's good answer.
    Healthy = 17,
    /// Health: the queues are full.
    QueuesFull = 18,
    /// Health: indexer acknowledgement is away.
    AcknowledgementAway = 19,
    /// Health: both.
    QueuesFullAcknowledgementAway = 20,
    /// Health, on some releases: nobody issued this token.
    HealthInvalidToken = 21,
    /// Health, on some releases: the token is switched off.
    HealthTokenDisabled = 22,
    /// The server is going down; nothing was taken.
    ShuttingDown = 23,
    /// Taken, but the queue is nearly full.
    QueueNearlyFull = 24,
    /// Taken, but the channel's acknowledgements are nearly full.
    AcknowledgementNearlyFull = 25,
    /// Nothing was taken: the queue is full.
    QueueAtCapacity = 26,
    /// Nothing was taken: the channel's acknowledgements are full.
    AcknowledgementAtCapacity = 27,
    /// Splunk Cloud's words for a missing channel.
    CloudChannelMissing = 28,
}

impl Code {
    /// Returns the code of this number, `None` for one that no release documents.
    pub fn from_number(number: u64) -> Option<Self> {
        CODES.iter().map(|row| row.0).find(|code| u64::from(code.number()) == number)
    }

    /// Returns the number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the HTTP status that the code comes with.
    pub fn status(self) -> StatusCode {
        self.row().map_or(StatusCode::INTERNAL_SERVER_ERROR, |row| row.1)
    }

    /// Returns Splunk's text.
    pub fn text(self) -> &'static str {
        self.row().map_or("", |row| row.2)
    }

    fn row(self) -> Option<&'static (Self, StatusCode, &'static str)> {
        CODES.iter().find(|row| row.0 == self)
    }

    /// Returns the `invalid-event-number` that Splunk writes for the event at `position`, from 0.
    ///
    /// For a refused index the number is one too high (seen on 10.4 and Splunk Cloud).
    pub fn number_of_position(self, position: usize) -> usize {
        if self == Self::IncorrectIndex { position + 1 } else { position }
    }

    /// Returns the position, from 0, of the event that an `invalid-event-number` means.
    pub fn position_of_number(self, number: usize) -> usize {
        if self == Self::IncorrectIndex { number.saturating_sub(1) } else { number }
    }
}

/// The body of an answer, its keys in Splunk's order.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct AnswerBody {
    #[serde(skip)]
    pub(super) status: StatusCode,
    text: &'static str,
    code: u8,
    #[serde(rename = "invalid-event-number", skip_serializing_if = "Option::is_none")]
    invalid_event_number: Option<usize>,
    #[serde(rename = "ackId", skip_serializing_if = "Option::is_none")]
    ack_id: Option<u64>,
}

impl AnswerBody {
    pub(super) fn of(code: Code) -> Self {
        Self {
            status: code.status(),
            text: code.text(),
            code: code.number(),
            invalid_event_number: None,
            ack_id: None,
        }
    }

    /// An answer that refuses the event at this position, from 0.
    pub(super) fn refusing(code: Code, position: usize) -> Self {
        let invalid_event_number = Some(code.number_of_position(position));
        Self { invalid_event_number, ..Self::of(code) }
    }

    pub(super) fn with_ack(self, ack_id: Option<u64>) -> Self {
        Self { ack_id, ..self }
    }

    pub(super) fn to_json(self) -> String {
        // Two numbers and two texts of ours always serialize.
        serde_json::to_string(&self).unwrap_or_default()
    }
}

/// The body of an answer as a sender reads it.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct ReceivedAnswer {
    pub(super) code: u64,
    #[serde(default, rename = "invalid-event-number")]
    pub(super) invalid_event_number: Option<usize>,
    #[serde(default, rename = "ackId")]
    pub(super) ack_id: Option<u64>,
}

/// What a path of the collector is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// Events in envelopes.
    Event,
    /// Bytes without envelopes.
    Raw,
    /// The state of acknowledgements.
    Acknowledgement,
    /// Whether the collector works.
    Health,
}

impl Route {
    pub(super) fn of_path(path: &str) -> Option<Self> {
        PATHS.iter().find(|(known, _)| *known == path).map(|(_, route)| *route)
    }

    pub(super) fn takes(self, method: &Method) -> bool {
        match self {
            Self::Health => method == Method::GET || method == Method::HEAD,
            Self::Event | Self::Raw | Self::Acknowledgement => method == Method::POST,
        }
    }

    /// The value of `Allow` in answers to `OPTIONS` and to wrong methods.
    pub(super) fn allow(self) -> &'static str {
        match self {
            Self::Health => "GET,HEAD,OPTIONS",
            Self::Event | Self::Raw | Self::Acknowledgement => "POST,OPTIONS",
        }
    }
}

/// Every path, with its aliases.
pub(super) const PATHS: &[(&str, Route)] = &[
    ("/services/collector", Route::Event),
    ("/services/collector/event", Route::Event),
    ("/services/collector/event/1.0", Route::Event),
    ("/services/collector/raw", Route::Raw),
    ("/services/collector/raw/1.0", Route::Raw),
    ("/services/collector/ack", Route::Acknowledgement),
    ("/services/collector/ack/1.0", Route::Acknowledgement),
    ("/services/collector/health", Route::Health),
    ("/services/collector/health/1.0", Route::Health),
];

/// The header that carries a sender's channel.
pub(super) const CHANNEL_HEADER: &str = "x-splunk-request-channel";

/// The media type of every answer that is JSON.
pub(super) const JSON: &str = "application/json; charset=UTF-8";

/// The body of a 404 and of a 405.
pub(super) const NOT_FOUND: &str =
    r#"{"text":"The requested URL was not found on this server.","code":404}"#;

const CODES: &[(Code, StatusCode, &str)] = &[
    (Code::Success, StatusCode::OK, "Success"),
    (Code::TokenDisabled, StatusCode::FORBIDDEN, "Token disabled"),
    (Code::TokenRequired, StatusCode::UNAUTHORIZED, "Token is required"),
    (Code::InvalidAuthorization, StatusCode::UNAUTHORIZED, "Invalid authorization"),
    (Code::InvalidToken, StatusCode::FORBIDDEN, "Invalid token"),
    (Code::NoData, StatusCode::BAD_REQUEST, "No data"),
    (Code::InvalidFormat, StatusCode::BAD_REQUEST, "Invalid data format"),
    (Code::IncorrectIndex, StatusCode::BAD_REQUEST, "Incorrect index"),
    (Code::InternalError, StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
    (Code::ServerBusy, StatusCode::SERVICE_UNAVAILABLE, "Server is busy"),
    (Code::ChannelMissing, StatusCode::BAD_REQUEST, "Data channel is missing"),
    (Code::ChannelInvalid, StatusCode::BAD_REQUEST, "Invalid data channel"),
    (Code::EventRequired, StatusCode::BAD_REQUEST, "Event field is required"),
    (Code::EventBlank, StatusCode::BAD_REQUEST, "Event field cannot be blank"),
    (Code::AcknowledgementDisabled, StatusCode::BAD_REQUEST, "ACK is disabled"),
    (Code::InvalidFields, StatusCode::BAD_REQUEST, "Error in handling indexed fields"),
    (
        Code::QueryAuthorizationDisabled,
        StatusCode::BAD_REQUEST,
        "Query string authorization is not enabled",
    ),
    (Code::Healthy, StatusCode::OK, "HEC is healthy"),
    (Code::QueuesFull, StatusCode::SERVICE_UNAVAILABLE, "HEC is unhealthy, queues are full"),
    (
        Code::AcknowledgementAway,
        StatusCode::SERVICE_UNAVAILABLE,
        "HEC is unhealthy, ack service unavailable",
    ),
    (
        Code::QueuesFullAcknowledgementAway,
        StatusCode::SERVICE_UNAVAILABLE,
        "HEC is unhealthy, queues are full, ack service unavailable",
    ),
    (Code::HealthInvalidToken, StatusCode::BAD_REQUEST, "Invalid token"),
    (Code::HealthTokenDisabled, StatusCode::BAD_REQUEST, "Token disabled"),
    (Code::ShuttingDown, StatusCode::SERVICE_UNAVAILABLE, "Server is shutting down"),
    (Code::QueueNearlyFull, StatusCode::OK, "Success but queue is approaching capacity"),
    (
        Code::AcknowledgementNearlyFull,
        StatusCode::OK,
        "Success but ack channel is approaching capacity",
    ),
    (Code::QueueAtCapacity, StatusCode::TOO_MANY_REQUESTS, "Queue is at capacity"),
    (Code::AcknowledgementAtCapacity, StatusCode::TOO_MANY_REQUESTS, "ACK channel is at capacity"),
    (
        Code::CloudChannelMissing,
        StatusCode::BAD_REQUEST,
        "Data channel is missing. If you have multiple indexers, sticky session load balancers \
         must be provisioned and client requests must be routed accordingly.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_row_at_its_own_place() {
        for (place, (code, ..)) in CODES.iter().enumerate() {
            assert_eq!(usize::from(code.number()), place, "{code:?}");
        }
        assert_eq!(Code::from_number(13), Some(Code::EventBlank));
        assert_eq!(Code::from_number(404), None);
    }

    #[test]
    fn answers_have_splunks_key_order_and_no_spaces() {
        let plain = AnswerBody::of(Code::Success);
        let prefix = AnswerBody::refusing(Code::InvalidFormat, 1).with_ack(Some(0));

        assert_eq!(plain.to_json(), r#"{"text":"Success","code":0}"#);
        assert_eq!(
            prefix.to_json(),
            r#"{"text":"Invalid data format","code":6,"invalid-event-number":1,"ackId":0}"#
        );
    }

    #[test]
    fn the_number_of_a_refused_index_is_one_too_high() {
        assert_eq!(Code::IncorrectIndex.number_of_position(1), 2);
        assert_eq!(Code::IncorrectIndex.position_of_number(2), 1);
        assert_eq!(Code::EventBlank.number_of_position(1), 1);
        assert_eq!(Code::EventBlank.position_of_number(1), 1);
    }
}
