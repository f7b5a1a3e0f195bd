//! Destinations take encoded batches of events, or notifications one by one.
//!
//! Encoding is apart from delivering: it is pure, runs once per item, and a retry sends the same
//! bytes again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, DeliveryKey, Error, Receipt, StepKind};

use super::CheckReport;

/// A place where events and notifications go.
#[async_trait]
pub trait Destination: Send + Sync {
    /// Says how much one [`deliver`](Self::deliver) takes.
    fn limits(&self) -> BatchLimits;

    /// Says how long one exchange with the product may take at most; a [`deliver`](Self::deliver) may be
    /// several of them.
    fn timeout(&self) -> Duration {
        Duration::from_secs(10)
    }

    /// Appends `item` as this destination wants it, complete with its own separator.
    ///
    /// # Errors
    /// `Rejected` where this item can never be sent, such as one above the destination's limit.
    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error>;

    /// Says what the encoded form of an event depends on beside the event: streams whose destinations say the same
    /// have it encoded once for all of them. `None` where each is to be asked.
    fn encoding(&self) -> Option<Encoding> {
        None
    }

    /// Sends a batch once and says, per item and in order, what became of it.
    async fn deliver(&self, batch: &Batch) -> Vec<Outcome>;

    /// Asks what became of unconfirmed items; only called where an outcome was `Unconfirmed`.
    ///
    /// # Errors
    /// Those of the call itself; the items stay unconfirmed.
    async fn confirm(&self, tokens: &[Token]) -> Result<Vec<Confirmation>, Error> {
        Ok(vec![Confirmation::Confirmed; tokens.len()])
    }

    /// How often, and for how long at most, unconfirmed items are asked for.
    fn confirm_pace(&self) -> (Duration, Duration) {
        (Duration::from_secs(1), Duration::from_secs(300))
    }

    /// Makes a value from outside inert in a notification of this destination.
    fn escape<'a>(&self, value: &'a str) -> Cow<'a, str> {
        inert_text(value)
    }

    /// Says whether it takes the stream of events where the configuration does not say so and no alert
    /// rule notifies it: a place that people read does not.
    fn is_stream_by_default(&self) -> bool {
        true
    }

    /// Returns the file of this machine that it writes to, which no other destination may write to; the key `path`
    /// of its configuration names it.
    fn file(&self) -> Option<&Path> {
        None
    }

    /// Says, behind the words "not proven:", what its good answer to a delivery leaves open; `None` where
    /// that answer means that the product has what was sent for good.
    fn unproven(&self) -> Option<&'static str> {
        Some("that the product has kept it: its answer says only that it was taken")
    }

    /// Proves reachability, credentials and permission with one harmless call.
    async fn check(&self) -> CheckReport;
}

/// What the encoded form of an event depends on beside the event: destinations of an equal encoding make the same
/// bytes of the same event, or refuse it for the same reason.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Encoding(String);

impl Encoding {
    /// Returns the encoding of a connector with all those settings that [`Destination::encode`] looks at. They are told
    /// apart by how they print for debugging.
    pub fn new(connector: &str, settings: &dyn fmt::Debug) -> Self {
        Self(format!("{connector} {settings:?}"))
    }
}

/// How much one batch may hold; whichever is reached first ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLimits {
    /// The most items, at least 1.
    pub events_max: usize,
    /// The most encoded bytes; a larger item goes alone.
    pub bytes_max: usize,
}

/// Something to encode.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// An event of a stream.
    Event(EventItem<'a>),
    /// A step of an alert's delivery.
    Notification(&'a Notification),
}

/// An event of a stream, as the journal keeps it.
#[derive(Clone, Copy, Debug)]
pub struct EventItem<'a> {
    /// The normalised event: one OCSF object in JSON, without a newline.
    pub json: &'a [u8],
    /// The event's own time.
    pub time: Timestamp,
    /// The source integration.
    pub source: &'a str,
}

/// A step of an alert's delivery, rendered.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Identifies the step at the destination for ever.
    pub key: DeliveryKey,
    /// The step.
    pub step: StepKind,
    /// The alert as it was at the first attempt.
    pub alert: Alert,
    /// The rendered texts.
    pub rendered: Rendered,
    /// What the destination named the alert at an earlier step.
    pub receipt: Option<Receipt>,
}

/// What a template made of an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// One line.
    pub title: String,
    /// Several lines of plain text.
    pub body: String,
    /// The destination's own fields, by their names there.
    pub fields: BTreeMap<String, String>,
}

/// Encoded items on their way.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Names the batch; the same on every attempt.
    pub id: String,
    /// The encoded items, one after the other.
    pub body: Bytes,
    /// Where each item ends in `body`.
    pub ends: Vec<usize>,
}

impl Batch {
    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the encoded items, in order.
    pub fn items(&self) -> impl Iterator<Item = Bytes> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.body.slice(start..*end))
    }
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The destination has it.
    Done(Option<Receipt>),
    /// It does not; the kind says what follows.
    Failed(Error),
    /// It was taken, but the destination confirms later.
    Unconfirmed(Token),
}

/// Names an unconfirmed item at its destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token(pub u64);

/// What became of an unconfirmed item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The destination has it for good.
    Confirmed,
    /// Not yet, or not known any more.
    Waiting,
}

/// Removes what could act on a reader's screen or terminal: control characters but line feed and
/// tab, and the Unicode characters that reorder or hide text.
pub fn inert_text(value: &str) -> Cow<'_, str> {
    if value.chars().any(is_active) {
        Cow::Owned(value.chars().filter(|c| !is_active(*c)).collect())
    } else {
        Cow::Borrowed(value)
    }
}

/// Says whether a character acts on a screen instead of being shown: control characters but line feed and
/// tab, bidirectional (UAX #9) and zero-width ones.
pub fn is_active(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c,
            '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{061c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_reorders_or_rings_is_made_inert() {
        assert_eq!(inert_text("a\u{202e}b\u{7}c\r\nd\te"), "abc\nd\te");
        assert!(matches!(inert_text("plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_batch_gives_its_items_back_in_order() {
        let batch =
            Batch { id: "1".into(), body: Bytes::from_static(b"onetwo"), ends: vec![3, 3, 6] };

        let items: Vec<_> = batch.items().collect();

        assert_eq!(items, [&b"one"[..], b"", b"two"]);
    }
}
