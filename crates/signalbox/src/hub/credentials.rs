//! Since when each credential is as it is: remembered, for a variable of the environment does not tell.
//!
//! What is kept of a credential is two bytes of its HMAC under the journal's own id. They tell that it
//! was changed, but for one change in 65,536, and are too few to find it out by, or to recognise it
//! elsewhere.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use signalbox_model::secret::Secret;
use signalbox_model::time::Timestamp;
use signalbox_store::desk::Writer;
use signalbox_store::journal::JournalId;

use super::Hub;
use crate::config::compile::Compiled;

impl Hub {
    /// Remembers every credential that a configuration names and that is new or was changed. One that
    /// cannot be read now stays as it was.
    pub(super) async fn remember_credentials(&self, compiled: &Compiled) -> anyhow::Result<()> {
        let (journal, now) = (self.stores.journal.id(), self.world.clock.now());
        let readable = compiled.credentials.iter().filter_map(|credential| {
            let reading = compiled.secrets.read(&credential.reference).ok()?;
            Some((credential.reference.to_string(), mark(journal, &reading.secret)))
        });
        let marks: BTreeMap<String, String> = readable.collect();
        let remember = move |writer: &Writer<'_>| {
            let mut seen = BTreeMap::new();
            for (reference, mark) in marks {
                let name = format!("{PREFIX}{reference}");
                let known = writer.meta(&name)?.and_then(|kept| since(&kept, &mark));
                if known.is_none() {
                    writer.set_meta(&name, &format!("{mark} {}", now.as_millis()))?;
                }
                seen.insert(reference, known.unwrap_or(now));
            }
            Ok(seen)
        };
        let seen = self.stores.desk.write("remember credentials", remember).await?;
        *self.credentials.lock() = seen;
        Ok(())
    }
}

/// Returns since when a credential has this mark, out of what was kept of it.
fn since(kept: &str, mark: &str) -> Option<Timestamp> {
    let (known, millis) = kept.split_once(' ')?;
    (known == mark).then_some(Timestamp::from_millis(millis.parse().ok()?))
}

fn mark(journal: JournalId, secret: &Secret) -> String {
    // A key of any length is taken.
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(journal.to_string().as_bytes()) else {
        return String::new();
    };
    code.update(secret.expose().as_bytes());
    let bytes = code.finalize().into_bytes();
    bytes.iter().take(MARK_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

/// What the desk's settings of this kind are called, before the reference.
const PREFIX: &str = "credential ";

const MARK_BYTES: usize = 2;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use signalbox_model::Clock;
    use signalbox_sdk::SystemRandom;

    use super::*;
    use crate::config::compile::World;
    use crate::config::{AccessLedger, Environment, SecretAccess};

    #[test]
    fn a_mark_is_short_and_changes_with_the_credential() {
        let journal: JournalId =
            serde_json::from_str("\"7a1f2c1e-51b0-4b7c-9d3e-1e5b0c0ffee1\"").unwrap();
        let [one, same, other] =
            ["hunter2", "hunter2", "hunter3"].map(|text| mark(journal, &Secret::new(text)));

        assert_eq!((one.len(), one == same, one == other), (4, true, false));
    }

    #[test]
    fn what_was_kept_counts_only_for_the_same_credential() {
        assert_eq!(since("ab12 7", "ab12"), Some(Timestamp::from_millis(7)));
        for kept in ["ab13 7", "ab12", "ab12 x"] {
            assert_eq!(since(kept, "ab12"), None, "{kept}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_credential_is_as_old_as_its_value_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let noon = 1_772_366_400_000;

        let first = seen_at(folder.path(), "hunter2", noon).await;
        let same = seen_at(folder.path(), "hunter2", noon + 1000).await;
        let renewed = seen_at(folder.path(), "hunter3", noon + 2000).await;

        assert_eq!([first, same, renewed].map(Timestamp::as_millis), [noon, noon, noon + 2000]);
    }

    /// Starts a hub at that time and returns since when it has seen its token.
    async fn seen_at(folder: &std::path::Path, token: &str, millis: i64) -> Timestamp {
        let config = folder.join("signalbox.yaml");
        std::fs::write(&config, "http: {listen: '127.0.0.1:0', api_token: 'env:TOKEN'}\n").unwrap();
        let world = World {
            environment: Environment::of_variables([("TOKEN", token)]),
            ledger: Arc::new(Unheard),
            clock: Arc::new(Stopped(Timestamp::from_millis(millis))),
            random: Arc::new(SystemRandom),
        };
        let hub = Hub::start(&config, &folder.join("data"), world).await.unwrap();
        let seen = hub.operations().credentials();
        hub.shut_down().await;
        assert_eq!((seen.len(), seen[0].reference.as_str()), (1, "env:TOKEN"));
        seen[0].since
    }

    struct Stopped(Timestamp);

    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            self.0
        }
    }

    struct Unheard;

    impl AccessLedger for Unheard {
        fn record(&self, _: SecretAccess<'_>) {}
    }
}
