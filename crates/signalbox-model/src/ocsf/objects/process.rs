//! Processes.

use super::artifact::File;
use super::cloud::Container;
use super::identity::{Session, User};
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// A process. Needs `pid`, `uid` or `cpid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "process")]
pub struct Process {
    /// The number the operating system gave it.
    pub pid: Option<i64>,
    /// The source's id of it, which is not used twice.
    pub uid: Option<Text>,
    /// The common process id.
    pub cpid: Option<Text>,
    /// The program's name.
    pub name: Option<Text>,
    /// The program's path.
    pub path: Option<Text>,
    /// The command line.
    pub cmd_line: Option<Text>,
    /// Where it was started.
    pub working_directory: Option<Text>,
    /// The program's file.
    pub file: Option<Box<File>>,
    /// Whom it runs as.
    pub user: Option<Box<User>>,
    /// The session it runs in.
    pub session: Option<Box<Session>>,
    /// What started it.
    pub parent_process: Option<Box<Process>>,
    /// The container it runs in.
    #[object(facet = Container)]
    pub container: Option<Box<Container>>,
    /// What it may touch, see [`ids::integrity`].
    pub integrity_id: Option<i64>,
    /// The level's name.
    #[object(captions = ids::integrity::CAPTIONS)]
    pub integrity: Option<Text>,
    /// The modules it has loaded.
    pub loaded_modules: Vec<Text>,
    /// When it started.
    pub created_time: Option<Timestamp>,
    /// When it ended.
    pub terminated_time: Option<Timestamp>,
    /// The sandbox it runs in.
    pub sandbox: Option<Text>,
}
