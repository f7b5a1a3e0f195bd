//! Bytes without envelopes: every line that is not blank is an event, described by the query.

use bytes::Bytes;

use signalbox_model::ocsf::Text;
use signalbox_model::time::Timestamp;

use super::super::wire::Code;
use super::authorization::Token;
use super::metadata::Metadata;
use super::query::Query;
use super::unpack::Refused;
use super::{ITEMS_MAX, Parsed};

/// Splits a body into events.
pub(super) fn read(
    body: &Bytes,
    query: &Query,
    token: &Token,
    received: Timestamp,
) -> Result<Parsed, Refused> {
    let said = |name| query.get(name).filter(|value| !value.is_empty()).map(Text::from);
    let metadata = Metadata {
        host: said("host"),
        source: said("source"),
        sourcetype: said("sourcetype"),
        index: said("index"),
        ..Metadata::default()
    };
    if metadata.index.as_ref().is_some_and(|index| !token.config.may_write_to(index)) {
        return Ok(Parsed { events: Vec::new(), refusal: Some((Code::IncorrectIndex, 0)) });
    }
    let mut events = Vec::new();
    for line in body.split(|byte| *byte == b'\n' || *byte == b'\r') {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if events.len() == ITEMS_MAX {
            return Err(Refused::TooLarge);
        }
        let line = body.slice_ref(line);
        events.push(metadata.clone().into_raw_event(line, token, received));
    }
    Ok(Parsed { events, refusal: None })
}
