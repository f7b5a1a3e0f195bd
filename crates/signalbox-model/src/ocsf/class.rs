//! The classes of events in use, and what each has beyond the base.

use std::fmt;
use std::ops::ControlFlow;

use super::activity::{self, Activity};
use super::classes::{
    Authentication, ComplianceFinding, DetectionFinding, DnsActivity, EntityManagement,
    HttpActivity, IncidentFinding, NetworkActivity, VulnerabilityFinding,
};
use super::convert;
use super::object::{Object, Table, Visitor};
use super::profile::{Facet, Facets};
use super::value::{FieldKind, Mismatch, Value};
use super::writer::JsonWriter;

/// What happened: the class, with the attributes that only it has.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Class {
    /// An event of no particular class.
    #[default]
    Base,
    /// A weakness was found.
    VulnerabilityFinding(Box<VulnerabilityFinding>),
    /// A control was checked.
    ComplianceFinding(Box<ComplianceFinding>),
    /// A product raised an alert.
    DetectionFinding(Box<DetectionFinding>),
    /// Findings were put together to an incident.
    IncidentFinding(Box<IncidentFinding>),
    /// Somebody logged in or out.
    Authentication(Box<Authentication>),
    /// Something managed was made, changed, read or removed.
    EntityManagement(Box<EntityManagement>),
    /// A connection was opened, refused, closed.
    NetworkActivity(Box<NetworkActivity>),
    /// An HTTP request was made.
    HttpActivity(Box<HttpActivity>),
    /// A name was looked up.
    DnsActivity(Box<DnsActivity>),
}

impl Class {
    /// Returns an empty event body of a class.
    pub fn new(uid: ClassUid) -> Self {
        match uid {
            ClassUid::Base => Self::Base,
            ClassUid::VulnerabilityFinding => Self::VulnerabilityFinding(Box::default()),
            ClassUid::ComplianceFinding => Self::ComplianceFinding(Box::default()),
            ClassUid::DetectionFinding => Self::DetectionFinding(Box::default()),
            ClassUid::IncidentFinding => Self::IncidentFinding(Box::default()),
            ClassUid::Authentication => Self::Authentication(Box::default()),
            ClassUid::EntityManagement => Self::EntityManagement(Box::default()),
            ClassUid::NetworkActivity => Self::NetworkActivity(Box::default()),
            ClassUid::HttpActivity => Self::HttpActivity(Box::default()),
            ClassUid::DnsActivity => Self::DnsActivity(Box::default()),
        }
    }

    /// Returns which class it is.
    pub const fn uid(&self) -> ClassUid {
        match self {
            Self::Base => ClassUid::Base,
            Self::VulnerabilityFinding(_) => ClassUid::VulnerabilityFinding,
            Self::ComplianceFinding(_) => ClassUid::ComplianceFinding,
            Self::DetectionFinding(_) => ClassUid::DetectionFinding,
            Self::IncidentFinding(_) => ClassUid::IncidentFinding,
            Self::Authentication(_) => ClassUid::Authentication,
            Self::EntityManagement(_) => ClassUid::EntityManagement,
            Self::NetworkActivity(_) => ClassUid::NetworkActivity,
            Self::HttpActivity(_) => ClassUid::HttpActivity,
            Self::DnsActivity(_) => ClassUid::DnsActivity,
        }
    }

    fn body(&self) -> Option<&dyn Object> {
        match self {
            Self::Base => None,
            Self::VulnerabilityFinding(body) => Some(body),
            Self::ComplianceFinding(body) => Some(body),
            Self::DetectionFinding(body) => Some(body),
            Self::IncidentFinding(body) => Some(body),
            Self::Authentication(body) => Some(body),
            Self::EntityManagement(body) => Some(body),
            Self::NetworkActivity(body) => Some(body),
            Self::HttpActivity(body) => Some(body),
            Self::DnsActivity(body) => Some(body),
        }
    }

    fn body_mut(&mut self) -> Option<&mut dyn Object> {
        match self {
            Self::Base => None,
            Self::VulnerabilityFinding(body) => Some(body),
            Self::ComplianceFinding(body) => Some(body),
            Self::DetectionFinding(body) => Some(body),
            Self::IncidentFinding(body) => Some(body),
            Self::Authentication(body) => Some(body),
            Self::EntityManagement(body) => Some(body),
            Self::NetworkActivity(body) => Some(body),
            Self::HttpActivity(body) => Some(body),
            Self::DnsActivity(body) => Some(body),
        }
    }
}

/// The attributes of the body stand among the event's own. Which they are depends on the class,
/// so the table shown here is empty and a path asks [`ClassUid::table`].
impl Object for Class {
    fn table() -> &'static Table {
        &Table { name: "class", fields: &[] }
    }

    fn visit<'a>(&'a self, steps: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        self.body().map_or(ControlFlow::Continue(()), |body| body.visit(steps, visitor))
    }

    fn assign(&mut self, steps: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        let refused = convert::mismatch(FieldKind::Object, value);
        self.body_mut().map_or(Err(refused), |body| body.assign(steps, value))
    }

    fn write_members(&self, writer: &mut JsonWriter<'_>) {
        if let Some(body) = self.body() {
            body.write_members(writer);
        }
    }
}

/// The number of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClassUid {
    /// Base Event, 0.
    #[default]
    Base,
    /// Vulnerability Finding, 2002.
    VulnerabilityFinding,
    /// Compliance Finding, 2003.
    ComplianceFinding,
    /// Detection Finding, 2004.
    DetectionFinding,
    /// Incident Finding, 2005.
    IncidentFinding,
    /// Authentication, 3002.
    Authentication,
    /// Entity Management, 3004.
    EntityManagement,
    /// Network Activity, 4001.
    NetworkActivity,
    /// HTTP Activity, 4002.
    HttpActivity,
    /// DNS Activity, 4003.
    DnsActivity,
}

impl ClassUid {
    /// All classes in use, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Base,
        Self::VulnerabilityFinding,
        Self::ComplianceFinding,
        Self::DetectionFinding,
        Self::IncidentFinding,
        Self::Authentication,
        Self::EntityManagement,
        Self::NetworkActivity,
        Self::HttpActivity,
        Self::DnsActivity,
    ];

    /// Returns the OCSF `class_uid`.
    pub const fn number(self) -> i64 {
        match self {
            Self::Base => 0,
            Self::VulnerabilityFinding => 2002,
            Self::ComplianceFinding => 2003,
            Self::DetectionFinding => 2004,
            Self::IncidentFinding => 2005,
            Self::Authentication => 3002,
            Self::EntityManagement => 3004,
            Self::NetworkActivity => 4001,
            Self::HttpActivity => 4002,
            Self::DnsActivity => 4003,
        }
    }

    /// Returns the class of an OCSF `class_uid`, or `None` for one that is not in use here.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.number() == number)
    }

    /// Returns the class of an OCSF name such as `detection_finding`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Returns the OCSF name, such as `detection_finding`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "base_event",
            Self::VulnerabilityFinding => "vulnerability_finding",
            Self::ComplianceFinding => "compliance_finding",
            Self::DetectionFinding => "detection_finding",
            Self::IncidentFinding => "incident_finding",
            Self::Authentication => "authentication",
            Self::EntityManagement => "entity_management",
            Self::NetworkActivity => "network_activity",
            Self::HttpActivity => "http_activity",
            Self::DnsActivity => "dns_activity",
        }
    }

    /// Returns the OCSF caption, such as `Detection Finding`.
    pub const fn caption(self) -> &'static str {
        match self {
            Self::Base => "Base Event",
            Self::VulnerabilityFinding => "Vulnerability Finding",
            Self::ComplianceFinding => "Compliance Finding",
            Self::DetectionFinding => "Detection Finding",
            Self::IncidentFinding => "Incident Finding",
            Self::Authentication => "Authentication",
            Self::EntityManagement => "Entity Management",
            Self::NetworkActivity => "Network Activity",
            Self::HttpActivity => "HTTP Activity",
            Self::DnsActivity => "DNS Activity",
        }
    }

    /// Returns the OCSF `category_uid`.
    pub const fn category_number(self) -> i64 {
        self.number() / 1000
    }

    /// Returns the caption of the category; the base event has none of its own.
    pub const fn category_caption(self) -> &'static str {
        match self.category_number() {
            2 => "Findings",
            3 => "Identity & Access Management",
            4 => "Network Activity",
            _ => "Uncategorized",
        }
    }

    /// Whether the class is of the findings category.
    pub const fn is_finding(self) -> bool {
        self.category_number() == 2
    }

    /// Returns the activities of the class.
    pub const fn activities(self) -> &'static [Activity] {
        match self {
            Self::Base => activity::BASE,
            Self::VulnerabilityFinding => activity::VULNERABILITY_FINDING,
            Self::ComplianceFinding => activity::COMPLIANCE_FINDING,
            Self::DetectionFinding => activity::DETECTION_FINDING,
            Self::IncidentFinding => activity::INCIDENT_FINDING,
            Self::Authentication => activity::AUTHENTICATION,
            Self::EntityManagement => activity::ENTITY_MANAGEMENT,
            Self::NetworkActivity => activity::NETWORK_ACTIVITY,
            Self::HttpActivity => activity::HTTP_ACTIVITY,
            Self::DnsActivity => activity::DNS_ACTIVITY,
        }
    }

    /// Returns the attributes that only this class and its kin have.
    pub fn table(self) -> &'static Table {
        match self {
            Self::Base => Class::table(),
            Self::VulnerabilityFinding => VulnerabilityFinding::table(),
            Self::ComplianceFinding => ComplianceFinding::table(),
            Self::DetectionFinding => DetectionFinding::table(),
            Self::IncidentFinding => IncidentFinding::table(),
            Self::Authentication => Authentication::table(),
            Self::EntityManagement => EntityManagement::table(),
            Self::NetworkActivity => NetworkActivity::table(),
            Self::HttpActivity => HttpActivity::table(),
            Self::DnsActivity => DnsActivity::table(),
        }
    }

    /// Returns what the class has without a profile, though others need one for it.
    pub(super) const fn native_facets(self) -> Facets {
        match self {
            Self::VulnerabilityFinding | Self::ComplianceFinding => {
                Facets::of(&[Facet::Device, Facet::Confidence])
            }
            Self::DetectionFinding => {
                Facets::of(&[Facet::Device, Facet::Confidence, Facet::Risk, Facet::Impact])
            }
            Self::IncidentFinding => {
                Facets::of(&[Facet::Attacks, Facet::Confidence, Facet::Impact, Facet::Incident])
            }
            Self::Authentication | Self::EntityManagement => Facets::of(&[Facet::Actor]),
            _ => Facets::NONE,
        }
    }
}

impl fmt::Display for ClassUid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
