//! The versions of the rules that a reload changes between. All of them tell every finding, but for what a person has
//! silenced for a time.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{IntegrationName, RuleName};
use signalbox_pipeline::evaluate::condition::Condition;
use signalbox_pipeline::evaluate::{
    AlertRule, Notify, NotifyOn, Route, RouteAction, RulePlan, RuleSet, Silence, SilencePlan,
};

use super::hub::{SIEM, TICKETS};

/// The name of the one alert rule.
pub(crate) const RULE: &str = "alarm";

/// The one finding that silences are about.
pub(crate) const QUIET: &str = "gamma";

/// The name of the events that a version keeps from the stream.
pub(crate) const NOISE: &str = "noise";

/// How many versions there are.
pub(crate) const VERSIONS: usize = 4;

/// What is in force: a version, and the latest silence there was.
#[derive(Clone)]
pub(crate) struct InForce {
    version: usize,
    silent_until: Option<Timestamp>,
    pub(crate) rules: Arc<RuleSet>,
}

impl InForce {
    /// The first version, and no silence yet.
    pub(crate) fn first() -> Self {
        Self::of(0, None)
    }

    /// Another version, with the same silence.
    pub(crate) fn in_version(&self, version: usize) -> Self {
        Self::of(version, self.silent_until)
    }

    /// The same version, with a silence that ends then.
    pub(crate) fn silent_until(&self, until: Timestamp) -> Self {
        Self::of(self.version, Some(until))
    }

    /// Whether there was a silence.
    pub(crate) fn has_silence(&self) -> bool {
        self.silent_until.is_some()
    }

    /// Whether nobody is told of the quiet finding if it is received then.
    pub(crate) fn is_silent(&self, received: Timestamp) -> bool {
        self.silent_until.is_some_and(|until| received < until)
    }

    fn of(version: usize, silent_until: Option<Timestamp>) -> Self {
        static KNOWN: LazyLock<Vec<Arc<RuleSet>>> =
            LazyLock::new(|| (0..VERSIONS).map(|number| Arc::new(compile(number, None))).collect());
        let rules = match silent_until {
            None => Arc::clone(&KNOWN[version]),
            Some(until) => Arc::new(compile(version, Some(until))),
        };
        Self { version, silent_until, rules }
    }
}

fn compile(number: usize, silent_until: Option<Timestamp>) -> RuleSet {
    let (minute, day) = (Duration::from_secs(60), Duration::from_secs(24 * 3600));
    let (routes, window, reopen) = match number {
        0 => (Vec::new(), 15 * minute, day),
        // Every repeat is told, so that updates wait and merge.
        1 => (Vec::new(), Duration::ZERO, day),
        // What returns a minute after its end is a new occurrence.
        2 => (Vec::new(), Duration::ZERO, minute),
        _ => (no_noise(), 15 * minute, day),
    };
    RuleSet::new(vec![SIEM.to_owned()], routes, vec![rule(window, reopen)], silences(silent_until))
}

fn silences(until: Option<Timestamp>) -> Vec<Silence> {
    let silence = |until| Silence {
        name: "painting".to_owned(),
        condition: Some(Condition::compile(&format!("message = '{QUIET}'")).unwrap()),
        plan: SilencePlan { rules: Vec::new(), from: None, until, reason: "painting".to_owned() },
    };
    until.map(silence).into_iter().collect()
}

fn no_noise() -> Vec<Route> {
    let noise = Condition::compile(&format!("message = '{NOISE}'")).unwrap();
    let route = |name: &str, condition, action| Route {
        name: name.to_owned(),
        condition,
        streams: Vec::new(),
        action,
    };
    vec![route(NOISE, Some(noise), RouteAction::Drop), route("rest", None, RouteAction::Send)]
}

fn rule(window: Duration, reopen: Duration) -> AlertRule {
    let told = vec![NotifyOn::Open, NotifyOn::Repeat, NotifyOn::Resolved];
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap();
    AlertRule {
        name: RuleName::new(RULE),
        condition: Condition::compile("severity >= 'high'").unwrap(),
        plan: RulePlan {
            notify: vec![Notify { to: IntegrationName::new(TICKETS), template: None, on: told }],
            suppress_repeats_ms: milliseconds(window),
            reopen_within_ms: milliseconds(reopen),
        },
    }
}
