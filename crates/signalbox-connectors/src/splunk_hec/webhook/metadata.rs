//! What HEC says about an event beside the event, and how it travels with the raw event.

use std::fmt::Write as _;

use bytes::Bytes;

use signalbox_model::ocsf::Text;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::RawEvent;

use super::super::attribute;
use super::authorization::Token;

/// What an envelope, or a raw request's query, says about its events.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata {
    pub(super) host: Option<Text>,
    pub(super) source: Option<Text>,
    pub(super) sourcetype: Option<Text>,
    pub(super) index: Option<Text>,
    pub(super) time: Option<Timestamp>,
    /// The indexed fields: a JSON object.
    pub(super) fields: Option<Text>,
}

impl Metadata {
    /// Makes the raw event; what is not said is the token's default.
    pub(super) fn into_raw_event(
        self,
        body: Bytes,
        token: &Token,
        received: Timestamp,
    ) -> RawEvent {
        let time = self.time.map(millis);
        let named = [
            (attribute::TOKEN, Some(token.name.clone())),
            (attribute::TIME, time),
            (attribute::HOST, self.host),
            (attribute::SOURCE, self.source.or_else(|| token.source.clone())),
            (attribute::SOURCETYPE, self.sourcetype.or_else(|| token.sourcetype.clone())),
            (attribute::INDEX, self.index.or_else(|| token.index.clone())),
            (attribute::FIELDS, self.fields),
        ];
        let mut attributes = Vec::with_capacity(named.len());
        attributes.extend(named.into_iter().filter_map(|(name, value)| Some((name, value?))));
        RawEvent { body, received, event_id: None, attributes: attributes.into() }
    }
}

/// Writes the number where a text is kept: it is short enough to need no memory of its own.
fn millis(time: Timestamp) -> Text {
    let mut text = Text::default();
    // Writing to memory cannot fail.
    write!(text, "{}", time.as_millis()).unwrap_or_default();
    text
}
