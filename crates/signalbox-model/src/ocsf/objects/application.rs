//! Services, scripts, scheduled jobs and stores of data.

use super::artifact::{File, Fingerprint};
use super::identity::{Group, User};
use super::metadata::KeyValue;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// A service. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "service")]
pub struct Service {
    /// The service's name.
    pub name: Option<Text>,
    /// The service's id.
    pub uid: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
    /// Its labels.
    pub labels: Vec<Text>,
    /// Its tags.
    pub tags: Vec<KeyValue>,
}

/// A script.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "script")]
pub struct Script {
    /// The text of the script; required.
    pub script_content: Option<Box<LongString>>,
    /// The language, see [`ids::script_type`].
    #[object(or_unknown)]
    pub type_id: Option<i64>,
    /// The language's name.
    #[object(captions = ids::script_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// The script's name.
    pub name: Option<Text>,
    /// The script's id.
    pub uid: Option<Text>,
    /// The id of the script that ran it.
    pub parent_uid: Option<Text>,
    /// The script's file.
    pub file: Option<Box<File>>,
    /// The hashes of its text.
    pub hashes: Vec<Fingerprint>,
}

/// A text that may have been cut.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "long_string")]
pub struct LongString {
    /// The text; required.
    pub value: Option<Text>,
    /// Whether something was cut off.
    pub is_truncated: Option<bool>,
    /// The length in bytes before something was cut off.
    pub untruncated_size: Option<i64>,
}

/// A scheduled job.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "job")]
pub struct Job {
    /// The job's name; required.
    pub name: Option<Text>,
    /// The command it runs.
    pub cmd_line: Option<Text>,
    /// What it is for.
    pub desc: Option<Text>,
    /// The file it runs.
    pub file: Option<Box<File>>,
    /// Whom it runs as.
    pub user: Option<Box<User>>,
    /// When it was made.
    pub created_time: Option<Timestamp>,
    /// When it last ran.
    pub last_run_time: Option<Timestamp>,
    /// When it runs next.
    pub next_run_time: Option<Timestamp>,
    /// Whether it runs, see [`ids::run_state`].
    pub run_state_id: Option<i64>,
    /// The state's name.
    #[object(captions = ids::run_state::CAPTIONS)]
    pub run_state: Option<Text>,
}

/// A database. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "database")]
pub struct Database {
    /// The database's name.
    pub name: Option<Text>,
    /// The database's id.
    pub uid: Option<Text>,
    /// What it is, see [`ids::database_type`].
    #[object(or_unknown)]
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::database_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// What it is for.
    pub desc: Option<Text>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// The groups that may use it.
    pub groups: Vec<Group>,
    /// When it was made.
    pub created_time: Option<Timestamp>,
    /// When it was last changed.
    pub modified_time: Option<Timestamp>,
}

/// A bucket of objects. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "databucket")]
pub struct Databucket {
    /// The bucket's name.
    pub name: Option<Text>,
    /// The bucket's id.
    pub uid: Option<Text>,
    /// What it is, see [`ids::databucket_type`].
    #[object(or_unknown)]
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::databucket_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// What it is for.
    pub desc: Option<Text>,
    /// The object in it.
    pub file: Option<Box<File>>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// Whose it is.
    pub owner: Option<Box<User>>,
    /// Whether everybody may read it.
    pub is_public: Option<bool>,
    /// Whether it is encrypted.
    pub is_encrypted: Option<bool>,
    /// Its tags.
    pub tags: Vec<KeyValue>,
    /// When it was made.
    pub created_time: Option<Timestamp>,
    /// When it was last changed.
    pub modified_time: Option<Timestamp>,
}
