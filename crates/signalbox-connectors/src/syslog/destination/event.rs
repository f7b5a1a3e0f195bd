//! What is read of an event: a view that borrows from its JSON and passes over everything else.

use std::borrow::Cow;
use std::ops::Deref;

use serde::Deserialize;

/// A text, borrowed where nothing in it is escaped; `Cow` alone would always copy.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// What a header needs of an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Outline<'a> {
    #[serde(borrow)]
    pub(super) class_name: Option<Text<'a>>,
    pub(super) severity_id: i64,
    #[serde(borrow)]
    pub(super) device: Option<Device<'a>>,
    #[serde(borrow)]
    pub(super) metadata: Metadata<'a>,
}

/// What CEF has keys for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OcsfEvent<'a> {
    #[serde(borrow)]
    pub(super) class_name: Option<Text<'a>>,
    pub(super) type_uid: i64,
    #[serde(borrow)]
    pub(super) type_name: Option<Text<'a>>,
    pub(super) severity_id: i64,
    pub(super) start_time: Option<i64>,
    pub(super) end_time: Option<i64>,
    pub(super) count: Option<i64>,
    #[serde(borrow)]
    pub(super) message: Option<Text<'a>>,
    pub(super) status_id: Option<i64>,
    #[serde(borrow)]
    pub(super) status: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) status_detail: Option<Text<'a>>,
    pub(super) action_id: Option<i64>,
    #[serde(borrow)]
    pub(super) action: Option<Text<'a>>,
    pub(super) disposition_id: Option<i64>,
    #[serde(borrow)]
    pub(super) disposition: Option<Text<'a>>,
    pub(super) risk_score: Option<i64>,
    #[serde(borrow)]
    pub(super) device: Option<Device<'a>>,
    #[serde(borrow)]
    pub(super) actor: Option<Actor<'a>>,
    #[serde(borrow)]
    pub(super) user: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) entity: Option<Entity<'a>>,
    #[serde(borrow)]
    pub(super) src_endpoint: Option<Endpoint<'a>>,
    #[serde(borrow)]
    pub(super) dst_endpoint: Option<Endpoint<'a>>,
    #[serde(borrow)]
    pub(super) connection_info: Option<Connection<'a>>,
    pub(super) traffic: Option<Traffic>,
    #[serde(borrow)]
    pub(super) app_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) app_protocol_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) http_request: Option<HttpRequest<'a>>,
    pub(super) http_response: Option<HttpResponse>,
    #[serde(borrow)]
    pub(super) url: Option<Url<'a>>,
    #[serde(borrow)]
    pub(super) query: Option<Query<'a>>,
    #[serde(borrow)]
    pub(super) file: Option<File<'a>>,
    #[serde(borrow)]
    pub(super) finding_info: Option<Finding<'a>>,
    #[serde(borrow)]
    pub(super) finding_info_list: Vec<Finding<'a>>,
    #[serde(borrow)]
    pub(super) evidences: Vec<Evidence<'a>>,
    #[serde(borrow)]
    pub(super) resources: Vec<Named<'a>>,
    #[serde(borrow)]
    pub(super) attacks: Vec<Attack<'a>>,
    #[serde(borrow)]
    pub(super) malware: Vec<Named<'a>>,
    #[serde(borrow)]
    pub(super) vulnerabilities: Vec<Vulnerability<'a>>,
    #[serde(borrow)]
    pub(super) firewall_rule: Option<Named<'a>>,
    #[serde(borrow)]
    pub(super) policy: Option<Named<'a>>,
    #[serde(borrow)]
    pub(super) metadata: Metadata<'a>,
}

/// What proves a finding: the same objects as an activity's own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Evidence<'a> {
    #[serde(borrow)]
    pub(super) actor: Option<Actor<'a>>,
    #[serde(borrow)]
    pub(super) user: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) src_endpoint: Option<Endpoint<'a>>,
    #[serde(borrow)]
    pub(super) dst_endpoint: Option<Endpoint<'a>>,
    #[serde(borrow)]
    pub(super) connection_info: Option<Connection<'a>>,
    #[serde(borrow)]
    pub(super) http_request: Option<HttpRequest<'a>>,
    pub(super) http_response: Option<HttpResponse>,
    #[serde(borrow)]
    pub(super) url: Option<Url<'a>>,
    #[serde(borrow)]
    pub(super) query: Option<Query<'a>>,
    #[serde(borrow)]
    pub(super) file: Option<File<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Device<'a> {
    #[serde(borrow)]
    pub(super) hostname: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) ip: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) mac: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) uid: Option<Text<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Endpoint<'a> {
    #[serde(borrow)]
    pub(super) ip: Option<Text<'a>>,
    pub(super) port: Option<i64>,
    #[serde(borrow)]
    pub(super) hostname: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) mac: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) domain: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) svc_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) interface_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) owner: Option<User<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct User<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) uid: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) domain: Option<Text<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Actor<'a> {
    #[serde(borrow)]
    pub(super) user: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) process: Option<Process<'a>>,
    #[serde(borrow)]
    pub(super) app_name: Option<Text<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Process<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    pub(super) pid: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entity<'a> {
    #[serde(borrow)]
    pub(super) user: Option<User<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Connection<'a> {
    #[serde(borrow)]
    pub(super) protocol_name: Option<Text<'a>>,
    pub(super) direction_id: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Traffic {
    pub(super) bytes_in: Option<i64>,
    pub(super) bytes_out: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HttpRequest<'a> {
    #[serde(borrow)]
    pub(super) http_method: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) url: Option<Url<'a>>,
    #[serde(borrow)]
    pub(super) user_agent: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) referrer: Option<Text<'a>>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HttpResponse {
    pub(super) code: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Url<'a> {
    #[serde(borrow)]
    pub(super) url_string: Option<Text<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query<'a> {
    #[serde(borrow)]
    pub(super) hostname: Option<Text<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct File<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) path: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) uid: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) mime_type: Option<Text<'a>>,
    pub(super) size: Option<i64>,
    pub(super) created_time: Option<i64>,
    pub(super) modified_time: Option<i64>,
    #[serde(borrow)]
    pub(super) hashes: Vec<Hash<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Hash<'a> {
    pub(super) algorithm_id: i64,
    #[serde(borrow)]
    pub(super) value: Option<Text<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Finding<'a> {
    #[serde(borrow)]
    pub(super) uid: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) title: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) analytic: Option<Named<'a>>,
}

/// Any object that has a name and an id.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Named<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) uid: Option<Text<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Attack<'a> {
    #[serde(borrow)]
    pub(super) technique: Option<Named<'a>>,
    #[serde(borrow)]
    pub(super) sub_technique: Option<Named<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Vulnerability<'a> {
    #[serde(borrow)]
    pub(super) cve: Option<Named<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata<'a> {
    #[serde(borrow)]
    pub(super) uid: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) product: Option<Product<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Product<'a> {
    #[serde(borrow)]
    pub(super) vendor_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
}

impl<'a> OcsfEvent<'a> {
    /// Returns what a header needs.
    pub(super) fn outline(&self) -> Outline<'a> {
        Outline {
            class_name: self.class_name.clone(),
            severity_id: self.severity_id,
            device: self.device.clone(),
            metadata: self.metadata.clone(),
        }
    }

    /// Returns the finding, the first one of an incident.
    pub(super) fn finding(&self) -> Option<&Finding<'a>> {
        self.finding_info.as_ref().or(self.finding_info_list.first())
    }

    /// Returns an object of the event, or else that of the first evidence that has one.
    pub(super) fn part<'e, T>(
        &'e self,
        own: Option<&'e T>,
        of_evidence: impl Fn(&'e Evidence<'a>) -> Option<&'e T>,
    ) -> Option<&'e T> {
        own.or_else(|| self.evidences.iter().find_map(of_evidence))
    }
}
