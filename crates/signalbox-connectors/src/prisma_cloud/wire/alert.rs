//! One alert, whichever way it came: an item of the API, a posted payload, or the flattened columns that
//! log stores make of an item.

use serde_json::value::RawValue;

use signalbox_model::ocsf::objects::KeyValue;
use signalbox_model::ocsf::{Json, Text};
use signalbox_model::time::Timestamp;

use super::pushed::Pushed;
use super::{FieldNames, Members};

/// An alert. What is not understood of it is in the leftovers.
#[derive(Debug, Default)]
pub(in super::super) struct Alert<'a> {
    pub(in super::super) id: Text,
    pub(in super::super) status: Option<Text>,
    pub(in super::super) reason: Option<Text>,
    pub(in super::super) opened: Option<Timestamp>,
    pub(in super::super) first_seen: Option<Timestamp>,
    pub(in super::super) last_seen: Option<Timestamp>,
    pub(in super::super) updated: Option<Timestamp>,
    pub(in super::super) note: Option<Text>,
    pub(in super::super) link: Option<Text>,
    pub(in super::super) rule: Option<Text>,
    pub(in super::super) policy: Policy<'a>,
    pub(in super::super) resource: Resource<'a>,
    pub(in super::super) rest: Members<'a>,
}

/// The policy that an alert is about.
#[derive(Debug, Default)]
pub(in super::super) struct Policy<'a> {
    pub(in super::super) id: Option<Text>,
    pub(in super::super) name: Option<Text>,
    pub(in super::super) kind: Option<Text>,
    pub(in super::super) severity: Option<Text>,
    pub(in super::super) description: Option<Text>,
    pub(in super::super) recommendation: Option<Text>,
    pub(in super::super) labels: Vec<Text>,
    pub(in super::super) requirements: Vec<Requirement>,
    pub(in super::super) rest: Members<'a>,
}

/// A requirement of a standard that a policy checks.
#[derive(Debug, Default)]
pub(in super::super) struct Requirement {
    pub(in super::super) standard: Option<Text>,
    pub(in super::super) id: Option<Text>,
    pub(in super::super) name: Option<Text>,
}

/// The resource that an alert is about.
#[derive(Debug, Default)]
pub(in super::super) struct Resource<'a> {
    pub(in super::super) id: Option<Text>,
    pub(in super::super) rrn: Option<Text>,
    pub(in super::super) name: Option<Text>,
    pub(in super::super) kind: Option<Text>,
    pub(in super::super) cloud: Option<Text>,
    pub(in super::super) account: Option<Text>,
    pub(in super::super) account_id: Option<Text>,
    pub(in super::super) region: Option<Text>,
    pub(in super::super) region_id: Option<Text>,
    pub(in super::super) path: Option<Text>,
    pub(in super::super) tags: Vec<KeyValue>,
    pub(in super::super) configuration: Option<Json>,
    pub(in super::super) rest: Members<'a>,
}

/// In which form an alert came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Shape {
    /// An item of the API.
    Item,
    /// A posted payload.
    Pushed,
    /// An item flattened into columns.
    Columns,
}

impl Shape {
    /// Returns the form of an alert; `None` where the members are none.
    pub(in super::super) fn of(members: &Members<'_>, names: &FieldNames) -> Option<Self> {
        if members.has(names.of("alertId")) && !members.has("policy") {
            return Some(Self::Pushed);
        }
        let is_item = members.has("policy") || members.has("policyId");
        match members.has("id") {
            true if is_item && members.has("alertTime") => Some(Self::Item),
            true if members.has("policy_policyId") => Some(Self::Columns),
            _ => None,
        }
    }
}

impl<'a> Alert<'a> {
    /// Reads an alert; `None` where it has no id.
    pub(in super::super) fn read(
        mut members: Members<'a>,
        shape: Shape,
        names: &FieldNames,
    ) -> Option<Self> {
        match shape {
            Shape::Pushed => Self::pushed(Pushed { members, names }),
            Shape::Item => {
                let policy = members.object("policy").unwrap_or_default();
                let resource = members.object("resource").unwrap_or_default();
                Self::item(members, policy, resource)
            }
            Shape::Columns => {
                members.drop_empty();
                let policy = members.split_off("policy_");
                let resource = members.split_off("resource_");
                Self::item(members, policy, resource)
            }
        }
    }

    fn item(mut top: Members<'a>, policy: Members<'a>, resource: Members<'a>) -> Option<Self> {
        let mut alert = Self {
            id: top.text("id")?,
            status: top.text("status"),
            reason: top.text("reason"),
            opened: top.time("alertTime"),
            first_seen: top.time("firstSeen"),
            last_seen: top.time("lastSeen"),
            updated: top.time("lastUpdated"),
            note: top.text("dismissalNote"),
            policy: Policy::of(policy),
            resource: Resource::of(resource),
            ..Self::default()
        };
        let policy_id = top.text("policyId");
        alert.policy.id = alert.policy.id.take().or(policy_id);
        alert.rest = top;
        Some(alert)
    }

    fn pushed(mut pushed: Pushed<'a, '_>) -> Option<Self> {
        let id = pushed.text("alertId")?;
        let policy = Policy::of_pushed(&mut pushed);
        let resource = Resource::of_pushed(&mut pushed);
        Some(Self {
            id,
            status: pushed.text("alertStatus"),
            reason: pushed.text("reason"),
            opened: pushed.time("alertTs"),
            first_seen: pushed.time("firstSeen"),
            last_seen: pushed.time("lastSeen"),
            link: pushed.text("callbackUrl"),
            rule: pushed.text("alertRuleName"),
            policy,
            resource,
            rest: pushed.members,
            ..Self::default()
        })
    }
}

impl<'a> Policy<'a> {
    fn of(mut members: Members<'a>) -> Self {
        Self {
            id: members.text("policyId"),
            name: members.text("name"),
            kind: members.text("policyType"),
            severity: members.text("severity"),
            description: members.text("description"),
            recommendation: members.text("recommendation"),
            labels: members.texts("labels"),
            requirements: requirements(members.list("complianceMetadata")),
            rest: members,
        }
    }

    fn of_pushed(pushed: &mut Pushed<'a, '_>) -> Self {
        Self {
            id: pushed.text("policyId"),
            name: pushed.text("policyName"),
            kind: pushed.text("policyType"),
            severity: pushed.text("severity"),
            description: pushed.text("policyDescription"),
            recommendation: pushed.text("policyRecommendation"),
            labels: pushed.texts("policyLabels"),
            requirements: requirements(pushed.list("complianceMetadata")),
            rest: Members::default(),
        }
    }
}

impl<'a> Resource<'a> {
    fn of(mut members: Members<'a>) -> Self {
        Self {
            id: members.text("id"),
            rrn: members.text("rrn"),
            name: members.text("name"),
            kind: members.text("resourceType"),
            cloud: members.text("cloudType"),
            account: members.text("account"),
            account_id: members.text("accountId"),
            region: members.text("region"),
            region_id: members.text("regionId"),
            path: members.text("url"),
            tags: tags(&mut members),
            configuration: members.json("data"),
            rest: members,
        }
    }

    /// The payload says most of it twice: in keys of its own, which templates can change, and in the
    /// resource itself, which they leave out or keep.
    fn of_pushed(pushed: &mut Pushed<'a, '_>) -> Self {
        let nested = pushed.object("resource").map(Self::of).unwrap_or_default();
        Self {
            id: pushed.text("resourceId").or(nested.id),
            name: pushed.text("resourceName").or(nested.name),
            kind: nested.kind.or(pushed.text("resourceType")),
            cloud: pushed.text("cloudType").or(nested.cloud),
            account: pushed.text("accountName").or(nested.account),
            account_id: pushed.text("accountId").or(nested.account_id),
            region: pushed.text("resourceRegion").or(nested.region),
            region_id: pushed.text("resourceRegionId").or(nested.region_id),
            ..nested
        }
    }
}

fn requirements(list: Vec<&RawValue>) -> Vec<Requirement> {
    let read = |raw: &RawValue| {
        let mut members = Members::parse(raw.get())?;
        Some(Requirement {
            standard: members.text("standardName"),
            id: members.text_of_any(&["requirementId", "sectionId"]),
            name: members.text("requirementName"),
        })
    };
    list.into_iter().filter_map(read).collect()
}

/// Tags are an object; some clouds' are a list of keys and values.
fn tags(members: &mut Members<'_>) -> Vec<KeyValue> {
    let tag = |(name, value)| KeyValue { name: Some(name), value: Some(value), values: Vec::new() };
    if let Some(tags) = members.object("resourceTags") {
        return tags.into_pairs().map(tag).collect();
    }
    let pair = |raw: &RawValue| {
        let mut members = Members::parse(raw.get())?;
        Some((members.text("key")?, members.text("value").unwrap_or_default()))
    };
    members.list("resourceTags").into_iter().filter_map(pair).map(tag).collect()
}
