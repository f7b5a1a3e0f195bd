//! An event: what every class has, and the class with the rest.

use std::ops::ControlFlow;

use thiserror::Error;

use super::class::{Class, ClassUid};
use super::object::{Object, Visitor};
use super::objects::{
    Actor, Api, Attack, Authorization, Cloud, Device, Enrichment, Fingerprint, FirewallRule,
    Malware, Metadata, Observable, Osint, Policy,
};
use super::path::{FieldPath, Target};
use super::profile::{Facet, Facets};
use super::unmapped::Unmapped;
use super::value::{Mismatch, Value, ValueRef};
use super::writer::JsonWriter;
use super::{Text, ids};
use crate::Severity;
use crate::time::Timestamp;

/// One OCSF event.
///
/// Class, category and type numbers, captions, schema version and profiles are not here: they
/// follow from the rest and are written with it.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "base_event")]
pub struct Event {
    /// What was done, by the class's own numbers; see [`activity`](super::activity).
    #[object(skip)]
    pub activity_id: i64,
    /// The source's word for what was done, where the number is 99 (Other).
    #[object(skip)]
    pub activity_name: Option<Text>,
    /// How bad it is.
    #[object(skip)]
    pub severity: Severity,
    /// How it ended, or how far a finding is; see [`Event::finding_status`] for the latter.
    #[object(skip)]
    pub status_id: Option<i64>,
    /// The source's word for the status, where the number is 99 (Other).
    #[object(skip)]
    pub status: Option<Text>,
    /// When it happened.
    pub time: Timestamp,
    /// When it began.
    pub start_time: Option<Timestamp>,
    /// When it ended.
    pub end_time: Option<Timestamp>,
    /// How long it took, in milliseconds.
    pub duration: Option<i64>,
    /// How far the source's clock is from UTC, in minutes.
    pub timezone_offset: Option<i64>,
    /// How often it happened.
    pub count: Option<i64>,
    /// What happened, as the source puts it.
    pub message: Option<Text>,
    /// The source's code of the status.
    pub status_code: Option<Text>,
    /// Why it ended so.
    pub status_detail: Option<Text>,
    /// The machine it happened on.
    #[object(facet = Device)]
    pub device: Option<Box<Device>>,
    /// Who or what caused it.
    #[object(facet = Actor)]
    pub actor: Option<Box<Actor>>,
    /// The cloud it happened in.
    #[object(facet = Cloud)]
    pub cloud: Option<Box<Cloud>>,
    /// The call that was made.
    #[object(facet = Cloud)]
    pub api: Option<Box<Api>>,
    /// What a control did, see [`ids::action`].
    #[object(facet = Control)]
    pub action_id: Option<i64>,
    /// The action's name.
    #[object(facet = Control, captions = ids::action::CAPTIONS)]
    pub action: Option<Text>,
    /// What a control did in detail, see [`ids::disposition`].
    #[object(facet = Control)]
    pub disposition_id: Option<i64>,
    /// The disposition's name.
    #[object(facet = Control, captions = ids::disposition::CAPTIONS)]
    pub disposition: Option<Text>,
    /// The policy that decided.
    #[object(facet = Control)]
    pub policy: Option<Box<Policy>>,
    /// The firewall's rule that matched.
    #[object(facet = Control)]
    pub firewall_rule: Option<Box<FirewallRule>>,
    /// What allowed or denied it.
    #[object(facet = Control)]
    pub authorizations: Vec<Authorization>,
    /// The techniques it shows.
    #[object(facet = Attacks)]
    pub attacks: Vec<Attack>,
    /// How sure the source is, see [`ids::confidence`].
    #[object(facet = Confidence)]
    pub confidence_id: Option<i64>,
    /// The confidence's name.
    #[object(facet = Confidence, captions = ids::confidence::CAPTIONS)]
    pub confidence: Option<Text>,
    /// How sure the source is, in its own numbers.
    #[object(facet = Confidence)]
    pub confidence_score: Option<i64>,
    /// Whether somebody is to be alerted.
    #[object(facet = Risk)]
    pub is_alert: Option<bool>,
    /// The malware that was found.
    #[object(facet = Risk)]
    pub malware: Vec<Malware>,
    /// How risky it is, see [`ids::risk_level`].
    #[object(facet = Risk)]
    pub risk_level_id: Option<i64>,
    /// The level's name.
    #[object(facet = Risk, captions = ids::risk_level::CAPTIONS)]
    pub risk_level: Option<Text>,
    /// How risky it is, in the source's numbers.
    #[object(facet = Risk)]
    pub risk_score: Option<i64>,
    /// Why it is risky.
    #[object(facet = Risk)]
    pub risk_details: Option<Text>,
    /// What happened: the class with its own attributes.
    #[object(flatten)]
    pub class: Class,
    /// What may be looked for elsewhere.
    pub observables: Vec<Observable>,
    /// What was added about its values.
    pub enrichments: Vec<Enrichment>,
    /// The indicators that matched.
    #[object(facet = Osint)]
    pub osint: Vec<Osint>,
    /// The original, where a setting wants it inside the event.
    pub raw_data: Option<Text>,
    /// The size of the original in bytes.
    pub raw_data_size: Option<i64>,
    /// The hash of the original.
    pub raw_data_hash: Option<Box<Fingerprint>>,
    /// What no attribute was there for.
    pub unmapped: Unmapped,
    /// What is known about the event itself. Last, for it declares what was written before.
    pub metadata: Metadata,
}

impl Event {
    /// Makes an event of a class. A finding is taken for a new one (activity `Create`).
    pub fn new(class: Class, time: Timestamp) -> Self {
        let activity_id = i64::from(class.uid().is_finding());
        Self { activity_id, time, class, ..Self::default() }
    }

    /// Returns the number of the event's class.
    pub const fn class_uid(&self) -> ClassUid {
        self.class.uid()
    }

    /// Returns the OCSF `type_uid`: class and activity in one number.
    pub const fn type_uid(&self) -> i64 {
        self.class_uid().number() * 100 + self.activity_id
    }

    /// Calls `visitor` with each value the path leads to, and stops when it says so. A path the
    /// event's class does not have, or an absent attribute, is not visited. Allocates nothing.
    pub fn visit<'a>(&'a self, path: &FieldPath, visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        match path.target() {
            Target::Steps(steps) => match steps.of(self.class_uid()) {
                Some(steps) => Object::visit(self, steps, visitor),
                None => ControlFlow::Continue(()),
            },
            Target::Header(header) => {
                self.header(*header).map_or(ControlFlow::Continue(()), visitor)
            }
            Target::Unmapped(key) => {
                self.unmapped.get(key).map_or(ControlFlow::Continue(()), visitor)
            }
        }
    }

    /// Returns the first value the path leads to.
    pub fn first(&self, path: &FieldPath) -> Option<ValueRef<'_>> {
        let mut first = None;
        let found = self.visit(path, &mut |value| {
            first = Some(value);
            ControlFlow::Break(())
        });
        found.is_break().then_some(first).flatten()
    }

    /// Sets the attribute the path leads to. Objects on the way are made, lists of objects are
    /// entered at their last element, a list of texts or numbers grows by one.
    ///
    /// # Errors
    /// When the event's class has no such attribute, when it is computed, or when the value does
    /// not fit it.
    pub fn assign(&mut self, path: &FieldPath, value: Value<'_>) -> Result<(), AssignError> {
        let class = self.class_uid();
        if !path.exists_in(class) {
            return Err(AssignError::NotInClass { path: path.to_string(), class });
        }
        if !path.is_assignable() {
            return Err(AssignError::Computed { path: path.to_string() });
        }
        let assigned = match path.target() {
            Target::Steps(steps) => Object::assign(self, steps.of(class).unwrap_or(&[]), value),
            Target::Header(header) => self.assign_header(*header, value),
            Target::Unmapped(key) => self.unmapped.assign(key, value),
        };
        assigned.map_err(|mismatch| AssignError::Mismatch { path: path.to_string(), mismatch })
    }

    /// Appends the event as one line of JSON, without a line feed. The keys come in a fixed order.
    ///
    /// The JSON is valid OCSF as far as the event can know: what the schema requires of the
    /// mapping (a product, the uid of a finding, …) stays the mapping's duty.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let mut writer = JsonWriter::new(out, self.class_uid().native_facets());
        writer.braced(|writer| {
            self.write_header(writer);
            self.write_members(writer);
            self.write_missing_cloud(writer);
        });
        writer.finish();
    }

    /// The cloud profile wants `cloud` with its provider, whatever brought the profile.
    fn write_missing_cloud(&self, writer: &mut JsonWriter<'_>) {
        if self.cloud.is_some() || !writer.declared().meets(Facets::of(&[Facet::Cloud])) {
            return;
        }
        let provider = self.resources().iter().find_map(|resource| resource.provider.as_deref());
        writer.key(b"\"cloud\":");
        writer.braced(|writer| {
            writer.key(b"\"provider\":");
            writer.text(provider.unwrap_or("Unknown"));
        });
    }
}

/// A value that could not be assigned.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AssignError {
    /// The class has no such attribute.
    #[error("assign `{path}`: class `{class}` has no such attribute; map to another class or path")]
    NotInClass {
        /// The path.
        path: String,
        /// The event's class.
        class: ClassUid,
    },
    /// The attribute follows from others.
    #[error("assign `{path}`: it is computed or holds attributes of its own; leave it out")]
    Computed {
        /// The path.
        path: String,
    },
    /// The value does not fit.
    #[error("assign `{path}`: expected {}, got {} that does not read as one; map another field or \
             use a table", mismatch.expected, mismatch.actual)]
    Mismatch {
        /// The path.
        path: String,
        /// What was expected and given.
        mismatch: Mismatch,
    },
}
