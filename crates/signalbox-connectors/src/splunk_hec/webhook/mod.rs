//! The hub as a collector: takes what any HEC sender sends, and answers as Splunk answers.
//!
//! A token without acknowledgement is answered after the commit, so its 200 says more than Splunk's
//! own. A token with acknowledgement is answered at once with an id, which turns true after the
//! commit. Where an event in a batch is bad, those before it are taken and the answer names its
//! place, as Splunk does.
//!
//! Where Splunk loses something silently, the hub does not: an unknown key in an envelope does not
//! end the batch, and an envelope with `fields` alone (a metric) is an event whose body they are.

mod acknowledgements;
mod authorization;
mod envelope;
mod metadata;
mod query;
mod raw;
mod time;
mod unpack;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, StatusCode};
use serde::Deserialize;
use uuid::Uuid;

use signalbox_model::config::ByteSize;
use signalbox_model::time::Timestamp;
use signalbox_sdk::Context;
use signalbox_sdk::role::{
    Answer, Committed, Decoded, Endpoint, Listen, RawEvent, Reply, Request, Webhook,
};

use self::acknowledgements::{Acknowledgements, Channel};
use self::authorization::{Token, Tokens};
use self::query::Query;
use self::unpack::Refused;
use super::config::ReceiveConfig;
use super::wire::{AnswerBody, CHANNEL_HEADER, Code, JSON, NOT_FOUND, PATHS, Route};

/// A collector.
pub(super) struct HecWebhook {
    listen: Listen,
    body_max: ByteSize,
    tokens: Tokens,
    acknowledgements: Acknowledgements,
}

/// What a body held.
#[derive(Debug)]
struct Parsed {
    /// Its events, up to the first bad one.
    events: Vec<RawEvent>,
    /// Why, and at which place, it ended early.
    refusal: Option<(Code, usize)>,
}

impl HecWebhook {
    pub(super) fn new(config: &ReceiveConfig, context: &Context) -> Self {
        Self {
            listen: config.listen.clone(),
            body_max: config.body_max,
            tokens: Tokens::new(&config.tokens, context),
            acknowledgements: Acknowledgements::new(context.clock.now()),
        }
    }

    fn body_bytes_max(&self) -> usize {
        usize::try_from(self.body_max.as_bytes()).unwrap_or(usize::MAX)
    }

    /// Takes events: in envelopes, or raw.
    fn take(
        &self,
        route: Route,
        request: &Request,
        query: &Query,
        token: &Token,
    ) -> Result<Decoded, Answer> {
        let channel = self.channel(request, query, token)?;
        let body = unpack::unpack(request, self.body_bytes_max()).map_err(refused_body)?;
        let parsed = match route {
            Route::Raw => raw::read(&body, query, token, request.received),
            _ => envelope::read(&body, token, request.received),
        };
        let parsed = parsed.map_err(refused_body)?;
        let answer = match parsed.refusal {
            Some((code, position)) => AnswerBody::refusing(code, position),
            None => AnswerBody::of(Code::Success),
        };
        match (parsed.events.is_empty(), parsed.refusal) {
            (true, Some(_)) => Err(json(answer)),
            (true, None) => Err(of_code(Code::NoData)),
            (false, _) => {
                let reply = self.reply(answer, parsed.refusal.is_some(), channel);
                Ok(Decoded { events: parsed.events, reply })
            }
        }
    }

    /// Says when the answer to a request with good events is given.
    fn reply(&self, answer: AnswerBody, is_refused: bool, channel: Option<Channel>) -> Reply {
        let Some(channel) = channel else {
            return if is_refused { Reply::AfterCommit(json(answer)) } else { Reply::Default };
        };
        let id = self.acknowledgements.issue(channel);
        Reply::BeforeCommit { answer: json(answer.with_ack(Some(id))), token: id }
    }

    /// Tells which of the ids asked for are committed.
    fn tell(&self, request: &Request, query: &Query, token: &Token) -> Answer {
        if !token.config.acknowledgement {
            return of_code(Code::AcknowledgementDisabled);
        }
        let channel = match self.channel(request, query, token) {
            Ok(Some(channel)) => channel,
            Ok(None) => return of_code(Code::ChannelMissing),
            Err(answer) => return answer,
        };
        let body = match unpack::unpack(request, self.body_bytes_max()) {
            Ok(body) => body,
            Err(refused) => return refused_body(refused),
        };
        let Ok(Question { acks }) = serde_json::from_slice(&body) else {
            return of_code(Code::InvalidFormat);
        };
        if acks.len() > ITEMS_MAX {
            return refused_body(Refused::TooLarge);
        }
        answer_json(StatusCode::OK, self.acknowledgements.tell(channel, &acks))
    }

    /// The channel of a request with a token that wants one.
    fn channel(
        &self,
        request: &Request,
        query: &Query,
        token: &Token,
    ) -> Result<Option<Channel>, Answer> {
        if !token.config.acknowledgement {
            return Ok(None);
        }
        let named = request.header(CHANNEL_HEADER).or_else(|| query.get("channel"));
        let Some(named) = named.filter(|name| !name.is_empty()) else {
            return Err(of_code(Code::ChannelMissing));
        };
        let id = Uuid::try_parse(named).map_err(|_| of_code(Code::ChannelInvalid))?;
        Ok(Some(Channel { token: token.place, id }))
    }
}

impl Webhook for HecWebhook {
    fn endpoint(&self) -> Endpoint {
        Endpoint {
            listen: Some(self.listen.clone()),
            paths: PATHS.iter().map(|(path, _)| (*path).to_owned()).collect(),
            body_bytes_max: self.body_bytes_max(),
        }
    }

    /// Health, `OPTIONS` and requests that lead nowhere are answered without a token, by
    /// [`decode`](Webhook::decode), and carry no events.
    fn verify(&self, request: &Request) -> Result<(), Answer> {
        match Route::of_path(&request.path) {
            Some(route) if route != Route::Health && route.takes(&request.method) => {
                let query = Query::parse(&request.query);
                self.tokens.authorize(request, &query).map(drop).map_err(of_code)
            }
            _ => Ok(()),
        }
    }

    fn decode(&self, request: &Request) -> Result<Decoded, Answer> {
        let Some(route) = Route::of_path(&request.path) else {
            return Err(answer_json(StatusCode::NOT_FOUND, NOT_FOUND));
        };
        if request.method == Method::OPTIONS {
            return Err(allowed(route));
        }
        if !route.takes(&request.method) {
            let answer = answer_json(StatusCode::METHOD_NOT_ALLOWED, NOT_FOUND);
            return Err(answer.with_header("allow", route.allow()));
        }
        if route == Route::Health {
            return Err(of_code(Code::Healthy));
        }
        let query = Query::parse(&request.query);
        let token = self.tokens.authorize(request, &query).map_err(of_code)?;
        match route {
            Route::Acknowledgement => Err(self.tell(request, &query, token)),
            _ => self.take(route, request, &query, token),
        }
    }

    /// Envelopes where the bytes begin like one, otherwise raw lines; with the first token.
    fn request_of(&self, body: Bytes, received: Timestamp) -> Result<Request, String> {
        let begins = body.iter().copied().find(|byte| !byte.is_ascii_whitespace());
        let is_envelope = matches!(begins, Some(b'{' | b'['));
        let path = if is_envelope { EVENT_PATH } else { RAW_PATH };
        let mut request = Request::local(path.to_owned(), body, received);
        let token = self.tokens.first_header()?;
        request.headers.insert(AUTHORIZATION, token);
        request.headers.insert(CHANNEL_HEADER, HeaderValue::from_static(DECODE_CHANNEL));
        Ok(request)
    }

    fn answer(&self, committed: Committed) -> Answer {
        match committed {
            Committed::Yes => of_code(Code::Success),
            Committed::No { retry_after } => {
                let seconds = retry_after.as_secs().max(1);
                of_code(Code::ServerBusy).with_header("retry-after", seconds.to_string())
            }
        }
    }

    fn committed(&self, token: u64) {
        self.acknowledgements.commit(token);
    }
}

const EVENT_PATH: &str = "/services/collector/event";
const RAW_PATH: &str = "/services/collector/raw";

/// The channel of requests that no sender sent.
const DECODE_CHANNEL: &str = "00000000-0000-0000-0000-000000000000";

#[derive(Deserialize)]
struct Question {
    acks: Vec<u64>,
}

fn of_code(code: Code) -> Answer {
    json(AnswerBody::of(code))
}

fn json(body: AnswerBody) -> Answer {
    answer_json(body.status, body.to_json())
}

fn answer_json(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    Answer { status, headers: vec![("content-type", JSON.to_owned())], body: body.into() }
}

fn allowed(route: Route) -> Answer {
    let headers = vec![("allow", route.allow().to_owned())];
    Answer { status: StatusCode::OK, headers, body: Bytes::new() }
}

/// Bodies that cannot be taken at all: where Splunk answers in HTML, so does the hub.
fn refused_body(refused: Refused) -> Answer {
    let (status, what) = match refused {
        Refused::Unreadable => {
            return json(AnswerBody::refusing(Code::InvalidFormat, 0));
        }
        Refused::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"),
        Refused::UnknownEncoding => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "the encoding of the content is not supported")
        }
    };
    let body = format!("<!doctype html><html><body><h1>{what}</h1></body></html>\r\n");
    let headers = vec![("content-type", "text/html; charset=UTF-8".to_owned())];
    Answer { status, headers, body: body.into() }
}

/// Events, or ids, in one request: ten megabytes of the smallest events would otherwise become
/// gigabytes in memory.
const ITEMS_MAX: usize = 100_000;
