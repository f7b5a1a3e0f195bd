//! CEF: keys of the dictionary and of products as attributes, custom values under their labels.

use std::borrow::Cow;

use signalbox_sdk::codec::cef::{Cef, Field, Key, Pair, Slot};

use super::attribute::Attribute;
use super::record::{ITEMS_MAX, Record};
use super::severity;
use crate::syslog::profile::{self, Profile};

/// Reads a line by the profile of its product.
pub(super) fn record<'a>(cef: &Cef<'a>) -> (Record<'a>, &'static Profile) {
    let (vendor, product) = (cef.vendor.text(), cef.product.text());
    let profile = profile::of_product(&vendor, &product);
    let mut record = Record {
        format: "CEF",
        vendor,
        product,
        version: cef.product_version.text(),
        code: cef.class_id.text(),
        name: cef.name.text(),
        severity: Some(cef.severity(&severity::CEF)),
        zone: cef.last(Field::DeviceTimeZone).map(|zone| zone.raw().trim()),
        items: Record::storage(),
        ..Record::default()
    };
    record.items.reserve(cef.pairs.len().min(ITEMS_MAX));
    for (at, pair) in cef.pairs.iter().enumerate().take(ITEMS_MAX) {
        push(&mut record, pair, at, &cef.pairs, profile);
    }
    record.push("stray", Attribute::Unmapped, cef.stray);
    (record, profile)
}

fn push<'a>(
    record: &mut Record<'a>,
    pair: &Pair<'a>,
    at: usize,
    pairs: &[Pair<'a>],
    profile: &Profile,
) {
    let (name, attribute) = match pair.key {
        Key::Field(field) => {
            (Cow::Borrowed(pair.name), profile.field(field).unwrap_or_else(|| of_field(field)))
        }
        Key::Custom(slot) => {
            let label = find(pairs, at, Key::Label(slot)).map(|label| label.value.unquoted());
            let name = label.filter(|label| !label.is_empty()).unwrap_or(Cow::Borrowed(pair.name));
            let attribute = profile.key(&name).unwrap_or(Attribute::Unmapped);
            (name, attribute)
        }
        Key::Label(slot) if is_alone(pairs, at, slot) => {
            (Cow::Borrowed(pair.name), Attribute::Unmapped)
        }
        Key::Label(_) => return,
        Key::Unknown => {
            (Cow::Borrowed(pair.name), profile.key(pair.name).unwrap_or(Attribute::Unmapped))
        }
    };
    let value = match attribute {
        Attribute::Unmapped | Attribute::Message => pair.value.text(),
        _ => pair.value.unquoted(),
    };
    record.push(name, attribute, value);
}

/// Whether a label has no value to go with.
fn is_alone(pairs: &[Pair<'_>], at: usize, slot: Slot) -> bool {
    find(pairs, at, Key::Custom(slot)).is_none()
}

/// Finds the pair of a key: a neighbor nearly always.
fn find<'p, 'a>(pairs: &'p [Pair<'a>], at: usize, key: Key) -> Option<&'p Pair<'a>> {
    let is_it = |pair: &&Pair<'a>| pair.key == key;
    let before = at.checked_sub(1).and_then(|before| pairs.get(before));
    let neighbor = before.filter(is_it).or_else(|| pairs.get(at + 1).filter(is_it));
    neighbor.or_else(|| pairs.iter().take(ITEMS_MAX).find(is_it))
}

/// What the keys of the dictionary mean, where the product says nothing else.
///
/// `in` counts what flows from source to destination (revision 26, "relative to the source to
/// destination relationship"), which OCSF calls `bytes_out`, for it counts from the source's side.
fn of_field(field: Field) -> Attribute {
    match field {
        Field::DeviceAction => Attribute::Action,
        Field::ApplicationProtocol => Attribute::AppProtocol,
        Field::DeviceEventCategory => Attribute::Category,
        Field::BaseEventCount => Attribute::Count,
        Field::DeviceDirection => Attribute::Direction,
        Field::Message => Attribute::Message,
        Field::EventOutcome => Attribute::Outcome,
        Field::Reason => Attribute::Reason,
        Field::ExternalId => Attribute::OriginalUid,
        Field::DeviceReceiptTime => Attribute::ReceiptTime,
        Field::StartTime => Attribute::StartTime,
        Field::EndTime => Attribute::EndTime,
        Field::BytesIn => Attribute::BytesOut,
        Field::BytesOut => Attribute::BytesIn,
        Field::TransportProtocol => Attribute::Protocol,
        Field::RequestUrl => Attribute::Url,
        Field::RequestMethod => Attribute::Method,
        Field::RequestContext => Attribute::Referrer,
        Field::RequestClientApplication => Attribute::UserAgent,
        _ => of_end(field),
    }
}

/// What the keys of the two ends, the device and the file mean.
fn of_end(field: Field) -> Attribute {
    match field {
        Field::SourceAddress => Attribute::SourceIp,
        Field::SourcePort => Attribute::SourcePort,
        Field::SourceHostName => Attribute::SourceHost,
        Field::SourceMacAddress => Attribute::SourceMac,
        Field::SourceNtDomain | Field::SourceDnsDomain => Attribute::SourceDomain,
        Field::SourceServiceName => Attribute::SourceService,
        Field::SourceUserName => Attribute::UserName,
        Field::SourceUserId => Attribute::UserUid,
        Field::SourceProcessName => Attribute::ProcessName,
        Field::SourceProcessId => Attribute::ProcessId,
        Field::DeviceInboundInterface => Attribute::SourceInterface,
        Field::DestinationAddress => Attribute::DestinationIp,
        Field::DestinationPort => Attribute::DestinationPort,
        Field::DestinationHostName => Attribute::DestinationHost,
        Field::DestinationMacAddress => Attribute::DestinationMac,
        Field::DestinationNtDomain | Field::DestinationDnsDomain => Attribute::DestinationDomain,
        Field::DestinationServiceName => Attribute::DestinationService,
        Field::DestinationUserName => Attribute::TargetName,
        Field::DestinationUserId => Attribute::TargetUid,
        Field::DeviceOutboundInterface => Attribute::DestinationInterface,
        Field::DeviceAddress => Attribute::DeviceIp,
        Field::DeviceHostName => Attribute::DeviceHost,
        Field::DeviceMacAddress => Attribute::DeviceMac,
        Field::DeviceExternalId => Attribute::DeviceUid,
        Field::DeviceDnsDomain | Field::DeviceNtDomain => Attribute::DeviceDomain,
        Field::FileName => Attribute::FileName,
        Field::FilePath => Attribute::FilePath,
        Field::FileSize => Attribute::FileSize,
        Field::FileHash => Attribute::FileHash,
        Field::FileId => Attribute::FileUid,
        Field::FileCreateTime => Attribute::FileCreated,
        Field::FileModificationTime => Attribute::FileModified,
        _ => Attribute::Unmapped,
    }
}
