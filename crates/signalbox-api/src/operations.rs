//! What the faces ask of a running hub.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertId};
use signalbox_pipeline::canary::CanaryView;
use signalbox_pipeline::deliver::{Amendment, GateView, Preview};
use signalbox_pipeline::evaluate::{SilencePlan, SilenceState};
use signalbox_pipeline::health::Trouble;
use signalbox_pipeline::hold::HoldView;
use signalbox_pipeline::ingest::{ParsingView, SilenceView, SocketTotals};
use signalbox_pipeline::reevaluate::Reevaluated;
use signalbox_sdk::role::CheckReport;
use signalbox_store::desk::{
    AlertFilter, AttemptRow, DeadFilter, DeadLetter, DeskError, LedgerTerms, SilencedRow,
    StepFilter, StepRow, StepTerms,
};
use signalbox_store::journal::IntakeTotals;

/// A running hub, as its faces see it.
#[async_trait]
pub trait Operations: Send + Sync {
    /// Returns whether it takes events, and what stands in the way.
    fn readiness(&self) -> Readiness;

    /// Returns the metrics in Prometheus' text format.
    async fn metrics(&self) -> String;

    /// Returns every configured integration.
    async fn integrations(&self) -> Result<Vec<IntegrationView>, OperationError>;

    /// Returns alerts, newest first.
    async fn alerts(&self, filter: AlertFilter) -> Result<Vec<AlertView>, OperationError>;

    /// Returns an alert.
    async fn alert(&self, id: AlertId) -> Result<AlertView, OperationError>;

    /// Returns the configured silences, by name.
    fn silences(&self) -> Vec<ConfiguredSilence>;

    /// Returns delivery steps, oldest first.
    async fn deliveries(&self, filter: StepFilter) -> Result<Vec<StepRow>, OperationError>;

    /// Returns the attempts of a delivery step.
    async fn attempts(&self, key: &str) -> Result<Vec<AttemptRow>, OperationError>;

    /// Returns dead letters, the longest dead first.
    async fn dead_letters(&self, filter: DeadFilter) -> Result<Vec<DeadLetter>, OperationError>;

    /// Returns a dead letter with its attempts and what a replay would send.
    async fn dead_letter(&self, id: &str) -> Result<DeadLetterView, OperationError>;

    /// Returns the request with which a dead letter would be sent again, without sending it.
    async fn preview(&self, id: &str) -> Result<Preview, OperationError>;

    /// Changes what a dead letter's replay sends; `None` goes back to the original.
    async fn edit(
        &self,
        id: &str,
        edit: Option<Amendment>,
    ) -> Result<DeadLetterView, OperationError>;

    /// Returns the ledger; a recount reads everything.
    async fn ledger(&self, recount: bool) -> Result<LedgerView, OperationError>;

    /// Tells an event's way through the line, and why.
    async fn explain(&self, event: &str) -> Result<Explanation, OperationError>;

    /// Returns events as they are committed, one JSON object each.
    fn tail(&self, filter: TailFilter) -> Result<BoxStream<'static, String>, OperationError>;

    /// Makes a harmless call to an integration's product.
    async fn check(&self, integration: &str) -> Result<CheckReport, OperationError>;

    /// Returns since when the hub has seen each credential as it is.
    fn credentials(&self) -> Vec<CredentialView>;

    /// Returns the settings that are taken at the start alone, as they were then, in words, by name.
    fn started_with(&self) -> BTreeMap<String, String>;

    /// Acknowledges or resolves an alert.
    async fn change_alert(&self, id: AlertId, change: AlertChange)
    -> Result<Alert, OperationError>;

    /// Enables an integration; returns what that means. Where something waits for it, `waiting` says what
    /// becomes of that.
    async fn enable(
        &self,
        integration: &str,
        waiting: Option<Waiting>,
    ) -> Result<String, OperationError>;

    /// Disables an integration; returns what that means.
    async fn disable(&self, integration: &str) -> Result<String, OperationError>;

    /// Has a stream send once more what was committed since a time; returns what that means.
    async fn replay_stream(
        &self,
        integration: &str,
        since: Timestamp,
    ) -> Result<String, OperationError>;

    /// Has decisions of the past made anew for a destination. Tells how far that is, and at its end what came of it;
    /// it goes on where nobody listens any more.
    async fn reevaluate(
        &self,
        integration: &str,
        since: Timestamp,
    ) -> Result<BoxStream<'static, ReevaluationView>, OperationError>;

    /// Sends dead letters again; returns how many were still dead.
    async fn replay(&self, ids: Vec<String>) -> Result<usize, OperationError>;

    /// Gives dead letters up for good; returns how many were still dead.
    async fn discard(&self, ids: Vec<String>, reason: String) -> Result<usize, OperationError>;

    /// Copies the stores to a folder on the hub's machine; returns the backup's manifest.
    async fn back_up(&self, folder: &str) -> Result<serde_json::Value, OperationError>;

    /// Lets deliveries go that a restore held; returns what that means.
    async fn resume(&self) -> Result<String, OperationError>;

    /// Reads the configuration again; returns its warnings.
    async fn reload(&self) -> Result<String, OperationError>;
}

/// Why an operation was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OperationError {
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// The request makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// The configuration is mistaken.
    #[error("{text}")]
    Configuration {
        /// Every mistake with its place, for people.
        text: String,
        /// The same for programs, as `check --output json` writes it.
        mistakes: serde_json::Value,
    },
    /// The hub could not.
    #[error("{0}")]
    Failed(String),
}

impl From<DeskError> for OperationError {
    fn from(error: DeskError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Whether the hub takes events.
#[derive(Clone, Debug, Serialize)]
pub struct Readiness {
    /// Whether it does.
    pub ready: bool,
    /// What stands in the way, or what a person should know.
    pub notes: Vec<String>,
}

/// A configured integration.
#[derive(Clone, Debug, Serialize)]
pub struct IntegrationView {
    /// Its name.
    pub name: String,
    /// Its connector.
    pub connector: &'static str,
    /// The roles it plays.
    pub roles: Vec<&'static str>,
    /// Whether it is asked, and how it went lately.
    #[serde(flatten)]
    pub gate: GateView,
    /// Why it is in a state other than `ok`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What lets it work again, where only a person can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// Destinations: how near it is to what it may hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldView>,
    /// Destinations: how long the oldest that waits for it has waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_seconds: Option<u64>,
    /// Events or steps that wait for it.
    pub pending: u64,
    /// Dead letters of it.
    pub dead: u64,
    /// Sources: how much of what came could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parsing: Option<ParsingView>,
    /// Sources: how long nothing has come, and how long that may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence: Option<SilenceView>,
    /// What people were told of its health and is not over.
    pub troubles: Vec<Trouble>,
    /// Destinations: what became of the latest canary of each rule.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub canary: BTreeMap<String, CanaryView>,
    /// Sources with sockets of their own: what happened at them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sockets: Option<SocketTotals>,
}

/// An alert, and who was not told of it.
#[derive(Clone, Debug, Serialize)]
pub struct AlertView {
    /// The alert.
    #[serde(flatten)]
    pub alert: Alert,
    /// The destinations that do not know the latest of it because of a silence.
    pub silenced: Vec<SilencedRow>,
}

/// A configured silence.
#[derive(Clone, Debug, Serialize)]
pub struct ConfiguredSilence {
    /// Its name.
    pub name: String,
    /// Whether it is in force now.
    pub state: SilenceState,
    /// Which events it is about; all, where it says nothing.
    pub when: Option<String>,
    /// Whom it concerns, from when until when, and why.
    #[serde(flatten)]
    pub plan: SilencePlan,
}

/// A credential that the configuration names, without what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialView {
    /// Where it is kept: `env:NAME` or `file:PATH`.
    pub reference: String,
    /// Since when it has been the same at every start and reload.
    pub since: Timestamp,
}

/// The two tables of the ledger, and what came in.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerView {
    /// Whether every row balances and, after a recount, agrees with it.
    pub balanced: bool,
    /// Pairs of event and stream.
    pub streams: Vec<StreamTerms>,
    /// Delivery steps.
    pub steps: Vec<StepTerms>,
    /// What became of what each source sent.
    pub intake: Vec<IntakeTerms>,
    /// Whether everything was counted anew.
    pub recounted: bool,
    /// What does not agree, in words.
    pub findings: Vec<String>,
}

/// The pairs of one stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StreamTerms {
    /// The stream.
    pub stream: String,
    /// The sums.
    #[serde(flatten)]
    pub terms: LedgerTerms,
}

/// What became of what a source sent.
#[derive(Clone, Debug, Serialize)]
pub struct IntakeTerms {
    /// The source.
    pub source: String,
    /// The sums.
    #[serde(flatten)]
    pub totals: IntakeTotals,
}

/// An event's way through the line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// Its position in the journal.
    pub position: String,
    /// The stages, in order.
    pub stages: Vec<StageNote>,
    /// The event, normalised.
    pub event: serde_json::Value,
    /// Its bytes as received, in base64, where they are kept.
    pub original: Option<String>,
}

/// What one stage did, and why.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StageNote {
    /// The stage's name, which is its folder's.
    pub stage: String,
    /// What it did, and why.
    pub note: String,
}

/// Which events `tail` shows.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct TailFilter {
    /// Only those of this source.
    pub source: Option<String>,
}

/// How far a re-evaluation is, and at its end what came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReevaluationView {
    /// What was found so far.
    #[serde(flatten)]
    pub found: Reevaluated,
    /// At the end: what came of it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// At the end: why nothing came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What becomes of what waits for an integration that is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// It is sent, oldest first.
    Drain,
    /// It counts as suppressed.
    Skip,
}

/// What a person does to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertChange {
    /// Somebody works on it.
    Acknowledge,
    /// It is over.
    Resolve,
}

/// A dead letter with what led to it and what a replay would send.
#[derive(Clone, Debug, Serialize)]
pub struct DeadLetterView {
    /// The dead letter.
    #[serde(flatten)]
    pub letter: DeadLetter,
    /// Its tries, first to last.
    pub tried: Vec<AttemptRow>,
    /// What a replay would send, edits included: the texts of a step, or what it writes to its ticket, the event of a
    /// stream. Missing where the integration is not configured any more.
    pub payload: Option<serde_json::Value>,
    /// What a person should know of the payload.
    pub note: Option<String>,
}
