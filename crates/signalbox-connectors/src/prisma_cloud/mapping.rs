//! What the product's objects become.
//!
//! An alert is a compliance finding where its policy checks how something is configured, otherwise a
//! detection finding (`alert`). A scan of Compute is one vulnerability finding for each weakness and one
//! compliance finding for each issue (`scan`); its console's own alerts are findings too (`runtime`). A
//! standard of the compliance posture is a compliance finding (`posture`). The audit log and the "Test"
//! button's sample are base events (`record`). Which of them it is shows in the object itself, so that
//! what was polled, posted or saved to a file is the same event.

pub(super) mod posture;
pub(super) mod scan;

mod alert;
mod record;
mod runtime;

use bytes::Bytes;

use signalbox_model::Severity::{self, Critical, High, Informational, Low, Medium, Unknown};
use signalbox_model::SeverityColumn;
use signalbox_model::ocsf::objects::{Feature, Product};
use signalbox_model::ocsf::{Class, Event, Text};
use signalbox_model::time::Timestamp;
use signalbox_sdk::http::BaseUrl;
use signalbox_sdk::mapping::mend_surrogates;
use signalbox_sdk::role::{MappedEvent, Normalize, Normalized, Parsed, RawEvent};

use super::config::PrismaCloudConfig;
use super::wire::{Alert, FieldNames, Members, Shape};
use crate::json::{DEPTH_MAX, too_deep};

/// The product's severities. Compute has some of its distributions' words too, which are the usual ones.
pub(super) const SEVERITIES: SeverityColumn = SeverityColumn {
    vendor: "Prisma Cloud",
    values: &[
        ("critical", Critical),
        ("high", High),
        ("medium", Medium),
        ("low", Low),
        ("informational", Informational),
    ],
    other: Unknown,
};

/// Maps whatever the integration received.
pub(super) struct PrismaNormalize {
    console: Option<BaseUrl>,
    names: FieldNames,
}

/// An event and what is known beside it.
struct Mapped<'a> {
    event: Event,
    event_id: Option<Text>,
    /// The part it was made of, where that is not all.
    part: Option<&'a str>,
}

impl PrismaNormalize {
    pub(super) fn new(config: &PrismaCloudConfig) -> Self {
        let names = config.webhook.as_ref().map(|webhook| webhook.fields.clone());
        Self {
            console: config.url.as_ref().map(|url| url.console().clone()),
            names: FieldNames::new(names.unwrap_or_default()),
        }
    }

    fn map<'a>(&self, json: &'a str, raw: &RawEvent) -> Result<Vec<Mapped<'a>>, String> {
        if too_deep(json.as_bytes()).is_some() {
            return Err(format!("nested deeper than {DEPTH_MAX} levels; leave parts of it out"));
        }
        let members = Members::parse(json).ok_or("is no JSON object; send alerts as objects")?;
        if let Some(shape) = Shape::of(&members, &self.names) {
            let alert = Alert::read(members, shape, &self.names).ok_or(NO_ID)?;
            return Ok(vec![alert::map(alert, self.console.as_ref(), raw.received)]);
        }
        if members.has("kind") && members.has("_id") {
            return Ok(runtime::map(members, raw.received));
        }
        if members.has("failedResources") {
            let standard = posture::Standard::of(members).ok_or(NO_ID)?;
            return Ok(vec![posture::map(standard, raw)]);
        }
        if scan::is_record(&members) {
            return Ok(scan::map(members, raw));
        }
        let record = record::map(members, raw.received).ok_or(UNKNOWN)?;
        Ok(vec![record])
    }
}

impl Normalize for PrismaNormalize {
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        let Ok(json) = std::str::from_utf8(&raw.body) else {
            return out.push(quarantined(raw, "is no UTF-8; send JSON".to_owned()));
        };
        let json = mend_surrogates(json);
        match self.map(&json, raw) {
            Ok(mapped) if mapped.is_empty() => {
                out.push(quarantined(raw, "a scan without a finding is no event".to_owned()));
            }
            Ok(mapped) => out.extend(mapped.into_iter().map(|mapped| finished(mapped, raw))),
            Err(reason) => out.push(quarantined(raw, reason)),
        }
    }
}

/// Names a state of an alert: the same state is a duplicate, whichever way it came, and another status
/// or opening is not. Without the time nothing tells an alert from itself reopened.
pub(super) fn event_id(id: &str, status: &str, opened: Option<Timestamp>) -> Option<Text> {
    Some(Text::from(format!("{id} {} {}", status.to_ascii_lowercase(), opened?.as_millis())))
}

/// Makes an event of the product, or of a part of it.
fn event_of(class: Class, time: Timestamp, part: Option<&'static str>) -> Event {
    let feature =
        part.map(|name| Box::new(Feature { name: Some(name.into()), ..Feature::default() }));
    let mut event = Event::new(class, time);
    event.metadata.product = Some(Box::new(Product {
        name: Some("Prisma Cloud".into()),
        vendor_name: Some("Palo Alto Networks".into()),
        feature,
        ..Product::default()
    }));
    event
}

fn severity(word: Option<&str>) -> Severity {
    let word = word.unwrap_or_default();
    match SEVERITIES.severity(word) {
        Unknown => Severity::parse(word).unwrap_or(Unknown),
        known => known,
    }
}

/// The cloud's name as people write it.
fn provider(word: &str) -> Text {
    let names = [
        ("aws", "AWS"),
        ("azure", "Azure"),
        ("gcp", "GCP"),
        ("oci", "OCI"),
        ("alibaba_cloud", "Alibaba Cloud"),
        ("alibaba-cloud", "Alibaba Cloud"),
        ("ibm", "IBM Cloud"),
    ];
    let known = names.iter().find(|(own, _)| own.eq_ignore_ascii_case(word));
    Text::from(known.map_or(word, |(_, name)| name))
}

fn finished(mapped: Mapped<'_>, raw: &RawEvent) -> Normalized {
    let original = match mapped.part {
        Some(part) => Bytes::copy_from_slice(part.as_bytes()),
        None => raw.body.clone(),
    };
    Normalized::Event(Box::new(MappedEvent {
        event: mapped.event,
        event_id: mapped.event_id,
        fingerprint: None,
        original,
        parsed: Parsed::InFull,
    }))
}

fn quarantined(raw: &RawEvent, reason: String) -> Normalized {
    Normalized::Quarantine { original: raw.body.clone(), reason }
}

const NO_ID: &str = "has no id; where the payload was edited, name its keys in `webhook.fields`";

const UNKNOWN: &str = "is neither an alert nor a scan, a standard or an audit record; where the \
                       payload was edited, name its keys in `webhook.fields`";
