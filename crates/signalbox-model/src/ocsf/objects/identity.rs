//! Who did something, who it was done to, and how they proved who they are.

use super::control::Authorization;
use super::endpoint::Device;
use super::metadata::KeyValue;
use super::process::Process;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// A user. Needs `name`, `uid` or an account: an e-mail address alone is not enough.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "user")]
pub struct User {
    /// The name used to log in.
    pub name: Option<Text>,
    /// The user's id, such as a SID or a principal's ARN.
    pub uid: Option<Text>,
    /// Another id of the same user.
    pub uid_alt: Option<Text>,
    /// What kind of user it is, see [`ids::user_type`].
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::user_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// First and last name.
    pub full_name: Option<Text>,
    /// The name shown to others.
    pub display_name: Option<Text>,
    /// The e-mail address.
    pub email_addr: Option<Text>,
    /// The telephone number.
    pub phone_number: Option<Text>,
    /// The domain the user belongs to.
    pub domain: Option<Text>,
    /// The account the user acts in.
    pub account: Option<Box<Account>>,
    /// The groups the user is a member of.
    pub groups: Vec<Group>,
    /// The organization the user belongs to.
    pub org: Option<Box<Organization>>,
    /// Whether a second factor is set up.
    pub has_mfa: Option<bool>,
    /// How risky the user is, see [`ids::risk_level`].
    pub risk_level_id: Option<i64>,
    /// The level's name.
    #[object(captions = ids::risk_level::CAPTIONS)]
    pub risk_level: Option<Text>,
    /// How risky the user is, in the source's numbers.
    pub risk_score: Option<i64>,
}

/// An account: of a user, or with a cloud provider. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "account")]
pub struct Account {
    /// The account's name.
    pub name: Option<Text>,
    /// The account's id.
    pub uid: Option<Text>,
    /// What kind of account it is, see [`ids::account_type`].
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::account_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// Whether it is disabled.
    pub is_disabled: Option<bool>,
    /// Whether it is locked.
    pub is_locked: Option<bool>,
    /// Its labels.
    pub labels: Vec<Text>,
    /// Its tags.
    pub tags: Vec<KeyValue>,
}

/// A group of users, devices or resources. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "group")]
pub struct Group {
    /// The group's name.
    pub name: Option<Text>,
    /// The group's id.
    pub uid: Option<Text>,
    /// What kind of group it is.
    pub r#type: Option<Text>,
    /// What it is for.
    pub desc: Option<Text>,
    /// The domain it belongs to.
    pub domain: Option<Text>,
    /// What its members may do.
    pub privileges: Vec<Text>,
}

/// An organization. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "organization")]
pub struct Organization {
    /// The organization's name.
    pub name: Option<Text>,
    /// The organization's id.
    pub uid: Option<Text>,
    /// The unit within it.
    pub ou_name: Option<Text>,
    /// The unit's id.
    pub ou_uid: Option<Text>,
}

/// Who or what caused an event. Needs a process, user, session or app.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "actor")]
pub struct Actor {
    /// The user who acted.
    pub user: Option<Box<User>>,
    /// The process that acted.
    pub process: Option<Box<Process>>,
    /// The session it happened in.
    pub session: Option<Box<Session>>,
    /// The application that acted.
    pub app_name: Option<Text>,
    /// The application's id.
    pub app_uid: Option<Text>,
    /// Who vouched for the user.
    pub idp: Option<Box<IdentityProvider>>,
    /// What allowed or denied it.
    pub authorizations: Vec<Authorization>,
}

/// A user's session.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "session")]
pub struct Session {
    /// The session's id.
    pub uid: Option<Text>,
    /// Another id of the same session.
    pub uid_alt: Option<Text>,
    /// Who issued it.
    pub issuer: Option<Text>,
    /// When it began.
    pub created_time: Option<Timestamp>,
    /// When it ends.
    pub expiration_time: Option<Timestamp>,
    /// Why it ended.
    pub expiration_reason: Option<Text>,
    /// The terminal it is bound to.
    pub terminal: Option<Text>,
    /// The credential it was begun with, such as an access key id.
    pub credential_uid: Option<Text>,
    /// How many sessions there were.
    pub count: Option<i64>,
    /// Whether a second factor was used.
    pub is_mfa: Option<bool>,
    /// Whether it came from elsewhere.
    pub is_remote: Option<bool>,
    /// Whether it came through a VPN.
    pub is_vpn: Option<bool>,
}

/// Who vouches for users. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "idp")]
pub struct IdentityProvider {
    /// The provider's name.
    pub name: Option<Text>,
    /// The provider's id.
    pub uid: Option<Text>,
    /// Its domain.
    pub domain: Option<Text>,
    /// Who runs it.
    pub issuer: Option<Text>,
    /// The protocol, such as `SAML`.
    pub protocol_name: Option<Text>,
    /// The tenant with the provider.
    pub tenant_uid: Option<Text>,
    /// Its address.
    pub url_string: Option<Text>,
    /// Whether it asked for a second factor.
    pub has_mfa: Option<bool>,
}

/// Something a user proved an identity with.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "auth_factor")]
pub struct AuthFactor {
    /// What it was, see [`ids::auth_factor_type`].
    #[object(or_unknown)]
    pub factor_type_id: Option<i64>,
    /// Its name.
    #[object(captions = ids::auth_factor_type::CAPTIONS)]
    pub factor_type: Option<Text>,
    /// Who checked it.
    pub provider: Option<Text>,
    /// The device it was on.
    pub device: Option<Box<Device>>,
    /// The address it was sent to.
    pub email_addr: Option<Text>,
    /// The number it was sent to.
    pub phone_number: Option<Text>,
    /// Whether it was a counter-based code.
    pub is_hotp: Option<bool>,
    /// Whether it was a time-based code.
    pub is_totp: Option<bool>,
}
