//! What a control demands, whether it is met, and what to do.

use super::metadata::KeyValue;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// A control and its result.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "compliance")]
pub struct Compliance {
    /// Whether it is met, see [`ids::compliance_status`].
    pub status_id: Option<i64>,
    /// The result's name.
    #[object(captions = ids::compliance_status::CAPTIONS)]
    pub status: Option<Text>,
    /// The result in the source's code.
    pub status_code: Option<Text>,
    /// Why.
    pub status_details: Vec<Text>,
    /// The control's id or name.
    pub control: Option<Text>,
    /// The category it belongs to.
    pub category: Option<Text>,
    /// What it demands.
    pub desc: Option<Text>,
    /// The requirements of the standards it covers.
    pub requirements: Vec<Text>,
    /// The standards it belongs to.
    pub standards: Vec<Text>,
    /// The single checks.
    pub checks: Vec<Check>,
    /// What the control is set to.
    pub control_parameters: Vec<KeyValue>,
}

/// One check of a control.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "check")]
pub struct Check {
    /// The check's name.
    pub name: Option<Text>,
    /// The check's id.
    pub uid: Option<Text>,
    /// What it looks at.
    pub desc: Option<Text>,
    /// Whether it passed, see [`ids::compliance_status`].
    pub status_id: Option<i64>,
    /// The result's name.
    #[object(captions = ids::compliance_status::CAPTIONS)]
    pub status: Option<Text>,
    /// How bad a failure is, as [`Severity`](crate::Severity).
    pub severity_id: Option<i64>,
    /// The severity's name.
    #[object(captions = ids::severity::CAPTIONS)]
    pub severity: Option<Text>,
    /// The standards it belongs to.
    pub standards: Vec<Text>,
    /// Its version.
    pub version: Option<Text>,
}

/// What to do about something.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "remediation")]
pub struct Remediation {
    /// What to do, in words; required.
    pub desc: Option<Text>,
    /// Where more is written.
    pub references: Vec<Text>,
    /// Articles that help.
    pub kb_article_list: Vec<KbArticle>,
}

/// An article of a knowledge base. Needs `uid` or `src_url`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "kb_article")]
pub struct KbArticle {
    /// The article's id.
    pub uid: Option<Text>,
    /// Its title.
    pub title: Option<Text>,
    /// Where it is.
    pub src_url: Option<Text>,
    /// How bad what it mends is.
    pub severity: Option<Text>,
    /// What kind of article it is.
    pub classification: Option<Text>,
    /// The bulletin it is in.
    pub bulletin: Option<Text>,
    /// When it was published.
    pub created_time: Option<Timestamp>,
    /// Whether its fix is installed, see [`ids::install_state`].
    pub install_state_id: Option<i64>,
    /// The state's name.
    #[object(captions = ids::install_state::CAPTIONS)]
    pub install_state: Option<Text>,
    /// Whether a later one replaces it.
    pub is_superseded: Option<bool>,
}
