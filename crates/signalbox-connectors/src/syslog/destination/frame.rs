//! A message as it is sent: a header, the payload, and what tells it from the next.

use signalbox_model::time::Timestamp;
use signalbox_model::{Severity, StepKind};
use signalbox_sdk::codec::syslog::write::{Record, RecordElement, rfc3164, rfc5424, single_line};
use signalbox_sdk::codec::syslog::{Priority, Zone};
use signalbox_sdk::role::{EventItem, Notification};
use signalbox_sdk::{Error, ErrorKind};

use super::super::config::{SendConfig, SendFraming, SendHeader, SendPayload};
use super::event::{OcsfEvent, Outline};
use super::{alert, story};

/// Encodes the messages of an integration.
#[derive(Debug)]
pub(super) struct Framer {
    facility: u8,
    hostname: String,
    app_name: String,
    /// The id of our structured data, where the organization has a number for it.
    element: Option<String>,
    header: SendHeader,
    payload: SendPayload,
    wrapping: Wrapping,
    message_bytes_max: usize,
}

/// What tells a message from the next.
#[derive(Clone, Copy, Debug)]
enum Wrapping {
    Counted,
    Line,
    /// RELP's frames are made when it is sent.
    Bare,
}

/// What a header says of a message.
struct Heading<'a> {
    severity: Severity,
    time: Timestamp,
    host: Option<&'a str>,
    message_id: &'a str,
    params: &'a [(&'a str, &'a str)],
}

impl Framer {
    pub(super) fn new(config: &SendConfig) -> Self {
        let wrapping = match (config.transport.is_relp(), config.framing.unwrap_or_default()) {
            (true, _) => Wrapping::Bare,
            (false, SendFraming::OctetCounted) => Wrapping::Counted,
            (false, SendFraming::Newline) => Wrapping::Line,
        };
        let bytes_max = config.message_bytes_max.as_bytes();
        Self {
            facility: config.facility.number(),
            hostname: config.hostname.clone(),
            app_name: config.app_name.clone(),
            element: config.enterprise_number.map(|number| format!("signalbox@{number}")),
            header: config.header,
            payload: config.payload,
            wrapping,
            message_bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
        }
    }

    /// Appends an event.
    pub(super) fn event(&self, item: &EventItem<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match self.payload {
            SendPayload::Json => {
                let outline: Outline<'_> = serde_json::from_slice(item.json).map_err(unreadable)?;
                let head = self.head_of(item, &outline);
                self.push(&head, item.json, out)
            }
            SendPayload::Cef => {
                let event: OcsfEvent<'_> = serde_json::from_slice(item.json).map_err(unreadable)?;
                let head = self.head_of(item, &event.outline());
                let line = story::of_event(&event, item, self.room(&head));
                self.push(&head, line.as_bytes(), out)
            }
        }
    }

    /// Appends a step of an alert.
    pub(super) fn notification(&self, item: &Notification, out: &mut Vec<u8>) -> Result<(), Error> {
        let (key, id, step) =
            (item.key.to_string(), item.alert.id.to_string(), item.step.to_string());
        let params = [
            ("delivery_key", key.as_str()),
            ("alert", &id),
            ("rule", item.alert.rule.as_str()),
            ("step", &step),
            ("status", item.alert.status.as_str()),
        ];
        let message_id = match item.step {
            StepKind::Open => "alert_opened",
            StepKind::Update(_) => "alert_updated",
            StepKind::Resolve(_) => "alert_resolved",
        };
        let event = alert::event_of(item);
        let head = self.head(&Heading {
            severity: item.alert.severity,
            time: alert::time_of(item),
            host: host_of(&event.outline()),
            message_id,
            params: &params,
        });
        match self.payload {
            SendPayload::Json => self.push(&head, &alert::json(item)?, out),
            SendPayload::Cef => {
                let line = story::of_alert(&event, item, self.room(&head));
                self.push(&head, line.as_bytes(), out)
            }
        }
    }

    fn head_of(&self, item: &EventItem<'_>, outline: &Outline<'_>) -> String {
        let class = outline.class_name.as_deref().unwrap_or("event");
        let message_id = class.to_ascii_lowercase().replace(' ', "_");
        let uid = outline.metadata.uid.as_deref().unwrap_or_default();
        self.head(&Heading {
            severity: Severity::from_id(outline.severity_id).unwrap_or_default(),
            time: item.time,
            host: host_of(outline),
            message_id: &message_id,
            params: &[("uid", uid)],
        })
    }

    /// Writes all that stands before the payload, without line ends.
    fn head(&self, heading: &Heading<'_>) -> String {
        let level = level(heading.severity);
        let element = self.element.as_deref();
        let elements = element.map(|id| RecordElement { id, params: heading.params });
        let record = Record {
            priority: Priority::new(self.facility, level).unwrap_or(Priority::ASSUMED),
            timestamp: heading.time,
            host: heading.host.unwrap_or(&self.hostname),
            app: &self.app_name,
            process_id: "",
            message_id: heading.message_id,
            structured_data: elements.as_slice(),
            text: "",
        };
        let mut head = String::with_capacity(HEAD_BYTES);
        match self.header {
            SendHeader::Rfc5424 => {
                rfc5424(&record, &mut head);
                head.push(' ');
            }
            SendHeader::Rfc3164 => rfc3164(&record, &Zone::UTC, &mut head),
        }
        single_line(&head).into_owned()
    }

    /// The bytes left for a payload.
    fn room(&self, head: &str) -> usize {
        self.message_bytes_max.saturating_sub(head.len())
    }

    fn push(&self, head: &str, payload: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let length = head.len() + payload.len();
        if length > self.message_bytes_max {
            let what = format!(
                "the message has {length} bytes and at most {} are sent; raise `message_bytes_max` \
                 if the receiver takes more, or send CEF",
                self.message_bytes_max
            );
            return Err(Error::new(ErrorKind::Rejected, ENCODE, what));
        }
        out.reserve(length + COUNT_BYTES);
        if let Wrapping::Counted = self.wrapping {
            out.extend_from_slice(format!("{length} ").as_bytes());
        }
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(payload);
        if let Wrapping::Line = self.wrapping {
            out.push(b'\n');
        }
        Ok(())
    }
}

fn host_of<'e>(outline: &'e Outline<'_>) -> Option<&'e str> {
    let device = outline.device.as_ref()?;
    let name = device.hostname.as_deref().or(device.ip.as_deref())?;
    (!name.is_empty()).then_some(name)
}

/// Syslog's severity, where smaller is worse. The worst of all, 0, is not used: receivers write that to
/// every terminal.
const fn level(severity: Severity) -> u8 {
    match severity {
        Severity::Fatal => 1,
        Severity::Critical => 2,
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low | Severity::Unknown | Severity::Other => 5,
        Severity::Informational => 6,
    }
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Bug, ENCODE, format!("the event cannot be read: {error}"))
}

const ENCODE: &str = "encode a message";

/// Room for a usual head.
const HEAD_BYTES: usize = 256;

/// Room for a count or a line end.
const COUNT_BYTES: usize = 10;
