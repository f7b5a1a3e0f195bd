//! The faked Splunk's HTTP: routes, tokens, channels and answers.

use std::io::Read as _;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::request::Parts;
use http::{Method, Request, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::wire::{AnswerBody, CHANNEL_HEADER, Code, JSON, NOT_FOUND, Route};
use super::indexer::Indexer;
use super::judge::{Verdict, judge};
use super::{HecSimulator, IndexedEvent, TokenSettings};

/// An answer that ends the handling of a request.
type Refused = Box<Response>;

/// Answers any request but those of the inspection.
pub(super) async fn answer(
    State(simulator): State<HecSimulator>,
    request: Request<Body>,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut indexer = simulator.indexer.lock();
    let response = handle(&mut indexer, &head, &body).unwrap_or_else(|refused| *refused);
    dressed(response)
}

fn handle(indexer: &mut Indexer, head: &Parts, body: &Bytes) -> Result<Response, Refused> {
    let Some(route) = Route::of_path(head.uri.path()) else {
        return Ok(with_body(StatusCode::NOT_FOUND, NOT_FOUND));
    };
    if head.method == Method::OPTIONS {
        return Ok(([("allow", route.allow())], StatusCode::OK).into_response());
    }
    if !route.takes(&head.method) {
        let answer = with_body(StatusCode::METHOD_NOT_ALLOWED, NOT_FOUND);
        return Ok(([("allow", route.allow())], answer).into_response());
    }
    if route == Route::Health {
        return Ok(of_code(Code::Healthy));
    }
    let (name, token) = authorize(indexer, head)?;
    let channel = channel(indexer, head, &token)?;
    let body = unpack(indexer, head, body)?;
    let sender = Sender { name, token, channel };
    match route {
        Route::Acknowledgement => tell(indexer, &sender, &body),
        Route::Raw => take_raw(indexer, head, &sender, &body),
        Route::Event | Route::Health => Ok(take_events(indexer, &sender, &body)),
    }
}

/// Who sends.
struct Sender {
    name: String,
    token: TokenSettings,
    /// Only where the token has indexer acknowledgement.
    channel: Option<Uuid>,
}

fn authorize(indexer: &Indexer, head: &Parts) -> Result<(String, TokenSettings), Refused> {
    let header = head.headers.get("authorization").map(|value| value.to_str().unwrap_or_default());
    let presented = match header {
        Some(header) => match header.split(' ').collect::<Vec<_>>().as_slice() {
            ["Splunk", token] => (*token).to_owned(),
            ["Basic", credentials] => {
                let decoded =
                    STANDARD.decode(credentials).map_err(|_| refuse(Code::InvalidAuthorization))?;
                let decoded = String::from_utf8_lossy(&decoded).into_owned();
                decoded.split(':').nth(1).unwrap_or_default().to_owned()
            }
            _ => return Err(refuse(Code::InvalidAuthorization)),
        },
        None => query(head, "token").ok_or_else(|| refuse(Code::TokenRequired))?,
    };
    let settings = indexer.tokens.get(&presented).ok_or_else(|| refuse(Code::InvalidToken))?;
    if !settings.is_enabled {
        return Err(refuse(Code::TokenDisabled));
    }
    if header.is_none() {
        return Err(refuse(Code::QueryAuthorizationDisabled));
    }
    Ok((presented, settings.clone()))
}

fn channel(
    indexer: &Indexer,
    head: &Parts,
    token: &TokenSettings,
) -> Result<Option<Uuid>, Refused> {
    if !token.has_acknowledgement {
        return Ok(None);
    }
    let missing = if indexer.is_cloud { Code::CloudChannelMissing } else { Code::ChannelMissing };
    let header = head.headers.get(CHANNEL_HEADER).and_then(|value| value.to_str().ok());
    let named = header.map(str::to_owned).or_else(|| query(head, "channel"));
    let named = named.ok_or_else(|| refuse(missing))?;
    named.parse().map(Some).map_err(|_| refuse(Code::ChannelInvalid))
}

fn unpack(indexer: &Indexer, head: &Parts, body: &Bytes) -> Result<Bytes, Refused> {
    let body = match head.headers.get("content-encoding").map(|value| value.as_bytes()) {
        None | Some(b"identity") => body.clone(),
        Some(b"gzip") => {
            let mut unpacked = Vec::new();
            let read = GzDecoder::new(&body[..]).read_to_end(&mut unpacked);
            read.map_err(|_| refuse(Code::InvalidFormat))?;
            unpacked.into()
        }
        Some(_) => return Err(Box::new(html(StatusCode::UNSUPPORTED_MEDIA_TYPE))),
    };
    if indexer.is_cloud && body.len() > CLOUD_BYTES_MAX {
        return Err(Box::new(refused_at(Code::InvalidFormat, 0, None)));
    }
    if body.len() > indexer.content_bytes_max {
        return Err(Box::new(html(StatusCode::PAYLOAD_TOO_LARGE)));
    }
    Ok(body)
}

fn take_events(indexer: &mut Indexer, sender: &Sender, body: &[u8]) -> Response {
    let mut envelopes = serde_json::Deserializer::from_slice(body).into_iter::<Value>();
    let (mut place, mut start) = (0, 0);
    while let Some(envelope) = envelopes.next() {
        let size = envelopes.byte_offset() - start;
        start = envelopes.byte_offset();
        let verdict = match envelope {
            Ok(envelope) => judge(&envelope, size, &sender.token),
            Err(_) => Verdict::Refuse(Code::InvalidFormat),
        };
        match verdict {
            Verdict::Index(event) => indexer.index(*event),
            Verdict::Skip => {}
            Verdict::Stop if place == 0 => return of_code(Code::NoData),
            Verdict::Stop => return taken(indexer, sender),
            Verdict::Refuse(code) => {
                let channel = sender.channel.filter(|_| place > 0);
                let ack_id = channel.map(|channel| indexer.promise(&sender.name, channel));
                return refused_at(code, place, ack_id);
            }
        }
        place += 1;
    }
    if place == 0 { of_code(Code::NoData) } else { taken(indexer, sender) }
}

fn take_raw(
    indexer: &mut Indexer,
    head: &Parts,
    sender: &Sender,
    body: &[u8],
) -> Result<Response, Refused> {
    let text = String::from_utf8_lossy(body);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    if lines.peek().is_none() {
        return Err(refuse(Code::NoData));
    }
    for line in lines {
        indexer.index(IndexedEvent {
            time_microseconds: None,
            host: query(head, "host"),
            source: query(head, "source"),
            sourcetype: query(head, "sourcetype"),
            index: query(head, "index").unwrap_or_else(|| sender.token.index.clone()),
            event: line.into(),
            fields: Map::new(),
        });
    }
    Ok(taken(indexer, sender))
}

fn tell(indexer: &mut Indexer, sender: &Sender, body: &[u8]) -> Result<Response, Refused> {
    let channel = sender.channel.ok_or_else(|| refuse(Code::AcknowledgementDisabled))?;
    let question: Value = serde_json::from_slice(body).map_err(|_| refuse(Code::InvalidFormat))?;
    let asked = question.get("acks").and_then(Value::as_array);
    let asked = asked.ok_or_else(|| refuse(Code::InvalidFormat))?;
    let mut acks = Map::new();
    for id in asked.iter().filter_map(Value::as_u64) {
        acks.insert(id.to_string(), indexer.tell(&sender.name, channel, id).into());
    }
    Ok(with_body(StatusCode::OK, json!({ "acks": acks }).to_string()))
}

/// The answer to a request that was taken to its end.
fn taken(indexer: &mut Indexer, sender: &Sender) -> Response {
    let ack_id = sender.channel.map(|channel| indexer.promise(&sender.name, channel));
    of_body(AnswerBody::of(Code::Success).with_ack(ack_id))
}

fn refused_at(code: Code, place: usize, ack_id: Option<u64>) -> Response {
    of_body(AnswerBody::refusing(code, place).with_ack(ack_id))
}

fn refuse(code: Code) -> Refused {
    Box::new(of_code(code))
}

fn of_code(code: Code) -> Response {
    of_body(AnswerBody::of(code))
}

fn of_body(body: AnswerBody) -> Response {
    with_body(body.status, body.to_json())
}

fn with_body(status: StatusCode, body: impl Into<Body>) -> Response {
    (status, [("content-type", JSON)], body.into()).into_response()
}

fn html(status: StatusCode) -> Response {
    let body = format!("<!doctype html><html><head><title>{status}</title></head></html>\r\n");
    (status, [("content-type", "text/html; charset=UTF-8")], body).into_response()
}

/// The headers that Splunk sets on every answer.
fn dressed(response: Response) -> Response {
    let headers = [
        ("server", "Splunkd"),
        ("vary", "Authorization"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "SAMEORIGIN"),
    ];
    (headers, response).into_response()
}

fn query(head: &Parts, name: &str) -> Option<String> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&head.uri).ok()?.0;
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Splunk Cloud takes bodies up to here (seen on 10.5).
const CLOUD_BYTES_MAX: usize = 5_242_881;
