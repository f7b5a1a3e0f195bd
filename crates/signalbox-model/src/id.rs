//! Names and ids as types of their own, so that none is taken for another.
//!
//! Ids that leave the hub are derived, never drawn: applying the journal again over an older desk
//! computes the same ids, asks the vendor by the same key and adopts what is there.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Fingerprint, StepKind};

/// The name of an integration: its identity, chosen by the operator.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntegrationName(Arc<str>);

/// The name of an alert rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleName(Arc<str>);

impl IntegrationName {
    /// The name under which the hub itself is a source; no configured integration has it.
    pub const HUB: &str = "signalbox";

    /// The name under which the hub's canaries are a source; no configured integration has it.
    pub const CANARY: &str = "signalbox-canary";

    /// Wraps a name that the configuration has checked.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RuleName {
    /// The alert rule of the hub itself, about the health of its integrations.
    pub const HEALTH: &str = "integration-health";

    /// Wraps a name that the configuration has checked.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IntegrationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Identifies an alert: UUIDv5 over its rule, its finding's fingerprint and the occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlertId(Uuid);

impl AlertId {
    /// Derives the id; `occurrence` counts how often the alert was opened as new, from 1.
    pub fn derive(rule: &RuleName, fingerprint: &Fingerprint, occurrence: u32) -> Self {
        let name = format!("{rule}\n{fingerprint}\n{occurrence}");
        Self(Uuid::new_v5(&NAMESPACE_ALERT, name.as_bytes()))
    }

    /// Parses the text form.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Identifies one delivery step: UUIDv5 over the alert, the destination and the step. Vendors are
/// asked by it whether they have executed the step already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryKey(Uuid);

impl DeliveryKey {
    /// Derives the key of `step` of `alert` at `destination`.
    pub fn derive(alert: AlertId, destination: &IntegrationName, step: StepKind) -> Self {
        let name = format!("{alert}\n{destination}\n{step}");
        Self(Uuid::new_v5(&NAMESPACE_DELIVERY, name.as_bytes()))
    }

    /// Parses the text form.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for DeliveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Derives the `metadata.uid` of an event whose source names its events: the same event sent again
/// has the same uid at every receiver.
pub fn event_uid(integration: &IntegrationName, event_id: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE_EVENT, format!("{integration}\n{event_id}").as_bytes())
}

/// Namespaces of the derived ids: fixed for ever, for changing one makes every ticket a new one.
const NAMESPACE_ALERT: Uuid = Uuid::from_u128(0x5f0c_9c7e_6a34_4b55_9d0e_1f0d_7c1a_0001);
const NAMESPACE_DELIVERY: Uuid = Uuid::from_u128(0x5f0c_9c7e_6a34_4b55_9d0e_1f0d_7c1a_0002);
const NAMESPACE_EVENT: Uuid = Uuid::from_u128(0x5f0c_9c7e_6a34_4b55_9d0e_1f0d_7c1a_0003);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_step_has_the_same_key_for_ever() {
        let fingerprint = Fingerprint::of(&["siem", "finding-1"]);
        let alert = AlertId::derive(&RuleName::new("critical"), &fingerprint, 1);

        let key = DeliveryKey::derive(alert, &IntegrationName::new("snow"), StepKind::Open);

        assert_eq!(alert.to_string(), "c81df4c5-a33e-51e6-885a-ba3326564482");
        assert_eq!(key.to_string(), "7eb39489-f3fa-5fec-bcd4-c65a6f5342b2");
    }

    #[test]
    fn each_part_of_a_step_changes_its_key() {
        let fingerprint = Fingerprint::of(&["siem", "finding-1"]);
        let alert = AlertId::derive(&RuleName::new("critical"), &fingerprint, 1);
        let again = AlertId::derive(&RuleName::new("critical"), &fingerprint, 2);
        let snow = IntegrationName::new("snow");

        let keys = [
            DeliveryKey::derive(alert, &snow, StepKind::Open),
            DeliveryKey::derive(alert, &snow, StepKind::Update(1)),
            DeliveryKey::derive(alert, &snow, StepKind::Resolve(1)),
            DeliveryKey::derive(again, &snow, StepKind::Open),
            DeliveryKey::derive(alert, &IntegrationName::new("jira"), StepKind::Open),
        ];

        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }
}
