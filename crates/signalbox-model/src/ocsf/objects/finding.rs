//! What was found, by which rule, and the tickets about it.

use super::intelligence::{Attack, KillChainPhase, Observable};
use super::metadata::{KeyValue, Product};
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "finding_info")]
pub struct FindingInfo {
    /// The source's id of the finding, the same over all its updates; required.
    pub uid: Option<Text>,
    /// Another id of the same finding.
    pub uid_alt: Option<Text>,
    /// The finding in a line.
    pub title: Option<Text>,
    /// The finding in full.
    pub desc: Option<Text>,
    /// What kind of finding it is, in the source's words.
    pub types: Vec<Text>,
    /// What found it.
    pub analytic: Option<Box<Analytic>>,
    /// The techniques it shows.
    pub attacks: Vec<Attack>,
    /// The phases of an attack it shows.
    pub kill_chain: Vec<KillChainPhase>,
    /// The product that found it, where that is not the metadata's.
    pub product: Option<Box<Product>>,
    /// What it was found in.
    pub data_sources: Vec<Text>,
    /// When it was made.
    pub created_time: Option<Timestamp>,
    /// When it was last changed.
    pub modified_time: Option<Timestamp>,
    /// When it was first seen.
    pub first_seen_time: Option<Timestamp>,
    /// When it was last seen.
    pub last_seen_time: Option<Timestamp>,
    /// Other rules that found it.
    pub related_analytics: Vec<Analytic>,
    /// The events behind it.
    pub related_events: Vec<RelatedEvent>,
    /// How many events are behind it.
    pub related_events_count: Option<i64>,
    /// Where the source shows it.
    pub src_url: Option<Text>,
    /// Its tags.
    pub tags: Vec<KeyValue>,
}

/// A rule, model or query that finds things. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "analytic")]
pub struct Analytic {
    /// What it is, see [`ids::analytic_type`].
    #[object(or_unknown)]
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::analytic_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// Its name.
    pub name: Option<Text>,
    /// Its id.
    pub uid: Option<Text>,
    /// The category it belongs to.
    pub category: Option<Text>,
    /// What it looks for.
    pub desc: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
    /// Whether it is in use, see [`ids::analytic_state`].
    pub state_id: Option<i64>,
    /// The state's name.
    #[object(captions = ids::analytic_state::CAPTIONS)]
    pub state: Option<Text>,
    /// How it works.
    pub algorithm: Option<Text>,
}

/// An event or finding behind a finding.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "related_event")]
pub struct RelatedEvent {
    /// Its id; required.
    pub uid: Option<Text>,
    /// It in a line.
    pub title: Option<Text>,
    /// It in full.
    pub desc: Option<Text>,
    /// What kind of event it is.
    pub r#type: Option<Text>,
    /// Its OCSF type.
    pub type_uid: Option<i64>,
    /// The OCSF type's name.
    pub type_name: Option<Text>,
    /// Where it is from.
    pub product: Option<Box<Product>>,
    /// How bad it is, as [`Severity`](crate::Severity).
    pub severity_id: Option<i64>,
    /// The severity's name.
    #[object(captions = ids::severity::CAPTIONS)]
    pub severity: Option<Text>,
    /// Its status.
    pub status: Option<Text>,
    /// How often it happened.
    pub count: Option<i64>,
    /// The techniques it shows.
    pub attacks: Vec<Attack>,
    /// What may be looked for in it.
    pub observables: Vec<Observable>,
    /// When it was made.
    pub created_time: Option<Timestamp>,
    /// When it was last changed.
    pub modified_time: Option<Timestamp>,
    /// When it was first seen.
    pub first_seen_time: Option<Timestamp>,
    /// When it was last seen.
    pub last_seen_time: Option<Timestamp>,
    /// Its tags.
    pub tags: Vec<KeyValue>,
}

/// A ticket about an event. Needs `uid` or `src_url`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "ticket")]
pub struct Ticket {
    /// The ticket's number.
    pub uid: Option<Text>,
    /// Its title.
    pub title: Option<Text>,
    /// Where it is.
    pub src_url: Option<Text>,
    /// What it is, see [`ids::ticket_type`].
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::ticket_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// How far it is, see [`ids::ticket_status`].
    pub status_id: Option<i64>,
    /// The status' name.
    #[object(captions = ids::ticket_status::CAPTIONS)]
    pub status: Option<Text>,
    /// Why.
    pub status_details: Vec<Text>,
}

/// What the vendor said before somebody changed it.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "vendor_attributes")]
pub struct VendorAttributes {
    /// The vendor's severity, as [`Severity`](crate::Severity).
    pub severity_id: Option<i64>,
    /// The severity in the vendor's words.
    #[object(captions = ids::severity::CAPTIONS)]
    pub severity: Option<Text>,
}
