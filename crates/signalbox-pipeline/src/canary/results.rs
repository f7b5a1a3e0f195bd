//! What became of the canaries, by rule and destination; kept over a restart.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertId, IntegrationName, RuleName};

use super::far_end::CanaryProof;

/// What became of the latest canary of a rule at a destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanaryView {
    /// Whether it arrived.
    pub state: CanaryState,
    /// When one last arrived and was closed again.
    pub last_ok_at: Option<Timestamp>,
    /// How long that one took from its beginning until the destination had it, in milliseconds.
    pub latency_ms: Option<u64>,
    /// What that rests on.
    pub proof: Option<CanaryProof>,
    /// What is wrong with the one that did not arrive.
    pub failure: Option<String>,
}

/// Whether a canary arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CanaryState {
    /// It arrived and was closed again.
    Ok,
    /// It did not, or could not be closed.
    Lost,
}

/// A rule and one of its destinations.
pub(super) type Leg = (RuleName, IntegrationName);

/// The results of all legs.
#[derive(Default)]
pub(super) struct Results {
    by_leg: BTreeMap<Leg, Outcome>,
    is_changed: bool,
}

/// What became of the latest canary of a leg.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Outcome {
    view: CanaryView,
    /// The one that arrived last. Its time would not tell it from others: clocks are set back.
    arrived: Option<AlertId>,
}

impl Results {
    /// Reads what an earlier run wrote down; what does not read back is found out again.
    pub(super) fn parse(text: &str) -> Self {
        let kept: Vec<(Leg, Outcome)> = serde_json::from_str(text).unwrap_or_default();
        Self { by_leg: kept.into_iter().collect(), is_changed: false }
    }

    /// Returns what to write down, where it changed since the last time.
    pub(super) fn take_changes(&mut self) -> Option<String> {
        let all: Vec<_> = self.by_leg.iter().collect();
        std::mem::take(&mut self.is_changed)
            .then(|| serde_json::to_string(&all).unwrap_or_default())
    }

    /// Returns whether it was found that this canary arrived and was closed.
    pub(super) fn knows(&self, leg: &Leg, canary: &Alert) -> bool {
        self.by_leg.get(leg).is_some_and(|outcome| outcome.arrived == Some(canary.id))
    }

    /// A canary arrived and was closed.
    pub(super) fn arrived(
        &mut self,
        leg: Leg,
        canary: AlertId,
        (proof, latency): (CanaryProof, Option<Duration>),
        now: Timestamp,
    ) {
        let latency_ms = latency.and_then(|latency| u64::try_from(latency.as_millis()).ok());
        let view = CanaryView {
            state: CanaryState::Ok,
            last_ok_at: Some(now),
            latency_ms,
            proof: Some(proof),
            failure: None,
        };
        let before = self.by_leg.insert(leg.clone(), Outcome { view, arrived: Some(canary) });
        self.is_changed = true;
        if before.is_some_and(|before| before.view.state == CanaryState::Lost) {
            let (rule, integration) = leg;
            tracing::info!(integration = %integration, rule = %rule, "The canary of `{rule}` arrives at `{integration}` again");
        }
    }

    /// A canary did not arrive, or was not closed.
    pub(super) fn lost(&mut self, leg: Leg, why: &str) {
        let outcome = self.by_leg.get(&leg);
        let arrived = outcome.and_then(|outcome| outcome.arrived);
        let before = outcome.map(|outcome| &outcome.view);
        let (last_ok_at, latency_ms) =
            before.map_or((None, None), |view| (view.last_ok_at, view.latency_ms));
        if before.and_then(|view| view.failure.as_deref()) == Some(why) {
            return;
        }
        let is_news = before.is_none_or(|view| view.state == CanaryState::Ok);
        if is_news {
            let (rule, integration) = &leg;
            tracing::warn!(integration = %integration, rule = %rule, error = why,
                "The canary of `{rule}` is lost on its way to `{integration}`");
        }
        let (state, proof) = (CanaryState::Lost, None);
        let failure = Some(why.to_owned());
        let view = CanaryView { state, last_ok_at, latency_ms, proof, failure };
        self.by_leg.insert(leg, Outcome { view, arrived });
        self.is_changed = true;
    }

    /// Forgets the legs that there are no more.
    pub(super) fn retain(&mut self, is_wanted: impl Fn(&Leg) -> bool) {
        let before = self.by_leg.len();
        self.by_leg.retain(|leg, _| is_wanted(leg));
        self.is_changed |= self.by_leg.len() != before;
    }

    /// Returns the results at a destination, by rule.
    pub(super) fn at(&self, integration: &IntegrationName) -> BTreeMap<String, CanaryView> {
        let legs = self.by_leg.iter().filter(|((_, to), _)| to == integration);
        legs.map(|((rule, _), outcome)| (rule.to_string(), outcome.view.clone())).collect()
    }
}
