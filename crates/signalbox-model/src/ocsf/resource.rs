//! The thing an event is about, whichever attribute holds it.

use super::caption;
use super::class::Class;
use super::classes::Flow;
use super::event::Event;
use super::ids;
use super::objects::{Device, FindingInfo, NetworkEndpoint, ResourceDetails};

/// What identifies the host, account or cloud asset an event is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrimaryResource<'a> {
    /// The id; where the source gives none, nothing stands in for it.
    pub uid: Option<&'a str>,
    /// The name, host name or else address.
    pub name: Option<&'a str>,
    /// What it is, in words.
    pub kind: Option<&'a str>,
}

impl Event {
    /// Whether the event is a finding.
    pub const fn is_finding(&self) -> bool {
        self.class_uid().is_finding()
    }

    /// Returns what was found; of an incident, its first finding.
    pub fn finding_info(&self) -> Option<&FindingInfo> {
        match &self.class {
            Class::DetectionFinding(finding) => finding.finding_info.as_deref(),
            Class::VulnerabilityFinding(finding) => finding.finding_info.as_deref(),
            Class::ComplianceFinding(finding) => finding.finding_info.as_deref(),
            Class::IncidentFinding(incident) => incident.finding_info_list.first(),
            _ => None,
        }
    }

    /// Returns the resources a finding is about.
    pub fn resources(&self) -> &[ResourceDetails] {
        match &self.class {
            Class::DetectionFinding(finding) => &finding.resources,
            Class::VulnerabilityFinding(finding) => &finding.resources,
            Class::ComplianceFinding(finding) => &finding.resources,
            _ => &[],
        }
    }

    /// Returns the two ends and the connection of a network activity.
    pub fn flow(&self) -> Option<&Flow> {
        match &self.class {
            Class::NetworkActivity(activity) => Some(&activity.flow),
            Class::HttpActivity(activity) => Some(&activity.flow),
            Class::DnsActivity(activity) => Some(&activity.flow),
            _ => None,
        }
    }

    /// Returns the thing the event is about: the first resource, else the device, else the
    /// destination, else the source.
    pub fn primary_resource(&self) -> Option<PrimaryResource<'_>> {
        if let Some(resource) = self.resources().first() {
            return Some(of_resource(resource));
        }
        if let Some(device) = &self.device {
            return Some(of_device(device));
        }
        let (destination, source) = self.endpoints();
        destination.or(source).map(of_endpoint)
    }

    fn endpoints(&self) -> (Option<&NetworkEndpoint>, Option<&NetworkEndpoint>) {
        if let Class::Authentication(login) = &self.class {
            return (login.dst_endpoint.as_deref(), login.src_endpoint.as_deref());
        }
        let flow = self.flow();
        (
            flow.and_then(|flow| flow.dst_endpoint.as_deref()),
            flow.and_then(|flow| flow.src_endpoint.as_deref()),
        )
    }
}

fn of_resource(resource: &ResourceDetails) -> PrimaryResource<'_> {
    let names = [&resource.name, &resource.hostname, &resource.ip];
    PrimaryResource {
        uid: resource.uid.as_deref(),
        name: names.into_iter().find_map(Option::as_deref),
        kind: resource.r#type.as_deref(),
    }
}

fn of_device(device: &Device) -> PrimaryResource<'_> {
    let uids = [&device.uid, &device.instance_uid];
    let names = [&device.hostname, &device.name, &device.ip];
    PrimaryResource {
        uid: uids.into_iter().find_map(Option::as_deref),
        name: names.into_iter().find_map(Option::as_deref),
        kind: kind(device.r#type.as_deref(), device.type_id),
    }
}

fn of_endpoint(endpoint: &NetworkEndpoint) -> PrimaryResource<'_> {
    let uids = [&endpoint.uid, &endpoint.instance_uid];
    let names = [&endpoint.hostname, &endpoint.name, &endpoint.ip, &endpoint.domain];
    PrimaryResource {
        uid: uids.into_iter().find_map(Option::as_deref),
        name: names.into_iter().find_map(Option::as_deref),
        kind: kind(endpoint.r#type.as_deref(), endpoint.type_id),
    }
}

fn kind(word: Option<&str>, number: Option<i64>) -> Option<&str> {
    caption::word_of(word, number, ids::device_type::CAPTIONS)
}
