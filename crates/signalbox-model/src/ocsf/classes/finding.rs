//! The findings: what somebody has to look at.
//!
//! Each class has its own body; what people decide about any of them is one struct, [`Triage`].

use crate::ocsf::object::Object;
use crate::ocsf::objects::{
    Compliance, Evidence, FindingInfo, Group, Remediation, ResourceDetails, Ticket, User,
    VendorAttributes, Vulnerability,
};
use crate::ocsf::{Text, ids};

/// What people decided about a finding: the attributes of OCSF's incident profile.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "incident_profile")]
pub struct Triage {
    /// Who works on it.
    #[object(facet = Incident)]
    pub assignee: Option<Box<User>>,
    /// The group that works on it.
    #[object(facet = Incident)]
    pub assignee_group: Option<Box<Group>>,
    /// How much damage it does, see [`ids::impact`].
    #[object(facet = Impact)]
    pub impact_id: Option<i64>,
    /// The impact's name.
    #[object(facet = Impact, captions = ids::impact::CAPTIONS)]
    pub impact: Option<Text>,
    /// The impact in the source's numbers.
    #[object(facet = Impact)]
    pub impact_score: Option<i64>,
    /// Whether data may have been taken.
    #[object(facet = Incident)]
    pub is_suspected_breach: Option<bool>,
    /// How soon it is to be done, see [`ids::priority`].
    #[object(facet = Incident)]
    pub priority_id: Option<i64>,
    /// The priority's name.
    #[object(facet = Incident, captions = ids::priority::CAPTIONS)]
    pub priority: Option<Text>,
    /// Where people work on it.
    #[object(facet = Incident)]
    pub src_url: Option<Text>,
    /// The tickets about it.
    #[object(facet = Incident)]
    pub tickets: Vec<Ticket>,
    /// What it was found to be, see [`ids::verdict`].
    #[object(facet = Incident)]
    pub verdict_id: Option<i64>,
    /// The verdict's name.
    #[object(facet = Incident, captions = ids::verdict::CAPTIONS)]
    pub verdict: Option<Text>,
}

/// A product raised an alert (2004).
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "detection_finding")]
pub struct DetectionFinding {
    /// What was found; required.
    pub finding_info: Option<Box<FindingInfo>>,
    /// What it is about.
    pub resources: Vec<ResourceDetails>,
    /// What proves it.
    pub evidences: Vec<Evidence>,
    /// The weaknesses that were used.
    pub vulnerabilities: Vec<Vulnerability>,
    /// What to do.
    pub remediation: Option<Box<Remediation>>,
    /// What somebody noted.
    pub comment: Option<Text>,
    /// What the vendor said before somebody changed it.
    pub vendor_attributes: Option<Box<VendorAttributes>>,
    /// What people decided.
    #[object(flatten)]
    pub triage: Triage,
}

/// A weakness was found (2002).
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "vulnerability_finding")]
pub struct VulnerabilityFinding {
    /// What was found; required.
    pub finding_info: Option<Box<FindingInfo>>,
    /// The weaknesses; required.
    pub vulnerabilities: Vec<Vulnerability>,
    /// What has them.
    pub resources: Vec<ResourceDetails>,
    /// What somebody noted.
    pub comment: Option<Text>,
    /// What the vendor said before somebody changed it.
    pub vendor_attributes: Option<Box<VendorAttributes>>,
    /// What people decided.
    #[object(flatten)]
    pub triage: Triage,
}

/// A control was checked (2003).
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "compliance_finding")]
pub struct ComplianceFinding {
    /// What was found; required.
    pub finding_info: Option<Box<FindingInfo>>,
    /// The control and its result; required.
    pub compliance: Option<Box<Compliance>>,
    /// What was checked.
    pub resources: Vec<ResourceDetails>,
    /// What proves it.
    pub evidences: Vec<Evidence>,
    /// What to do.
    pub remediation: Option<Box<Remediation>>,
    /// What somebody noted.
    pub comment: Option<Text>,
    /// What the vendor said before somebody changed it.
    pub vendor_attributes: Option<Box<VendorAttributes>>,
    /// What people decided.
    #[object(flatten)]
    pub triage: Triage,
}

/// Findings were put together to an incident (2005). Needs an assignee or a group.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "incident_finding")]
pub struct IncidentFinding {
    /// What was found; required.
    pub finding_info_list: Vec<FindingInfo>,
    /// The incident in words.
    pub desc: Option<Text>,
    /// What somebody noted.
    pub comment: Option<Text>,
    /// What the vendor said before somebody changed it.
    pub vendor_attributes: Option<Box<VendorAttributes>>,
    /// What people decided.
    #[object(flatten)]
    pub triage: Triage,
}
