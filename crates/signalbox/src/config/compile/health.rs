//! Whether somebody hears of it when an integration is down.

use std::collections::BTreeSet;

use super::super::model::Config;
use super::{Built, Compiler};

impl Compiler<'_> {
    /// Warns where a trouble would stand in the log alone, and where a channel does less than it seems.
    pub(super) fn warn_of_what_nobody_hears(&mut self, config: &Config, integrations: &[Built]) {
        // Beside mistakes it is not known yet who could hear of what.
        if config.integrations.is_empty() || self.diagnostics.has_errors() {
            return;
        }
        match config.health.notify.as_slice() {
            [] => self.warn_of_no_channel(integrations),
            [only] => {
                let message = format!(
                    "nobody hears of it when `{only}` itself is down, for no other channel is named"
                );
                self.warn("/health/notify/0", message, "name a second one beside it");
            }
            _ => {}
        }
        self.warn_of_lost_streams(config, integrations);
    }

    fn warn_of_no_channel(&mut self, integrations: &[Built]) {
        let takes =
            |built: &&Built| built.roles.destination.is_some() || built.roles.ticketing.is_some();
        let names: Vec<_> = integrations.iter().filter(takes).map(|b| b.name.to_string()).collect();
        let is_written = self.document.value_at("/health").is_some();
        let pointer = if is_written { "/health" } else { "/integrations" };
        let message = "nobody hears of it when an integration is down, for `health.notify` names no \
                       channel; it stands in the log, `/readyz` and `/metrics` alone";
        let help = match names.len() {
            0 => "add an integration that takes alerts, and name it there".to_owned(),
            _ => format!("add `health: {{notify: [{}]}}`, or some of these", names.join(", ")),
        };
        let warning = self.document.error_at_key(pointer, message).as_warning();
        self.diagnostics.push(warning.with_help(help));
    }

    /// A destination that people are told by takes no stream unless that is said: easily overlooked here.
    fn warn_of_lost_streams(&mut self, config: &Config, integrations: &[Built]) {
        let rules = config.alert_rules.values().flat_map(|rule| &rule.notify);
        let told: BTreeSet<&str> = rules.map(|notify| notify.to.as_str()).collect();
        for (index, name) in config.health.notify.iter().enumerate() {
            let is_lost = |built: &&Built| {
                let destination = built.roles.destination.as_ref();
                let is_stream = destination.is_some_and(|d| d.is_stream_by_default());
                built.name.as_str() == name && is_stream && built.settings.stream.is_none()
            };
            if integrations.iter().any(|built| is_lost(&built)) && !told.contains(name.as_str()) {
                let message = format!("`{name}` takes no stream of events, because it stands here");
                let help = format!("write `stream: true` or `stream: false` at `{name}`");
                self.warn(&format!("/health/notify/{index}"), message, help);
            }
        }
    }

    fn warn(&mut self, pointer: &str, message: String, help: impl Into<String>) {
        let warning = self.document.error_at(pointer, message).as_warning();
        self.diagnostics.push(warning.with_help(help));
    }
}
