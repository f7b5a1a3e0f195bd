//! What stood in the way: rules, policies, and the malware they found.

use super::artifact::File;
use super::identity::Group;
use super::vulnerability::Cve;
use crate::ocsf::json::Json;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};

/// The rule of a firewall that matched. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "firewall_rule")]
pub struct FirewallRule {
    /// The rule's name.
    pub name: Option<Text>,
    /// The rule's id.
    pub uid: Option<Text>,
    /// What kind of rule it is.
    pub r#type: Option<Text>,
    /// The category it belongs to.
    pub category: Option<Text>,
    /// What it is for.
    pub desc: Option<Text>,
    /// What it matches.
    pub condition: Option<Text>,
    /// What it matched.
    pub match_details: Vec<Text>,
    /// Where it matched, such as `HEADER`.
    pub match_location: Option<Text>,
    /// How sensitive it is.
    pub sensitivity: Option<Text>,
    /// Its rate limit.
    pub rate_limit: Option<i64>,
    /// How long its effect lasts, in milliseconds.
    pub duration: Option<i64>,
    /// Its version.
    pub version: Option<Text>,
}

/// A rule of a scanner or policy. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "rule")]
pub struct Rule {
    /// The rule's name.
    pub name: Option<Text>,
    /// The rule's id.
    pub uid: Option<Text>,
    /// What kind of rule it is.
    pub r#type: Option<Text>,
    /// The category it belongs to.
    pub category: Option<Text>,
    /// What it is for.
    pub desc: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
}

/// The policy that decided. Needs `name`, `type` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "policy")]
pub struct Policy {
    /// The policy's name.
    pub name: Option<Text>,
    /// The policy's id.
    pub uid: Option<Text>,
    /// What kind of policy it is.
    pub r#type: Option<Text>,
    /// What it is for.
    pub desc: Option<Text>,
    /// The group it belongs to.
    pub group: Option<Box<Group>>,
    /// Its version.
    pub version: Option<Text>,
    /// Whether it was applied.
    pub is_applied: Option<bool>,
    /// What else the source says about it.
    pub data: Option<Json>,
}

/// One decision to allow or deny.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "authorization")]
pub struct Authorization {
    /// The decision, such as `allow`.
    pub decision: Option<Text>,
    /// The policy behind it.
    pub policy: Option<Box<Policy>>,
}

/// A malware that was found. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "malware")]
pub struct Malware {
    /// What it is, see [`ids::malware_classification`]; required.
    #[object(or_unknown)]
    pub classification_ids: Vec<i64>,
    /// The malware's name.
    pub name: Option<Text>,
    /// The malware's id.
    pub uid: Option<Text>,
    /// Who named it.
    pub provider: Option<Text>,
    /// How bad it is, as [`Severity`](crate::Severity).
    pub severity_id: Option<i64>,
    /// The severity's name.
    #[object(captions = ids::severity::CAPTIONS)]
    pub severity: Option<Text>,
    /// The files it was found in.
    pub files: Vec<File>,
    /// The weaknesses it uses.
    pub cves: Vec<Cve>,
    /// How many files it is in.
    pub num_infected: Option<i64>,
}
