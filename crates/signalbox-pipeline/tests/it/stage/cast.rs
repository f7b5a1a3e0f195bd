//! Who plays in a test: the streams, the ticketing product, and the rules they follow.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use signalbox_model::{IntegrationName, RuleName};
use signalbox_pipeline::deliver::DeadLetterBound;
use signalbox_pipeline::deliver::template::Template;
use signalbox_pipeline::evaluate::condition::Condition;
use signalbox_pipeline::evaluate::{
    AlertRule, Notify, NotifyOn, REOPEN_WITHIN_DEFAULT, Route, RulePlan, RuleSet,
    SUPPRESS_REPEATS_DEFAULT, Silence,
};
use signalbox_pipeline::health::{HealthSettings, health_rule};
use signalbox_store::journal::JournalOptions;

use super::{Door, Feed, PausedClock, RULE, Sink};

/// The source's name.
pub(crate) const SOURCE: &str = "edr";

/// The ticketing product's name.
pub(crate) const TICKETS: &str = "service-desk";

/// The name of the source that is polled.
pub(crate) const FEED: &str = "feed";

/// How long nothing may pass through an integration before it is told.
const HEALTH_AFTER: Duration = Duration::from_secs(300);

/// What a test is played with.
#[derive(Clone)]
pub(crate) struct Cast {
    /// Attempts at the same time at the ticketing product.
    pub(crate) concurrency: usize,
    /// The streams, with the most events of a batch.
    pub(crate) streams: Vec<(&'static str, usize)>,
    /// Whether the streams promise to encode alike.
    pub(crate) encodes_alike: bool,
    /// What the streams take.
    pub(crate) routes: fn() -> Vec<Route>,
    /// Whether there is a vendor that is polled.
    pub(crate) polls: bool,
    /// What raises an alert.
    pub(crate) condition: &'static str,
    /// Whom alerts are told.
    pub(crate) notifies: &'static str,
    /// Which changes of an alert are told.
    pub(crate) told: &'static [NotifyOn],
    /// The template that the rule names.
    pub(crate) template: Option<&'static str>,
    /// What keeps notifications back.
    pub(crate) silences: fn() -> Vec<Silence>,
    /// Who is told of the health of integrations.
    pub(crate) health: &'static [&'static str],
    /// How many dead letters an integration may have.
    pub(crate) dead_letters: DeadLetterBound,
    /// How many bytes of the newest chunks are held in memory.
    pub(crate) fresh_bytes: usize,
    /// What syncs of the journal go through.
    pub(crate) door: Door,
}

/// The cast with its parts made: what a hub has before it starts.
pub(crate) struct Company {
    cast: Cast,
    pub(super) concurrency: usize,
    pub(super) dead_letters: DeadLetterBound,
    pub(super) fresh_bytes: usize,
    pub(super) rules: Arc<RuleSet>,
    pub(super) health: HealthSettings,
    pub(super) sinks: BTreeMap<&'static str, Arc<Sink>>,
    pub(super) feed: Option<Arc<Feed>>,
}

impl Default for Cast {
    fn default() -> Self {
        Self {
            concurrency: 1,
            streams: Vec::new(),
            encodes_alike: false,
            routes: Vec::new,
            polls: false,
            condition: "severity >= 'high'",
            notifies: TICKETS,
            told: EVERYTHING,
            template: None,
            silences: Vec::new,
            health: &[],
            dead_letters: DeadLetterBound::default(),
            fresh_bytes: JournalOptions::default().fresh_bytes,
            door: Door::default(),
        }
    }
}

impl Cast {
    pub(super) fn hire(self, clock: PausedClock) -> Company {
        let sink = |most| Sink::new(clock, most, self.encodes_alike);
        let sinks = self.streams.iter().map(|(name, most)| (*name, sink(*most)));
        let sinks = sinks.map(|(name, sink)| (name, Arc::new(sink))).collect();
        let (rules, health) = self.rules();
        let feed = self.polls.then(|| Arc::new(Feed::new(clock)));
        let Self { concurrency, dead_letters, fresh_bytes, .. } = self;
        Company { cast: self, concurrency, dead_letters, fresh_bytes, rules, health, sinks, feed }
    }

    /// Its rules, and who is told of the health of integrations.
    fn rules(&self) -> (Arc<RuleSet>, HealthSettings) {
        let streams = self.streams.iter().map(|(name, _)| (*name).to_owned()).collect();
        let notify = notify(self.notifies, self.told, self.template);
        let rule = rule(self.condition, notify);
        let channels: Vec<_> = self.health.iter().map(|name| IntegrationName::new(name)).collect();
        let rules = vec![rule, health_rule(&channels)];
        let rules = Arc::new(RuleSet::new(streams, (self.routes)(), rules, (self.silences)()));
        (rules, HealthSettings { channels, after: HEALTH_AFTER })
    }
}

impl Company {
    /// What syncs of the journal go through.
    pub(super) fn door(&self) -> &Door {
        &self.cast.door
    }

    /// Has other channels told of the health of integrations, from the next start on.
    pub(super) fn tell_health(&mut self, health: &'static [&'static str]) {
        self.cast.health = health;
        (self.rules, self.health) = self.cast.rules();
    }

    /// Puts other routes and another condition of the alert rule in force.
    pub(super) fn decide_by(&mut self, routes: Vec<Route>, condition: &str) {
        let streams = self.sinks.keys().map(|name| (*name).to_owned()).collect();
        let notify = notify(self.cast.notifies, self.cast.told, self.cast.template);
        let rules = vec![rule(condition, notify), health_rule(&self.health.channels)];
        self.rules = Arc::new(RuleSet::new(streams, routes, rules, (self.cast.silences)()));
    }

    /// A template that fails on every alert.
    pub(super) fn templates() -> BTreeMap<String, Template> {
        let failing = Template {
            title: "{{ alert.title }}".to_owned(),
            body: "{{ alert.title | round }}".to_owned(),
            note: None,
            fields: BTreeMap::new(),
        };
        BTreeMap::from([("failing".to_owned(), failing)])
    }
}

/// Rules without streams and with one alert rule, which matches by this condition.
pub(crate) fn rules(condition: &str) -> Arc<RuleSet> {
    Arc::new(RuleSet::new(
        Vec::new(),
        Vec::new(),
        vec![rule(condition, notify(TICKETS, EVERYTHING, None))],
        Vec::new(),
    ))
}

const EVERYTHING: &[NotifyOn] = &[NotifyOn::Open, NotifyOn::Repeat, NotifyOn::Resolved];

fn notify(to: &str, told: &[NotifyOn], template: Option<&str>) -> Notify {
    let template = template.map(str::to_owned);
    Notify { to: IntegrationName::new(to), template, on: told.to_vec() }
}

fn rule(condition: &str, notify: Notify) -> AlertRule {
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap();
    AlertRule {
        name: RuleName::new(RULE),
        condition: Condition::compile(condition).unwrap(),
        plan: RulePlan {
            notify: vec![notify],
            suppress_repeats_ms: milliseconds(SUPPRESS_REPEATS_DEFAULT),
            reopen_within_ms: milliseconds(REOPEN_WITHIN_DEFAULT),
        },
    }
}
