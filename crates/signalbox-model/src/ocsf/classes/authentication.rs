//! Logging in and out.

use crate::ocsf::object::Object;
use crate::ocsf::objects::{
    AuthFactor, Certificate, HttpRequest, HttpResponse, NetworkEndpoint, Process, Service, Session,
    User,
};
use crate::ocsf::{Text, ids};

/// Somebody logged in or out (3002). Needs a service or a destination.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "authentication")]
pub struct Authentication {
    /// Who logged in; required.
    pub user: Option<Box<User>>,
    /// What was logged in to.
    pub service: Option<Box<Service>>,
    /// Where from.
    pub src_endpoint: Option<Box<NetworkEndpoint>>,
    /// Where to.
    pub dst_endpoint: Option<Box<NetworkEndpoint>>,
    /// The session that began.
    pub session: Option<Box<Session>>,
    /// How an identity was proved, see [`ids::auth_protocol`].
    pub auth_protocol_id: Option<i64>,
    /// The protocol's name.
    #[object(captions = ids::auth_protocol::CAPTIONS)]
    pub auth_protocol: Option<Text>,
    /// What it was proved with.
    pub auth_factors: Vec<AuthFactor>,
    /// How the user logged in, see [`ids::logon_type`].
    pub logon_type_id: Option<i64>,
    /// The way's name.
    #[object(captions = ids::logon_type::CAPTIONS)]
    pub logon_type: Option<Text>,
    /// The process that did it.
    pub logon_process: Option<Box<Process>>,
    /// How the user became another, see [`ids::account_switch_type`].
    pub account_switch_type_id: Option<i64>,
    /// The way's name.
    #[object(captions = ids::account_switch_type::CAPTIONS)]
    pub account_switch_type: Option<Text>,
    /// The certificate that was shown.
    pub certificate: Option<Box<Certificate>>,
    /// The request it came with.
    pub http_request: Option<Box<HttpRequest>>,
    /// The response it got.
    pub http_response: Option<Box<HttpResponse>>,
    /// Whether the credential was readable on the way.
    pub is_cleartext: Option<bool>,
    /// Whether a second factor was used.
    pub is_mfa: Option<bool>,
    /// Whether it was a new log-in.
    pub is_new_logon: Option<bool>,
    /// Whether it came from elsewhere.
    pub is_remote: Option<bool>,
}
