//! Names that must be known: looked up as they are written, so that another mistake beside one hides
//! nothing.

use std::collections::BTreeSet;

use serde_json::Value;
use signalbox_connectors::REGISTRY;
use signalbox_model::{IntegrationName, RuleName};
use signalbox_sdk::Role;
use signalbox_sdk::mapping::shipped;

use super::super::model::Config;
use super::{Compiler, names};

impl Compiler<'_> {
    /// Checks the names of integrations, and every reference to an integration, template or mapping.
    pub(super) fn check_names(&mut self, config: &Config) {
        let integrations = self.keys("/integrations");
        for name in &integrations {
            if !names::is_name(name) {
                let pointer = names::below("/integrations", name);
                let message = "an integration's name has small letters, digits, `-` and `_` only, begins \
                               with a letter or digit and has at most 64 of them";
                self.diagnostics.push(self.document.error_at_key(&pointer, message));
            }
        }
        self.refuse_own_name("/integrations", IntegrationName::HUB);
        self.refuse_own_name("/integrations", IntegrationName::CANARY);
        self.refuse_own_name("/alert_rules", RuleName::HEALTH);
        self.check_rules_named_elsewhere();
        let mut mappings = self.keys("/mappings");
        mappings.extend(shipped().iter().map(|mapping| mapping.name.to_owned()));
        for name in &integrations {
            let pointer = names::below(&names::below("/integrations", name), "mapping");
            // A connector that can be built tells this itself.
            if !config.integrations.contains_key(name) {
                self.check_known(&pointer, &mappings, "mapping");
            }
        }
        let receivers = self.destinations(&integrations);
        self.check_channels(&receivers);
        let templates = self.keys("/templates");
        for rule in self.keys("/alert_rules") {
            let pointer = names::below(&names::below("/alert_rules", &rule), "notify");
            let mut told = BTreeSet::new();
            for index in 0..self.length(&pointer) {
                let notify = format!("{pointer}/{index}");
                self.check_receiver(&format!("{notify}/to"), &receivers, &mut told);
                self.check_known(&format!("{notify}/template"), &templates, "template");
            }
        }
    }

    /// Checks the rules that silences and canaries are about.
    fn check_rules_named_elsewhere(&mut self) {
        let mut rules = self.keys("/alert_rules");
        rules.insert(RuleName::HEALTH.to_owned());
        let silences = self.keys("/silences");
        let of_silences = silences.iter().map(|silence| names::below("/silences", silence));
        for section in of_silences.chain(["/canary".to_owned()]) {
            let list = names::below(&section, "rules");
            for index in 0..self.length(&list) {
                self.check_known(&format!("{list}/{index}"), &rules, "alert rule");
            }
        }
    }

    /// Checks the channels that hear of the health of integrations.
    fn check_channels(&mut self, receivers: &BTreeSet<String>) {
        let mut told = BTreeSet::new();
        for index in 0..self.length("/health/notify") {
            self.check_receiver(&format!("/health/notify/{index}"), receivers, &mut told);
        }
    }

    /// Checks a name in a list of integrations that are told.
    fn check_receiver(
        &mut self,
        pointer: &str,
        receivers: &BTreeSet<String>,
        told: &mut BTreeSet<String>,
    ) {
        if let Some(Value::String(to)) = self.document.value_at(pointer)
            && !told.insert(to.clone())
        {
            self.error(pointer, format!("`{to}` stands in this list already; name it once"));
        }
        self.check_known(pointer, receivers, "integration that takes alerts, called");
    }

    fn refuse_own_name(&mut self, section: &str, name: &str) {
        if self.keys(section).contains(name) {
            let message = format!("`{name}` is the hub's own; choose another name");
            let pointer = names::below(section, name);
            self.diagnostics.push(self.document.error_at_key(&pointer, message));
        }
    }

    fn check_known(&mut self, pointer: &str, known: &BTreeSet<String>, what: &str) {
        let Some(Value::String(word)) = self.document.value_at(pointer) else { return };
        if !known.contains(&word) {
            let hint = names::hint(&word, known.iter().map(String::as_str));
            self.error(pointer, format!("there is no {what} `{word}`; {hint}"));
        }
    }

    /// The integrations that may take alerts, as far as their connector and direction are readable.
    fn destinations(&self, integrations: &BTreeSet<String>) -> BTreeSet<String> {
        let may_take = |name: &&String| {
            let pointer = names::below("/integrations", name);
            let text = |key: &str| match self.document.value_at(&names::below(&pointer, key)) {
                Some(Value::String(text)) => Some(text),
                _ => None,
            };
            let connector = text("connector");
            let known = REGISTRY.iter().find(|known| Some(known.name) == connector.as_deref());
            let takes = known.is_none_or(|known| {
                known.roles.contains(&Role::Destination) || known.roles.contains(&Role::Ticketing)
            });
            takes && text("direction").as_deref() != Some("receive")
        };
        integrations.iter().filter(may_take).cloned().collect()
    }

    pub(super) fn keys(&self, pointer: &str) -> BTreeSet<String> {
        match self.document.value_at(pointer) {
            Some(Value::Object(section)) => section.keys().cloned().collect(),
            _ => BTreeSet::new(),
        }
    }

    pub(super) fn length(&self, pointer: &str) -> usize {
        match self.document.value_at(pointer) {
            Some(Value::Array(items)) => items.len(),
            _ => 0,
        }
    }
}
