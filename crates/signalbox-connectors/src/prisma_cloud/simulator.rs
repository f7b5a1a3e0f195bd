//! Prisma Cloud, faked: a tenant with alerts, rules, standards and a Compute console, and its habits.
//!
//! It keeps what the connector has to survive: tokens that end after ten minutes on a clock that tests
//! move, page tokens on the last page too, totals and pages that follow what happens between two calls,
//! refusals in a header over an empty body, limits without a time to wait. Which of the rarer ones
//! show is [`SimulatedBehavior`].

mod alert;
mod behavior;
mod clock;
mod compute;
mod inspection;
mod platform;
mod query;
mod refusal;
mod rules;
mod tenant;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use parking_lot::{Mutex, MutexGuard};
use serde_json::Value;

use signalbox_model::IntegrationName;
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_sdk::testkit::{Simulator, SimulatorSetup};
use signalbox_sdk::{Context, SystemRandom};

use super::config::{PrismaCloudConfig, Workload};
pub use alert::SimulatedAlert;
pub use behavior::SimulatedBehavior;
use clock::SimulatedClock;
use tenant::Tenant;
pub use tenant::{SimulatedRule, Summary};

/// A running tenant; clones share it.
///
/// For other processes: `GET /simulator/alerts` lists the alerts, `POST /simulator/alerts` adds or
/// replaces one, `GET /simulator/summary` counts calls, `GET` and `POST /simulator/faults` show and
/// replace the [`SimulatedBehavior`].
#[derive(Clone, Default)]
pub struct PrismaCloudSimulator {
    tenant: Arc<Mutex<Tenant>>,
    clock: Arc<SimulatedClock>,
}

impl PrismaCloudSimulator {
    /// The access key's id.
    pub const ACCESS_KEY: &str = "simulated-access-key";
    /// The secret key.
    pub const SECRET_KEY: &str = "simulated-secret-key";
    /// What the tenant's posts carry in their header.
    pub const WEBHOOK_TOKEN: &str = "simulated-webhook-token";

    /// Makes a tenant whose clock stands still at `time` until it is moved.
    pub fn at(time: Timestamp) -> Self {
        Self { clock: Arc::new(SimulatedClock::at(time)), ..Self::default() }
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Adds an alert, or replaces the one with its id.
    pub fn add_alert(&self, alert: SimulatedAlert) {
        self.lock().put(alert);
    }

    /// Changes an alert.
    pub fn change_alert(&self, id: &str, change: impl FnOnce(&mut SimulatedAlert)) {
        if let Some(alert) = self.lock().alerts.iter_mut().find(|alert| alert.id == id) {
            change(alert);
        }
    }

    /// Returns the alerts.
    pub fn alerts(&self) -> Vec<SimulatedAlert> {
        self.lock().alerts.clone()
    }

    /// Adds an alert rule.
    pub fn add_rule(&self, rule: SimulatedRule) {
        self.lock().rules.push(rule);
    }

    /// Sets the compliance posture: one object for each standard.
    pub fn set_standards(&self, standards: Vec<Value>) {
        self.lock().standards = standards;
    }

    /// Sets what the Compute console scanned of a kind.
    pub fn set_records(&self, workload: Workload, records: Vec<Value>) {
        self.lock().records.insert(workload.as_str(), records);
    }

    /// Changes how the tenant behaves from now on.
    pub fn behave(&self, change: impl FnOnce(&mut SimulatedBehavior)) {
        change(&mut self.lock().behavior);
    }

    /// Makes every token granted so far unknown.
    pub fn revoke_tokens(&self) {
        self.lock().tokens.clear();
    }

    /// Returns what was called how often.
    pub fn summary(&self) -> Summary {
        self.lock().summary
    }

    /// Returns the body of the last `POST /v2/alert`.
    pub fn last_alert_query(&self) -> Value {
        self.lock().last_query.clone()
    }

    /// Returns a configuration that reaches the simulator at `address`, as platform and as console.
    ///
    /// # Panics
    /// Never: the configuration is fixed but for the address.
    #[expect(clippy::expect_used, reason = "a fixed configuration, read by every test")]
    pub fn config(&self, address: SocketAddr) -> PrismaCloudConfig {
        let config = serde_json::json!({
            "url": format!("http://{address}"),
            "access_key": format!("env:{ACCESS_KEY_VARIABLE}"),
            "secret_key": format!("env:{SECRET_KEY_VARIABLE}"),
            "compliance": {},
            "compute": { "url": format!("http://{address}") },
            "webhook": { "secrets": [format!("env:{WEBHOOK_VARIABLE}")] },
        });
        serde_json::from_value(config).expect("the configuration is complete")
    }

    /// Returns a context that knows the simulator's secrets and clock and nothing else.
    pub fn context(&self) -> Context {
        let secrets = FixedSecrets::of_variables([
            (ACCESS_KEY_VARIABLE, Self::ACCESS_KEY),
            (SECRET_KEY_VARIABLE, Self::SECRET_KEY),
            (WEBHOOK_VARIABLE, Self::WEBHOOK_TOKEN),
        ]);
        Context {
            integration: IntegrationName::new("prisma"),
            clock: self.clock.clone(),
            random: Arc::new(SystemRandom),
            secrets: Arc::new(secrets),
            mappings: Arc::new(BTreeMap::new()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Tenant> {
        self.tenant.lock()
    }
}

impl Simulator for PrismaCloudSimulator {
    fn router(&self) -> Router {
        Router::new()
            .route("/login", post(platform::login))
            .route("/auth_token/extend", get(platform::extend))
            .route("/v2/alert", post(platform::alerts))
            .route("/alert/{id}", get(platform::alert))
            .route("/alert/dismiss", post(platform::dismiss))
            .route("/alert/reopen", post(platform::reopen))
            .route("/v2/alert/rule", get(rules::rules))
            .route("/alert/rule/{id}", get(rules::rule))
            .route("/v2/compliance/posture", post(platform::posture))
            .route("/api/{version}/authenticate", post(compute::authenticate))
            .route("/api/{version}/{workload}", get(compute::records))
            .route("/simulator/alerts", get(inspection::alerts).post(inspection::add_alert))
            .route("/simulator/summary", get(inspection::summary))
            .route("/simulator/faults", get(inspection::faults).post(inspection::set_faults))
            .layer(from_fn_with_state(self.clone(), clock::dated))
            .with_state(self.clone())
    }

    fn configuration(&self, address: SocketAddr) -> SimulatorSetup {
        let yaml = format!(
            "  prisma_cloud:\n    connector: prisma_cloud\n    url: env:{URL_VARIABLE}\n    \
             access_key: env:{ACCESS_KEY_VARIABLE}\n    secret_key: env:{SECRET_KEY_VARIABLE}\n    \
             webhook:\n      secrets: [env:{WEBHOOK_VARIABLE}]\n"
        );
        let environment = vec![
            (URL_VARIABLE, format!("http://{address}")),
            (ACCESS_KEY_VARIABLE, Self::ACCESS_KEY.to_owned()),
            (SECRET_KEY_VARIABLE, Self::SECRET_KEY.to_owned()),
            (WEBHOOK_VARIABLE, Self::WEBHOOK_TOKEN.to_owned()),
        ];
        SimulatorSetup { yaml, environment }
    }
}

const URL_VARIABLE: &str = "PRISMA_API_URL";
const ACCESS_KEY_VARIABLE: &str = "PRISMA_ACCESS_KEY";
const SECRET_KEY_VARIABLE: &str = "PRISMA_SECRET_KEY";
const WEBHOOK_VARIABLE: &str = "PRISMA_WEBHOOK_TOKEN";
