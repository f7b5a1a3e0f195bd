//! Managing: what administrators, and products on their behalf, do to accounts, policies and settings.

use crate::ocsf::Text;
use crate::ocsf::object::Object;
use crate::ocsf::objects::{HttpRequest, HttpResponse, ManagedEntity, NetworkEndpoint};

/// Something managed was made, read, changed or removed (3004).
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "entity_management")]
pub struct EntityManagement {
    /// What it was done to; required.
    pub entity: Option<Box<ManagedEntity>>,
    /// What became of it.
    pub entity_result: Option<Box<ManagedEntity>>,
    /// Where it was done from.
    pub src_endpoint: Option<Box<NetworkEndpoint>>,
    /// The request it came with.
    pub http_request: Option<Box<HttpRequest>>,
    /// The response it got.
    pub http_response: Option<Box<HttpResponse>>,
    /// What somebody noted.
    pub comment: Option<Text>,
}
