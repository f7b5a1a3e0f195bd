//! What is known about threats: techniques, indicators, reputation.

use super::control::Malware;
use crate::ocsf::json::Json;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// A technique of MITRE ATT&CK. Needs a tactic, technique or sub-technique.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "attack")]
pub struct Attack {
    /// What it is done for.
    pub tactic: Option<Box<Tactic>>,
    /// How it is done.
    pub technique: Option<Box<Technique>>,
    /// How precisely.
    pub sub_technique: Option<Box<SubTechnique>>,
    /// The version of the matrix.
    pub version: Option<Text>,
}

/// What an attacker wants. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "tactic")]
pub struct Tactic {
    /// The number, such as `TA0002`.
    pub uid: Option<Text>,
    /// The name, such as `Execution`.
    pub name: Option<Text>,
    /// Where it is described.
    pub src_url: Option<Text>,
}

/// How an attacker does it. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "technique")]
pub struct Technique {
    /// The number, such as `T1059`.
    pub uid: Option<Text>,
    /// The name.
    pub name: Option<Text>,
    /// Where it is described.
    pub src_url: Option<Text>,
}

/// How precisely an attacker does it. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "sub_technique")]
pub struct SubTechnique {
    /// The number, such as `T1059.001`.
    pub uid: Option<Text>,
    /// The name.
    pub name: Option<Text>,
    /// Where it is described.
    pub src_url: Option<Text>,
}

/// A phase of an attack.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "kill_chain_phase")]
pub struct KillChainPhase {
    /// Which one, see [`ids::kill_chain_phase`].
    #[object(or_unknown)]
    pub phase_id: Option<i64>,
    /// The phase's name.
    #[object(captions = ids::kill_chain_phase::CAPTIONS)]
    pub phase: Option<Text>,
}

/// A value worth looking for elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "observable")]
pub struct Observable {
    /// What it is, see [`ids::observable_type`].
    #[object(or_unknown)]
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::observable_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// The path of the attribute it was taken from, such as `src_endpoint.ip`. A path the class
    /// does not have is refused by validators.
    pub name: Option<Text>,
    /// The value; absent where `name` leads to an object.
    pub value: Option<Text>,
    /// What is known about it.
    pub reputation: Option<Box<Reputation>>,
    /// The event it was taken from.
    pub event_uid: Option<Text>,
}

/// How trustworthy something is. Score and provider's scale are both required.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "reputation")]
pub struct Reputation {
    /// The provider's score; required.
    pub base_score: Option<f64>,
    /// The score on OCSF's scale, see [`ids::reputation_score`].
    #[object(or_unknown)]
    pub score_id: Option<i64>,
    /// The score's name.
    #[object(captions = ids::reputation_score::CAPTIONS)]
    pub score: Option<Text>,
    /// Who says so.
    pub provider: Option<Text>,
}

/// What was added to an event about one of its values. Name, value and data are required.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "enrichment")]
pub struct Enrichment {
    /// The path of the attribute that was looked up.
    pub name: Option<Text>,
    /// The value that was looked up.
    pub value: Option<Text>,
    /// What was found.
    pub data: Option<Json>,
    /// Who said so.
    pub provider: Option<Text>,
    /// What kind of knowledge it is.
    pub r#type: Option<Text>,
    /// It in full.
    pub desc: Option<Text>,
    /// It in a line.
    pub short_desc: Option<Text>,
    /// Where it is from.
    pub src_url: Option<Text>,
    /// How trustworthy the value is.
    pub reputation: Option<Box<Reputation>>,
    /// When it was found.
    pub created_time: Option<Timestamp>,
}

/// An indicator that matched. Type and value are required.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "osint")]
pub struct Osint {
    /// What it is, see [`ids::osint_type`].
    #[object(or_unknown)]
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::osint_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// The indicator's value.
    pub value: Option<Text>,
    /// The indicator's name.
    pub name: Option<Text>,
    /// The indicator's id.
    pub uid: Option<Text>,
    /// The id in another catalogue, such as a STIX id.
    pub external_uid: Option<Text>,
    /// What kind of threat it points at.
    pub category: Option<Text>,
    /// What people say about it.
    pub comment: Option<Text>,
    /// What it is.
    pub desc: Option<Text>,
    /// How sure the provider is, see [`ids::confidence`].
    pub confidence_id: Option<i64>,
    /// The confidence's name.
    #[object(captions = ids::confidence::CAPTIONS)]
    pub confidence: Option<Text>,
    /// How bad it is, as [`Severity`](crate::Severity).
    pub severity_id: Option<i64>,
    /// The severity's name.
    #[object(captions = ids::severity::CAPTIONS)]
    pub severity: Option<Text>,
    /// How far it may be passed on: `CLEAR`, `GREEN`, `AMBER`, `AMBER STRICT`, `RED`, `WHITE`.
    pub tlp: Option<Text>,
    /// Who published it.
    pub vendor_name: Option<Text>,
    /// The pattern that matches it.
    pub detection_pattern: Option<Text>,
    /// Its labels.
    pub labels: Vec<Text>,
    /// Where more is written.
    pub references: Vec<Text>,
    /// The groups it is known from.
    pub intrusion_sets: Vec<Text>,
    /// The techniques it points at.
    pub attacks: Vec<Attack>,
    /// The phases of an attack it points at.
    pub kill_chain: Vec<KillChainPhase>,
    /// The malware it points at.
    pub malware: Vec<Malware>,
    /// How trustworthy it is.
    pub reputation: Option<Box<Reputation>>,
    /// How risky it is, in the provider's numbers.
    pub risk_score: Option<i64>,
    /// Where it is from.
    pub src_url: Option<Text>,
    /// When it was published.
    pub created_time: Option<Timestamp>,
    /// When it was last changed.
    pub modified_time: Option<Timestamp>,
    /// When it ends to hold.
    pub expiration_time: Option<Timestamp>,
}
