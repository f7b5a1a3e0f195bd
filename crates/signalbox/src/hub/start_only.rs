//! What of the configuration is taken at the start alone: a reload says what of it is not in effect.

use crate::config::compile::Compiled;
use crate::config::model::{HttpConfig, JournalConfig};

/// These settings as of the start.
pub(super) struct StartOnly {
    http: HttpConfig,
    journal: JournalConfig,
}

impl StartOnly {
    pub(super) fn of(compiled: &Compiled) -> Self {
        Self { http: compiled.http.clone(), journal: compiled.journal.clone() }
    }

    /// Names the settings that another configuration has otherwise.
    pub(super) fn changed_in(&self, compiled: &Compiled) -> Vec<&'static str> {
        let (http, other) = (&self.http, &compiled.http);
        let settings = [
            ("http.listen", http.listen != other.listen),
            ("http.tls", http.tls != other.tls),
            ("http.behind_proxy", http.behind_proxy != other.behind_proxy),
            ("http.api_token", http.api_token != other.api_token),
            ("journal", self.journal != compiled.journal),
        ];
        settings.into_iter().filter(|(_, is_changed)| *is_changed).map(|(name, _)| name).collect()
    }
}

/// Says that a configuration is in effect, and what of it is not.
pub(super) fn told(waiting: &[&str]) -> String {
    if waiting.is_empty() {
        return "the configuration is in effect".to_owned();
    }
    let waiting = waiting.join("`, `");
    format!("the configuration is in effect, but for `{waiting}`: restart the hub for that")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_a_restart_is_named() {
        assert_eq!(told(&[]), "the configuration is in effect");
        assert_eq!(
            told(&["http.listen", "journal"]),
            "the configuration is in effect, but for `http.listen`, `journal`: restart the hub for that"
        );
    }
}
