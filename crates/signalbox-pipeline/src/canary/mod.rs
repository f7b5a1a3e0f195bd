//! The canary: a marked finding that goes the route of each alert rule on a schedule, and is looked for at the
//! far end.
//!
//! It goes the whole line: committed, followed, decided about, rendered by the rule's own template and sent by
//! the destination's lane. Two things differ. It is sent along a rule by its name, for no made-up event could
//! meet every condition; and no stream takes it, no silence keeps it back, and it stands in no list of alerts
//! unless that is asked for. At its far end it is looked up, closed, and looked up again.
//!
//! Each rule has at most one on its way, so a destination that is down for a day gets one and not a day's
//! worth. Its id is derived from rule and time, so a restart makes none twice. What is on its way stands on the
//! desk, where the next start goes on with it.

mod clear;
mod far_end;
mod finding;
mod judge;
mod results;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertId, Clock, IntegrationName, RuleName};
use signalbox_store::desk::{Desk, DeskError, Writer};

use crate::evaluate::NotifyPlan;
use crate::follow::resolve_canary;
use crate::ingest::SourceLine;
use crate::wake::Wakes;

pub use far_end::{CanaryProof, FarEnd};
use finding::Canary;
pub use finding::{CANARY_MARK, CanaryFindings};
use judge::Sighting;
use results::Results;
pub use results::{CanaryState, CanaryView};

/// Which rules have a canary, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanarySettings {
    /// How often it goes.
    pub every: Duration,
    /// The rules whose routes it goes.
    pub rules: Vec<RuleName>,
}

/// Where the routes of rules end, by destination.
pub type FarEnds = BTreeMap<IntegrationName, FarEnd>;

/// Sends canaries and looks for them.
pub struct CanaryWatch {
    line: SourceLine,
    desk: Desk,
    wakes: Wakes,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    results: Results,
    /// How far the canaries on their way were seen.
    sights: BTreeMap<(AlertId, IntegrationName), Sighting>,
}

/// Where the results stand among the desk's settings.
const KEPT: &str = "canary";

impl CanaryWatch {
    /// Creates the watch, with the way in for its canaries, and takes up what an earlier run found out.
    ///
    /// # Errors
    /// Those of the desk.
    pub fn new(
        line: SourceLine,
        desk: Desk,
        wakes: Wakes,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DeskError> {
        let kept = desk.read_now(|reader| reader.meta(KEPT))?;
        let results = kept.as_deref().map(Results::parse).unwrap_or_default();
        let state = Mutex::new(State { results, ..State::default() });
        Ok(Self { line, desk, wakes, clock, state })
    }

    /// Looks once for what is on its way, and sends what is due. Without settings what is on its way is
    /// brought to its end, and nothing is sent.
    ///
    /// # Errors
    /// Those of the desk; the next look goes on.
    pub async fn look(
        &self,
        settings: Option<&CanarySettings>,
        plan: &NotifyPlan,
        ends: &FarEnds,
    ) -> Result<(), DeskError> {
        let wanted: BTreeSet<_> = settings.iter().flat_map(|it| it.rules.clone()).collect();
        let open = self.desk.read(|reader| reader.canaries_on_their_way(OPEN_MAX)).await?;
        for alert in &open {
            self.judge(alert, plan, ends).await?;
        }
        let is_on_its_way = |rule: &&RuleName| open.iter().any(|alert| alert.rule == **rule);
        for rule in wanted.iter().filter(|rule| !is_on_its_way(rule)) {
            let asked = rule.clone();
            let latest = self.desk.read(move |reader| reader.latest_canary(&asked)).await?;
            let has_ended = match &latest {
                Some(alert) => self.judge(alert, plan, ends).await?,
                None => true,
            };
            if let Some(settings) = settings.filter(|_| has_ended) {
                self.send_if_due(rule, latest.as_ref(), settings, (plan, ends)).await?;
            }
        }
        let is_wanted = |rule: &RuleName, to: &IntegrationName| {
            wanted.contains(rule) && destinations(plan, rule).any(|destination| destination == to)
        };
        self.state.lock().results.retain(|(rule, to)| is_wanted(rule, to));
        self.keep_results().await
    }

    /// Returns what became of the canaries at a destination, by rule.
    pub fn views(&self, integration: &IntegrationName) -> BTreeMap<String, CanaryView> {
        self.state.lock().results.at(integration)
    }

    /// Sends the canary of this span of time, unless it was sent or its way is closed by an operator.
    async fn send_if_due(
        &self,
        rule: &RuleName,
        latest: Option<&Alert>,
        settings: &CanarySettings,
        (plan, ends): (&NotifyPlan, &FarEnds),
    ) -> Result<(), DeskError> {
        let is_open = |to: &IntegrationName| ends.get(to).is_some_and(|end| end.is_enabled);
        let mut to = destinations(plan, rule).peekable();
        if to.peek().is_none() || !to.all(is_open) {
            return Ok(());
        }
        let now = self.clock.now();
        let canary = Canary { rule: rule.clone(), due_at: beginning(now, settings.every) };
        let id = AlertId::derive(&canary.rule, &canary.fingerprint(), 1);
        if latest.is_some_and(|alert| alert.id == id) {
            return Ok(());
        }
        self.state.lock().sights.retain(|(alert, _), _| latest.is_none_or(|it| it.id != *alert));
        // What is not durable now is sent at the next look.
        if let Err(refused) = self.line.take(&[canary.raw(now)]).await {
            tracing::debug!(rule = %canary.rule, error = %refused, "A canary could not be sent yet");
            return Ok(());
        }
        self.forget(rule, id).await
    }

    async fn close(&self, id: AlertId, plan: &NotifyPlan) -> Result<(), DeskError> {
        let (plan, now) = (plan.clone(), self.clock.now());
        let close = move |writer: &Writer<'_>| resolve_canary(writer, id, &plan, now);
        for destination in self.desk.write("close a canary", close).await? {
            self.wakes.wake(&destination);
        }
        Ok(())
    }

    async fn keep_results(&self) -> Result<(), DeskError> {
        let changes = self.state.lock().results.take_changes();
        let Some(text) = changes else { return Ok(()) };
        self.desk.write("keep the results of canaries", move |w| w.set_meta(KEPT, &text)).await
    }
}

/// More stand open only after an old desk was restored; then they are closed by and by.
const OPEN_MAX: usize = 100;

fn destinations<'a>(
    plan: &'a NotifyPlan,
    rule: &RuleName,
) -> impl Iterator<Item = &'a IntegrationName> + use<'a> {
    plan.rules.get(rule).into_iter().flat_map(|rule| &rule.notify).map(|notify| &notify.to)
}

/// Returns the beginning of the span of time that `now` lies in.
fn beginning(now: Timestamp, every: Duration) -> Timestamp {
    let every = i64::try_from(every.as_millis()).unwrap_or(i64::MAX).max(1);
    Timestamp::from_millis(now.as_millis().div_euclid(every) * every)
}
