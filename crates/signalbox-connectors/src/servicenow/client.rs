//! A typed client of ServiceNow's Table API, and the one place where its failures get their kind.

mod answer;
mod call;
mod credentials;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use signalbox_model::{Clock, Error, ErrorKind};
use signalbox_sdk::Context;
use signalbox_sdk::http::{BaseUrl, Effect, HttpClient};

use super::config::ServiceNowConfig;
use super::wire::{Envelope, Incident, IncidentFields, SysId};
use call::{Call, condition};
use credentials::{Authorization, Credentials};

/// A client of one instance. It sends each request once, and a second time after a 401 with the
/// credential read or fetched anew.
///
/// ```
/// use signalbox_connectors::servicenow::{IncidentFields, ServiceNowClient, ServiceNowSimulator};
/// use signalbox_sdk::testkit::{Server, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = ServiceNowSimulator::default();
/// let server = Server::start(simulator.router(), 0).await?;
/// let client = ServiceNowClient::new(&simulator.config(server.address()), &simulator.context())?;
///
/// let fields = IncidentFields::default()
///     .with("short_description", "Mail server is slow")
///     .with("correlation_id", "mail-1");
/// let created = client.create_incident(&fields).await?;
/// let found = client.find_incidents("mail-1").await?;
///
/// assert_eq!(found, [created]);
/// # Ok(())
/// # }
/// ```
pub struct ServiceNowClient {
    base: BaseUrl,
    http: HttpClient,
    credentials: Credentials,
    clock: Arc<dyn Clock>,
}

impl ServiceNowClient {
    /// Creates a client; nothing is sent yet.
    ///
    /// # Errors
    /// Where the CA file cannot be read.
    pub fn new(config: &ServiceNowConfig, context: &Context) -> Result<Self, String> {
        let http = HttpClient::new(&config.http_options())?;
        let credentials = Credentials::new(config, &http, context);
        Ok(Self { base: config.url.clone(), http, credentials, clock: context.clock.clone() })
    }

    /// Proves that there is a credential to send: reads the password, or fetches a token.
    ///
    /// # Errors
    /// `Unauthorized` where there is none.
    pub async fn authenticate(&self) -> Result<(), Error> {
        self.credentials.authorize().await.map(drop)
    }

    /// Creates an incident. The product does not compare `correlation_id` with that of others: to
    /// create once, call [`find_incidents`](Self::find_incidents) first, and again after
    /// `OutcomeUnknown`.
    ///
    /// # Errors
    /// `OutcomeUnknown` where the request may have been executed; its status is 201 where it was,
    /// and only the answer cannot be read.
    pub async fn create_incident(&self, fields: &IncidentFields) -> Result<Incident, Error> {
        let mut call = Call::new("create incident", Method::POST, INCIDENT.to_owned());
        call.query.extend(incident_query());
        let answer = self.send(call.with_body(fields)?).await?;
        match serde_json::from_slice::<Envelope<Incident>>(answer.body()) {
            Ok(envelope) => Ok(envelope.result),
            Err(_) => self.read_created(&answer).await,
        }
    }

    /// Reads an incident.
    ///
    /// # Errors
    /// `Rejected` with status 404 where there is none, or none that the account may see.
    ///
    /// ```
    /// # use signalbox_connectors::servicenow::{IncidentFields, ServiceNowClient, ServiceNowSimulator};
    /// # use signalbox_sdk::testkit::{Server, Simulator};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = ServiceNowSimulator::default();
    /// # let server = Server::start(simulator.router(), 0).await?;
    /// # let client = ServiceNowClient::new(&simulator.config(server.address()), &simulator.context())?;
    /// let created = client.create_incident(&IncidentFields::default().with("impact", "1")).await?;
    ///
    /// let incident = client.get_incident(&created.sys_id).await?;
    ///
    /// assert_eq!(incident.number, created.number);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_incident(&self, id: &SysId) -> Result<Incident, Error> {
        let mut call = Call::new("read incident", Method::GET, format!("{INCIDENT}/{id}"));
        call.query.extend(incident_query());
        self.send_for(call).await
    }

    /// Sets columns of an incident and returns it as it is then. `work_notes` and `comments` append.
    /// Columns that the account may not write are dropped without an error: compare what comes back.
    ///
    /// # Errors
    /// `OutcomeUnknown` where the request may have been executed.
    ///
    /// ```
    /// # use signalbox_connectors::servicenow::{IncidentFields, ServiceNowClient, ServiceNowSimulator};
    /// # use signalbox_sdk::testkit::{Server, Simulator};
    /// use signalbox_connectors::servicenow::IncidentState;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = ServiceNowSimulator::default();
    /// # let server = Server::start(simulator.router(), 0).await?;
    /// # let client = ServiceNowClient::new(&simulator.config(server.address()), &simulator.context())?;
    /// let created = client.create_incident(&IncidentFields::default()).await?;
    ///
    /// let change = IncidentFields::default().with("state", "2").with("work_notes", "On it.");
    /// let changed = client.update_incident(&created.sys_id, &change).await?;
    ///
    /// assert_eq!(changed.state, IncidentState::InProgress);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_incident(
        &self,
        id: &SysId,
        fields: &IncidentFields,
    ) -> Result<Incident, Error> {
        let mut call = Call::new("update incident", Method::PATCH, format!("{INCIDENT}/{id}"));
        call.query.extend(incident_query());
        self.send_for(call.with_body(fields)?).await
    }

    /// Returns the incidents whose `correlation_id` is exactly this, oldest first.
    ///
    /// A query on a column that the account may not read is not refused but ignored, and answers with
    /// whatever incidents there are; and one that the account may not see is counted but not shown. So
    /// each is compared, and where only others were met that is an error, for it says nothing about
    /// whether the incident exists.
    ///
    /// # Errors
    /// `Unauthorized` where the instance refuses or ignores the query, or hides what it found.
    pub async fn find_incidents(&self, correlation_id: &str) -> Result<Vec<Incident>, Error> {
        let operation = "find incident";
        let mut call = Call::new(operation, Method::GET, INCIDENT.to_owned());
        call.query.extend(incident_query());
        call.query.push(("sysparm_query", condition("correlation_id", correlation_id)));
        call.query.push(("sysparm_limit", FOUND_MAX.to_string()));
        let answer = self.send(call).await?;
        let mut incidents: Vec<Incident> = read(operation, Effect::Reads, &answer)?;
        let (total, shown) = (total_count(&answer), incidents.len());
        incidents.retain(|incident| incident.correlation_id == correlation_id);
        if incidents.is_empty() && total.max(shown) > 0 {
            return Err(Error::new(ErrorKind::Unauthorized, operation, STRANGERS));
        }
        incidents
            .sort_by(|a, b| (&a.sys_created_on, &a.number).cmp(&(&b.sys_created_on, &b.number)));
        Ok(incidents)
    }

    /// Returns the id of the group called `name`, the smallest where several are.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn find_group(&self, name: &str) -> Result<Option<SysId>, Error> {
        self.find_by_name("find assignment group", "sys_user_group", "name", name).await
    }

    /// Returns the id of the user whose `user_name` is this.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn find_user(&self, user_name: &str) -> Result<Option<SysId>, Error> {
        self.find_by_name("find user", "sys_user", "user_name", user_name).await
    }

    /// Returns which of `wanted` are columns of an incident that the account may read, or `None`
    /// where it sees no incident to tell from.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn incident_columns(
        &self,
        wanted: &[&str],
    ) -> Result<Option<BTreeSet<String>>, Error> {
        let mut call = Call::new("read columns of incident", Method::GET, INCIDENT.to_owned());
        // Names that are no columns are ignored, so what comes back is what there is.
        call.query.push(("sysparm_fields", format!("sys_id,{}", wanted.join(","))));
        call.query.push(("sysparm_limit", "1".to_owned()));
        let records: Vec<BTreeMap<String, serde_json::Value>> = self.send_for(call).await?;
        Ok(records.into_iter().next().map(|record| record.into_keys().collect()))
    }

    /// Returns the resolution codes that the instance offers for incidents; empty where the account
    /// may not read them.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn close_codes(&self) -> Result<Vec<String>, Error> {
        let mut call = Call::new("read resolution codes", Method::GET, table("sys_choice"));
        let query =
            format!("{}^{}", condition("name", "incident"), condition("element", "close_code"));
        call.query.push(("sysparm_query", query));
        call.query.push(("sysparm_fields", "name,element,value".to_owned()));
        call.query.push(("sysparm_limit", CHOICES_MAX.to_string()));
        let choices: Vec<Choice> = self.send_for(call).await?;
        let is_asked = |c: &Choice| c.name == "incident" && c.element == "close_code";
        Ok(choices.into_iter().filter(is_asked).map(|choice| choice.value).collect())
    }

    async fn find_by_name(
        &self,
        operation: &'static str,
        name: &str,
        column: &'static str,
        value: &str,
    ) -> Result<Option<SysId>, Error> {
        let mut call = Call::new(operation, Method::GET, table(name));
        call.query.push(("sysparm_query", condition(column, value)));
        call.query.push(("sysparm_fields", format!("sys_id,{column}")));
        call.query.push(("sysparm_limit", FOUND_MAX.to_string()));
        let rows: Vec<BTreeMap<String, String>> = self.send_for(call).await?;
        let same = rows.iter().filter(|row| row.get(column).is_some_and(|own| own == value));
        Ok(same.filter_map(|row| SysId::parse(row.get("sys_id")?)).min())
    }

    /// Reads the incident behind a 201 whose body says nothing, by its `Location`.
    async fn read_created(&self, answer: &Response<Bytes>) -> Result<Incident, Error> {
        let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        let id = location.and_then(|url| url.rsplit('/').next()).and_then(SysId::parse);
        if let Some(id) = id
            && let Ok(incident) = self.get_incident(&id).await
        {
            return Ok(incident);
        }
        let what = "created, but the answer cannot be read; look it up by `correlation_id`";
        Err(Error::new(ErrorKind::OutcomeUnknown, "create incident", what)
            .with_status(answer.status().as_u16())
            .with_answer(answer.body()))
    }

    async fn send_for<T: DeserializeOwned>(&self, call: Call) -> Result<T, Error> {
        let (operation, effect) = (call.operation, call.effect());
        let answer = self.send(call).await?;
        read(operation, effect, &answer)
    }

    /// Sends `call` and returns a good answer; anything else is classified.
    async fn send(&self, call: Call) -> Result<Response<Bytes>, Error> {
        let authorization = self.credentials.authorize().await?;
        let mut answer = self.send_as(&call, &authorization).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            self.credentials.renew(&authorization);
            let authorization = self.credentials.authorize().await?;
            answer = self.send_as(&call, &authorization).await?;
        }
        let advice = self.credentials.advice();
        answer::judge(call.operation, call.effect(), answer, self.clock.now(), advice)
    }

    async fn send_as(
        &self,
        call: &Call,
        authorization: &Authorization,
    ) -> Result<Response<Bytes>, Error> {
        let request = call.request(&self.base, authorization)?;
        let answer = self.http.send(request).await;
        answer.map_err(|error| answer::lost(error, call.operation, call.effect()))
    }
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    name: String,
    #[serde(default)]
    element: String,
    #[serde(default)]
    value: String,
}

fn read<T: DeserializeOwned>(
    operation: &'static str,
    effect: Effect,
    answer: &Response<Bytes>,
) -> Result<T, Error> {
    let envelope: Result<Envelope<T>, _> = serde_json::from_slice(answer.body());
    let result = envelope.map(|envelope| envelope.result);
    result.map_err(|_| answer::unreadable(operation, effect, answer))
}

/// How many records a query met, those included that are not shown.
fn total_count(answer: &Response<Bytes>) -> usize {
    let count = answer.headers().get("x-total-count").and_then(|value| value.to_str().ok());
    count.and_then(|count| count.parse().ok()).unwrap_or_default()
}

fn incident_query() -> [(&'static str, String); 2] {
    [
        ("sysparm_fields", Incident::COLUMNS.to_owned()),
        ("sysparm_exclude_reference_link", "true".to_owned()),
    ]
}

fn table(name: &str) -> String {
    format!("api/now/table/{name}")
}

const STRANGERS: &str = "the instance ignored the condition on `correlation_id`, or hides what it \
                         found; give the account read access to that column and to its incidents";

const INCIDENT: &str = "api/now/table/incident";

/// The most records read of those that share a key or a name; more than one is rare already.
const FOUND_MAX: usize = 50;

/// The most resolution codes read; instances have about ten.
const CHOICES_MAX: usize = 200;
