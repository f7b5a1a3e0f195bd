//! Typed clients of the platform's API and of a Compute console.
//!
//! Both log in with one access key, at doors of their own ([`session`]). Failures get their kind in
//! one place ([`answer`]).

mod answer;
mod call;
mod compute;
mod session;

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use signalbox_model::time::Timestamp;
use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::Context;
use signalbox_sdk::http::HttpClient;

use super::config::PrismaCloudConfig;
use super::wire::{
    AlertAnswer, AlertBody, AlertPage, AlertQuery, AlertRule, ChangeBody, ChangeFilter,
    CompliancePosture, LoginAnswer, PostureAnswer, PostureBody, TimeRange,
};
use call::Call;
pub use compute::ComputeClient;
use session::{Door, Session};

/// A client of one tenant. Its token is renewed every five minutes, once for all calls in flight; a
/// request that is refused with 401 all the same is sent a second time after a new login.
///
/// ```
/// use signalbox_connectors::prisma_cloud::{AlertQuery, AlertStatus, AlertTime, AlertWindow};
/// use signalbox_connectors::prisma_cloud::{PrismaCloudClient, PrismaCloudSimulator, SimulatedAlert};
/// use signalbox_model::time::Timestamp;
/// use signalbox_sdk::testkit::{Server, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = PrismaCloudSimulator::default();
/// simulator.add_alert(SimulatedAlert::new("P-1", Timestamp::from_millis(1_772_366_400_000)));
/// let server = Server::start(simulator.router(), 0).await?;
/// let config = simulator.config(server.address());
/// let client = PrismaCloudClient::new(&config, &simulator.context())?;
///
/// let window = AlertWindow {
///     by: AlertTime::Opened,
///     start: Timestamp::from_millis(1_772_366_000_000),
///     end: Timestamp::from_millis(1_772_367_000_000),
///     statuses: &[AlertStatus::Open],
///     limit: 100,
/// };
/// let page = client.get_alerts(&AlertQuery::First(window)).await?;
///
/// assert_eq!(page.items.len(), 1);
/// client.dismiss_alerts(&["P-1"], "accepted risk", None).await?;
/// # Ok(())
/// # }
/// ```
pub struct PrismaCloudClient {
    session: Session,
}

impl PrismaCloudClient {
    /// Creates a client; nothing is sent yet.
    ///
    /// # Errors
    /// Where the configuration has no address or key, or the CA file cannot be read.
    pub fn new(config: &PrismaCloudConfig, context: &Context) -> Result<Self, String> {
        let url = config.url.as_ref().ok_or("`url` is missing; write the address of the API")?;
        let http = HttpClient::new(&config.http_options())?;
        let door = Door::Platform { tenant: config.tenant.clone() };
        let session = Session::new(url.api().clone(), door, config, http, context)?;
        Ok(Self { session })
    }

    /// Logs in, whether there is a token or not, and says which tenants the user belongs to.
    ///
    /// # Errors
    /// `Unauthorized` where the key is refused or cannot be read.
    pub async fn login(&self) -> Result<LoginAnswer, Error> {
        self.session.login().await
    }

    /// Returns when there is a token to call with: extends one that grows old, or logs in.
    ///
    /// # Errors
    /// As of [`login`](Self::login).
    pub async fn authenticate(&self) -> Result<(), Error> {
        self.session.authorize().await.map(drop)
    }

    /// Reads a page of alerts, in full detail and ordered by when they were last opened.
    ///
    /// # Errors
    /// `Rejected` with status 400 where the product does not take the query, such as a page token that
    /// is too old.
    pub async fn get_alerts(&self, query: &AlertQuery<'_>) -> Result<AlertPage, Error> {
        let operation = "read alerts";
        let call = Call::read(operation, "v2/alert?detailed=true");
        let call = call.with_json(&AlertBody::from(query))?;
        let answer = self.session.send_for_answer(call).await?;
        let answered_at = answer::date(answer.headers());
        let body = answer.into_body();
        let answer: AlertAnswer<'_> = answer::read(operation, &body)?;
        let items = slices(&body, &answer.items);
        // A count that is less than what the page shows is none.
        let total = answer.total_rows.filter(|total| *total >= items.len() as u64);
        Ok(AlertPage { total, items, next: answer.next_page_token, answered_at })
    }

    /// Reads one alert in full detail, as received.
    ///
    /// # Errors
    /// `Rejected` with status 404 where there is none.
    pub async fn get_alert(&self, id: &str) -> Result<Bytes, Error> {
        let path = format!("alert/{}?detailed=true", path_part("read alert", id)?);
        self.session.send(Call::get("read alert", path)).await
    }

    /// Dismisses alerts, or snoozes them `until` a time. One that is not open any more counts as done.
    ///
    /// # Errors
    /// `Rejected` without a call where `ids` is empty: the product would dismiss every alert that there
    /// is. `OutcomeUnknown` where the request may have been executed; repeating is harmless.
    pub async fn dismiss_alerts(
        &self,
        ids: &[&str],
        note: &str,
        until: Option<Timestamp>,
    ) -> Result<(), Error> {
        let now = self.session.now();
        let body = ChangeBody {
            alerts: ids,
            dismissal_note: Some(note),
            dismissal_time_range: until.map(|until| TimeRange::between(now, until)),
            filter: ChangeFilter { time_range: TimeRange::everything() },
        };
        self.change("dismiss alerts", "alert/dismiss", &body).await
    }

    /// Opens dismissed or snoozed alerts again. One that is open already counts as done.
    ///
    /// # Errors
    /// As of [`dismiss_alerts`](Self::dismiss_alerts).
    pub async fn reopen_alerts(&self, ids: &[&str]) -> Result<(), Error> {
        let body = ChangeBody {
            alerts: ids,
            dismissal_note: None,
            dismissal_time_range: None,
            filter: ChangeFilter { time_range: TimeRange::everything() },
        };
        self.change("reopen alerts", "alert/reopen", &body).await
    }

    /// Reads how far each compliance standard is met.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn get_compliance_posture(&self) -> Result<CompliancePosture, Error> {
        let operation = "read compliance posture";
        let body = PostureBody { time_range: TimeRange::everything(), filters: [] };
        let call = Call::read(operation, "v2/compliance/posture").with_json(&body)?;
        let body = self.session.send(call).await?;
        let answer: PostureAnswer<'_> = answer::read(operation, &body)?;
        Ok(CompliancePosture { standards: slices(&body, &answer.compliance_details) })
    }

    /// Lists the alert rules. Where they notify is not in the list: read each with
    /// [`get_alert_rule`](Self::get_alert_rule).
    ///
    /// # Errors
    /// `Unauthorized` where the key may not read them.
    pub async fn get_alert_rules(&self) -> Result<Vec<AlertRule>, Error> {
        self.read_json("read alert rules", "v2/alert/rule".to_owned()).await
    }

    /// Reads an alert rule in full.
    ///
    /// # Errors
    /// As of [`get_alert_rules`](Self::get_alert_rules).
    pub async fn get_alert_rule(&self, id: &str) -> Result<AlertRule, Error> {
        let operation = "read alert rule";
        self.read_json(operation, format!("alert/rule/{}", path_part(operation, id)?)).await
    }

    async fn change(
        &self,
        operation: &'static str,
        path: &'static str,
        body: &ChangeBody<'_>,
    ) -> Result<(), Error> {
        if body.alerts.is_empty() {
            let what = "no alert is named, which the product takes for every alert there is; name \
                        at least one";
            return Err(Error::new(ErrorKind::Rejected, operation, what));
        }
        match self.session.send(Call::write(operation, path).with_json(body)?).await {
            Err(error) if is_done_already(&error) => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    async fn read_json<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: String,
    ) -> Result<T, Error> {
        let body = self.session.send(Call::get(operation, path)).await?;
        answer::read(operation, &body)
    }
}

/// The words are in a header or in the body; both end in the error's text.
fn is_done_already(error: &Error) -> bool {
    let is_missing = error.status() == Some(StatusCode::NOT_FOUND.as_u16());
    is_missing && error.to_string().contains("alert_no_longer_in_expected_state")
}

/// An id as part of a path: the product's have letters, digits and `-`.
fn path_part<'a>(operation: &'static str, id: &'a str) -> Result<&'a str, Error> {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !id.is_empty() && id.bytes().all(is_fit) {
        return Ok(id);
    }
    Err(Error::new(ErrorKind::Rejected, operation, format!("`{id}` is no id of the product")))
}

/// Keeps parts of an answer without copying them.
fn slices(body: &Bytes, parts: &[&RawValue]) -> Vec<Bytes> {
    parts.iter().map(|part| body.slice_ref(part.get().as_bytes())).collect()
}
