//! OCSF profiles, declared by what was written.
//!
//! An attribute that a profile brings counts only when the profile's name is in
//! `metadata.profiles`, and a profile named without its required attribute is an error. So nobody
//! names profiles by hand: the writer notes which facets of an event it wrote, and the metadata,
//! written last, declare the profiles that the class did not have those attributes from anyway.

use std::ops::ControlFlow;

use super::VERSION;
use super::attribute::Attribute;
use super::convert;
use super::object::Visitor;
use super::value::{FieldKind, Mismatch, Value, ValueRef};
use super::writer::JsonWriter;

/// Attributes that come from a profile in some classes and belong to others by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// `cloud`, `api` and the cloud attributes of a resource.
    Cloud,
    /// `device`.
    Device,
    /// `actor`.
    Actor,
    /// `action`, `disposition`, `policy` and the rest of what a control did.
    Control,
    /// `attacks`.
    Attacks,
    /// `confidence` and its kin.
    Confidence,
    /// `is_alert`, `malware`, `risk_score` and their kin.
    Risk,
    /// `impact` and its kin.
    Impact,
    /// `assignee`, `priority`, `tickets`, `verdict` and the rest of what people decide.
    Incident,
    /// `container`.
    Container,
    /// `osint`.
    Osint,
}

/// A set of facets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facets(u16);

impl Facets {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Makes a set.
    pub const fn of(facets: &[Facet]) -> Self {
        let mut set = 0;
        let mut rest = facets;
        while let [facet, tail @ ..] = rest {
            set |= 1 << *facet as u16;
            rest = tail;
        }
        Self(set)
    }

    /// Adds a facet.
    pub const fn insert(&mut self, facet: Facet) {
        self.0 |= 1 << facet as u16;
    }

    /// Whether the sets have a facet in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the facets that are not in `other`.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns the names of the profiles that bring these facets.
    pub fn profiles(self) -> impl Iterator<Item = &'static str> {
        let brought = PROFILES.iter().filter(move |(_, facets)| facets.meets(self));
        brought.map(|(name, _)| *name)
    }
}

/// `metadata.version`: the version of the schema this event follows, always [`VERSION`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SchemaVersion;

impl Attribute for SchemaVersion {
    const KIND: FieldKind = FieldKind::Text;
    const IS_ASSIGNABLE: bool = false;

    fn is_absent(&self) -> bool {
        false
    }

    fn visit<'a>(&'a self, _: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        visitor(ValueRef::Text(VERSION))
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        Err(convert::mismatch(Self::KIND, value))
    }

    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        writer.key(key);
        writer.word(VERSION);
    }
}

/// `metadata.profiles`: known when everything else is written, so it cannot be read by a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeclaredProfiles;

impl Attribute for DeclaredProfiles {
    const KIND: FieldKind = FieldKind::TextList;
    const IS_ASSIGNABLE: bool = false;

    fn is_absent(&self) -> bool {
        true
    }

    fn visit<'a>(&'a self, _: &[u8], _: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn assign(&mut self, _: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        Err(convert::mismatch(Self::KIND, value))
    }

    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        let mut profiles = writer.declared().profiles().peekable();
        if profiles.peek().is_some() {
            writer.key(key);
            writer.list(profiles, |writer, name| writer.word(name));
        }
    }
}

const PROFILES: &[(&str, Facets)] = &[
    ("cloud", Facets::of(&[Facet::Cloud])),
    ("container", Facets::of(&[Facet::Container])),
    ("host", Facets::of(&[Facet::Device, Facet::Actor])),
    ("incident", Facets::of(&[Facet::Impact, Facet::Incident])),
    ("osint", Facets::of(&[Facet::Osint])),
    (
        "security_control",
        Facets::of(&[Facet::Control, Facet::Attacks, Facet::Confidence, Facet::Risk]),
    ),
];
