//! What a simulated tenant knows: alerts, rules, tokens and how often it was called.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use signalbox_model::time::Timestamp;

use super::{SimulatedAlert, SimulatedBehavior};

/// Everything that a simulated tenant knows.
#[derive(Default)]
pub(super) struct Tenant {
    pub(super) behavior: SimulatedBehavior,
    pub(super) alerts: Vec<SimulatedAlert>,
    pub(super) rules: Vec<SimulatedRule>,
    pub(super) standards: Vec<Value>,
    pub(super) records: BTreeMap<&'static str, Vec<Value>>,
    /// When each token was granted.
    pub(super) tokens: BTreeMap<String, Timestamp>,
    pub(super) summary: Summary,
    pub(super) last_query: Value,
    pub(super) alert_bucket: Bucket,
    pub(super) console_calls: Vec<Timestamp>,
}

/// What was called how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Logins with a good key.
    pub logins: u32,
    /// Extended tokens.
    pub extensions: u32,
    /// Calls that were refused with 401.
    pub unauthorized: u32,
    /// Pages of alerts that were answered.
    pub alert_pages: u32,
    /// Pages of a console that were answered.
    pub console_pages: u32,
}

/// An alert rule.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulatedRule {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The kind of integration that it notifies, such as `webhook`.
    pub notifies: String,
    /// Whether it tells of closures too.
    pub tells_closures: bool,
}

/// Calls that may still be made: two more each second, ten at most.
#[derive(Default)]
pub(super) struct Bucket {
    spent: f64,
    since: Timestamp,
}

impl Tenant {
    /// Adds an alert, or replaces the one with its id.
    pub(super) fn put(&mut self, alert: SimulatedAlert) {
        match self.alerts.iter_mut().find(|own| own.id == alert.id) {
            Some(own) => *own = alert,
            None => self.alerts.push(alert),
        }
    }

    /// Grants a token.
    pub(super) fn grant(&mut self, now: Timestamp) -> String {
        let token = Uuid::new_v4().simple().to_string();
        self.tokens.insert(token.clone(), now);
        token
    }

    /// Returns whether a token is still good.
    pub(super) fn knows(&self, token: &str, now: Timestamp) -> bool {
        self.tokens.get(token).is_some_and(|granted| now.since(*granted) < LIFETIME)
    }
}

impl Bucket {
    pub(super) const BURST: u32 = 10;
    pub(super) const RATE: u32 = 2;

    /// Takes a call out; `false` where none is left.
    pub(super) fn take(&mut self, now: Timestamp) -> bool {
        let refilled = now.since(self.since).as_secs_f64() * f64::from(Self::RATE);
        self.spent = (self.spent - refilled).max(0.0);
        self.since = now;
        let is_left = self.spent + 1.0 <= f64::from(Self::BURST);
        self.spent += f64::from(u8::from(is_left));
        is_left
    }
}

/// How long a token is good.
const LIFETIME: Duration = Duration::from_secs(600);
