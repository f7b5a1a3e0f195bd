//! What is managed.

use super::control::Policy;
use super::endpoint::Device;
use super::identity::{Group, Organization, User};
use super::mail::Email;
use super::network::Location;
use crate::ocsf::json::Json;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};

/// Something that is managed. Needs one of name, uid, device, group, organization, policy or user.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "managed_entity")]
pub struct ManagedEntity {
    /// Its name.
    pub name: Option<Text>,
    /// The source's id of it.
    pub uid: Option<Text>,
    /// What it is, see [`ids::managed_entity_type`].
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::managed_entity_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
    /// The machine, where it is one.
    pub device: Option<Box<Device>>,
    /// The user, where it is one.
    pub user: Option<Box<User>>,
    /// The group, where it is one.
    pub group: Option<Box<Group>>,
    /// The organization, where it is one.
    pub org: Option<Box<Organization>>,
    /// The policy, where it is one.
    pub policy: Option<Box<Policy>>,
    /// The message, where it is one.
    pub email: Option<Box<Email>>,
    /// Where it is.
    pub location: Option<Box<Location>>,
    /// What else the source says of it.
    pub data: Option<Json>,
}
