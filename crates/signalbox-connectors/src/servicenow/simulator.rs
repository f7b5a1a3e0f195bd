//! ServiceNow, faked: an instance with incidents, groups, users and choices, and its habits.
//!
//! It keeps what the connector has to survive: no uniqueness of `correlation_id`, silent cuts and
//! drops, conditions on unknown columns that are ignored, read-only closed incidents, a data policy on
//! resolving, records that queries see only later, and creates that are executed after their
//! connection is gone. Which of them show, and when, is [`SimulatedBehavior`].

mod behavior;
mod inspection;
mod instance;
mod query;
mod record;
mod table;
mod token;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use parking_lot::{Mutex, MutexGuard};

use signalbox_model::secret::{FixedSecrets, SecretRef};
use signalbox_model::{IntegrationName, SystemClock};
use signalbox_sdk::testkit::{Simulator, SimulatorSetup};
use signalbox_sdk::{Context, SystemRandom};

use super::config::ServiceNowConfig;
pub use behavior::{CreateCounts, SimulatedBehavior};
use instance::Instance;
pub use record::SimulatedIncident;

/// A running instance; clones share it.
///
/// Inspection for other processes: `GET /simulator/incidents` lists them, `GET /simulator/summary`
/// counts them, `GET` and `POST /simulator/faults` show and replace the [`SimulatedBehavior`].
#[derive(Clone, Default)]
pub struct ServiceNowSimulator {
    instance: Arc<Mutex<Instance>>,
}

impl ServiceNowSimulator {
    /// The account that may call the Table API with basic authentication.
    pub const USERNAME: &str = "signalbox";
    /// Its password.
    pub const PASSWORD: &str = "simulated-password";
    /// The OAuth application's client id.
    pub const CLIENT_ID: &str = "simulated-client";
    /// The OAuth application's client secret.
    pub const CLIENT_SECRET: &str = "simulated-client-secret";
    /// A group that exists.
    pub const GROUP: &str = "SOC Tier 1";

    /// Returns the incidents, in the order they were created.
    pub fn tickets(&self) -> Vec<SimulatedIncident> {
        self.lock().incidents.iter().map(record::Record::shown).collect()
    }

    /// Returns how many correlation ids more than one incident has; 0 is what exactly-once means.
    pub fn duplicate_tickets(&self) -> usize {
        self.lock().duplicate_tickets()
    }

    /// Returns how many creates it was asked for, and how many of them it did late.
    pub fn creates(&self) -> CreateCounts {
        self.lock().creates()
    }

    /// Returns how many tokens were granted.
    pub fn tokens_granted(&self) -> usize {
        self.lock().tokens.granted()
    }

    /// Makes every token granted so far unknown.
    pub fn revoke_tokens(&self) {
        self.lock().tokens.revoke();
    }

    /// Changes how the instance behaves from now on.
    pub fn behave(&self, change: impl FnOnce(&mut SimulatedBehavior)) {
        change(&mut self.lock().behavior);
    }

    /// Makes everything created so far visible to queries.
    pub fn finish_indexing(&self) {
        self.lock().incidents.iter_mut().for_each(record::Record::finish_indexing);
    }

    /// Sets columns of an incident as an administrator does: nothing is checked or dropped.
    pub fn administrate(&self, number: &str, columns: &[(&str, &str)]) {
        let mut instance = self.lock();
        let found = instance.incidents.iter_mut().find(|record| record.value("number") == number);
        if let Some(record) = found {
            columns.iter().for_each(|(column, value)| record.set(column, *value));
            record.derive();
        }
    }

    /// Returns a configuration that reaches the simulator at `address`, with basic authentication.
    ///
    /// # Panics
    /// Never: the configuration is fixed but for the address.
    #[expect(clippy::expect_used, reason = "a fixed configuration, read by every test")]
    pub fn config(&self, address: SocketAddr) -> ServiceNowConfig {
        let config = serde_json::json!({
            "url": format!("http://{address}"),
            "auth": {
                "method": "basic",
                "username": Self::USERNAME,
                "password": format!("env:{PASSWORD_VARIABLE}"),
            },
            "assignment_group": Self::GROUP,
        });
        serde_json::from_value(config).expect("the configuration is complete")
    }

    /// Returns a context that knows the simulator's secrets and nothing else.
    pub fn context(&self) -> Context {
        let secrets = FixedSecrets::of_variables([
            (PASSWORD_VARIABLE, Self::PASSWORD),
            (CLIENT_SECRET_VARIABLE, Self::CLIENT_SECRET),
        ]);
        Context {
            integration: IntegrationName::new("servicenow"),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            secrets: Arc::new(secrets),
            mappings: Arc::new(BTreeMap::new()),
        }
    }

    /// Returns the reference of the OAuth application's secret in [`context`](Self::context).
    pub fn client_secret(&self) -> SecretRef {
        SecretRef::Environment(CLIENT_SECRET_VARIABLE.to_owned())
    }

    fn lock(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock()
    }
}

impl Simulator for ServiceNowSimulator {
    fn router(&self) -> Router {
        let records = get(table::list).post(table::create);
        let record = get(table::read).patch(table::change).put(table::change);
        let vendor = Router::new()
            .route("/api/now/table/{table}", records.clone())
            .route("/api/now/table/{table}/{sys_id}", record.clone())
            .route("/api/now/v2/table/{table}", records)
            .route("/api/now/v2/table/{table}/{sys_id}", record)
            .fallback(table::no_resource)
            .layer(middleware::from_fn_with_state(self.clone(), table::guard));
        Router::new()
            .route("/oauth_token.do", post(token::grant))
            .route("/simulator/incidents", get(inspection::incidents))
            .route("/simulator/summary", get(inspection::summary))
            .route("/simulator/faults", get(inspection::faults).post(inspection::set_faults))
            .fallback_service(vendor.with_state(self.clone()))
            .with_state(self.clone())
    }

    fn configuration(&self, address: SocketAddr) -> SimulatorSetup {
        let yaml = format!(
            "  servicenow:\n    connector: servicenow\n    url: http://{address}\n    auth:\n      \
             method: basic\n      username: {}\n      password: env:{PASSWORD_VARIABLE}\n    \
             assignment_group: {}\n",
            Self::USERNAME,
            Self::GROUP
        );
        let environment = vec![(PASSWORD_VARIABLE, Self::PASSWORD.to_owned())];
        SimulatorSetup { yaml, environment }
    }
}

const PASSWORD_VARIABLE: &str = "SERVICENOW_PASSWORD";
const CLIENT_SECRET_VARIABLE: &str = "SERVICENOW_CLIENT_SECRET";
