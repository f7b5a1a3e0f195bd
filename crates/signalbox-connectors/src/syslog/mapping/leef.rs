//! LEEF: its own attributes, CEF's where a product borrows them, and those of the product.

use signalbox_model::Severity;
use signalbox_sdk::codec::leef::Leef;

use super::attribute::Attribute;
use super::keys;
use super::record::{ITEMS_MAX, Record};
use super::severity;
use crate::syslog::profile::{self, Profile};

/// Reads a line by the profile of its product.
pub(super) fn record<'a>(leef: &Leef<'a>) -> (Record<'a>, &'static Profile) {
    let profile = profile::of_product(leef.vendor, leef.product);
    let severity = leef.severity(&severity::CEF);
    let mut record = Record {
        format: "LEEF",
        vendor: leef.vendor.into(),
        product: leef.product.into(),
        version: leef.product_version.into(),
        code: leef.event_id.into(),
        severity: Some(severity).filter(|severity| *severity != Severity::Unknown),
        items: Vec::with_capacity(leef.pairs.len().min(ITEMS_MAX)),
        ..Record::default()
    };
    for pair in leef.pairs.iter().take(ITEMS_MAX) {
        if pair.name == "name" && record.name.is_empty() {
            record.name = pair.value.into();
            continue;
        }
        let attribute = profile.key(pair.name).or_else(|| keys::meaning(pair.name));
        record.push(pair.name, attribute.unwrap_or(Attribute::Unmapped), pair.value);
    }
    (record, profile)
}
