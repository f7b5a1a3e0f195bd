//! From bytes as received to OCSF.

use std::sync::Arc;

use bytes::Bytes;
use signalbox_model::Fingerprint;
use signalbox_model::ocsf::{Event, Text};
use signalbox_model::time::Timestamp;

/// A unit as the source sent it: a webhook's body, a HEC envelope's event, a syslog frame.
#[derive(Clone, Debug)]
pub struct RawEvent {
    /// The bytes as received.
    pub body: Bytes,
    /// When they were received.
    pub received: Timestamp,
    /// The source's own id of this unit, where the transport carries one (a header).
    pub event_id: Option<Text>,
    /// What the transport said beside the bytes, such as HEC's `host` and `sourcetype`.
    pub attributes: Attributes,
}

/// Names and values that a transport says beside the bytes, shared by the raw events it says them of.
pub type Attributes = Arc<[(&'static str, Text)]>;

impl RawEvent {
    /// Returns what the transport said under `name`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

/// Maps raw events to OCSF. Pure: no I/O, no clock.
pub trait Normalize: Send + Sync {
    /// Appends what `raw` becomes: one or more events, or quarantined parts, in order. Appends at
    /// least one entry; an error of ours is an entry, never a panic.
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>);
}

/// What one part of a raw event became.
#[derive(Clone, Debug)]
pub enum Normalized {
    /// It maps.
    Event(Box<MappedEvent>),
    /// Authentic, but it does not map: kept as received.
    Quarantine {
        /// The part as received.
        original: Bytes,
        /// Why it does not map, and what to change.
        reason: String,
    },
}

/// An event with what the line wants to know beside it.
#[derive(Clone, Debug, Default)]
pub struct MappedEvent {
    /// The event. `metadata.uid` is filled by the line.
    pub event: Event,
    /// The source's own id of the event; the same id again is a duplicate.
    pub event_id: Option<Text>,
    /// The identity of the finding, where the mapping names other paths than the default.
    pub fingerprint: Option<Fingerprint>,
    /// The part as received.
    pub original: Bytes,
    /// How much of the original was understood.
    pub parsed: Parsed,
}

/// How much of an original was understood. Telemetry keeps its original unless it was all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parsed {
    /// All of it.
    #[default]
    InFull,
    /// Enough for the event's class; some of it only as received.
    InPart,
    /// Its format could not be read: `unmapped.parse_error` says where and why. Counted by source.
    Not,
}
