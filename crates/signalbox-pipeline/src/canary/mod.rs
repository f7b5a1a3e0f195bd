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
mod results;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertId, AlertStatus, Clock, DeliveryKey, IntegrationName, RuleName};
use signalbox_model::{StepKind, TicketLink};
use signalbox_store::desk::{Desk, DeskError, Reader, StepFilter, StepRow, Writer};

use crate::evaluate::NotifyPlan;
use crate::follow::resolve_canary;
use crate::ingest::SourceLine;
use crate::wake::Wakes;

use far_end::Phase;
pub use far_end::{CanaryProof, FarEnd};
use finding::Canary;
pub use finding::{CANARY_MARK, CanaryFindings};
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

/// How far a canary was seen at a destination.
#[derive(Clone, Copy, Debug, Default)]
struct Sighting {
    /// Whether it was there, and open.
    opened: Seen,
    /// Whether it was closed afterwards.
    closed: Seen,
    next_look_at: Option<Timestamp>,
}

/// Whether something was seen that should be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Seen {
    /// It was not, but there is time.
    #[default]
    NotYet,
    /// It was.
    Yes,
    /// It was not, and should have been.
    No,
}

/// How long each half of the way may take, there and closed again: longer than the retries of a delivery and
/// the settle time of a product, shorter than what anybody would call in time.
const PATIENCE: Duration = Duration::from_secs(600);

/// What was not there is looked for again after this long.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

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

    /// Judges a canary at all its destinations, closes it when nothing more is to be seen of it, and returns
    /// whether it has come to its end.
    async fn judge(
        &self,
        alert: &Alert,
        plan: &NotifyPlan,
        ends: &FarEnds,
    ) -> Result<bool, DeskError> {
        let filter =
            StepFilter { alert: Some(alert.id), limit: STEPS_MAX, ..StepFilter::default() };
        let steps = self.desk.read(move |reader| reader.steps(&filter)).await?;
        let mut lines: BTreeMap<&str, Vec<&StepRow>> = BTreeMap::new();
        steps.iter().for_each(|step| lines.entry(&step.destination).or_default().push(step));
        let mut are_judged = true;
        for (destination, line) in &lines {
            let to = IntegrationName::new(destination);
            are_judged &= self.judge_at(alert, &to, line, ends.get(&to)).await?;
        }
        if alert.status != AlertStatus::Resolved {
            if are_judged {
                self.close(alert.id, plan).await?;
            }
            return Ok(false);
        }
        Ok(are_judged && !steps.iter().any(is_waiting))
    }

    /// Returns whether there is a verdict on how far it should have come.
    async fn judge_at(
        &self,
        alert: &Alert,
        to: &IntegrationName,
        line: &[&StepRow],
        end: Option<&FarEnd>,
    ) -> Result<bool, DeskError> {
        let waited = self.clock.now().since(alert.resolved_at.unwrap_or(alert.opened_at));
        let is_late = waited >= PATIENCE;
        let why =
            |step: &StepRow| step.reason.clone().unwrap_or_else(|| "no reason is known".to_owned());
        if let Some(dead) = line.iter().find(|step| step.state == "dead") {
            self.lost(alert, to, &format!("{}: {}", dead.step, why(dead)));
            return match alert.status {
                AlertStatus::Resolved => self.clear_away(alert, to, dead, end).await,
                _ => Ok(true),
            };
        }
        if end.is_none() && line.iter().any(|step| is_waiting(step)) {
            // It is not configured any more, so nobody tries what waits for it.
            return self.give_up(alert.id, to).await;
        }
        if let Some(waiting) = line.iter().find(|step| is_waiting(step)) {
            if is_late {
                let minutes = PATIENCE.as_secs() / 60;
                let what = format!("{} was not delivered within {minutes} minutes: ", waiting.step);
                self.lost(alert, to, &(what + &why(waiting)));
            }
            return Ok(is_late);
        }
        // What a person discarded or skipped is not looked for.
        let (true, Some(end)) = (line.iter().all(|step| step.state == "delivered"), end) else {
            return Ok(true);
        };
        self.look_at(alert, to, end, is_late).await
    }

    /// Looks for what was delivered, and returns whether there is a verdict.
    async fn look_at(
        &self,
        alert: &Alert,
        to: &IntegrationName,
        end: &FarEnd,
        is_late: bool,
    ) -> Result<bool, DeskError> {
        let leg = (alert.rule.clone(), to.clone());
        // What an earlier run has seen to its end is not looked at again.
        if self.state.lock().results.knows(&leg, alert) {
            return Ok(true);
        }
        let (key, now) = ((alert.id, to.clone()), self.clock.now());
        let mut sight = self.state.lock().sights.get(&key).copied().unwrap_or_default();
        let (phase, seen) = match alert.status {
            AlertStatus::Resolved => (Phase::Closed, &mut sight.closed),
            _ => (Phase::Opened, &mut sight.opened),
        };
        if *seen == Seen::Yes || sight.next_look_at.is_some_and(|at| now < at) {
            return Ok(*seen != Seen::NotYet);
        }
        let open = DeliveryKey::derive(alert.id, to, StepKind::Open);
        let (link, arrived_at) = self.desk.read(move |reader| delivered(reader, open)).await?;
        let looked = end.see(open, link.as_ref(), phase).await;
        *seen = match &looked {
            Ok(_) => Seen::Yes,
            Err(_) if is_late => Seen::No,
            Err(_) => *seen,
        };
        let is_judged = *seen != Seen::NotYet;
        sight.next_look_at = looked.is_err().then(|| now.saturating_add(LOOK_AGAIN));
        let mut state = self.state.lock();
        state.sights.insert(key, sight);
        match looked {
            // Whatever is seen later, one that was not there in time is lost.
            Ok(proof) if phase == Phase::Closed && sight.opened != Seen::No => {
                let latency = arrived_at.map(|at| at.since(alert.opened_at));
                state.results.arrived(leg, alert.id, (proof, latency), now);
            }
            Err(why) if is_judged => state.results.lost(leg, &why),
            _ => {}
        }
        Ok(is_judged)
    }

    fn lost(&self, alert: &Alert, to: &IntegrationName, why: &str) {
        self.state.lock().results.lost((alert.rule.clone(), to.clone()), why);
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

/// A canary has two steps at a destination, of which there are far fewer.
const STEPS_MAX: usize = 1000;

/// More stand open only after an old desk was restored; then they are closed by and by.
const OPEN_MAX: usize = 100;

fn is_waiting(step: &StepRow) -> bool {
    matches!(step.state.as_str(), "pending" | "sending")
}

fn destinations<'a>(
    plan: &'a NotifyPlan,
    rule: &RuleName,
) -> impl Iterator<Item = &'a IntegrationName> + use<'a> {
    plan.rules.get(rule).into_iter().flat_map(|rule| &rule.notify).map(|notify| &notify.to)
}

/// Returns the ticket that a delivered step made, and when it was delivered.
fn delivered(
    reader: &Reader<'_>,
    key: DeliveryKey,
) -> Result<(Option<TicketLink>, Option<Timestamp>), DeskError> {
    let link = reader.step(key)?.and_then(|step| step.ticket);
    let last = reader.attempts(key)?.into_iter().next_back();
    Ok((link, last.and_then(|attempt| attempt.ended_at)))
}

/// Returns the beginning of the span of time that `now` lies in.
fn beginning(now: Timestamp, every: Duration) -> Timestamp {
    let every = i64::try_from(every.as_millis()).unwrap_or(i64::MAX).max(1);
    Timestamp::from_millis(now.as_millis().div_euclid(every) * every)
}
