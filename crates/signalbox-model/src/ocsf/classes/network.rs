//! The network classes: connections, requests and name look-ups.

use crate::ocsf::object::Object;
use crate::ocsf::objects::{
    DnsAnswer, DnsQuery, File, HttpRequest, HttpResponse, NetworkConnectionInfo, NetworkEndpoint,
    NetworkTraffic, Tls, Url,
};
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// What all network activity has: two ends and what goes between them. Most classes need an end.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "network")]
pub struct Flow {
    /// Where it comes from.
    pub src_endpoint: Option<Box<NetworkEndpoint>>,
    /// Where it goes.
    pub dst_endpoint: Option<Box<NetworkEndpoint>>,
    /// The connection.
    pub connection_info: Option<Box<NetworkConnectionInfo>>,
    /// How much travelled.
    pub traffic: Option<Box<NetworkTraffic>>,
    /// How it was encrypted.
    pub tls: Option<Box<Tls>>,
    /// The application, as a firewall names it.
    pub app_name: Option<Text>,
    /// The application's protocol, such as `https`.
    pub app_protocol_name: Option<Text>,
    /// Which side saw it, see [`ids::observation_point`].
    pub observation_point_id: Option<i64>,
    /// The side's name.
    #[object(captions = ids::observation_point::CAPTIONS)]
    pub observation_point: Option<Text>,
}

/// A connection was opened, refused or closed (4001).
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "network_activity")]
pub struct NetworkActivity {
    /// The two ends and what goes between them.
    #[object(flatten)]
    pub flow: Flow,
    /// The address on the web that was asked for.
    pub url: Option<Box<Url>>,
    /// Whether it is known which end is the source.
    pub is_src_dst_assignment_known: Option<bool>,
}

/// An HTTP request was made (4002). Needs a request or a response.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "http_activity")]
pub struct HttpActivity {
    /// The two ends and what goes between them.
    #[object(flatten)]
    pub flow: Flow,
    /// The request.
    pub http_request: Option<Box<HttpRequest>>,
    /// The response.
    pub http_response: Option<Box<HttpResponse>>,
    /// The file that was passed.
    pub file: Option<Box<File>>,
}

/// A name was looked up (4003).
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "dns_activity")]
pub struct DnsActivity {
    /// The two ends and what goes between them.
    #[object(flatten)]
    pub flow: Flow,
    /// What was asked.
    pub query: Option<Box<DnsQuery>>,
    /// What was answered.
    pub answers: Vec<DnsAnswer>,
    /// How it was answered, see [`ids::dns_response_code`].
    pub rcode_id: Option<i64>,
    /// The answer code's name.
    #[object(captions = ids::dns_response_code::CAPTIONS)]
    pub rcode: Option<Text>,
    /// When it was asked.
    pub query_time: Option<Timestamp>,
    /// When it was answered.
    pub response_time: Option<Timestamp>,
}
