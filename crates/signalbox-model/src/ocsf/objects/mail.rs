//! E-mail, as evidence.

use super::artifact::File;
use super::web::{HttpHeader, Url};
use crate::ocsf::Text;
use crate::ocsf::object::Object;

/// A message. Needs `from` or `to`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "email")]
pub struct Email {
    /// The sender's address.
    pub from: Option<Text>,
    /// The sender's name and address as the header has them.
    pub from_mailbox: Option<Text>,
    /// Who sent it for the author.
    pub sender: Option<Text>,
    /// Where failures go.
    pub return_path: Option<Text>,
    /// Where answers go.
    pub reply_to_list: Vec<Text>,
    /// The recipients' addresses.
    pub to: Vec<Text>,
    /// The addresses copied.
    pub cc: Vec<Text>,
    /// The mailboxes it was put into.
    pub delivered_to_list: Vec<Text>,
    /// The subject.
    pub subject: Option<Text>,
    /// The `Message-ID`.
    pub message_uid: Option<Text>,
    /// The mail system's id of it.
    pub uid: Option<Text>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// Whether it was read.
    pub is_read: Option<bool>,
    /// What was attached.
    pub files: Vec<File>,
    /// The addresses in it.
    pub urls: Vec<Url>,
    /// The headers.
    pub http_headers: Vec<HttpHeader>,
    /// The addresses it was sent from.
    pub x_originating_ip: Vec<Text>,
}
