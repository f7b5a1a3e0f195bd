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

/// The routes that a stream asks, in order; the first that matches decides.
enum StreamRoutes {
    Everything,
    First(Vec<u16>),
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
        let mut verdicts = Verdicts::new(self, subject);
        for (stream, asked) in (0u16..).zip(&self.streams) {
            match asked {
                StreamRoutes::Everything => decision.streams.push(stream),
                StreamRoutes::First(routes) => {
                    let deciding = routes.iter().find(|route| verdicts.matches(**route));
                    self.follow(stream, deciding.copied(), uid, decision);
                }
            }
        }
        // What the hub says of its integrations is told once: by the rule of its own, and by no other.
        let is_of_hub = subject.integration == IntegrationName::HUB;
        let conditions = (self.routes.len()..).take(self.rules.len());
        for (rule, condition) in (0u16..).zip(conditions) {
            let is_concerned = is_of_hub == (self.health == Some(usize::from(rule)));
            if is_concerned && verdicts.asked.holds(condition) {
                decision.rules.push(rule);
            }
        }
        // Nobody is told of what raises no alert.
        let silences = if decision.rules.is_empty() { 0 } else { self.names.silences.len() };
        let conditions = (self.routes.len() + self.rules.len()..).take(silences);
        for (silence, condition) in (0u16..).zip(conditions) {
            if verdicts.asked.holds(condition) {
                decision.silences.push(silence);
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

/// Whether each route matches, found out at most once per event.
struct Verdicts<'a> {
    asked: Asked<'a>,
    known: Vec<Option<bool>>,
}

impl<'a> Verdicts<'a> {
    fn new(rules: &'a RuleSet, subject: &'a Subject<'a>) -> Self {
        Self { asked: rules.conditions.ask(subject), known: vec![None; rules.routes.len()] }
    }

    fn matches(&mut self, route: u16) -> bool {
        let index = usize::from(route);
        let Some(known) = self.known.get_mut(index) else { return false };
        *known.get_or_insert_with(|| self.asked.holds(index))
    }
}

fn routes_of(stream: &str, routes: &[Route]) -> StreamRoutes {
    if routes.is_empty() {
        return StreamRoutes::Everything;
    }
    let asked = (0u16..).zip(routes).filter(|(_, route)| {
        route.streams.is_empty() || route.streams.iter().any(|name| name == stream)
    });
    StreamRoutes::First(asked.map(|(index, _)| index).collect())
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
