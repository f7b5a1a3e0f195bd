//! `POST /v2/alert`: windows, filters, order and pages, judged as the product does.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use signalbox_model::time::Timestamp;

use super::SimulatedAlert;
use super::tenant::Tenant;

/// A query as asked, and as page tokens carry it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Query {
    time_range: TimeRange,
    #[serde(default)]
    filters: Vec<Filter>,
    #[serde(default)]
    sort_by: Vec<String>,
    #[serde(default = "limit_default")]
    limit: usize,
    #[serde(default)]
    pub(super) detailed: bool,
    /// How many alerts earlier pages showed.
    #[serde(default)]
    offset: usize,
    /// How many logins there had been.
    #[serde(default)]
    login: u32,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct TimeRange {
    r#type: String,
    value: Value,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Filter {
    name: String,
    operator: String,
    value: String,
}

/// The product's word for a page token that it does not take.
pub(super) const INVALID_PAGE_TOKEN: &str = "invalid_page_token";

/// What a query meets.
pub(super) struct Answer {
    pub(super) total: usize,
    pub(super) items: Vec<Value>,
    pub(super) next: Option<String>,
}

impl Query {
    /// Reads a body: a query, or the token of one alone.
    ///
    /// # Errors
    /// The product's word for what is wrong.
    pub(super) fn parse(body: &Value, tenant: &Tenant) -> Result<Self, &'static str> {
        let Some(token) = body.get("pageToken") else {
            let query: Self =
                serde_json::from_value(body.clone()).map_err(|_| "invalid_request_body")?;
            return query.checked(tenant.summary.logins);
        };
        if body.as_object().is_some_and(|body| body.contains_key("timeRange")) {
            return Err("page_token_with_time_range");
        }
        let query = token.as_str().and_then(|token| token.split('.').next());
        let query = query.and_then(|query| URL_SAFE_NO_PAD.decode(query).ok());
        let query: Option<Self> = query.and_then(|query| serde_json::from_slice(&query).ok());
        let is_known = |query: &Self| {
            !tenant.behavior.forgets_page_tokens || query.login == tenant.summary.logins
        };
        query.filter(is_known).ok_or(INVALID_PAGE_TOKEN)
    }

    fn checked(mut self, login: u32) -> Result<Self, &'static str> {
        self.login = login;
        let is_sorted = self.sort_by.is_empty() || self.sort_by == ["alertTime:asc"];
        match () {
            () if self.limit > LIMIT_MAX => Err("invalid_limit"),
            () if !is_sorted => Err("invalid_sort_by"),
            () if self.filters.iter().any(|filter| !FILTERS.contains(&filter.name.as_str())) => {
                Err("invalid_filter")
            }
            () => Ok(self),
        }
    }

    /// Answers a page; what it shows is what there is now.
    pub(super) fn answer(mut self, tenant: &Tenant, now: Timestamp) -> Answer {
        let mut met: Vec<&SimulatedAlert> =
            tenant.alerts.iter().filter(|alert| self.meets(alert, now)).collect();
        met.sort_by_key(|alert| alert.opened);
        let shown = tenant.behavior.shown_max.unwrap_or(usize::MAX).min(met.len());
        let page = met.get(self.offset.min(shown)..shown).unwrap_or_default();
        let items: Vec<Value> =
            page.iter().take(self.limit).map(|alert| alert.item(self.detailed)).collect();
        self.offset += items.len();
        let next = (!items.is_empty()).then(|| self.token(tenant.behavior.page_token_bytes));
        Answer { total: met.len(), items, next }
    }

    fn meets(&self, alert: &SimulatedAlert, now: Timestamp) -> bool {
        let values = |name: &str| {
            let of_name = self.filters.iter().filter(move |filter| filter.name == name);
            of_name.map(|filter| filter.value.as_str()).collect::<Vec<_>>()
        };
        let time = match values("timeRange.type").as_slice() {
            ["ALERT_STATUS_UPDATED" | "ALERT_UPDATED"] => alert.updated,
            _ => alert.opened,
        };
        let time_of = |name: &str| self.time_range.value.get(name)?.as_i64();
        let (start, end) = match self.time_range.r#type.as_str() {
            "absolute" => (time_of("startTime").unwrap_or(0), time_of("endTime").unwrap_or(0)),
            _ => (0, now.as_millis()),
        };
        let statuses = values("alert.status");
        (start..=end).contains(&time.as_millis())
            && (statuses.is_empty() || statuses.contains(&alert.status.as_str()))
    }

    fn token(&self, bytes_min: usize) -> String {
        let query = serde_json::to_vec(self).unwrap_or_default();
        let mut token = URL_SAFE_NO_PAD.encode(query);
        token.push('.');
        let padding = bytes_min.saturating_sub(token.len());
        token.extend(std::iter::repeat_n('x', padding));
        token
    }
}

const fn limit_default() -> usize {
    LIMIT_MAX
}

const LIMIT_MAX: usize = 10_000;

const FILTERS: [&str; 4] = ["alert.status", "alert.id", "policy.severity", "timeRange.type"];
