//! What of the configuration is taken at the start alone: a reload says what of it is not in effect, and `doctor`
//! what the running hub has instead.

use std::collections::BTreeMap;

use serde::Deserialize;
use signalbox_model::config::{ByteSize, HumanDuration};
use signalbox_sdk::role::ListenTls;

use crate::config::compile::Compiled;

/// These settings as of some configuration, in words, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct StartOnly(BTreeMap<String, String>);

/// What the running hub has otherwise than a configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct Waiting<'a> {
    /// The setting, such as `http.listen`.
    pub setting: &'a str,
    /// What it is in the running hub; empty where it has none.
    pub running: &'a str,
}

impl StartOnly {
    /// Reads them off a configuration.
    pub fn of(compiled: &Compiled) -> Self {
        let (http, journal) = (&compiled.http, compiled.journal.options());
        let tls = |tls: &ListenTls| {
            format!("certificate {}, key {}", tls.certificate.display(), tls.key.display())
        };
        let proxies = |proxies: &Vec<ipnet::IpNet>| {
            let proxies: Vec<_> = proxies.iter().map(ToString::to_string).collect();
            format!("[{}]", proxies.join(", "))
        };
        let settings = [
            ("http.listen", http.listen.to_string()),
            ("http.tls", http.tls.as_ref().map(tls).unwrap_or_default()),
            ("http.behind_proxy", http.behind_proxy.as_ref().map(proxies).unwrap_or_default()),
            (
                "http.api_token",
                http.api_token.as_ref().map(ToString::to_string).unwrap_or_default(),
            ),
            ("journal.keep", HumanDuration::new(journal.keep).to_string()),
            ("journal.keep_size", ByteSize::new(journal.keep_bytes).to_string()),
            ("journal.size_max", ByteSize::new(journal.bytes_max).to_string()),
        ];
        Self(settings.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Returns the settings by name.
    pub fn settings(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Returns the settings of a running hub that another configuration has otherwise.
    pub fn changed_in<'a>(&'a self, other: &Self) -> Vec<Waiting<'a>> {
        let changed = self.0.iter().filter(|(name, value)| other.0.get(*name) != Some(value));
        changed.map(|(setting, running)| Waiting { setting, running }).collect()
    }
}

/// Says that a configuration is in effect, and what of it is not.
pub(super) fn told(waiting: &[Waiting<'_>]) -> String {
    if waiting.is_empty() {
        return "the configuration is in effect".to_owned();
    }
    let waiting: Vec<_> = waiting.iter().map(|waiting| waiting.setting).collect();
    let waiting = waiting.join("`, `");
    format!("the configuration is in effect, but for `{waiting}`: restart the hub for that")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(listen: &str, keep: &str) -> StartOnly {
        let settings = [("http.listen", listen), ("journal.keep", keep)];
        StartOnly(settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    #[test]
    fn what_waits_for_a_restart_is_named() {
        let running = settings("127.0.0.1:8686", "3600s");
        let told = |other: StartOnly| told(&running.changed_in(&other));

        assert_eq!(told(running.clone()), "the configuration is in effect");
        assert_eq!(
            told(settings("127.0.0.1:9", "60s")),
            "the configuration is in effect, but for `http.listen`, `journal.keep`: restart the hub for that"
        );
        assert_eq!(
            running.changed_in(&settings("127.0.0.1:9", "3600s")),
            [Waiting { setting: "http.listen", running: "127.0.0.1:8686" }]
        );
    }
}
