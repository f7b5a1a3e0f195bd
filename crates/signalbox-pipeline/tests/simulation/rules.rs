//! The versions of the rules that a reload changes between. All of them tell every finding.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use signalbox_model::{IntegrationName, RuleName};
use signalbox_pipeline::evaluate::condition::Condition;
use signalbox_pipeline::evaluate::{
    AlertRule, Notify, NotifyOn, Route, RouteAction, RulePlan, RuleSet,
};

use super::hub::{SIEM, TICKETS};

/// The name of the one alert rule.
const RULE: &str = "alarm";

/// The name of the events that a version keeps from the stream.
pub(crate) const NOISE: &str = "noise";

/// How many versions there are.
pub(crate) const VERSIONS: usize = 4;

/// Returns a version.
pub(crate) fn version(number: usize) -> Arc<RuleSet> {
    static KNOWN: LazyLock<Vec<Arc<RuleSet>>> =
        LazyLock::new(|| (0..VERSIONS).map(|number| Arc::new(compile(number))).collect());
    Arc::clone(&KNOWN[number])
}

fn compile(number: usize) -> RuleSet {
    let (minute, day) = (Duration::from_secs(60), Duration::from_secs(24 * 3600));
    let (routes, window, reopen) = match number {
        0 => (Vec::new(), 15 * minute, day),
        // Every repeat is told, so that updates wait and merge.
        1 => (Vec::new(), Duration::ZERO, day),
        // What returns a minute after its end is a new occurrence.
        2 => (Vec::new(), Duration::ZERO, minute),
        _ => (no_noise(), 15 * minute, day),
    };
    RuleSet::new(vec![SIEM.to_owned()], routes, vec![rule(window, reopen)], Vec::new())
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
