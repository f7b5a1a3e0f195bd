//! What proves a finding.

use super::application::{Database, Databucket, Job, Script};
use super::artifact::File;
use super::cloud::{Api, Container, ResourceDetails};
use super::endpoint::{Device, NetworkEndpoint};
use super::identity::{Actor, User};
use super::mail::Email;
use super::network::{DnsQuery, NetworkConnectionInfo, Tls};
use super::process::Process;
use super::web::{HttpRequest, HttpResponse, Url};
use crate::ocsf::json::Json;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};

/// One piece of evidence. Needs at least one of actor, api, connection, data, database, bucket,
/// device, endpoint, email, file, process, query, url, user, job or script; resources, a request or
/// a container alone are refused.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "evidences")]
pub struct Evidence {
    /// What it is called.
    pub name: Option<Text>,
    /// Its id.
    pub uid: Option<Text>,
    /// Who acted.
    pub actor: Option<Box<Actor>>,
    /// The call that was made.
    pub api: Option<Box<Api>>,
    /// The connection.
    pub connection_info: Option<Box<NetworkConnectionInfo>>,
    /// The container.
    #[object(facet = Container)]
    pub container: Option<Box<Container>>,
    /// What the source gives as evidence.
    pub data: Option<Json>,
    /// The database.
    pub database: Option<Box<Database>>,
    /// The bucket.
    pub databucket: Option<Box<Databucket>>,
    /// The machine.
    pub device: Option<Box<Device>>,
    /// Where it went.
    pub dst_endpoint: Option<Box<NetworkEndpoint>>,
    /// The message.
    pub email: Option<Box<Email>>,
    /// The file.
    pub file: Option<Box<File>>,
    /// The request.
    pub http_request: Option<Box<HttpRequest>>,
    /// The response.
    pub http_response: Option<Box<HttpResponse>>,
    /// The scheduled job.
    pub job: Option<Box<Job>>,
    /// The process.
    pub process: Option<Box<Process>>,
    /// The name look-up.
    pub query: Option<Box<DnsQuery>>,
    /// The resources.
    pub resources: Vec<ResourceDetails>,
    /// The script.
    pub script: Option<Box<Script>>,
    /// Where it came from.
    pub src_endpoint: Option<Box<NetworkEndpoint>>,
    /// The encryption.
    pub tls: Option<Box<Tls>>,
    /// The address on the web.
    pub url: Option<Box<Url>>,
    /// The user.
    pub user: Option<Box<User>>,
    /// What became of it, see [`ids::verdict`].
    pub verdict_id: Option<i64>,
    /// The verdict's name.
    #[object(captions = ids::verdict::CAPTIONS)]
    pub verdict: Option<Text>,
}
