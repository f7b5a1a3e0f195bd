//! The payload that the product posts: flat, and in the hands of whoever edits its template.

use std::collections::BTreeMap;

use super::Members;
use signalbox_model::ocsf::Text;
use signalbox_model::time::Timestamp;

/// What the keys of a payload are called.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct FieldNames(BTreeMap<String, String>);

impl FieldNames {
    /// Takes the names that differ from the usual ones.
    pub(in super::super) fn new(names: BTreeMap<String, String>) -> Self {
        Self(names)
    }

    /// Returns what `key` is called.
    pub(in super::super) fn of<'n>(&'n self, key: &'n str) -> &'n str {
        self.0.get(key).map_or(key, String::as_str)
    }
}

/// A payload read by its names.
pub(super) struct Pushed<'a, 'n> {
    pub(super) members: Members<'a>,
    pub(super) names: &'n FieldNames,
}

impl<'a> Pushed<'a, '_> {
    pub(super) fn text(&mut self, key: &str) -> Option<Text> {
        self.members.text(self.names.of(key))
    }

    pub(super) fn texts(&mut self, key: &str) -> Vec<Text> {
        self.members.texts(self.names.of(key))
    }

    pub(super) fn time(&mut self, key: &str) -> Option<Timestamp> {
        self.members.time(self.names.of(key))
    }

    pub(super) fn object(&mut self, key: &str) -> Option<Members<'a>> {
        self.members.object(self.names.of(key))
    }

    pub(super) fn list(&mut self, key: &str) -> Vec<&'a serde_json::value::RawValue> {
        self.members.list(self.names.of(key))
    }
}

/// The keys of the payload that mean something here.
pub(in super::super) const PUSHED_KEYS: &[&str] = &[
    "accountId",
    "accountName",
    "alertId",
    "alertRuleName",
    "alertStatus",
    "alertTs",
    "callbackUrl",
    "cloudType",
    "complianceMetadata",
    "firstSeen",
    "lastSeen",
    "policyDescription",
    "policyId",
    "policyLabels",
    "policyName",
    "policyRecommendation",
    "policyType",
    "reason",
    "resource",
    "resourceId",
    "resourceName",
    "resourceRegion",
    "resourceRegionId",
    "resourceType",
    "severity",
];
