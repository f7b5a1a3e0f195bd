//! Files and hashes.

use super::identity::User;
use super::metadata::Product;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "file")]
pub struct File {
    /// The name without the path; required.
    pub name: Option<Text>,
    /// The whole path.
    pub path: Option<Text>,
    /// The folder it is in.
    pub parent_folder: Option<Text>,
    /// The extension without the point.
    pub ext: Option<Text>,
    /// What it is, see [`ids::file_type`].
    #[object(or_unknown)]
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::file_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// The hashes of its content.
    pub hashes: Vec<Fingerprint>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// Its media type.
    pub mime_type: Option<Text>,
    /// What it is.
    pub desc: Option<Text>,
    /// Its id.
    pub uid: Option<Text>,
    /// Its address.
    pub uri: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
    /// Who published it.
    pub company_name: Option<Text>,
    /// The product it belongs to.
    pub product: Option<Box<Product>>,
    /// Whose it is.
    pub owner: Option<Box<User>>,
    /// Who made it.
    pub creator: Option<Box<User>>,
    /// Who changed it last.
    pub modifier: Option<Box<User>>,
    /// When it was made.
    pub created_time: Option<Timestamp>,
    /// When it was last changed.
    pub modified_time: Option<Timestamp>,
    /// When it was last read.
    pub accessed_time: Option<Timestamp>,
    /// Whether it is deleted.
    pub is_deleted: Option<bool>,
    /// Whether it is encrypted.
    pub is_encrypted: Option<bool>,
}

/// A hash.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "fingerprint")]
pub struct Fingerprint {
    /// How it was made, see [`ids::hash_algorithm`].
    #[object(or_unknown)]
    pub algorithm_id: Option<i64>,
    /// The algorithm's name.
    #[object(captions = ids::hash_algorithm::CAPTIONS)]
    pub algorithm: Option<Text>,
    /// The hash itself.
    pub value: Option<Text>,
}
