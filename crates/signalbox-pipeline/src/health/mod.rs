//! Health: what is wrong with an integration is a finding of the hub itself.
//!
//! The finding goes the ordinary line under the source `signalbox`: it is committed, raises an alert of one
//! rule, and is told and resolved as any other, so that it survives a restart and the ledger counts it. It
//! is told when it begins, when it grows worse and when it is over, not in between. An integration is never
//! told of its own trouble, for the step would wait behind it; the notification decision leaves that out.

mod edge;
mod polls;
mod report;
mod unheard;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, IntegrationName, RuleName, Severity};
use signalbox_store::desk::{DeskError, Reader};

use crate::evaluate::condition::Condition;
use crate::evaluate::{AlertRule, Notify, NotifyOn, REOPEN_WITHIN_DEFAULT, RulePlan};
use crate::ingest::SourceLine;

pub use edge::{Edge, Passage, Trouble};
use edge::{Limits, Sight, Subject, Symptom, Words};
pub use polls::Poll;
pub use report::HubFindings;
use report::{Report, trouble_of};

/// Who is told, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthSettings {
    /// The channels; each is told of every trouble but its own.
    pub channels: Vec<IntegrationName>,
    /// How long nothing may pass before it is told, and the least between two tellings of one trouble.
    pub after: Duration,
}

/// Watches the health of integrations.
pub struct HealthWatch {
    line: SourceLine,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// A trouble of an integration, or of one of the things that it polls.
type Key = (Subject, Trouble);

#[derive(Default)]
struct State {
    ongoing: BTreeMap<Key, Ongoing>,
    /// When a trouble that is over was last told.
    told_at: BTreeMap<Key, Timestamp>,
}

#[derive(Clone, Debug)]
struct Ongoing {
    since: Timestamp,
    /// As it was told last; `None` while it was not.
    told: Option<Told>,
}

#[derive(Clone, Debug)]
struct Told {
    severity: Severity,
    title: String,
    /// Who was told; empty for what an earlier run told.
    channels: Vec<IntegrationName>,
}

impl Told {
    /// Returns whether a channel was named since that has not heard of it.
    fn is_news_to(&self, channels: &[IntegrationName]) -> bool {
        channels.iter().any(|channel| !self.channels.contains(channel))
    }
}

/// A trouble that was told and is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldTrouble {
    /// The integration.
    pub integration: IntegrationName,
    /// What is wrong with it.
    pub trouble: Trouble,
    /// What was said.
    pub title: String,
}

/// Returns the rule that tells `channels` of the health of integrations.
#[expect(
    clippy::expect_used,
    reason = "the condition is a constant; every test of health compiles it"
)]
pub fn health_rule(channels: &[IntegrationName]) -> AlertRule {
    let on = vec![NotifyOn::Open, NotifyOn::Repeat, NotifyOn::Resolved];
    let notify = |to: &IntegrationName| Notify { to: to.clone(), template: None, on: on.clone() };
    let condition = format!("integration = '{}'", IntegrationName::HUB);
    let reopen_within = u64::try_from(REOPEN_WITHIN_DEFAULT.as_millis()).unwrap_or(u64::MAX);
    AlertRule {
        name: RuleName::new(RuleName::HEALTH),
        condition: Condition::compile(&condition).expect("a condition"),
        plan: RulePlan {
            notify: channels.iter().map(notify).collect(),
            // What is said again is worse than before.
            suppress_repeats_ms: 0,
            reopen_within_ms: reopen_within,
        },
    }
}

/// Returns whether anybody hears of the trouble of an integration.
pub fn is_heard(channels: &[IntegrationName], integration: &IntegrationName) -> bool {
    channels.iter().any(|channel| channel != integration)
}

impl HealthWatch {
    /// Creates the watch, with the way in for what the hub has to say.
    pub fn new(line: SourceLine, clock: Arc<dyn Clock>) -> Self {
        Self { line, clock, state: Mutex::default() }
    }

    /// Takes up what an earlier run told and the desk still has open, so that it is not told again and is
    /// resolved when it is over. To be called once, when the desk has caught up with the journal.
    ///
    /// # Errors
    /// Those of the desk.
    pub fn remember(&self, desk: &Reader<'_>) -> Result<(), DeskError> {
        for alert in desk.unresolved_alerts(&RuleName::new(RuleName::HEALTH))? {
            let Some(key) = trouble_of(&alert) else { continue };
            let (severity, title) = (alert.severity, alert.title);
            let told = Some(Told { severity, title, channels: Vec::new() });
            self.state.lock().ongoing.insert(key, Ongoing { since: alert.opened_at, told });
        }
        Ok(())
    }

    /// Looks at every integration. What was told of one that is not among them is over.
    pub async fn look(&self, edges: &[Edge], settings: &HealthSettings) {
        for edge in edges {
            for trouble in Trouble::ALL {
                self.look_at(edge, trouble, settings).await;
            }
        }
        let known: Vec<Key> = self.state.lock().ongoing.keys().cloned().collect();
        for key in known {
            if !edges.iter().any(|edge| edge.subject() == key.0) {
                self.end(&key, "It is not configured any more.").await;
            }
        }
    }

    /// Returns what was told and is not over.
    pub fn told(&self) -> Vec<ToldTrouble> {
        let state = self.state.lock();
        let told = state.ongoing.iter().filter_map(|((subject, trouble), ongoing)| {
            let title = ongoing.told.as_ref()?.title.clone();
            let integration = subject.integration.clone();
            Some(ToldTrouble { integration, trouble: *trouble, title })
        });
        told.collect()
    }

    async fn look_at(&self, edge: &Edge, trouble: Trouble, settings: &HealthSettings) {
        let key = (edge.subject(), trouble);
        let now = self.clock.now();
        let ongoing = self.state.lock().ongoing.get(&key).cloned();
        let lasted = ongoing.as_ref().map_or(Duration::ZERO, |ongoing| now.since(ongoing.since));
        let limits = Limits { after: settings.after, now };
        match edge.sight(trouble, lasted, limits) {
            Sight::Ill(symptom) => self.see(&key, symptom, settings).await,
            Sight::Well => self.end(&key, edge.why_over(trouble)).await,
            Sight::Unknown => {}
        }
    }

    /// Tells a trouble when it has lasted long enough, and again when it is worse. It is said again, too, when
    /// somebody is to be told who was not: whoever has heard of it does not hear of it again by that.
    async fn see(&self, key: &Key, symptom: Symptom, settings: &HealthSettings) {
        let now = self.clock.now();
        let Symptom { severity, after, words } = symptom;
        let (ongoing, told_at) = {
            let mut state = self.state.lock();
            let begun = Ongoing { since: now, told: None };
            let ongoing = state.ongoing.entry(key.clone()).or_insert(begun).clone();
            (ongoing, state.told_at.get(key).copied())
        };
        let is_due = match &ongoing.told {
            Some(told) => {
                severity.rank() > told.severity.rank() || told.is_news_to(&settings.channels)
            }
            // One that comes and goes is not told each time.
            None => {
                let is_lately = told_at.is_some_and(|at| now.since(at) < settings.after);
                now.since(ongoing.since) >= after && !is_lately
            }
        };
        if !is_due {
            return;
        }
        let title = words.title.clone();
        let report = Report::begun((&key.0, key.1), ongoing.since, severity, words);
        // What is not durable now is told at the next look.
        if self.line.take(&[report.raw(now)]).await.is_err() {
            return;
        }
        if ongoing.told.is_none() {
            log(key, &title, is_heard(&settings.channels, &key.0.integration));
        }
        let mut state = self.state.lock();
        state.told_at.insert(key.clone(), now);
        if let Some(ongoing) = state.ongoing.get_mut(key) {
            let before = ongoing.told.take().map(|told| told.severity);
            let severity = before.filter(|it| it.rank() > severity.rank()).unwrap_or(severity);
            ongoing.told = Some(Told { severity, title, channels: settings.channels.clone() });
        }
    }

    /// A trouble is over: whoever was told that it began is told so.
    async fn end(&self, key: &Key, why: &str) {
        let Some(ongoing) = self.state.lock().ongoing.get(key).cloned() else { return };
        let (subject, trouble) = (&key.0, key.1);
        if let Some(Told { severity, title, .. }) = ongoing.told {
            let now = self.clock.now();
            let lasted = words::span(now.since(ongoing.since));
            let description = format!("{why} It lasted for {lasted}.");
            let words = Words { title, description };
            let report = Report::over((subject, trouble), ongoing.since, severity, words);
            if self.line.take(&[report.raw(now)]).await.is_err() {
                return;
            }
            tracing::info!(integration = %subject.integration, trouble = trouble.as_str(),
                "`{subject}` is no longer {}: {why}", trouble.as_str());
        }
        self.state.lock().ongoing.remove(key);
    }
}

/// What cannot be read and what fills up stands in the log already, from where it was seen.
fn log((subject, trouble): &Key, title: &str, is_heard: bool) {
    let name = &subject.integration;
    let is_new = matches!(trouble, Trouble::Down | Trouble::Silent);
    let trouble = trouble.as_str();
    if !is_heard {
        tracing::error!(integration = %name, trouble,
            "{title}; nobody is told, for `health.notify` names no other channel");
    } else if is_new {
        tracing::warn!(integration = %name, trouble, "{title}");
    }
}
