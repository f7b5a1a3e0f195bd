//! HTTP: addresses, requests and responses.

use crate::ocsf::Text;
use crate::ocsf::object::Object;

/// An address on the web. Needs `url_string` or `path`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "url")]
pub struct Url {
    /// The whole address.
    pub url_string: Option<Text>,
    /// The scheme, such as `https`.
    pub scheme: Option<Text>,
    /// The host.
    pub hostname: Option<Text>,
    /// The port.
    pub port: Option<i64>,
    /// The path.
    pub path: Option<Text>,
    /// What follows the question mark.
    pub query_string: Option<Text>,
    /// The registered domain.
    pub domain: Option<Text>,
    /// What stands before it.
    pub subdomain: Option<Text>,
    /// What is behind the address.
    pub resource_type: Option<Text>,
    /// What a filter says it is about.
    pub categories: Vec<Text>,
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "http_request")]
pub struct HttpRequest {
    /// The method in capitals, such as `GET`.
    pub http_method: Option<Text>,
    /// What was asked for.
    pub url: Option<Box<Url>>,
    /// What the client says it is.
    pub user_agent: Option<Text>,
    /// Where the client came from.
    pub referrer: Option<Text>,
    /// The version of HTTP.
    pub version: Option<Text>,
    /// The request's id.
    pub uid: Option<Text>,
    /// The arguments.
    pub args: Option<Text>,
    /// The addresses it passed, first the client's.
    pub x_forwarded_for: Vec<Text>,
    /// The headers.
    pub http_headers: Vec<HttpHeader>,
    /// The length of the whole request in bytes.
    pub length: Option<i64>,
    /// The length of its body in bytes.
    pub body_length: Option<i64>,
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "http_response")]
pub struct HttpResponse {
    /// The status code.
    #[object(or_unknown)]
    pub code: Option<i64>,
    /// The status in words.
    pub status: Option<Text>,
    /// The answer's text.
    pub message: Option<Text>,
    /// The content type.
    pub content_type: Option<Text>,
    /// The headers.
    pub http_headers: Vec<HttpHeader>,
    /// How long it took, in milliseconds.
    pub latency: Option<i64>,
    /// The length of the whole response in bytes.
    pub length: Option<i64>,
    /// The length of its body in bytes.
    pub body_length: Option<i64>,
}

/// One header.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "http_header")]
pub struct HttpHeader {
    /// The header's name.
    pub name: Option<Text>,
    /// The header's value.
    pub value: Option<Text>,
}
