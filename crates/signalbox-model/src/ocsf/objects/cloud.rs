//! Where in a cloud something is, the resources there and the calls made to it.

use super::application::Service;
use super::artifact::Fingerprint;
use super::identity::{Account, Group, Organization, User};
use super::metadata::KeyValue;
use crate::ocsf::json::Json;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// The cloud environment an event is from.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "cloud")]
pub struct Cloud {
    /// The provider's name, such as `AWS`.
    pub provider: Option<Text>,
    /// The account, subscription or project.
    pub account: Option<Box<Account>>,
    /// The region.
    pub region: Option<Text>,
    /// The availability zone.
    pub zone: Option<Text>,
    /// The partition, such as `aws-cn`.
    pub cloud_partition: Option<Text>,
    /// The organization above the account.
    pub org: Option<Box<Organization>>,
}

/// A resource an event is about. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "resource_details")]
pub struct ResourceDetails {
    /// The resource's id: an ARN, a full path, an inventory id.
    pub uid: Option<Text>,
    /// Another id of the same resource.
    pub uid_alt: Option<Text>,
    /// The resource's name.
    pub name: Option<Text>,
    /// What it is, in the source's words, such as `AwsEc2Instance`.
    pub r#type: Option<Text>,
    /// Its host name.
    pub hostname: Option<Text>,
    /// Its address.
    pub ip: Option<Text>,
    /// The partition it is in.
    #[object(facet = Cloud)]
    pub cloud_partition: Option<Text>,
    /// The provider it is with.
    #[object(facet = Cloud)]
    pub provider: Option<Text>,
    /// The region it is in.
    #[object(facet = Cloud)]
    pub region: Option<Text>,
    /// The zone it is in.
    #[object(facet = Cloud)]
    pub zone: Option<Text>,
    /// The namespace it is in.
    pub namespace: Option<Text>,
    /// How important it is, in the source's words.
    pub criticality: Option<Text>,
    /// The group it belongs to, such as a resource group.
    pub group: Option<Box<Group>>,
    /// Who owns it.
    pub owner: Option<Box<User>>,
    /// What part it plays in the event, see [`ids::resource_role`].
    pub role_id: Option<i64>,
    /// The part's name.
    #[object(captions = ids::resource_role::CAPTIONS)]
    pub role: Option<Text>,
    /// Its labels.
    pub labels: Vec<Text>,
    /// Its tags.
    pub tags: Vec<KeyValue>,
    /// Its version.
    pub version: Option<Text>,
    /// When it was made.
    pub created_time: Option<Timestamp>,
    /// When it was last changed.
    pub modified_time: Option<Timestamp>,
    /// What else the source says about it.
    pub data: Option<Json>,
}

/// A call of an API.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "api")]
pub struct Api {
    /// The operation, such as `ConsoleLogin`.
    pub operation: Option<Text>,
    /// The service that was called.
    pub service: Option<Box<Service>>,
    /// The API's version.
    pub version: Option<Text>,
    /// What was asked.
    pub request: Option<Box<ApiRequest>>,
    /// What was answered.
    pub response: Option<Box<ApiResponse>>,
    /// The API's group.
    pub group: Option<Box<Group>>,
}

/// What an API was asked.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "request")]
pub struct ApiRequest {
    /// The request's id.
    pub uid: Option<Text>,
    /// The request's flags.
    pub flags: Vec<Text>,
    /// The parameters.
    pub data: Option<Json>,
}

/// What an API answered.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "response")]
pub struct ApiResponse {
    /// The answer's number, such as an HTTP status.
    pub code: Option<i64>,
    /// The error's code.
    pub error: Option<Text>,
    /// The error's text.
    pub error_message: Option<Text>,
    /// The answer's text.
    pub message: Option<Text>,
    /// The answer's flags.
    pub flags: Vec<Text>,
    /// The answer's content.
    pub data: Option<Json>,
}

/// A container. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "container")]
pub struct Container {
    /// The container's name.
    pub name: Option<Text>,
    /// The container's full id.
    pub uid: Option<Text>,
    /// What it was started from.
    pub image: Option<Box<Image>>,
    /// The image's digest.
    pub hash: Option<Box<Fingerprint>>,
    /// What runs it, such as `kubernetes`.
    pub orchestrator: Option<Text>,
    /// The runtime, such as `containerd`.
    pub runtime: Option<Text>,
    /// How it is attached to the network.
    pub network_driver: Option<Text>,
    /// The pod's id.
    pub pod_uuid: Option<Text>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// Its labels.
    pub labels: Vec<Text>,
    /// Its tags.
    pub tags: Vec<KeyValue>,
}

/// What a container or machine was started from.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "image")]
pub struct Image {
    /// The image's id.
    pub uid: Option<Text>,
    /// The image's name.
    pub name: Option<Text>,
    /// Where the image is.
    pub path: Option<Text>,
    /// Its labels.
    pub labels: Vec<Text>,
    /// Its tags.
    pub tags: Vec<KeyValue>,
}
