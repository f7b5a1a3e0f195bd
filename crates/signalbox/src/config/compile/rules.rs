//! Routes and alert rules, with every name in them resolved.

use signalbox_model::{IntegrationName, RuleName};
use signalbox_pipeline::evaluate::condition::Condition;
use signalbox_pipeline::evaluate::{
    AlertRule, Notify, REOPEN_WITHIN_DEFAULT, Route, RouteAction, RulePlan, RuleSet,
    SUPPRESS_REPEATS_DEFAULT,
};
use signalbox_pipeline::health::health_rule;

use super::super::model::{AlertRuleConfig, Config, RouteConfig};
use super::{Built, Compiler, names};

impl Compiler<'_> {
    pub(super) fn rules(&mut self, config: &Config, integrations: &[Built]) -> RuleSet {
        let streams: Vec<String> =
            integrations.iter().filter(|i| i.is_stream).map(|i| i.name.to_string()).collect();
        let are_all_sound = self.diagnostics.is_sound("/routes");
        let written: Vec<(usize, RouteConfig)> = self.items("/routes");
        let mut routes: Vec<Route> = Vec::new();
        for (index, route) in &written {
            let pointer = format!("/routes/{index}");
            let mut before = written.iter().take_while(|(other, _)| other < index);
            if before.any(|(_, known)| known.name == route.name) {
                let message = format!("another route is called `{}` already", route.name);
                self.error(&names::below(&pointer, "name"), message);
            }
            routes.extend(self.route(&pointer, route, &streams, config));
        }
        if are_all_sound {
            self.warn_of_silent_streams(&streams, &written);
        }
        let rules = config.alert_rules.iter();
        let rules = rules.filter_map(|(name, rule)| alert_rule(name, rule));
        // Last, so that the others keep their places.
        let rules = rules.chain([health_rule(&config.health.channels())]).collect();
        RuleSet::new(streams, routes, rules, self.silences(config))
    }

    fn route(
        &mut self,
        pointer: &str,
        route: &RouteConfig,
        streams: &[String],
        config: &Config,
    ) -> Option<Route> {
        for (index, to) in route.to.iter().enumerate() {
            let is_stream = streams.iter().any(|stream| stream == to);
            // One that has mistakes of its own is known all the same.
            if !is_stream && !self.has_mistakes(to, config) {
                let hint = names::hint(to, streams.iter().map(String::as_str));
                let message = format!("`{to}` is no streaming destination; {hint}");
                self.error(&format!("{pointer}/to/{index}"), message);
            }
        }
        let action = match (route.drop, route.sample) {
            (true, Some(_)) => {
                let message = "`sample` goes only without `drop: true`; take one of the two out";
                self.error(&names::below(pointer, "sample"), message);
                return None;
            }
            (true, None) => RouteAction::Drop,
            (false, Some(one_in)) => RouteAction::Sample(one_in),
            (false, None) => RouteAction::Send,
        };
        // A mistake in the condition has been told by the check of its format.
        let condition = route.when.as_deref().map(Condition::compile).transpose().ok()?;
        Some(Route { name: route.name.clone(), condition, streams: route.to.clone(), action })
    }

    fn warn_of_silent_streams(&mut self, streams: &[String], routes: &[(usize, RouteConfig)]) {
        let names_all = routes.iter().any(|(_, route)| route.to.is_empty());
        if routes.is_empty() || names_all {
            return;
        }
        for stream in streams {
            if !routes.iter().any(|(_, route)| route.to.contains(stream)) {
                let pointer = names::below("/integrations", stream);
                let message = format!("no route names `{stream}`, so it receives no events");
                let warning = self.document.error_at_key(&pointer, message).as_warning();
                self.diagnostics.push(warning.with_help("add a route to it, or `stream: false`"));
            }
        }
    }

    /// Whether an integration of this name is written, but could not be built for its own mistakes.
    fn has_mistakes(&self, name: &str, config: &Config) -> bool {
        let pointer = names::below("/integrations", name);
        let is_written = self.document.value_at(&pointer).is_some();
        is_written
            && (!config.integrations.contains_key(name) || !self.diagnostics.is_sound(&pointer))
    }
}

/// Compiles a rule; a mistake in its condition has been told by the check of its format.
fn alert_rule(name: &str, rule: &AlertRuleConfig) -> Option<AlertRule> {
    let mut conditions = rule.scope.conditions();
    conditions.push(rule.when.clone());
    let text = match conditions.as_slice() {
        [only] => only.clone(),
        all => all.iter().map(|text| format!("({text})")).collect::<Vec<_>>().join(" AND "),
    };
    let condition = Condition::compile(&text).ok()?;
    let notify = rule.notify.iter().map(|notify| Notify {
        to: IntegrationName::new(&notify.to),
        template: notify.template.clone(),
        on: notify.on.clone(),
    });
    let millis = |given: Option<signalbox_model::config::HumanDuration>,
                  default: std::time::Duration| {
        let duration = given.map_or(default, |given| given.as_duration());
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
    };
    let plan = RulePlan {
        notify: notify.collect(),
        suppress_repeats_ms: millis(rule.suppress_repeats, SUPPRESS_REPEATS_DEFAULT),
        reopen_within_ms: millis(rule.reopen_within, REOPEN_WITHIN_DEFAULT),
    };
    Some(AlertRule { name: RuleName::new(name), condition, plan })
}
