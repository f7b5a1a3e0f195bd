//! The product's words: bodies of its API, the payload that it posts, and objects taken apart without
//! copying them.
//!
//! What is sent and what steers paging is typed here. Alerts, scans and standards are taken apart
//! member by member instead ([`Members`]), for whatever is not understood of them has to be kept.

mod alert;
mod members;
mod pushed;
mod rule;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use signalbox_model::secret::Secret;
use signalbox_model::time::Timestamp;

use super::config::AlertStatus;
pub(super) use alert::{Alert, Policy, Resource, Shape};
pub(super) use members::{Members, elements};
pub(super) use pushed::{FieldNames, PUSHED_KEYS};
pub use rule::{AlertRule, NotificationConfig};

/// What is asked of the alerts.
#[derive(Clone, Debug, PartialEq)]
pub enum AlertQuery<'a> {
    /// The first page of a window.
    First(AlertWindow<'a>),
    /// What follows a page, by its token.
    Next(&'a PageToken),
}

/// A window of time and what is wanted of it.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertWindow<'a> {
    /// Which of an alert's times has to lie in the window.
    pub by: AlertTime,
    /// Where the window begins; it belongs to it.
    pub start: Timestamp,
    /// Where it ends.
    pub end: Timestamp,
    /// The statuses that are wanted; all are as good as none.
    pub statuses: &'a [AlertStatus],
    /// Alerts on a page, at most 10,000.
    pub limit: u32,
}

/// A time of an alert that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertTime {
    /// When it was last opened.
    Opened,
    /// When its status last changed.
    StatusUpdated,
}

/// Names the next page. It holds the whole query, reaches 43 kB, and is sent in a body alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageToken(pub String);

/// A page of alerts.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertPage {
    /// How many alerts the window has, where the product says it; it counts anew for each page.
    pub total: Option<u64>,
    /// The alerts, each as received.
    pub items: Vec<Bytes>,
    /// Names what follows. Given with the last page too.
    pub next: Option<PageToken>,
    /// What the product's own clock showed.
    pub answered_at: Option<Timestamp>,
}

/// The compliance posture, one object for each standard.
#[derive(Clone, Debug, PartialEq)]
pub struct CompliancePosture {
    /// The standards with their counts, each as received.
    pub standards: Vec<Bytes>,
}

/// A page of what a Compute console scanned.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanPage {
    /// How many records there are in all.
    pub total: u64,
    /// The records, each as received.
    pub records: Vec<Bytes>,
}

/// What logging in told.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LoginAnswer {
    /// What calls are authorized with.
    pub token: Option<Secret>,
    /// The tenants that the user belongs to.
    pub customer_names: Vec<CustomerName>,
}

/// A tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomerName {
    /// Its name.
    pub customer_name: String,
    /// Its id.
    pub prisma_id: String,
}

/// The body of `POST /v2/alert`.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum AlertBody<'a> {
    #[serde(rename_all = "camelCase")]
    First {
        time_range: TimeRange,
        filters: Vec<Filter<'a>>,
        sort_by: [&'a str; 1],
        limit: u32,
        detailed: bool,
    },
    #[serde(rename_all = "camelCase")]
    Next { page_token: &'a PageToken },
}

impl<'a> From<&AlertQuery<'a>> for AlertBody<'a> {
    fn from(query: &AlertQuery<'a>) -> Self {
        match query {
            AlertQuery::Next(page_token) => Self::Next { page_token },
            AlertQuery::First(window) => Self::First {
                time_range: TimeRange::between(window.start, window.end),
                filters: filters(window),
                sort_by: ["alertTime:asc"],
                limit: window.limit,
                detailed: true,
            },
        }
    }
}

fn filters<'a>(window: &AlertWindow<'a>) -> Vec<Filter<'a>> {
    let mut filters = Vec::new();
    if window.by == AlertTime::StatusUpdated {
        filters.push(Filter::equal("timeRange.type", "ALERT_STATUS_UPDATED"));
    }
    if !AlertStatus::ALL.iter().all(|status| window.statuses.contains(status)) {
        let wanted = window.statuses.iter();
        filters.extend(wanted.map(|status| Filter::equal("alert.status", status.as_str())));
    }
    filters
}

/// The body of `POST /alert/dismiss` and `POST /alert/reopen`. Without its filter the product refuses
/// it; with the filter and without ids it changes everything that the filter meets.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeBody<'a> {
    pub(super) alerts: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dismissal_note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dismissal_time_range: Option<TimeRange>,
    pub(super) filter: ChangeFilter,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeFilter {
    pub(super) time_range: TimeRange,
}

#[derive(Serialize)]
pub(super) struct Filter<'a> {
    name: &'a str,
    operator: &'a str,
    value: &'a str,
}

impl<'a> Filter<'a> {
    fn equal(name: &'a str, value: &'a str) -> Self {
        Self { name, operator: "=", value }
    }
}

/// A range of time as the API takes it.
#[derive(Serialize)]
pub(super) struct TimeRange {
    r#type: &'static str,
    value: RangeValue,
}

#[derive(Serialize)]
#[serde(untagged)]
enum RangeValue {
    #[serde(rename_all = "camelCase")]
    Between {
        start_time: Timestamp,
        end_time: Timestamp,
    },
    Since(&'static str),
}

impl TimeRange {
    pub(super) fn between(start_time: Timestamp, end_time: Timestamp) -> Self {
        Self { r#type: "absolute", value: RangeValue::Between { start_time, end_time } }
    }

    pub(super) fn everything() -> Self {
        Self { r#type: "to_now", value: RangeValue::Since("epoch") }
    }
}

/// The body of `POST /v2/compliance/posture`, whose time counts from when an account was added.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostureBody {
    pub(super) time_range: TimeRange,
    pub(super) filters: [(); 0],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlertAnswer<'a> {
    #[serde(default)]
    pub(super) total_rows: Option<u64>,
    #[serde(borrow)]
    pub(super) items: Vec<&'a RawValue>,
    #[serde(default)]
    pub(super) next_page_token: Option<PageToken>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostureAnswer<'a> {
    #[serde(borrow)]
    pub(super) compliance_details: Vec<&'a RawValue>,
}
