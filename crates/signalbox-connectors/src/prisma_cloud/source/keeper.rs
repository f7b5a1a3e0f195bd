//! What a source keeps between two polls, and whose it is.
//!
//! A checkpoint of another address or tenant says nothing about this one, and one that does not read
//! says nothing at all. Both begin anew, which may leave a gap: that is never silent.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use tracing::warn;

use signalbox_model::{Error, Fingerprint, IntegrationName};
use signalbox_sdk::role::Checkpoint;

/// Reads and writes the checkpoints of one source.
pub(super) struct Keeper {
    integration: IntegrationName,
    source: &'static str,
    origin: String,
}

/// A state and the short hash of where it was read.
#[derive(Serialize, Deserialize)]
struct Kept<S> {
    /// Earlier versions did not say.
    #[serde(default)]
    origin: Option<String>,
    #[serde(flatten)]
    state: S,
}

impl Keeper {
    /// Keeps for `source` of an integration; `origin` is what its state belongs to, such as the address
    /// and the tenant.
    pub(super) fn new(
        integration: &IntegrationName,
        source: &'static str,
        origin: &[&str],
    ) -> Self {
        let hash = Fingerprint::of(origin).to_string();
        let origin = hash.chars().take(ORIGIN_CHARS).collect();
        Self { integration: integration.clone(), source, origin }
    }

    /// Returns the state that was kept; `None` where there is none to go on from.
    pub(super) fn read<S: DeserializeOwned>(&self, since: Option<&Checkpoint>) -> Option<S> {
        let (integration, source) = (&self.integration, self.source);
        let Some(kept) = since?.read::<Kept<S>>() else {
            warn!(integration = %integration, source,
                "The checkpoint of `{integration}/{source}` cannot be read, reading begins anew; \
                 what is older than a first run reads may be missing");
            return None;
        };
        if kept.origin.is_some_and(|origin| origin != self.origin) {
            warn!(integration = %integration, source,
                "The checkpoint of `{integration}/{source}` is of another address or tenant, \
                 reading begins anew");
            return None;
        }
        Some(kept.state)
    }

    /// Returns the checkpoint that says `state`.
    pub(super) fn write<S: Serialize>(&self, state: &S) -> Result<Checkpoint, Error> {
        Checkpoint::of(&Kept { origin: Some(self.origin.clone()), state })
    }
}

/// Reads a part that another version may have written differently, and does without it then.
pub(super) fn if_readable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// Eight bytes tell the addresses of one integration apart.
const ORIGIN_CHARS: usize = 16;
