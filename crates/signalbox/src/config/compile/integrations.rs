//! Integrations: each built by its connector.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use signalbox_model::IntegrationName;
use signalbox_sdk::Context;
use signalbox_sdk::mapping::Mapping;

use super::super::Reader;
use super::super::model::{Config, IntegrationConfig};
use super::{Built, Compiler, names};

impl Compiler<'_> {
    /// Reads the integrations as written. Mistakes in the settings that all have keep nobody from building the
    /// connector: those settings are left out.
    pub(super) fn written_integrations(&mut self) -> BTreeMap<String, IntegrationConfig> {
        let mut integrations: BTreeMap<String, IntegrationConfig> = self.entries(INTEGRATIONS);
        let Some(Value::Object(written)) = self.document.value_at(INTEGRATIONS) else {
            return integrations;
        };
        for (name, mut value) in written {
            let mistaken = self.diagnostics.mistaken_keys(&names::below(INTEGRATIONS, &name));
            let is_common = |key: &String| IntegrationConfig::is_common(key);
            let Some(mistaken) = mistaken.filter(|keys| keys.iter().all(is_common)) else {
                continue;
            };
            if let Value::Object(keys) = &mut value {
                keys.retain(|key, _| !mistaken.contains(key));
            }
            if let Ok(integration) = serde_json::from_value(value) {
                integrations.insert(name, integration);
            }
        }
        integrations
    }

    pub(super) fn integrations(
        &mut self,
        config: &Config,
        mappings: Arc<BTreeMap<String, Arc<Mapping>>>,
    ) -> Vec<Built> {
        let notified: BTreeSet<&str> = config
            .alert_rules
            .values()
            .flat_map(|rule| rule.notify.iter().map(|notify| notify.to.as_str()))
            .chain(config.health.notify.iter().map(String::as_str))
            .collect();
        let mut built = Vec::new();
        for (name, integration) in &config.integrations {
            let is_notified = notified.contains(name.as_str());
            built.extend(self.integration(name, integration, is_notified, &mappings));
        }
        built
    }

    /// Whether a place names a mapping that is there and is mistaken itself: that is told where it stands.
    fn names_mistaken_mapping(
        &self,
        pointer: &str,
        mappings: &BTreeMap<String, Arc<Mapping>>,
    ) -> bool {
        let named = self.document.value_at(pointer).filter(|_| pointer.ends_with("/mapping"));
        let named = named.as_ref().and_then(|value| value.as_str());
        let written = self.document.value_at("/mappings");
        named.zip(written).is_some_and(|(name, written)| {
            written.get(name).is_some() && !mappings.contains_key(name)
        })
    }

    fn integration(
        &mut self,
        name: &str,
        integration: &IntegrationConfig,
        is_notified: bool,
        mappings: &Arc<BTreeMap<String, Arc<Mapping>>>,
    ) -> Option<Built> {
        let pointer = names::below("/integrations", name);
        let connector = signalbox_connectors::find(&integration.connector)?;
        let name = IntegrationName::new(name);
        let context = Context {
            integration: name.clone(),
            clock: Arc::clone(&self.world.clock),
            random: Arc::clone(&self.world.random),
            secrets: self.secrets.for_reader(Reader::Integration(name.clone())),
            mappings: Arc::clone(mappings),
        };
        match (connector.build)(integration.own.clone(), &context) {
            Ok(roles) => {
                if let Some(listen) = roles.webhook.as_ref().and_then(|w| w.endpoint().listen) {
                    self.check_listen(&pointer, &listen);
                }
                let settings = integration.settings.clone();
                let is_stream = roles.destination.as_ref().is_some_and(|destination| {
                    let by_default = destination.is_stream_by_default() && !is_notified;
                    settings.stream.unwrap_or(by_default)
                });
                // Only what is sent to over HTTP is mapped by the configuration; no other one changes with it.
                let mappings = self.document.value_at("/mappings");
                let mappings = mappings.filter(|_| roles.webhook.is_some());
                let written = [self.document.value_at(&pointer), mappings];
                let written = written.into_iter().map(Option::unwrap_or_default).collect();
                Some(Built { name, connector, settings, roles, is_stream, written })
            }
            Err(errors) => {
                for error in errors {
                    let at = format!("{pointer}{}", error.pointer);
                    if !self.names_mistaken_mapping(&at, mappings) {
                        self.error(&at, error.message);
                    }
                }
                None
            }
        }
    }
}

const INTEGRATIONS: &str = "/integrations";
