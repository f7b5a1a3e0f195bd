//! Why an integration is not asked as usual, in words, and what lets it work again.

use signalbox_pipeline::deliver::GateView;
use signalbox_sdk::Roles;

use super::ActiveIntegration;

/// Returns whether a restore holds it: what is delivered or polled. What is sent to the hub is taken all the while.
pub(super) fn can_be_held(roles: &Roles) -> bool {
    super::workers::target(roles).is_some() || !roles.sources.is_empty()
}

impl ActiveIntegration {
    /// Returns why it is in a state other than `ok`, and what to do where only a person can do it.
    pub(super) fn standing(&self, gate: &GateView) -> (Option<String>, Option<String>) {
        match gate.state {
            "held" => (
                Some("a backup was restored".to_owned()),
                Some("`signalbox resume`, once no other hub of this data runs".to_owned()),
            ),
            "disabled" if !self.is_configured_to_work => (
                Some("the configuration says so".to_owned()),
                Some("set `enabled: true`, then `signalbox reload`".to_owned()),
            ),
            "disabled" => (
                Some("an operator said so".to_owned()),
                Some(format!("`signalbox integrations enable {}`", self.name)),
            ),
            "ok" => (None, None),
            _ => (gate.parked.clone().or_else(|| gate.last_error.clone()), None),
        }
    }
}
