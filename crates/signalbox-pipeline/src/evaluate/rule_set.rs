//! The compiled rules: routes say which streams take an event, alert rules which of them people hear of.
//!
//! A pure function of the event and this version of the rules, evaluated on the typed event before it
//! is encoded. What it decides is stored with the event; a later version changes nothing of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use signalbox_model::ocsf::{Class, Event};
use signalbox_model::{IntegrationName, RuleName};
use signalbox_store::journal::{Decision, RuleNames, Suppression};
use uuid::Uuid;

use super::NotifyPlan;
use super::condition::{Asked, Condition, Subject, Together};
use super::plan::RulePlan;
use super::silence::Silence;

/// One version of the rules.
pub struct RuleSet {
    names: Arc<RuleNames>,
    streams: Vec<StreamRoutes>,
    routes: Vec<Route>,
    rules: Vec<Condition>,
    /// What the silences are about, in the order of their names.
    silences: Vec<Option<Condition>>,
    /// The conditions of the routes, then those of the rules, then those of the silences.
    conditions: Together,
    /// The rule about what the hub says of its integrations.
    health: Option<usize>,
    plan: NotifyPlan,
}

/// A condition, where matching events go, and how many of them.
pub struct Route {
    /// Its name, which suppressed events are counted by.
    pub name: String,
    /// Which events it is about; `None` is about all.
    pub condition: Option<Condition>,
    /// The streams it is about; empty is all.
    pub streams: Vec<String>,
    /// What becomes of a matching event at these streams.
    pub action: RouteAction,
}

/// What a route does with a matching event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteAction {
    /// The streams take it.
    Send,
    /// The streams take one in this many, chosen by the event's uid.
    Sample(u32),
    /// The streams do not take it.
    Drop,
}

/// An alert rule.
pub struct AlertRule {
    /// Its name.
    pub name: RuleName,
    /// Scope and condition.
    pub condition: Condition,
    /// Whom it tells of what.
    pub plan: RulePlan,
}

/// The routes that a stream asks; of those that match the first decides.
enum StreamRoutes {
    Everything,
    /// By route, whether it is asked.
    First(Vec<bool>),
}

impl RuleSet {
    /// Compiles a version. `streams` are the streaming destinations; a route may name these only.
    pub fn new(
        streams: Vec<String>,
        routes: Vec<Route>,
        rules: Vec<AlertRule>,
        silences: Vec<Silence>,
    ) -> Self {
        let hash = hash(&streams, &routes, &rules, &silences);
        let asked = streams.iter().map(|stream| routes_of(stream, &routes)).collect();
        let plan = rules.iter().map(|rule| (rule.name.clone(), rule.plan.clone())).collect();
        let names = RuleNames {
            hash,
            streams,
            routes: routes.iter().map(|route| route.name.clone()).collect(),
            rules: rules.iter().map(|rule| rule.name.to_string()).collect(),
            silences: silences.iter().map(|silence| silence.name.clone()).collect(),
        };
        let of_routes = routes.iter().map(|route| route.condition.as_ref());
        // The hub's own rule is about what the hub says, which no event needs to be asked.
        let health = rules.iter().position(|rule| rule.name.as_str() == RuleName::HEALTH);
        let of_rules = rules.iter().enumerate();
        let of_rules =
            of_rules.map(|(at, rule)| Some(&rule.condition).filter(|_| health != Some(at)));
        let of_silences = silences.iter().map(|silence| silence.condition.as_ref());
        let conditions = Together::new(of_routes.chain(of_rules).chain(of_silences));
        let (about, silence_plans): (Vec<_>, BTreeMap<_, _>) =
            silences.into_iter().map(|it| (it.condition, (it.name, it.plan))).unzip();
        Self {
            names: Arc::new(names),
            streams: asked,
            conditions,
            routes,
            health,
            rules: rules.into_iter().map(|rule| rule.condition).collect(),
            silences: about,
            plan: NotifyPlan { rules: plan, silences: silence_plans },
        }
    }

    /// Returns the names that decisions refer to.
    pub fn names(&self) -> &Arc<RuleNames> {
        &self.names
    }

    /// Returns whom the alert rules tell of what.
    pub fn plan(&self) -> &NotifyPlan {
        &self.plan
    }

    /// Returns the condition of the rule with this index.
    pub fn rule(&self, index: u16) -> Option<(&str, &Condition)> {
        let index = usize::from(index);
        Some((self.names.rules.get(index)?.as_str(), self.rules.get(index)?))
    }

    /// Returns what the silence of this name is about; `None` where that is everything, and where there is
    /// none.
    pub fn silence(&self, name: &str) -> Option<&Condition> {
        let index = self.names.silences.iter().position(|known| known == name)?;
        self.silences.get(index)?.as_ref()
    }

    /// Returns the routes in order.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Decides about an event into `decision`, which is overwritten.
    pub fn decide(&self, subject: &Subject<'_>, uid: Uuid, decision: &mut Decision) {
        decision.streams.clear();
        decision.suppressed.clear();
        decision.rules.clear();
        decision.silences.clear();
        if subject.integration == IntegrationName::CANARY {
            decision.rules.extend(self.rule_of_canary(subject.event));
            return;
        }
        let mut asked = self.conditions.ask(subject);
        let candidates = asked.candidates();
        let first_silence = self.routes.len() + self.rules.len();
        let (of_routes, others) = split(&candidates, self.routes.len());
        let (of_rules, of_silences) = split(others, first_silence);
        let mut verdicts =
            Verdicts { asked, routes: of_routes, known: vec![None; of_routes.len()] };
        for (stream, routes) in (0u16..).zip(&self.streams) {
            match routes {
                StreamRoutes::Everything => decision.streams.push(stream),
                StreamRoutes::First(routes) => {
                    self.follow(stream, verdicts.first(routes), uid, decision);
                }
            }
        }
        // What the hub says of its integrations is told once: by the rule of its own, and by no other.
        let is_of_hub = subject.integration == IntegrationName::HUB;
        for number in of_rules {
            let number = *number as usize;
            let rule = number - self.routes.len();
            let is_concerned = is_of_hub == (self.health == Some(rule));
            if is_concerned && verdicts.asked.holds(number) {
                decision.rules.extend(u16::try_from(rule));
            }
        }
        // Nobody is told of what raises no alert.
        let is_told = !decision.rules.is_empty();
        for number in of_silences.iter().filter(|_| is_told) {
            let number = *number as usize;
            if verdicts.asked.holds(number) {
                decision.silences.extend(u16::try_from(number - first_silence));
            }
        }
    }

    /// A canary goes the way of the rule that it names, whatever the rule's condition: to no stream, and
    /// through every silence.
    fn rule_of_canary(&self, event: &Event) -> Option<u16> {
        let Class::DetectionFinding(finding) = &event.class else { return None };
        let name = finding.finding_info.as_ref()?.analytic.as_ref()?.name.as_deref()?;
        let index = self.names.rules.iter().position(|rule| rule == name)?;
        u16::try_from(index).ok()
    }

    fn follow(&self, stream: u16, route: Option<u16>, uid: Uuid, decision: &mut Decision) {
        let Some(route) = route else { return };
        let action = self.routes.get(usize::from(route)).map(|route| route.action);
        let is_taken = match action {
            Some(RouteAction::Send) => true,
            Some(RouteAction::Sample(one_in)) => {
                uid.as_u64_pair().1.is_multiple_of(u64::from(one_in))
            }
            Some(RouteAction::Drop) | None => false,
        };
        if is_taken {
            decision.streams.push(stream);
        } else {
            decision.suppressed.push(Suppression { stream, route });
        }
    }
}

/// Whether each route that may match does, found out at most once per event.
struct Verdicts<'a> {
    asked: Asked<'a>,
    routes: &'a [u32],
    known: Vec<Option<bool>>,
}

impl Verdicts<'_> {
    /// Returns the first route that matches, of those that are asked.
    fn first(&mut self, is_asked: &[bool]) -> Option<u16> {
        let asked = &mut self.asked;
        let mut routes = self.routes.iter().zip(&mut self.known);
        let deciding = routes.find_map(|(route, known)| {
            let number = *route as usize;
            let is_one = is_asked.get(number).copied().unwrap_or_default();
            (is_one && *known.get_or_insert_with(|| asked.holds(number))).then_some(*route)
        });
        deciding.and_then(|route| u16::try_from(route).ok())
    }
}

/// Splits the numbers of conditions, which are in order, before the first that is not below `end`.
fn split(numbers: &[u32], end: usize) -> (&[u32], &[u32]) {
    numbers.split_at(numbers.partition_point(|number| (*number as usize) < end))
}

fn routes_of(stream: &str, routes: &[Route]) -> StreamRoutes {
    if routes.is_empty() {
        return StreamRoutes::Everything;
    }
    let is_asked =
        |route: &Route| route.streams.is_empty() || route.streams.iter().any(|name| name == stream);
    StreamRoutes::First(routes.iter().map(is_asked).collect())
}

/// SHA-256 over everything that decides, in a form that does not depend on memory layout.
fn hash(
    streams: &[String],
    routes: &[Route],
    rules: &[AlertRule],
    silences: &[Silence],
) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut put = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    streams.iter().for_each(|stream| put(stream));
    for route in routes {
        put(&route.name);
        put(route.condition.as_ref().map_or("", |condition| condition.text()));
        route.streams.iter().for_each(|stream| put(stream));
        put(&format!("{:?}", route.action));
    }
    for rule in rules {
        put(rule.name.as_str());
        put(rule.condition.text());
        put(&rule.plan.to_json());
    }
    for silence in silences {
        put(&silence.name);
        put(silence.condition.as_ref().map_or("", |condition| condition.text()));
        put(&silence.plan.to_json());
    }
    hash.finalize().into()
}
